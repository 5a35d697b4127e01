import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { EVIDENCE_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/dataset/evidence-words.ts';
import { isId } from '#server/core/ids.ts';
import { sayDay } from '#server/notifications/say-day.ts';

export const metadata: Metadata = { title: 'Data evidence' };

const PAGE = 50;

/** The documents on which sponsors' classes of data rest: determinations, data use agreements; newest first. */
export default async function DatasetEvidencePage({ searchParams }: { searchParams: Promise<Search> }) {
  const query = await searchParams;
  const [at, id] = [textFrom(query, 'at'), textFrom(query, 'id')];
  const isPaged = at !== undefined && !Number.isNaN(Date.parse(at)) && isId(id);
  const { items, next } = await loaded((call) =>
    call.datasets.documents({
      limit: PAGE,
      ...(isPaged ? { before: { uploadedAt: new Date(at), id } } : {}),
    }),
  );
  return (
    <>
      <PageHeader title="Data evidence">
        <AnswerLine>
          {items.length === 0
            ? 'No sponsor has uploaded a document.'
            : 'Documents on which the classes of sponsors’ data rest, newest first. Each opening of yours is in the audit trail.'}
        </AnswerLine>
      </PageHeader>
      {items.length === 0 ? (
        <EmptyState title="Documents appear here">
          An expert’s determination or a data use agreement is uploaded with a dataset or when its evidence is
          renewed.
        </EmptyState>
      ) : (
        <ul className="max-w-[960px] divide-y divide-line border-line border-y">
          {items.map((one) => (
            <li key={one.id} className="flex flex-col gap-1 py-3 text-sm">
              <p className="flex flex-wrap items-center gap-2 text-base">
                <DocumentLink href={`/api/documents/dataset-evidence/${one.id}`}>
                  {EVIDENCE_WORDS[one.kind]} {one.reference}
                </DocumentLink>
                <Badge tone={one.isCurrent ? 'good' : 'neutral'}>
                  {one.isCurrent ? 'In force' : 'Replaced'}
                </Badge>
              </p>
              <p>
                {one.sponsor}: {one.dataset} · {DATA_CLASS_WORDS[one.dataClass]}
              </p>
              <p className="text-ink-2">
                {one.issuer}
                {one.issuedOn === null ? '' : `, ${sayDay(one.issuedOn)}`}
                {one.expiresOn === null ? '' : `, until ${sayDay(one.expiresOn)}`}
              </p>
              <p className="prose-width text-ink-2">{one.scope}</p>
              <p className="text-ink-3 text-xs">
                Uploaded <DateTime at={one.uploadedAt} />
                {one.headerCheck === null
                  ? ''
                  : ` · ${one.headerCheck.files} DICOM ${one.headerCheck.files === 1 ? 'header' : 'headers'} looked at, ${one.headerCheck.found.length} kinds of hints`}
              </p>
            </li>
          ))}
        </ul>
      )}
      {next === null ? null : (
        <p className="mt-4">
          <TextLink href={`/operator/dataset-evidence?at=${next.uploadedAt.toISOString()}&id=${next.id}`}>
            Older documents
          </TextLink>
        </p>
      )}
    </>
  );
}
