import type { Metadata } from 'next';
import { creditSentence } from '#app/_contracts/version-words.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { DecideCredit } from './decide-credit.tsx';

export const metadata: Metadata = { title: 'Disputed credits' };

/** Service credits that a vendor disputes, oldest first: what was measured, what the vendor says, and the decision. */
export default async function CreditsPage() {
  const disputes = await loaded((call) => call.contracts.disputes());
  return (
    <>
      <PageHeader title="Disputed credits">
        <AnswerLine>
          {disputes.length === 0 ? (
            'No service credit is disputed.'
          ) : (
            <>
              <strong>{disputes.length}</strong> {disputes.length === 1 ? 'credit waits' : 'credits wait'} for
              your decision.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {disputes.length === 0 ? (
        <EmptyState title="Nothing waits">
          A vendor can dispute a service credit for seven days; nothing is taken until it is decided here.
        </EmptyState>
      ) : (
        <ul className="max-w-[860px] divide-y divide-line border-line border-y">
          {disputes.map((one) => (
            <li key={one.resultId} className="flex flex-col gap-2 py-4">
              <h2 className="font-medium text-base">
                {one.vendor} against {one.sponsor}: {one.batch}
              </h2>
              <p className="text-ink-3 text-sm">
                {one.project}, disputed {one.disputedAt ? <DateTime at={one.disputedAt} /> : 'just now'}
              </p>
              <ul className="list-disc pl-5">
                {one.targets.map((target) => (
                  <li key={target.target}>{target.says}</li>
                ))}
              </ul>
              <p className="prose-width">The vendor says: {one.disputeReason}</p>
              <p className="text-sm">
                {creditSentence(
                  one,
                  (amountMinor) => formatMoney({ amountMinor, currency: one.currency }).full,
                )}
              </p>
              <DecideCredit resultId={one.resultId} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
