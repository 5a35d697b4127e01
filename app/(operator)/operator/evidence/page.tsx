import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import { ReviewForm } from './review-form.tsx';

export const metadata: Metadata = { title: 'Vendor documents' };

/** Documents that vendors uploaded, oldest first: compare what was entered with what the document says. */
export default async function EvidenceDeskPage() {
  const desk = await loaded((call) => call.vendors.evidenceToReview());
  const [next] = desk.items;
  return (
    <>
      <PageHeader title="Vendor documents">
        <AnswerLine>
          {next === undefined ? (
            'No document waits to be compared.'
          ) : (
            <>
              <strong>{desk.waiting}</strong> {desk.waiting === 1 ? 'document waits' : 'documents wait'}, the
              oldest since <DateTime at={next.uploadedAt} />.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {next === undefined ? (
        <EmptyState title="The desk is clear">
          Documents on how vendors protect data appear here, oldest first.
        </EmptyState>
      ) : (
        <section className="flex max-w-[720px] flex-col gap-6" aria-label="Next document">
          <dl className="divide-y divide-line border-line border-y">
            <Fact term="Vendor">{next.vendor}</Fact>
            <Fact term="Is said to be">{next.title}</Fact>
            <Fact term="Issued by">{next.issuer}</Fact>
            <Fact term="Scope">{next.scope}</Fact>
            <Fact term="Period">
              {next.periodFrom} to {next.periodTo}
            </Fact>
            <Fact term="Expires on">{sayDay(next.expiresOn)}</Fact>
            <Fact term="Exceptions">{next.gaps || 'none named'}</Fact>
            <Fact term="Document">
              <DocumentLink href={`/api/documents/vendor-evidence/${next.id}`}>
                Open the document
              </DocumentLink>
            </Fact>
          </dl>
          <ReviewForm key={next.id} evidenceId={next.id} />
        </section>
      )}
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[9rem_1fr] gap-2 py-1.5">
      <dt className="text-ink-3 text-sm">{term}</dt>
      <dd className="min-w-0 break-words text-base">{children}</dd>
    </div>
  );
}
