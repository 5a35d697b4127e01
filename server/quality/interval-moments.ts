import type { RatingTable } from './rating-table.ts';

/**
 * Alpha's ingredients on the interval scale without a table of category pairs: sums of answers and of their squares. For measurements, where
 * almost every answer is a category of its own.
 *
 * Σ_{i≠j} (v_i − v_j)² = 2 (m Σ v² − (Σ v)²), within items for the observed and over all pairable answers for the expected disagreement.
 */
export type IntervalMoments = {
  /** Per pairable item: answers, their sum, their sum of squares, and 2 (m Σ v² − (Σ v)²) / (m − 1). */
  readonly contributions: Float64Array;
  readonly width: 4;
  readonly nItems: number;
};

/** The moments of every item with at least two answers, about the middle of the levels (for the sake of rounding). */
export function intervalMoments(table: RatingTable): IntervalMoments {
  const { levels, itemStart, value } = table;
  const middle = levels.reduce((sum, level) => sum + level / levels.length, 0);
  const rows: number[] = [];
  for (let item = 0; item < table.items.length; item += 1) {
    const start = itemStart[item] as number;
    const end = itemStart[item + 1] as number;
    const m = end - start;
    if (m < 2) continue;
    let sum = 0;
    let squares = 0;
    for (let row = start; row < end; row += 1) {
      const level = (levels[value[row] as number] as number) - middle;
      sum += level;
      squares += level ** 2;
    }
    rows.push(m, sum, squares, (2 * Math.max(0, m * squares - sum ** 2)) / (m - 1));
  }
  return { contributions: Float64Array.from(rows), width: 4, nItems: rows.length / 4 };
}

/** Observed and expected disagreement of summed moments. */
export function momentDisagreements(sums: Float64Array): {
  observed: number;
  expected: number;
  nPairable: number;
} {
  const [n = 0, sum = 0, squares = 0, within = 0] = sums;
  if (n < 2) return { observed: 0, expected: 0, nPairable: n };
  const spread = n * squares - sum ** 2;
  // Below this the spread is what rounding leaves of equal answers.
  const isConstant = spread <= 1e-12 * n * squares;
  return { observed: within / n, expected: isConstant ? 0 : (2 * spread) / (n * (n - 1)), nPairable: n };
}
