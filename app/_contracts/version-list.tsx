import { DateTime } from '#app/_ui/date-time.tsx';
import { DocumentLink } from '#app/_ui/document-link.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { documentHref } from './version-words.ts';

/** Every version, newest first, down to the award itself. */
export function VersionList({ contract }: { contract: ContractView }) {
  return (
    <ol className="divide-y divide-line border-line border-y">
      {contract.versions.map((version) => (
        <li key={version.versionId} className="flex flex-col gap-1 py-3">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="font-medium text-base">Version {version.version}</h3>
            <StatusPill state={version.status} />
            {version.inForceFrom ? (
              <span className="text-ink-3 text-sm">
                holds from <DateTime at={version.inForceFrom} format="day" />
              </span>
            ) : null}
          </div>
          <p className="prose-width text-sm">
            {version.changes.join('; ')}. {version.reason}
            {version.decisionReason ? ` ${version.decisionReason}` : ''}
          </p>
          {version.signatures.length === 0 ? null : (
            <p className="text-ink-3 text-sm">
              Signed by{' '}
              {version.signatures
                .map((one) => `${one.name} (${one.title}) for the ${one.side}`)
                .join(' and ')}
              .{' '}
              <DocumentLink href={documentHref(version.versionId, version.isSealed ? 'sealed' : 'original')}>
                {version.isSealed ? 'Open the sealed PDF' : 'Open the PDF'}
              </DocumentLink>
            </p>
          )}
        </li>
      ))}
      <li className="flex flex-col gap-1 py-3">
        <div className="flex flex-wrap items-center gap-x-3">
          <h3 className="font-medium text-base">Version 1</h3>
          <span className="text-ink-3 text-sm">
            the award, <DateTime at={contract.awardedAt} format="day" />
          </span>
        </div>
        <p className="prose-width text-sm">
          The bid at its binding price, awarded by the signed verdict on its pilot (R13).
        </p>
      </li>
    </ol>
  );
}
