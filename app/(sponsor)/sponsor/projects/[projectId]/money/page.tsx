import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { CostTrio } from '#app/(sponsor)/sponsor/_parts/cost-trio.tsx';
import { BATCH_KIND_WORDS } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { FundProject } from './fund-project.tsx';

export const metadata: Metadata = { title: 'Money' };

type ProjectMoney = inferRouterOutputs<AppRouter>['payouts']['projectMoney'];

/** What was spent, held and is free, by batch, the platform fee as its own line (R2). */
export default async function ProjectMoneyPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('money.read'))) {
    return (
      <>
        <PageHeader title="Money" />
        <NotForYourRole what="the project’s money" who="finance" />
      </>
    );
  }
  const money = await loaded((call) => call.payouts.projectMoney({ projectId }));
  const board = (await hasRight('quality.read'))
    ? await loaded((call) => call.analytics.dashboard({ projectId }))
    : null;
  const { currency } = money.project;
  const workMinor = money.batches.reduce((sum, row) => sum + row.workMinor, 0n);
  const feeMinor = money.batches.reduce((sum, row) => sum + row.feeMinor, 0n);
  const lines: [string, bigint, string][] = [
    ['Free', money.availableMinor, 'Can be reserved by opening a batch'],
    ['Reserved', money.reservedMinor, 'Held for open batches; what is not spent comes back'],
    ['Spent on work', workMinor, 'Earned by readers and their vendors'],
    ['Platform fee', feeMinor, `${money.project.feeBasisPoints / 100} % on accepted paid reads, on top`],
  ];
  return (
    <>
      <PageHeader title="Money">
        <AnswerLine>
          <strong>
            <Money amountMinor={workMinor + feeMinor} currency={currency} />
          </strong>{' '}
          of a budget of <Money amountMinor={money.project.budgetMinor} currency={currency} /> is spent;{' '}
          <strong>
            <Money amountMinor={money.availableMinor} currency={currency} />
          </strong>{' '}
          is free and <Money amountMinor={money.reservedMinor} currency={currency} /> reserved.
        </AnswerLine>
      </PageHeader>
      <dl className="mb-8 grid gap-x-8 gap-y-4 border-line border-y py-4 sm:grid-cols-2 xl:grid-cols-4">
        {lines.map(([term, amountMinor, says]) => (
          <div key={term}>
            <dt className="text-ink-2 text-xs">{term}</dt>
            <dd className="font-semibold text-xl">
              <Money amountMinor={amountMinor} currency={currency} />
            </dd>
            <dd className="text-ink-3 text-xs">{says}</dd>
          </div>
        ))}
      </dl>
      {board ? (
        <Section title="What a label costs" says="The three costs, each by its own name.">
          <CostTrio
            costs={board.costs}
            includes="Counts every batch of the project: pilots, production, review, adjudication, gold and fee."
          />
        </Section>
      ) : null}
      {(await hasRight('money.fund')) ? (
        <Section
          title="Fund the project"
          says="Batches open only for what is funded. Nothing is taken before."
        >
          <FundProject projectId={projectId} currency={currency} isSandbox={money.isSandbox} />
        </Section>
      ) : null}
      <Section title="By batch">
        <BatchMoney money={money} />
      </Section>
      <Section title="Money in">
        <Fundings money={money} />
      </Section>
    </>
  );
}

function BatchMoney({ money }: { money: ProjectMoney }) {
  const { currency } = money.project;
  const value = (amountMinor: bigint) => ({ amountMinor, currency });
  const amount = (minor: bigint) => <Money amountMinor={minor} currency={currency} codeHidden />;
  return (
    <DataTable
      id="money-batches"
      urlPrefix="b-"
      caption="Money by batch"
      complete
      columns={[
        { key: 'name', header: 'Batch', phone: 'main', sortable: true, maxWidth: 320 },
        { key: 'kind', header: 'Kind', sortable: true },
        { key: 'work', header: `Work, ${currency}`, align: 'right', sortable: true },
        { key: 'fee', header: `Platform fee, ${currency}`, align: 'right', sortable: true },
        { key: 'total', header: `Spent, ${currency}`, align: 'right', sortable: true, phone: 'side' },
        { key: 'reserved', header: `Reserved, ${currency}`, align: 'right', sortable: true },
      ]}
      rows={money.batches.map((row) => ({
        id: row.batchId,
        href: `/sponsor/projects/${money.project.id}/batches/${row.batchId}`,
        cells: {
          name: row.name,
          kind: BATCH_KIND_WORDS[row.kind] ?? row.kind,
          work: amount(row.workMinor),
          fee: amount(row.feeMinor),
          total: amount(row.workMinor + row.feeMinor),
          reserved: amount(row.reservedMinor),
        },
        values: {
          name: row.name,
          kind: row.kind,
          work: value(row.workMinor),
          fee: value(row.feeMinor),
          total: value(row.workMinor + row.feeMinor),
          reserved: value(row.reservedMinor),
        },
      }))}
      empty={<EmptyState title="No batch yet">What is spent appears here by batch.</EmptyState>}
    />
  );
}

function Fundings({ money }: { money: ProjectMoney }) {
  return (
    <DataTable
      id="fundings"
      urlPrefix="f-"
      caption="Money in"
      complete
      columns={[
        { key: 'at', header: 'When', phone: 'main', sortable: true },
        { key: 'how', header: 'How', sortable: true },
        { key: 'status', header: 'State', sortable: true },
        { key: 'amount', header: 'Amount', align: 'right', phone: 'side', sortable: true },
        { key: 'said', header: 'Said', maxWidth: 320 },
      ]}
      rows={money.fundings.map((row) => ({
        id: row.id,
        cells: {
          at: <DateTime at={row.createdAt} />,
          how: row.method === 'stripe' ? 'Card' : 'Bank transfer',
          status: <StatusPill state={row.status} />,
          amount: <Money amountMinor={row.amountMinor} currency={money.project.currency} />,
          said: row.failure ?? row.bankReference ?? '',
        },
        values: {
          at: row.createdAt,
          how: row.method,
          status: row.status,
          amount: { amountMinor: row.amountMinor, currency: money.project.currency },
          said: row.failure ?? row.bankReference,
        },
      }))}
      empty={
        <EmptyState title="Nothing was paid in yet">Fund the project to open its first batch.</EmptyState>
      }
    />
  );
}
