'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { DateTime } from '#app/_ui/date-time.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import type { LiveView, LiveWhole } from '#server/analytics/schemas.ts';
import { useLiveBatch } from './use-live-batch.ts';

type LiveBatchProps = { batchId: string; first: LiveView; asOf: Date };

const LINKS = {
  connecting: 'Connecting …',
  live: 'Live',
  broken: 'The connection broke; trying again',
  ended: 'Not live any more; load the page again',
} as const;

/** Progress, queue, people at work and the end of a batch, as they change; of a part of one, its people alone. */
export function LiveBatch({ batchId, first, asOf }: LiveBatchProps) {
  const { view, at, link } = useLiveBatch(batchId, { view: first, at: asOf });
  const { whole, status } = view;
  const router = useRouter();
  // Once it stops, closes or is settled, what the rest of the page says and offers is another.
  useEffect(() => {
    if (status !== first.status) router.refresh();
  }, [status, first.status, router]);
  const number = (n: number) => `${view.isRough && n > 0 ? 'about ' : ''}${n.toLocaleString('en')}`;
  return (
    <div className="flex flex-col gap-4">
      {whole === null ? null : (
        <div className="flex flex-col gap-3">
          {view.readsNeeded === null ? null : (
            <ProgressBar label="Reads" done={view.reads} total={view.readsNeeded} unit="reads" />
          )}
          <ProgressBar
            label="Cases settled"
            done={whole.casesSettled}
            total={whole.cases}
            unit="cases"
            isAtLeast={view.isRough && whole.casesSettled < whole.cases}
          />
        </div>
      )}
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1 text-sm">
        {view.readsNeeded === null ? (
          <>
            <dt className="text-ink-3">Reads submitted</dt>
            <dd>{view.reads.toLocaleString('en')}</dd>
          </>
        ) : null}
        {whole === null ? null : (
          <>
            <dt className="text-ink-3">In the queue</dt>
            <dd>
              {number(whole.readsOpen)} {whole.readsOpen === 1 ? 'read' : 'reads'}
            </dd>
          </>
        )}
        <dt className="text-ink-3">On a screen now</dt>
        <dd>
          {view.held.toLocaleString('en')} {view.held === 1 ? 'case' : 'cases'}
        </dd>
        {whole === null ? null : (
          <>
            <dt className="text-ink-3">Waiting for review or the panel</dt>
            <dd>
              {number(whole.casesWaiting)} {whole.casesWaiting === 1 ? 'case' : 'cases'}
            </dd>
          </>
        )}
        <dt className="text-ink-3">At work in the last ten minutes</dt>
        <dd>
          {view.activeReaders} {view.activeReaders === 1 ? 'reader' : 'readers'}
          {view.activeDeciders > 0
            ? `, ${view.activeDeciders} ${view.activeDeciders === 1 ? 'reviewer or adjudicator' : 'reviewers and adjudicators'}`
            : ''}
        </dd>
        {whole === null ? null : (
          <>
            <dt className="text-ink-3">All reads done</dt>
            <dd>
              <Finish finish={whole.finish} />
            </dd>
          </>
        )}
      </dl>
      <p className="flex items-center gap-2 text-ink-3 text-xs">
        <span
          aria-hidden
          className={`inline-block size-2 rounded-full ${link === 'live' ? 'bg-good' : link === 'connecting' ? 'bg-neutral-soft' : 'bg-attention'}`}
        />
        <span aria-live="polite">{LINKS[link]}</span>
        <span>
          · changed <DateTime at={at} format="second" />
        </span>
      </p>
    </div>
  );
}

/** When, in which range, and what that rests on. */
function Finish({ finish }: Pick<LiveWhole, 'finish'>) {
  if (finish.basis === 'not_open') return <>Nothing is being read now</>;
  if (finish.basis === 'nothing_left') return <>All of them are</>;
  if (finish.basis === 'too_early' || finish.at === null)
    return <>Can’t be told before three hours of reading</>;
  return (
    <>
      <DateTime at={finish.at} format="minute" />
      {finish.earliest === null ? null : (
        <>
          {' '}
          (<DateTime at={finish.earliest} format="minute" /> to{' '}
          {finish.latest === null ? 'no last date yet' : <DateTime at={finish.latest} format="minute" />}, 80
          %)
        </>
      )}
      <span className="block text-ink-3 text-xs">
        at {finish.readsPerDay?.toLocaleString('en')} reads a day, the pace of the last seven days in{' '}
        {finish.n} stretches
      </span>
    </>
  );
}
