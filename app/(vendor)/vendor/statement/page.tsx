import { ReceiptText } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statementPlace } from '#server/payouts/schemas.ts';
import { Deductions } from './deductions.tsx';
import { PayoutDestination } from './payout-destination.tsx';

export const metadata: Metadata = { title: 'Statement' };

const PAGE = 100;

type StatementProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** What was earned, what is on its way and what was paid: by person, and line by line. */
export default async function StatementPage({ searchParams }: StatementProps) {
  const before = placeOf((await searchParams).earned_after);
  const { statement, deductions } = await loaded(async (call) => ({
    statement: await call.payouts.statement({ before, limit: PAGE }),
    deductions: await call.contracts.deductions(),
  }));
  const sumOf = (code: string) => statement.balances.filter((balance) => balance.code === code);
  const [owed] = sumOf('payable');
  const [transit] = sumOf('payout_in_transit');
  const currency = owed?.currency ?? 'USD';
  return (
    <>
      <PageHeader title="Statement">
        <AnswerLine>
          <strong>
            <Money amountMinor={owed?.balanceMinor ?? 0n} currency={currency} />
          </strong>{' '}
          is owed to you
          {transit && transit.balanceMinor > 0n ? (
            <>
              {' '}
              and <Money amountMinor={transit.balanceMinor} currency={transit.currency} /> is on its way
            </>
          ) : null}
          .
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <section aria-label="Where you are paid" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Where you are paid</h2>
          <PayoutDestination destinations={statement.destinations} />
        </section>
        <section aria-label="Payouts" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Payouts</h2>
          <DataTable
            id="payouts"
            caption="Payouts"
            complete
            columns={[
              { key: 'at', header: 'Started', sortable: true, phone: 'main' },
              { key: 'amount', header: 'Amount', align: 'right', sortable: true, phone: 'side' },
              { key: 'rail', header: 'Rail' },
              { key: 'status', header: 'State' },
              { key: 'note', header: 'Reference or reason' },
            ]}
            rows={statement.payouts.map((payout) => ({
              id: payout.id,
              cells: {
                at: <DateTime at={payout.createdAt} format="minute" />,
                amount: <Money amountMinor={payout.amountMinor} currency={payout.currency} />,
                rail: payout.rail === 'stripe_connect' ? 'Stripe' : 'Bank transfer',
                status: <StatusPill state={payout.status} />,
                note: payout.bankReference ?? payout.failure ?? '',
              },
              values: {
                at: payout.createdAt,
                amount: { amountMinor: payout.amountMinor, currency: payout.currency },
              },
            }))}
            empty={
              <EmptyState title="Payouts will be here">
                The platform pays what is owed in runs; each is listed with its state.
              </EmptyState>
            }
          />
        </section>
        <Deductions lines={deductions} />
        <section aria-label="By person" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">By person</h2>
          <DataTable
            id="earned-by-person"
            caption="Everything earned so far, by person"
            complete
            urlPrefix="person_"
            columns={[
              { key: 'person', header: 'Person', sortable: true, phone: 'main' },
              { key: 'amount', header: 'Earned in all', align: 'right', sortable: true, phone: 'side' },
            ]}
            rows={statement.totals.map((total) => ({
              id: `${total.personId}-${total.currency}`,
              cells: {
                person: total.person,
                amount: <Money amountMinor={total.amountMinor} currency={total.currency} />,
              },
              values: {
                person: total.person,
                amount: { amountMinor: total.amountMinor, currency: total.currency },
              },
            }))}
            empty={
              <EmptyState title="Your people will be here">
                Each person with what their accepted work has earned.
              </EmptyState>
            }
          />
        </section>
        <section aria-label="Earned" className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">Earned</h2>
          <DataTable
            id="accruals"
            caption="Accepted work, newest first"
            urlPrefix="earned_"
            nextCursor={statement.next && `${statement.next.at.toISOString()}~${statement.next.id}`}
            columns={[
              { key: 'at', header: 'Booked' },
              { key: 'person', header: 'Person', phone: 'main' },
              { key: 'project', header: 'Project' },
              { key: 'batch', header: 'Batch' },
              { key: 'tier', header: 'Work' },
              { key: 'amount', header: 'Amount', align: 'right', phone: 'side' },
            ]}
            rows={statement.lines.map((line) => ({
              id: line.id,
              cells: {
                at: <DateTime at={line.at} format="minute" />,
                person: line.person,
                project: line.project,
                batch: line.batch,
                tier: line.tier === 'label' ? 'Reads' : line.tier === 'review' ? 'Reviews' : 'Adjudication',
                amount: <Money amountMinor={line.amountMinor} currency={line.currency} />,
              },
              values: {
                at: line.at,
                person: line.person,
                project: line.project,
                amount: { amountMinor: line.amountMinor, currency: line.currency },
              },
            }))}
            note="Where checks are mixed in, reads are listed by person and day, when their review period is over or their batch is settled; a payout may hold them before."
            empty={
              <EmptyState icon={<ReceiptText aria-hidden />} title="Earned money will be here">
                Each accepted read is booked at the price that was locked when it was claimed.
              </EmptyState>
            }
          />
        </section>
      </div>
    </>
  );
}

/** The place that a page's address names; an address that names none begins at the newest line. */
function placeOf(text: string | string[] | undefined): { at: Date; id: string } | null {
  const [at = '', id] = typeof text === 'string' ? text.split('~') : [];
  const place = statementPlace.safeParse({ at: new Date(at), id });
  return place.success ? place.data : null;
}
