import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';

export const metadata: Metadata = { title: 'Money' };

/** The money of every project of the organisation. */
export default async function SponsorMoneyPage() {
  if (!(await hasRight('money.read'))) {
    return (
      <>
        <PageHeader title="Money" />
        <NotForYourRole what="money" who="finance" />
      </>
    );
  }
  const projects = await loaded((call) => call.payouts.sponsorMoney());
  const currencies = [...new Set(projects.map((project) => project.currency))];
  const sums = currencies.map((currency) => {
    const own = projects.filter((project) => project.currency === currency);
    return {
      currency,
      spent: own.reduce((sum, one) => sum + one.workMinor + one.feeMinor, 0n),
      free: own.reduce((sum, one) => sum + one.availableMinor, 0n),
    };
  });
  return (
    <>
      <PageHeader title="Money">
        <AnswerLine>
          {projects.length === 0
            ? 'No project yet, so nothing is funded or spent.'
            : sums.map(({ currency, spent, free }) => (
                <span key={currency} className="block">
                  <strong>
                    <Money amountMinor={spent} currency={currency} />
                  </strong>{' '}
                  is spent and{' '}
                  <strong>
                    <Money amountMinor={free} currency={currency} />
                  </strong>{' '}
                  free in {counted(projects.filter((one) => one.currency === currency).length, 'project')}.
                </span>
              ))}
        </AnswerLine>
      </PageHeader>
      <DataTable
        id="sponsor-money"
        caption="Money by project"
        complete
        columns={[
          { key: 'title', header: 'Project', phone: 'main', sortable: true, maxWidth: 360 },
          { key: 'free', header: 'Free', align: 'right', phone: 'side', sortable: true },
          { key: 'work', header: 'Work', align: 'right', sortable: true },
          { key: 'fee', header: 'Platform fee', align: 'right', sortable: true },
          { key: 'spent', header: 'Spent in all', align: 'right', sortable: true },
        ]}
        rows={projects.map((project) => {
          const amount = (amountMinor: bigint) => (
            <Money amountMinor={amountMinor} currency={project.currency} />
          );
          const value = (amountMinor: bigint) => ({ amountMinor, currency: project.currency });
          const spent = project.workMinor + project.feeMinor;
          return {
            id: project.projectId,
            href: `/sponsor/projects/${project.projectId}/money`,
            cells: {
              title: project.title,
              free: amount(project.availableMinor),
              work: amount(project.workMinor),
              fee: amount(project.feeMinor),
              spent: amount(spent),
            },
            values: {
              title: project.title,
              free: value(project.availableMinor),
              work: value(project.workMinor),
              fee: value(project.feeMinor),
              spent: value(spent),
            },
          };
        })}
        empty={
          <EmptyState
            title="No project yet"
            action={<LinkButton href="/sponsor/projects/new">Post a project</LinkButton>}
          >
            Each project has its own funds; batches open only for what is funded.
          </EmptyState>
        }
      />
    </>
  );
}
