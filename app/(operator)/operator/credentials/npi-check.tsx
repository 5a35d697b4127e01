import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { Tone } from '#app/_ui/tone.ts';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import type { NpiCheckView } from '#server/registers/schemas.ts';
import { CheckNpiAgain } from './check-npi-again.tsx';

const ELEMENTS = {
  number: 'Number',
  status: 'Status',
  name: 'Name',
  specialty: 'Specialty',
  licence: 'Licence',
} as const;
const WORDS = { agree: 'Agrees', near: 'Look', differ: 'Differs', unknown: 'Not known' } as const;
const TONES: Record<keyof typeof WORDS, Tone> = {
  agree: 'good',
  near: 'attention',
  differ: 'critical',
  unknown: 'neutral',
};
const OUTCOMES: Record<NpiCheckView['outcome'], string> = {
  agrees: 'NPPES says the same.',
  review: 'NPPES says nearly the same; look at what differs.',
  differs: 'Proposal: discrepancy. NPPES says something else; you decide.',
  unknown: 'There was nothing to compare with.',
};

/** What NPPES says beside the claim, element by element, with its source and day: evidence, never the decision. */
export function NpiCheck({ credentialId, check }: { credentialId: string; check: NpiCheckView | null }) {
  return (
    <section aria-label="Automatic NPI check" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold text-lg">Automatic NPI check</h2>
        <CheckNpiAgain credentialId={credentialId} />
      </div>
      {check === null ? (
        <p className="text-base text-ink-2">It has not run yet; it runs within a minute of the claim.</p>
      ) : (
        <>
          <p className="text-base">
            {OUTCOMES[check.outcome]}{' '}
            <span className="text-ink-3">
              {check.source === 'none' ? 'No source' : check.source}
              {check.sourceAsOf === null ? '' : ` as of ${check.sourceAsOf}`}, compared{' '}
              <DateTime at={check.checkedAt} />.
            </span>
          </p>
          <ul className="divide-y divide-line border-line border-y">
            {check.elements.map((one) => (
              <li key={one.element} className="grid grid-cols-[6rem_1fr_auto] items-start gap-2 py-1.5">
                <span className="text-ink-3 text-sm">{ELEMENTS[one.element]}</span>
                <span className="min-w-0 break-words text-base">
                  {one.found === null ? null : <span className="block font-medium">{one.found}</span>}
                  <span className="text-ink-2 text-sm">{one.says}</span>
                </span>
                <Badge tone={TONES[one.result]} icon={<ToneIcon tone={TONES[one.result]} />}>
                  {WORDS[one.result]}
                </Badge>
              </li>
            ))}
          </ul>
          <p className="text-ink-3 text-xs">
            NPPES holds what providers report of themselves; it shows who has a number and proves no licence.
          </p>
        </>
      )}
    </section>
  );
}

/** What the form begins with when a check found something; undefined without a source. */
export function suggestionOf(check: NpiCheckView | null) {
  if (check === null || check.source === 'none') return undefined;
  const wrong = check.elements.filter((one) => one.result === 'differ' || one.result === 'near');
  return {
    primarySource: 'NPPES',
    sourceAsOf: check.sourceAsOf,
    note: wrong.map((one) => one.says).join(' '),
  };
}
