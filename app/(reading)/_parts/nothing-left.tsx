'use client';

import { Button } from '#app/_ui/button.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ReasonChange } from '#app/_ui/reason-change.tsx';
import type { ReadingState } from '#app/(reading)/_session/reading-state.ts';
import type { DeskTier, Reading } from '#app/(reading)/_session/reading-types.ts';
import { Replies } from './replies.tsx';

const DONE: Record<DeskTier, string> = {
  label: 'read',
  review: 'reviewed',
  audit: 'audited',
  adjudicate: 'decided',
};

/** No case: why, and what would change it. Never only an empty page. */
export function NothingLeft({
  state,
  tier,
  replies,
  now,
  onLookAgain,
}: {
  state: ReadingState;
  tier: DeskTier;
  replies: Reading['replies'];
  now: number;
  onLookAgain: () => void;
}) {
  const { phase, cases, reasons, submitted, isOnline, isClaiming, retryAt, unsent } = state;
  const title = titleOf(state);
  return (
    <div className="flex min-h-0 flex-1 items-center justify-center p-6">
      <div className="flex w-full max-w-[56ch] flex-col gap-3" aria-live="polite">
        <h1 className="font-semibold text-xl">{title}</h1>
        {/* What became of the last case, for instance of a report of it, is said although no case follows. */}
        {state.notice === null ? null : <p className="text-ink-2">{state.notice.text}</p>}
        {phase === 'elsewhere' ? (
          <p className="text-ink-2">
            Read on there, or close it and reload this page. Two tabs would show you the same cases.
          </p>
        ) : null}
        <ul className="flex flex-col gap-3">
          {reasons.map((reason) => (
            <li key={`${reason.code}${reason.path ?? ''}`} className="text-ink-2">
              <p>{reason.message}</p>
              <p className="text-ink-3 text-sm">
                <ReasonChange change={reason.change} />
              </p>
            </li>
          ))}
        </ul>
        {submitted > 0 ? (
          <p className="text-ink-2">
            You have {DONE[tier]} {submitted} {submitted === 1 ? 'case' : 'cases'} in this batch.
            {isOnline && unsent > 0 ? ` ${stillSending(unsent)}` : null}
          </p>
        ) : null}
        {reasons.length > 0 ? <Replies replies={replies} /> : null}
        {retryAt !== null && retryAt - now > 10_000 ? (
          <p className="text-ink-3 text-sm">
            Looks again at{' '}
            {new Date(retryAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}.
          </p>
        ) : null}
        {phase === 'starting' ||
        cases.length > 0 ||
        (isClaiming && reasons.length === 0 && isOnline) ? null : (
          <div className="flex gap-2">
            {isOnline ? (
              <LinkButton href="/work" variant="primary">
                Go to work for me
              </LinkButton>
            ) : null}
            {phase === 'elsewhere' ? null : <Button onClick={onLookAgain}>Look again</Button>}
          </div>
        )}
      </div>
    </div>
  );
}

/** Whoever closes the page now should know; it would be sent when they next open Readroom on this device. */
function stillSending(unsent: number): string {
  return unsent === 1 ? 'The last one is still being sent.' : `The last ${unsent} are still being sent.`;
}

function titleOf({ phase, cases, reasons, isOnline, unsent }: ReadingState): string {
  if (phase === 'elsewhere') return 'You are reading this batch in another tab';
  if (!isOnline)
    return unsent > 0
      ? 'No connection. What you read is kept and sent when it is back.'
      : 'No connection. The next case comes when it is back.';
  if (phase === 'failed') return 'The batch could not be opened just now';
  if (phase === 'starting' || cases.length > 0 || reasons.length === 0) return 'Opening the next case';
  return 'No case for you just now';
}
