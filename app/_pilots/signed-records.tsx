import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';

export type Annex = { signatureId: string; jsonSha256: string; pdfSha256: string; createdAt: Date };

/** The signed decisions of a pilot: each as PDF to read and as JSON to check, with the hash that was signed for. */
export function SignedRecords({ annexes }: { annexes: readonly Annex[] }) {
  if (annexes.length === 0) return null;
  return (
    <ul className="divide-y divide-line border-line border-y">
      {annexes.map((annex) => (
        <li
          key={annex.signatureId}
          className="flex min-h-9 flex-wrap items-center gap-x-6 gap-y-1 py-2 text-sm"
        >
          <DateTime at={annex.createdAt} />
          <span className="flex gap-4">
            <TextLink
              href={`/api/documents/annexes/${annex.signatureId}/pdf`}
              prefetch={false}
              target="_blank"
            >
              PDF
            </TextLink>
            <TextLink
              href={`/api/documents/annexes/${annex.signatureId}/json?download`}
              prefetch={false}
              target="_blank"
            >
              JSON
            </TextLink>
          </span>
          <span className="flex items-center gap-2 text-ink-3 text-xs">
            SHA-256 <CopyId id={annex.jsonSha256} />
          </span>
        </li>
      ))}
    </ul>
  );
}
