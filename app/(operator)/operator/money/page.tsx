import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { BankFunding } from './bank-funding.tsx';
import { BankPayout } from './bank-payout.tsx';
import { RailNotices } from './rail-notices.tsx';
import { ReconcileNow } from './reconcile-now.tsx';
import { ReconciliationNote } from './reconciliation-note.tsx';
import { StartRun } from './start-run.tsx';

export const metadata: Metadata = { title: 'Money' };

/** What is owed, what is on its way, and whether ledger and rails agree. */
export default async function OperatorMoneyPage() {
  const { owed, payouts, notices, reconciliation } = await loaded((call) => call.payouts.operatorMoney());
  const total = owed.reduce((sum, row) => sum + row.balanceMinor, 0n);
  const waiting = payouts.filter(
    (payout) => payout.rail === 'bank_transfer' && payout.status === 'submitted',
  );
  return (
    <>
      <PageHeader title="Money" actions={<StartRun payees={owed.length} />}>
        <AnswerLine>
          <strong>
            <Money amountMinor={total} currency={owed[0]?.currency ?? 'USD'} />
          </strong>{' '}
          is owed to <strong>{owed.length}</strong> {owed.length === 1 ? 'payee' : 'payees'}
          {waiting.length > 0 ? `; ${waiting.length} bank transfers wait for their reference` : ''}
          {notices.length > 0 ? `; ${notices.length} of Stripe’s notices wait for you` : ''}.
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <section aria-label="Reconciliation" className="flex flex-col items-start gap-3">
          <ReconciliationNote result={reconciliation} />
          <ReconcileNow />
        </section>
        <RailNotices notices={notices} />
        <section aria-label="Owed" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Owed</h2>
          <DataTable
            id="owed"
            caption="What payees are owed"
            complete
            columns={[
              { key: 'name', header: 'Payee', sortable: true, phone: 'main' },
              { key: 'amount', header: 'Amount', align: 'right', sortable: true, phone: 'side' },
            ]}
            rows={owed.map((row) => ({
              id: `${row.orgId}-${row.currency}`,
              cells: {
                name: row.name,
                amount: <Money amountMinor={row.balanceMinor} currency={row.currency} />,
              },
              values: { name: row.name, amount: { amountMinor: row.balanceMinor, currency: row.currency } },
            }))}
            empty={
              <EmptyState title="Nobody is owed anything">
                Accepted work appears here some seconds after it is accepted.
              </EmptyState>
            }
          />
        </section>
        <section aria-label="Payouts" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Payouts</h2>
          <DataTable
            id="operator-payouts"
            caption="Payouts, newest first"
            complete
            columns={[
              { key: 'name', header: 'Payee', sortable: true, phone: 'main' },
              { key: 'at', header: 'Started', sortable: true },
              { key: 'rail', header: 'Rail' },
              { key: 'status', header: 'State' },
              { key: 'note', header: 'Reference or reason' },
              { key: 'amount', header: 'Amount', align: 'right', sortable: true, phone: 'side' },
            ]}
            rows={payouts.map((payout) => ({
              id: payout.id,
              cells: {
                name: payout.name,
                at: <DateTime at={payout.createdAt} format="minute" />,
                rail: payout.rail === 'stripe_connect' ? 'Stripe' : 'Bank transfer',
                status: <StatusPill state={payout.status} />,
                note:
                  payout.rail === 'bank_transfer' && payout.status === 'submitted' ? (
                    <BankPayout payoutId={payout.id} name={payout.name} />
                  ) : (
                    (payout.bankReference ?? payout.failure ?? '')
                  ),
                amount: <Money amountMinor={payout.amountMinor} currency={payout.currency} />,
              },
              values: {
                name: payout.name,
                at: payout.createdAt,
                amount: { amountMinor: payout.amountMinor, currency: payout.currency },
              },
            }))}
            empty={<EmptyState title="Payouts will be here">Start a run when something is owed.</EmptyState>}
          />
        </section>
        <section aria-label="Record a bank transfer" className="flex max-w-[720px] flex-col gap-3">
          <h2 className="font-semibold text-lg">Record a bank transfer that has arrived</h2>
          <BankFunding />
        </section>
      </div>
    </>
  );
}
