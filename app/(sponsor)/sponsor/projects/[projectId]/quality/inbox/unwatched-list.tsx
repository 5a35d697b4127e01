import { TextLink } from '#app/_ui/text-link.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { METRIC_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { UnwatchedBound } from '#server/scores/governance-schemas.ts';

type UnwatchedListProps = { projectId: string; bounds: readonly UnwatchedBound[] };

/** Bounds that nobody should rely on yet: what of the policy is not held against which batch, why, and what to do. */
export function UnwatchedList({ projectId, bounds }: UnwatchedListProps) {
  if (bounds.length === 0) return null;
  return (
    <Section
      title="Bounds that are not watched"
      says={
        <>
          Asked for in the{' '}
          <TextLink href={`/sponsor/projects/${projectId}/edit#quality`}>quality policy</TextLink>, but
          nothing would happen if they were crossed now.
        </>
      }
    >
      <ul className="divide-y divide-line border-line border-y">
        {bounds.map((bound) => (
          <li
            key={`${bound.batchId} ${bound.fieldLabel} ${bound.metric} ${bound.className} ${bound.threshold}`}
            className="grid gap-x-8 gap-y-1 py-3 text-sm sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
          >
            <div>
              <div className="font-medium">
                {METRIC_WORDS[bound.metric] ?? bound.metric} ≥ {bound.threshold.toFixed(2)}
              </div>
              <div className="text-ink-2">
                {bound.fieldLabel}
                {bound.className === '' ? '' : `, ${bound.classLabel}`} in {bound.batchName}
              </div>
            </div>
            <p className="prose-width text-ink-2">
              {bound.why} <span className="text-ink">{bound.todo}</span>
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
