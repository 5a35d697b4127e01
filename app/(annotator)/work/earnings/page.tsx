import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { placeFrom, type Search } from '#app/_shell/address.ts';
import { enterOnly } from '#app/_shell/role-shell.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { RejectedReads } from './rejected-reads.tsx';
import { sumEarnings } from './sum-earnings.ts';

export const metadata: Metadata = { title: 'Earnings' };

type Line = inferRouterOutputs<AppRouter>['payouts']['earnings']['lines'][number];

type EarningsPageProps = { searchParams: Promise<Search> };

export default async function EarningsPage({ searchParams }: EarningsPageProps) {
  const place = placeFrom(await searchParams, 'rejected');
  const { lines, rejections } = await loaded(async (call) => ({
    ...(await call.payouts.earnings()),
    rejections: await call.appeals.rejections({ after: place }),
  }));
  // It stays with whoever has read, also when they read for nobody any more (R31); nobody else has anything here.
  if (lines.length === 0 && rejections.total === 0) await enterOnly('work');
  return (
    <>
      <PageHeader title="Earnings">
        <Answer lines={lines} />
      </PageHeader>
      <DataTable
        id="earnings"
        caption="Earnings by batch"
        complete
        columns={[
          { key: 'work', header: 'Work', phone: 'main', sortable: true },
          { key: 'earned', header: 'Accepted', align: 'right', phone: 'side', sortable: true },
          { key: 'waiting', header: 'Waiting', align: 'right', sortable: true },
          { key: 'rate', header: 'Per active hour', align: 'right', sortable: true },
          {
            key: 'active',
            header: 'Active time',
            csvHeader: 'Active time (s)',
            align: 'right',
            sortable: true,
          },
          { key: 'submitted', header: 'Submitted', align: 'right', sortable: true },
          { key: 'rejected', header: 'Rejected', align: 'right', sortable: true },
          { key: 'payee', header: 'Paid to' },
          { key: 'since', header: 'Since', sortable: true },
        ]}
        rows={lines.map(toRow)}
        empty={
          <EmptyState
            title="What you earn appears here, batch by batch"
            action={<LinkButton href="/work">Go to work for me</LinkButton>}
          >
            A read counts when it is accepted: by a review, when its case is settled, or at the end of the
            review period, at most 21 days after you submitted it.
          </EmptyState>
        }
        note="A read is accepted by a review, when its case is settled, or at the end of the review period; until then it waits. Where checks are mixed in, every read is shown as accepted at the end of its review period or when its batch is settled; a payout may hold it before. The hourly rate counts both. Active time ends 60 seconds after the last sign of work in the viewer."
      />
      <RejectedReads rejections={rejections} isFirst={place === null} />
    </>
  );
}

function Answer({ lines }: { lines: readonly Line[] }) {
  const sums = sumEarnings(lines);
  if (sums.length === 0) return <AnswerLine>You have handed in nothing that is paid yet.</AnswerLine>;
  return (
    <AnswerLine>
      {sums.map((sum, index) => (
        <span key={sum.currency}>
          {index === 0 ? '' : '; '}
          <strong>
            <Money amountMinor={sum.acceptedMinor} currency={sum.currency} />
          </strong>{' '}
          accepted
          {sum.waitingMinor === 0n ? null : (
            <>
              {' '}
              and <Money amountMinor={sum.waitingMinor} currency={sum.currency} /> waiting
            </>
          )}{' '}
          for {formatDuration(Math.round(sum.activeMs / 1000))} of active time
          {sum.perActiveHourMinor === null ? null : (
            <>
              , together{' '}
              <strong>
                <Money amountMinor={sum.perActiveHourMinor} currency={sum.currency} />
              </strong>{' '}
              an hour
            </>
          )}
        </span>
      ))}
      .
    </AnswerLine>
  );
}

function toRow(line: Line) {
  const rate = line.perActiveHourMinor;
  const activeSeconds = Math.round(line.activeMs / 1000);
  const money = (amountMinor: bigint) => <Money amountMinor={amountMinor} currency={line.currency} />;
  return {
    id: `${line.batchId}${line.tier}`,
    name: `${line.project}, ${line.batch}`,
    cells: {
      work: (
        <span>
          {line.project}{' '}
          <span className="text-ink-3">
            · {line.batch}
            {line.tier === 'label' ? '' : `, ${line.tier}`}
          </span>
        </span>
      ),
      earned: money(line.acceptedMinor),
      waiting: line.waitingMinor === 0n ? <span className="text-ink-3">none</span> : money(line.waitingMinor),
      rate: rate === null ? <span className="text-ink-3">under a minute</span> : money(rate),
      active: formatDuration(activeSeconds),
      submitted: String(line.submitted),
      rejected: String(line.rejected),
      payee: line.isPayeeOwn ? (
        'you'
      ) : (
        <span title="It pays you by your own agreement with it">{line.payee}</span>
      ),
      since: <DateTime at={line.joinedAt} format="short-day" />,
    },
    values: {
      work: `${line.project} ${line.batch}`,
      earned: { amountMinor: line.acceptedMinor, currency: line.currency },
      waiting: { amountMinor: line.waitingMinor, currency: line.currency },
      rate: rate === null ? null : { amountMinor: rate, currency: line.currency },
      active: activeSeconds,
      submitted: line.submitted,
      rejected: line.rejected,
      payee: line.payee,
      since: line.joinedAt,
    },
  };
}
