import type { z } from 'zod';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { screeningDesk } from '#server/registers/schemas.ts';
import { AnswerExclusion } from './answer-exclusion.tsx';
import { LISTS, recordName } from './screening-words.ts';

type Item = z.infer<typeof screeningDesk>['confirmed'][number];

const SAID = {
  not_same: 'Not the same person',
  confirmed: 'Confirmed',
  objected: 'Objects',
  upheld: 'Upheld',
  lifted: 'Lifted',
} as const;

/** Who is kept out, first those who object or whose record has gone from the list. */
export function Confirmed({ items }: { items: readonly Item[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label="Confirmed exclusions" className="flex flex-col gap-2">
      <h2 className="font-semibold text-lg">Confirmed exclusions</h2>
      <ul className="divide-y divide-line border-line border-y">
        {items.map(({ person, hit, isObjectedTo }) => (
          <li key={hit.id} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 py-3">
            <div className="min-w-0 max-w-[720px] flex-1 basis-80">
              <p className="flex flex-wrap items-center gap-2 font-medium text-base">
                {person.name}
                {isObjectedTo ? <Badge tone="attention">Objects: answer within 7 days</Badge> : null}
                {hit.isListed ? null : <Badge tone="attention">Gone from the list: look and lift</Badge>}
              </p>
              <p className="text-ink-3 text-sm">
                {recordName(hit)}, {LISTS[hit.source]}, excluded {hit.record.excludedOn ?? ''}
                {hit.record.reason === null ? '' : ` (${hit.record.reason})`}
              </p>
              <ul className="mt-1 flex flex-col gap-0.5 text-sm">
                {hit.decisions.map((one) => (
                  <li key={`${one.decision} ${one.at.toISOString()}`} className="break-words">
                    <span className="text-ink-3">
                      <DateTime at={one.at} format="day" /> {one.by}:
                    </span>{' '}
                    {SAID[one.decision]}. {one.reason}
                    {one.evidence === null ? '' : ` (${one.evidence})`}
                  </li>
                ))}
              </ul>
            </div>
            <AnswerExclusion hitId={hit.id} name={person.name} isObjectedTo={isObjectedTo} />
          </li>
        ))}
      </ul>
    </section>
  );
}
