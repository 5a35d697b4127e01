import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LiveBatch } from '#app/_live/live-batch.tsx';
import { PairList } from '#app/_pairs/pair-list.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { isId } from '#server/core/ids.ts';

export const metadata: Metadata = { title: 'Batch' };

const TIERS = { label: 'reads', review: 'reviews', audit: 'audits', adjudicate: 'adjudications' } as const;

/** One batch of the vendor: how it stands now, and who of its people is at it. */
export default async function VendorBatchPage({ params }: { params: Promise<{ batchId: string }> }) {
  const { batchId } = await params;
  if (!isId(batchId)) notFound();
  const batch = await loaded((call) => call.work.vendorBatch({ batchId }));
  // Of a shared batch this is the vendor's own people alone; what others who share it are at is not theirs to see.
  const live = await loaded((call) => call.analytics.vendorLive({ batchId }));
  const pairs = batch.isShared ? null : await loaded((call) => call.labels.vendorPairs({ batchId }));
  return (
    <>
      <PageHeader
        title={batch.name}
        crumbs={[{ label: 'Batches', href: '/vendor/batches' }]}
        meta={
          <>
            <StatusPill state={batch.status} />
            <span className="text-ink-3 text-sm">{batch.project}</span>
          </>
        }
      >
        <AnswerLine>
          Your people have submitted <strong>{live.reads.toLocaleString('en')}</strong>{' '}
          {live.reads === 1 ? 'read' : 'reads'}
          {batch.isShared ? ' of the part of this batch that is yours' : null};{' '}
          <strong>{live.activeReaders}</strong> {live.activeReaders === 1 ? 'is' : 'are'} at work now.
          {batch.isShared ? ' Others read the rest.' : null}
          {batch.statusReason === null ? null : ` The sponsor says: ${batch.statusReason}`}
        </AnswerLine>
      </PageHeader>
      <section className="mt-4 max-w-[720px]" aria-label="How it stands">
        <LiveBatch batchId={batchId} first={live} asOf={new Date()} />
      </section>
      <section className="mt-8" aria-labelledby="people">
        <h2 id="people" className="font-semibold text-lg">
          Your people
        </h2>
        <p className="mb-2 text-ink-3 text-sm">
          Reads count whatever is in the batch. How right they are is in your scorecards, never read by read.
        </p>
        {batch.readers.length === 0 ? (
          <p className="text-base text-ink-2">Nobody has joined yet.</p>
        ) : (
          <ul className="divide-y divide-line border-line border-y">
            {batch.readers.map((row) => (
              <li
                key={`${row.alias} ${row.tier}`}
                className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 text-sm sm:grid sm:grid-cols-[minmax(0,1fr)_7rem_6rem_12rem_6rem]"
              >
                <span className="w-full min-w-0 font-medium">
                  {row.name} <span className="font-normal text-ink-3">{row.alias}</span>
                </span>
                <span className="sm:text-right">
                  {row.reads.toLocaleString('en')} {TIERS[row.tier]}
                </span>
                <span className="text-ink-2 sm:text-right">
                  <Duration seconds={Math.round(row.activeMs / 1000)} />
                </span>
                <span className="text-ink-3 sm:text-right">
                  last <DateTime at={row.lastSeenAt} />
                </span>
                {row.status === 'active' ? null : (
                  <span>
                    <StatusPill state={row.status} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      {pairs === null ? null : <PairList of={pairs} />}
    </>
  );
}
