import { Layers } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';

export const metadata: Metadata = { title: 'Batches' };

/** What the vendor's people are reading, and what they have read. */
export default async function VendorBatchesPage() {
  const batches = await loaded((call) => call.work.vendorBatches());
  const open = batches.filter((batch) => batch.status === 'open').length;
  if (batches.length === 0) {
    return (
      <>
        <PageHeader title="Batches" />
        <EmptyState icon={<Layers aria-hidden />} title="No batch is yours to read yet">
          A pilot order or an award brings the first; your people who are engaged in it can then start.
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Batches">
        <AnswerLine>
          <strong>{open}</strong> {open === 1 ? 'batch is' : 'batches are'} open to your people.
        </AnswerLine>
      </PageHeader>
      <ul className="divide-y divide-line border-line border-y">
        {batches.map((batch) => (
          <li key={batch.batchId} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <span className="min-w-0 flex-1">
              <TextLink className="font-medium" href={`/vendor/batches/${batch.batchId}`}>
                {batch.name}
              </TextLink>
              <span className="block text-ink-3 text-xs">
                {batch.project} · {batch.cases.toLocaleString('en')} {batch.cases === 1 ? 'case' : 'cases'}
                {batch.isShared ? ', shared with others' : null}
                {batch.openedAt === null ? null : (
                  <>
                    {' '}
                    · opened <DateTime at={batch.openedAt} format="day" />
                  </>
                )}
              </span>
            </span>
            <StatusPill state={batch.status} />
          </li>
        ))}
      </ul>
    </>
  );
}
