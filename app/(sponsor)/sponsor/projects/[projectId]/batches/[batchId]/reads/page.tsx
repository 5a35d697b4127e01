import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { Search } from '#app/_shell/address.ts';
import { loaded, loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { isId } from '#server/core/ids.ts';
import { cursorOf, readCursor } from './read-cursor.ts';
import { ReadTable } from './read-table.tsx';

export const metadata: Metadata = { title: 'Reads' };

const PAGE = 50;

type ReadsPageProps = {
  params: Promise<{ projectId: string; batchId: string }>;
  searchParams: Promise<Search>;
};

/** The reads of a batch by alias: those that wait for acceptance, where one can be rejected with its evidence (R31), or all. */
export default async function ReadsPage({ params, searchParams }: ReadsPageProps) {
  const { projectId, batchId } = await params;
  const { after, show } = await searchParams;
  if (!isId(batchId)) notFound();
  const batch = await loaded((call) => call.work.batch({ batchId }));
  if (batch.projectId !== projectId) notFound();
  if (!(await hasRight('quality.read')))
    return <NotForYourRole what="the reads of a batch" who="your project manager" />;
  const isWaiting = show !== 'all';
  const cursor = readCursor(after);
  const { value: reads, refusal } = await loadedUnless(WITHHELD, (call) =>
    call.labels.reads({ batchId, limit: PAGE, isWaiting, ...(cursor === null ? {} : { after: cursor }) }),
  );
  const base = `/sponsor/projects/${projectId}/batches/${batchId}`;
  if (refusal !== null)
    return (
      <>
        <PageHeader title="Reads">
          <AnswerLine>
            The reads of <TextLink href={base}>{batch.name}</TextLink> are not shown yet.
          </AnswerLine>
        </PageHeader>
        <AnswersWithheld refusal={refusal} />
      </>
    );
  const last = reads.at(-1);
  return (
    <>
      <PageHeader title="Reads">
        <AnswerLine>
          {isWaiting && reads.length === 0 && cursor === null
            ? 'No read waits for acceptance.'
            : 'A read is accepted by a review, with its final label, or at the end of its review period; until then it can be rejected.'}
        </AnswerLine>
      </PageHeader>
      <p className="prose-width mb-4 text-ink-2 text-sm">
        Of the batch <TextLink href={base}>{batch.name}</TextLink>. A read that differs from others, or misses
        a known answer, is no reason to reject it.{' '}
        {isWaiting ? (
          <TextLink href={`${base}/reads?show=all`}>Show accepted reads too</TextLink>
        ) : (
          <TextLink href={`${base}/reads`}>Show only those that wait for acceptance</TextLink>
        )}
      </p>
      <ReadTable
        batchId={batchId}
        reads={reads}
        fields={batch.labelFields.map(({ key, label, options }) => ({
          key,
          label,
          options: Object.fromEntries((options ?? []).map((one) => [one.value, one.label])),
        }))}
        mayReject={await hasRight('batch.manage')}
        nextCursor={reads.length === PAGE && last ? cursorOf(last) : null}
      />
    </>
  );
}
