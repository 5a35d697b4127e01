import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { LiveDashboard } from './live-dashboard.tsx';

export const metadata: Metadata = { title: 'Dashboard' };

/** Are we on time, on budget, good enough? Refreshed while it is open. */
export default async function DashboardPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Dashboard" />
        <NotForYourRole what="the dashboard" who="the project manager" />
      </>
    );
  }
  const first = await loaded((call) => call.analytics.dashboard({ projectId }));
  return <LiveDashboard projectId={projectId} first={first} />;
}
