import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { StrategyDesk } from './strategy-desk.tsx';

export const metadata: Metadata = { title: 'How to get this labelled' };

/** Who should read this, and whose people: each way with its cost and date, before anybody is asked. */
export default async function StrategyPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('bid.compare'))) {
    return (
      <>
        <PageHeader title="How to get this labelled" />
        <NotForYourRole what="weighing vendors against own staff" who="the project manager" />
      </>
    );
  }
  const view = await loaded((call) => call.strategy.view({ projectId }));
  return <StrategyDesk first={view} mayDecide={await hasRight('project.write')} />;
}
