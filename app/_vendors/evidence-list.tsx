import type { ReactNode } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { VendorPage } from '#server/vendors/view-schemas.ts';

type Line = VendorPage['evidence'][number];

const STANDING = {
  in_date: { tone: 'good', words: 'Reviewed, in date' },
  ends_soon: { tone: 'attention', words: 'Reviewed, ends soon' },
  not_reviewed: { tone: 'information', words: 'Not reviewed yet' },
  expired: { tone: 'critical', words: 'Expired' },
} as const;

/** A document's standing; refused and withdrawn ones, which the vendor alone sees, are said so. */
function Standing({ line }: { line: Line }) {
  if (line.status === 'refused') return <Badge tone="critical">Refused</Badge>;
  if (line.status === 'withdrawn') return <Badge>Withdrawn</Badge>;
  const { tone, words } = STANDING[line.standing];
  return <Badge tone={tone}>{words}</Badge>;
}

/** Documents on how a vendor protects data: scope, period, end, reviewer. `actions` stands behind each, for the vendor. */
export function EvidenceList({
  lines,
  isOwn,
  actions,
}: {
  lines: readonly Line[];
  isOwn: boolean;
  actions?: (line: Line) => ReactNode;
}) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {lines.map((line) => (
        <li key={line.id} className="flex flex-col gap-1 py-3">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="font-medium text-base">{line.title}</h3>
            <Standing line={line} />
            <span className="text-ink-3 text-sm">until {sayDay(line.expiresOn)}</span>
          </div>
          <p className="prose-width">
            {line.issuer}: {line.scope}
          </p>
          <p className="text-ink-3 text-sm">
            Period {line.periodFrom} to {line.periodTo}.{' '}
            {line.reviewer && line.reviewedAt ? (
              <>
                {line.status === 'refused' ? 'Refused' : 'Compared with the document'} by {line.reviewer},{' '}
                <DateTime at={line.reviewedAt} format="day" />.{' '}
              </>
            ) : (
              'Nobody has compared it with the document yet. '
            )}
            {line.gaps ? `Exceptions named: ${line.gaps} ` : 'No exceptions named. '}
            {line.reviewNote ? `The reviewer says: ${line.reviewNote} ` : ''}
            {isOwn || line.isOpen ? (
              <DocumentLink href={`/api/documents/vendor-evidence/${line.id}`}>
                Open the document
              </DocumentLink>
            ) : (
              'The document itself is shown by the vendor on request.'
            )}
          </p>
          {actions?.(line)}
        </li>
      ))}
    </ul>
  );
}
