'use client';

import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Kbd } from '#app/_ui/kbd.tsx';
import type { ReadingState } from '#app/(reading)/_session/reading-state.ts';
import type { DeskTier, Reading } from '#app/(reading)/_session/reading-types.ts';
import { activeToday } from '#app/(reading)/_session/session-clock.ts';

const PER: Record<DeskTier, string> = {
  label: 'this case',
  review: 'this review',
  audit: 'this audit',
  adjudicate: 'this decision',
};

/** Where one is, what it pays, how long today, what is kept where. Quiet: nothing here blinks or counts down. */
export function StatusLine({
  state,
  reading,
  tier,
  now,
  onHelp,
  onLeave,
}: {
  state: ReadingState;
  reading: Reading;
  tier: DeskTier;
  now: number;
  onHelp: () => void;
  onLeave: () => void;
}) {
  const [current] = state.cases;
  // The case of a lesson is handed in already and still on the screen.
  const place = state.submitted + (state.lesson === null && current?.amends == null ? 1 : 0);
  const price = formatMoney({ amountMinor: reading.priceMinor, currency: reading.currency });
  return (
    <footer className="sticky bottom-0 z-10 flex min-h-8 flex-wrap items-center gap-x-5 gap-y-1 border-line border-t bg-surface px-4 py-1 text-ink-3 text-xs lg:col-span-2">
      <button type="button" onClick={onLeave} className="text-ink-2 underline-offset-2 hover:underline">
        Leave
      </button>
      {current === undefined ? null : (
        <>
          <span className="text-ink-2">
            {tier === 'label' && place <= reading.taskCount
              ? `Case ${place} of ${reading.taskCount}`
              : `Case ${place}`}
          </span>
          <span title="Locked when the case was given to you">
            {reading.priceMinor === 0n
              ? 'Own staff, no price per case'
              : `${price.full} for ${PER[tier]}, locked`}
          </span>
        </>
      )}
      <span className="hidden sm:inline">
        Active today {Math.floor(activeToday(state, now) / 60_000)} min
      </span>
      {state.shortLeaseMs === null || state.isLocked ? null : (
        <span className="text-attention-ink">
          {state.shortLeaseMs === 0
            ? 'The time of this case is over; submit now to try'
            : `This case is yours for ${formatDuration(Math.ceil(state.shortLeaseMs / 1000))} more`}
        </span>
      )}
      <span aria-live="polite" className="flex min-w-0 items-center gap-1.5">
        <Connection state={state} />
      </span>
      <button type="button" onClick={onHelp} className="ml-auto hidden items-center gap-1.5 sm:flex">
        <Kbd>?</Kbd> Keys
      </button>
    </footer>
  );
}

function Connection({ state }: { state: ReadingState }): ReactNode {
  const { isOnline, unsent, unkept, draft } = state;
  if (unkept > 0 || draft === 'unkept') {
    const what = unkept > 0 ? `${unkept} ${unkept === 1 ? 'case is' : 'cases are'}` : 'What you put down is';
    return (
      <>
        <CloudOff aria-hidden className="size-3.5 shrink-0 text-attention" />
        <span className="text-ink-2">
          {isOnline ? '' : 'No connection. '}
          {what} not kept on this device; leave this page open.
        </span>
      </>
    );
  }
  if (!isOnline) {
    return (
      <>
        <CloudOff aria-hidden className="size-3.5 shrink-0 text-attention" />
        <span className="text-ink-2">
          {unsent === 0
            ? 'No connection. Read on; what you put down is kept on this device.'
            : `No connection. ${unsent} ${unsent === 1 ? 'case is' : 'cases are'} kept on this device and sent later.`}
        </span>
      </>
    );
  }
  if (unsent > 1) return `Sending ${unsent} cases`;
  return draft === 'saved' ? 'Draft saved' : draft === 'device' ? 'Draft kept on this device' : 'Connected';
}
