import type { CriterionResult } from './schemas.ts';

export type ComparedCard = { pilotId: string; criteria: readonly CriterionResult[] };

/** Whether two pilots differ in a line, and which is better; undecided while the interval of the difference holds 0. */
export type LineDifference = {
  a: string;
  b: string;
  difference: number;
  ci: [number, number];
  better: string | null;
};

type Cell = { value: number; ci: readonly [number, number] };

/**
 * The difference of two measurements with its interval by MOVER (Zou & Donner 2008): from each one's own limits, so that
 * skewed intervals stay so. Both vendors read the same cases, which makes their errors go together and this interval, if
 * anything, too wide: what it calls decided is.
 *
 * @example differenceOf({ value: 0.9, ci: [0.85, 0.94] }, { value: 0.8, ci: [0.74, 0.85] }).ci // about [.03, .17]
 */
export function differenceOf(a: Cell, b: Cell): { difference: number; ci: [number, number] } {
  const difference = a.value - b.value;
  const low = difference - Math.hypot(a.value - a.ci[0], b.ci[1] - b.value);
  const high = difference + Math.hypot(a.ci[1] - a.value, b.value - b.ci[0]);
  return { difference, ci: [low, high] };
}

/** Every line that the cards have, with the differences of each pair of pilots that can be compared in it. */
export function compareCards(cards: readonly ComparedCard[]) {
  const keys = [...new Set(cards.flatMap((card) => card.criteria.map((line) => line.key)))];
  return keys.flatMap((key) => {
    const cells = cards.flatMap(({ pilotId, criteria }) => {
      const line = criteria.find((one) => one.key === key);
      return line ? [{ pilotId, line }] : [];
    });
    const [first] = cells;
    if (!first) return [];
    const { label, threshold, unit, direction } = first.line;
    return [
      {
        key,
        label,
        threshold,
        unit,
        direction,
        cells: cells.map(({ pilotId, line }) => ({
          pilotId,
          value: line.measurement.value,
          ci: line.measurement.ci,
          n: line.measurement.n,
          reason: line.measurement.reason,
          verdict: line.verdict,
        })),
        differences: pairsOf(cells, direction),
      },
    ];
  });
}

function pairsOf(
  cells: readonly { pilotId: string; line: CriterionResult }[],
  direction: CriterionResult['direction'],
): LineDifference[] {
  const found: LineDifference[] = [];
  for (const [at, a] of cells.entries())
    for (const b of cells.slice(at + 1)) {
      const [x, y] = [a.line.measurement, b.line.measurement];
      if (x.value === null || y.value === null || x.ci === null || y.ci === null) continue;
      const { difference, ci } = differenceOf({ value: x.value, ci: x.ci }, { value: y.value, ci: y.ci });
      const isHigher = ci[0] > 0 ? a.pilotId : ci[1] < 0 ? b.pilotId : null;
      const isOther = isHigher === a.pilotId ? b.pilotId : a.pilotId;
      found.push({
        a: a.pilotId,
        b: b.pilotId,
        difference,
        ci,
        better: isHigher === null ? null : direction === 'at_least' ? isHigher : isOther,
      });
    }
  return found;
}
