import { ExternalLink, Paperclip } from 'lucide-react';
import type { ReactNode } from 'react';
import { DateTime } from '#app/_ui/date-time.tsx';
import { languageName } from '#server/credentials/languages.ts';
import { findScheme } from '#server/credentials/schemes.ts';
import type { DeskItem } from '#server/credentials/view-schemas.ts';
import { CopyField } from './copy-field.tsx';

/** What is claimed, each field to copy into the source's search, with the source itself one press away. */
export function ClaimFacts({ item }: { item: DeskItem }) {
  const scheme = findScheme(item.scheme);
  const place = [item.region, item.jurisdiction].filter(Boolean).join(', ');
  const copied = (label: string, value: string | null, none: string) =>
    value === null ? <span className="text-ink-3">{none}</span> : <CopyField label={label} value={value} />;
  return (
    <div className="flex flex-col gap-4">
      {scheme === null ? null : (
        <div className="rounded-lg border border-line-strong p-3">
          <p className="font-medium text-base">
            {scheme.source.url === null ? (
              scheme.source.name
            ) : (
              <a
                id="open-source"
                href={scheme.source.url}
                target="_blank"
                rel="noreferrer"
                className="inline-flex items-center gap-1.5 text-accent-ink underline underline-offset-[3px]"
              >
                {scheme.source.name} <ExternalLink aria-hidden className="size-3.5" />
              </a>
            )}
          </p>
          <p className="prose-width mt-0.5 text-ink-2 text-sm">{scheme.source.how}</p>
        </div>
      )}
      <dl className="divide-y divide-line border-line border-y">
        <Fact term="Person">{copied('Name', item.personName, '')}</Fact>
        <Fact term="Claims">
          {scheme === null ? item.kind.replaceAll('_', ' ') : scheme.name}: {item.title}
        </Fact>
        <Fact term="Number">
          <span className="font-mono">{copied('Number', item.identifier, 'none')}</span>
        </Fact>
        <Fact term="Issuer">
          {item.issuer}
          {place === '' ? '' : ` (${place})`}
        </Fact>
        {item.kind === 'language' ? (
          <Fact term="Language">
            {languageName(item.specialty ?? '')}, {item.proficiency}
          </Fact>
        ) : (
          <Fact term="Specialty">
            {copied('Specialty', item.specialty, 'not given')}
            {item.taxonomyCode === null ? null : (
              <span className="ml-2 text-ink-3 text-sm">NUCC {item.taxonomyCode}</span>
            )}
          </Fact>
        )}
        <Fact term="Issued, expires">
          {item.issuedOn ?? 'not given'}, {item.expiresOn ?? 'does not expire'}
        </Fact>
        <Fact term="Documents">
          {item.documents.length === 0 ? (
            <span className="text-ink-3">{scheme?.needsDocument ? 'missing; ask for one' : 'none'}</span>
          ) : (
            item.documents.map((document) => (
              <a
                key={document.id}
                href={`/api/documents/credentials/${item.id}/${document.id}`}
                target="_blank"
                rel="noreferrer"
                className="mr-3 inline-flex items-center gap-1 text-accent-ink underline underline-offset-[3px]"
              >
                <Paperclip aria-hidden className="size-3.5" />
                {document.fileName}
              </a>
            ))
          )}
        </Fact>
        <Fact term="Waits since">
          <DateTime at={item.waitingSince} />
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7.5rem_1fr] gap-2 py-1.5">
      <dt className="text-ink-3 text-sm">{term}</dt>
      <dd className="min-w-0 break-words text-base">{children}</dd>
    </div>
  );
}
