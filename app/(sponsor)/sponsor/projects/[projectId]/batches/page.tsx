import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { BATCH_KIND_WORDS, counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { MOST_BATCHES } from '#server/work/schemas.ts';

export const metadata: Metadata = { title: 'Batches' };

/** Every batch of a project, and the way to a new one. */
export default async function BatchesPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const batches = await loaded((call) => call.work.batches({ projectId }));
  // A pilot's name tells no vendor, so whoever compares bids is told it beside.
  const pilots = (await hasRight('bid.compare'))
    ? await loaded((call) => call.pilots.ofProject({ projectId }))
    : [];
  const vendorOf = (batchId: string) => pilots.find((pilot) => pilot.batchIds.includes(batchId))?.vendor;
  const base = `/sponsor/projects/${projectId}`;
  const running = batches.filter((batch) => batch.status === 'open');
  const drafts = batches.filter((batch) => batch.status === 'draft').length;
  const left = running.reduce((sum, one) => sum + (one.firstReadsNeeded - one.totals.firstReads), 0);
  const create = (await hasRight('batch.manage')) ? (
    <LinkButton variant="primary" href={`${base}/batches/new`}>
      Create batch
    </LinkButton>
  ) : undefined;
  return (
    <>
      <PageHeader
        title="Batches"
        actions={
          <>
            <LinkButton variant="quiet" href={`${base}/dashboard`}>
              Live dashboard
            </LinkButton>
            {create ? (
              <LinkButton variant="quiet" href={`${base}/batches/routing`}>
                Routing
              </LinkButton>
            ) : null}
            {create}
          </>
        }
      >
        <AnswerLine>
          {batches.length === 0 ? (
            'Nothing is being read yet.'
          ) : (
            <>
              <strong>
                {running.length === 0 ? 'No batch' : counted(running.length, 'batch', 'batches')}
              </strong>{' '}
              {running.length === 1 || running.length === 0 ? 'is' : 'are'} open
              {running.length > 0 ? <> with {counted(left, 'first read')} left</> : null}
              {drafts > 0 ? <>; {counted(drafts, 'draft waits', 'drafts wait')} to be opened</> : null}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <DataTable
        id="batches"
        caption="Batches"
        complete
        note={
          batches.length < MOST_BATCHES
            ? null
            : `The newest ${MOST_BATCHES} batches are listed; those that are settled give way to those that are not.`
        }
        columns={[
          { key: 'name', header: 'Batch', phone: 'main', sortable: true, maxWidth: 320 },
          { key: 'kind', header: 'Kind', sortable: true },
          { key: 'status', header: 'State', phone: 'side', sortable: true },
          { key: 'cases', header: 'Cases', align: 'right', sortable: true },
          { key: 'reads', header: 'First reads', align: 'right', sortable: true },
          { key: 'overlap', header: 'Overlap', align: 'right', sortable: true, hiddenAtFirst: true },
          { key: 'price', header: 'Per read', align: 'right', sortable: true },
          { key: 'earned', header: 'Earned', align: 'right', sortable: true },
          { key: 'opened', header: 'Opened', sortable: true },
        ]}
        rows={batches.map((batch) => {
          const { totals } = batch;
          const { firstReadsNeeded: needed } = batch;
          const share = needed === 0 ? 0 : totals.firstReads / needed;
          return {
            id: batch.id,
            href: `${base}/batches/${batch.id}`,
            cells: {
              name: vendorOf(batch.id) ? `${batch.name}, ${vendorOf(batch.id)}` : batch.name,
              kind: BATCH_KIND_WORDS[batch.kind] ?? batch.kind,
              status:
                batch.loadState === 'loading' ? (
                  <Badge tone="information">
                    Loading{' '}
                    {Math.floor((100 * batch.loadedCount) / Math.max(1, batch.taskCount + batch.goldCount))} %
                  </Badge>
                ) : (
                  <StatusPill state={batch.status} />
                ),
              cases: batch.taskCount.toLocaleString('en'),
              reads: (
                <>
                  {totals.firstReads.toLocaleString('en')}{' '}
                  <span className="text-ink-3">
                    of {needed.toLocaleString('en')} ({Math.floor(share * 100)} %)
                  </span>
                </>
              ),
              overlap: batch.overlap,
              price: <Money amountMinor={batch.pricePerReadMinor} currency={batch.currency} codeHidden />,
              earned: <Money amountMinor={totals.accruedMinor} currency={batch.currency} />,
              opened: batch.openedAt ? (
                <DateTime at={batch.openedAt} />
              ) : (
                <span className="text-ink-3">Not yet</span>
              ),
            },
            values: {
              name: batch.name,
              kind: batch.kind,
              status: batch.status,
              cases: batch.taskCount,
              reads: totals.firstReads,
              overlap: batch.overlap,
              price: { amountMinor: batch.pricePerReadMinor, currency: batch.currency },
              earned: { amountMinor: totals.accruedMinor, currency: batch.currency },
              opened: batch.openedAt,
            },
          };
        })}
        filters={[
          {
            key: 'kind',
            label: 'Kind',
            options: [...new Set(batches.map((batch) => batch.kind))].map((value) => ({
              value,
              label: BATCH_KIND_WORDS[value] ?? value,
            })),
          },
        ]}
        empty={
          <EmptyState title="No batch yet" action={create}>
            A batch is a bounded run of reading with its own price, overlap and protocol version. Pilots make
            theirs when you order them.
          </EmptyState>
        }
      />
    </>
  );
}
