import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ConsensusChoice } from '#server/work/consensus-choice.ts';

const METHOD_WORDS: Record<string, string> = {
  majority: 'Majority',
  wawa: 'Majority weighed by agreement',
  'one-coin': 'One accuracy per reader',
  'dawid-skene': 'Dawid–Skene',
  mace: 'MACE',
};

/** The method by which each field's final labels were made, why, and how right every method is on gold. */
export function ConsensusChoicePart({ choice }: { choice: ConsensusChoice }) {
  return (
    <Section
      title="How final labels were made"
      says="Per field, the method that is most often right on gold. No method saw the gold it was held against."
    >
      {choice.map((one) => (
        <div key={one.field} className="flex min-w-0 flex-col gap-2 pb-4">
          <h3 className="font-semibold text-base">
            {one.label}: {METHOD_WORDS[one.method] ?? one.method}
          </h3>
          {one.candidates.length === 0 ? (
            <p className="prose-width text-ink-2 text-sm">{one.reason}</p>
          ) : (
            <DotPlotIntervals
              title={`Right on gold, ${one.label}`}
              says={one.reason}
              format="percent"
              rows={one.candidates.map((candidate) => ({
                name: METHOD_WORDS[candidate.method] ?? candidate.method,
                value: candidate.accuracy,
                interval: candidate.interval ?? undefined,
                n: candidate.n,
                emphasised: candidate.method === one.method,
              }))}
            />
          )}
        </div>
      ))}
    </Section>
  );
}
