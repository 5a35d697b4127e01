import { figureOf, widthOf } from '#app/_pilots/criterion-figure.ts';
import { Measure } from '#app/_ui/measure.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { Scorecard } from './pilot-answer.tsx';

type Line = Scorecard['results']['criteria'][number];

/** One criterion: what was asked, what was seen, and how much more would decide it (R10). */
export function CriterionLine({ line }: { line: Line }) {
  const { measurement: m } = line;
  const isRate = line.key === 'throughput';
  const isKappa = line.key.startsWith('reliability');
  const isCost = line.key.startsWith('cost');
  return (
    <>
      <Measure
        label={line.label}
        value={m.value}
        reason={m.reason}
        {...figureOf(line.unit)}
        unit={line.unit || undefined}
        interval={isCost ? widthOf(m.ci) : m.ci}
        intervalNote={
          isKappa || isRate
            ? '95 % bootstrap over cases'
            : isCost
              ? '95 %, from how many labels were checked'
              : '95 % Wilson, reads clustered by case'
        }
        n={m.n}
        nUnit={isRate ? 'reads' : isCost ? 'labels' : 'cases'}
        threshold={{ value: line.threshold, is: line.direction }}
        verdict={line.verdict}
        range={line.unit === '' ? [0, 1] : undefined}
      />
      {line.verdict === 'inconclusive' ? (
        <p className="mt-1 text-ink-2 text-xs">{moreWords(line, isRate ? 'read' : 'case')}</p>
      ) : null}
    </>
  );
}

/** What is left to read, beyond what the card rests on. */
function moreWords({ measurement, itemsInAll }: Line, unit: string): string {
  if (measurement.value === null) return 'There is nothing to judge it by yet.';
  if (itemsInAll === null)
    return 'The value is the threshold itself; no number of further cases would decide it.';
  const more = Math.max(1, Math.ceil(itemsInAll - measurement.n));
  return `About ${counted(more, `more ${unit}`)} would decide it, if the value stays.`;
}
