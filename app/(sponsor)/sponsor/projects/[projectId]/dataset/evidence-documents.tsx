import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { needsDocument } from '#server/datasets/rules.ts';
import type { DatasetDocument, DatasetEvidence } from '#server/datasets/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { EVIDENCE_WORDS } from './evidence-words.ts';

/** The documents behind a dataset's evidence, newest first; says when the evidence is a document and none is kept. */
export function EvidenceDocuments({
  evidence,
  documents,
}: {
  evidence: DatasetEvidence;
  documents: readonly DatasetDocument[];
}) {
  if (documents.length === 0) {
    if (!needsDocument(evidence.kind)) return null;
    return (
      <p className="mb-3 flex flex-wrap items-center gap-2 text-sm">
        <Badge tone="attention">No document</Badge>
        The evidence names a document that is not kept here. Renew it with the document.
      </p>
    );
  }
  return (
    <ul
      aria-label="Documents of the evidence"
      className="mb-4 max-w-[720px] divide-y divide-line border-line border-y"
    >
      {documents.map((one) => (
        <li key={one.id} className="flex flex-col gap-0.5 py-2 text-sm">
          <p className="flex flex-wrap items-center gap-x-2">
            <DocumentLink href={`/api/documents/dataset-evidence/${one.id}`}>
              {EVIDENCE_WORDS[one.kind]} {one.reference}
            </DocumentLink>
            {one.sha256 === evidence.sha256 ? <Badge tone="good">In force</Badge> : null}
          </p>
          <p className="text-ink-2">
            {one.issuer}
            {one.issuedOn === null ? '' : `, ${sayDay(one.issuedOn)}`}
            {one.expiresOn === null ? '' : `, until ${sayDay(one.expiresOn)}`}. {one.scope}
          </p>
          <p className="text-ink-3 text-xs">
            Uploaded <DateTime at={one.uploadedAt} />
          </p>
        </li>
      ))}
    </ul>
  );
}
