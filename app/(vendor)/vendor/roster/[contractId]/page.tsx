import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { Planner } from './planner.tsx';

export const metadata: Metadata = { title: 'Roster planner' };

type PageProps = {
  params: Promise<{ contractId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** One contract's roster: what is asked for, the plan, what conflicts, what if, and who has answered. */
export default async function RosterPage({ params, searchParams }: PageProps) {
  const { contractId } = await params;
  const { plan } = await searchParams;
  const { contract, shown } = await loaded(async (call) => {
    const contract = await call.staffing.contractRoster({ contractId });
    const wanted =
      contract.plans.find((one) => one.planId === plan) ??
      contract.plans.find((one) => one.status === 'chosen') ??
      contract.plans[0];
    return { contract, shown: wanted ? await call.staffing.plan({ planId: wanted.planId }) : null };
  });
  return (
    <>
      <PageHeader
        title={contract.title}
        crumbs={[{ label: 'Roster', href: '/vendor/roster' }]}
        meta={
          <p className="text-ink-2 text-sm">
            {contract.kind === 'award' ? 'Award' : 'Pilot'} · deadline{' '}
            <DateTime at={`${contract.deadline}T00:00:00Z`} format="day" zone="UTC" /> · asks for:{' '}
            {contract.projectRule}
          </p>
        }
      />
      <Planner contract={contract} plan={shown} />
    </>
  );
}
