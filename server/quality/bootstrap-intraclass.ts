import { type BootstrapOptions, type BootstrapResult, bootstrapIntervals } from './bootstrap-interval.ts';
import {
  type IntraclassCorrelations,
  intraclassEstimates,
  type MeanSquares,
} from './intraclass-correlation.ts';
import type { RatingTable } from './rating-table.ts';

type Name = keyof IntraclassCorrelations;
const names = Object.keys(intraclassEstimates) as Name[];

/**
 * Seeded bootstrap intervals over items of the six intraclass correlations, from one pass over the resamples. For a complete matrix with
 * variation only: the caller has asked `intraclassCorrelations`, which says why there is none.
 *
 * Per item the answers of its k raters and the squares of their sum and of themselves: the mean squares are functions of
 * their sums. Answers are taken from their mean, so that the squares do not swallow the differences.
 *
 * @example bootstrapIntraclass(table, { seed: 1 }).icc21.ci
 */
export function bootstrapIntraclass(
  table: RatingTable,
  options: BootstrapOptions = {},
): Record<Name, BootstrapResult> {
  const n = table.items.length;
  const k = table.raters.length;
  const width = k + 2;
  const contributions = new Float64Array(n * width);
  const centre = meanLevel(table);
  for (let item = 0; item < n; item += 1) {
    let sum = 0;
    let squares = 0;
    for (let rater = 0; rater < k; rater += 1) {
      const answer = (table.levels[table.value[item * k + rater] as number] as number) - centre;
      contributions[item * width + rater] = answer;
      sum += answer;
      squares += answer ** 2;
    }
    contributions[item * width + k] = sum ** 2;
    contributions[item * width + k + 1] = squares;
  }
  const { level = 0.95 } = options;
  const results = bootstrapIntervals({
    contributions,
    width,
    nStatistics: names.length,
    statistics: (sums, out) => {
      const squares = meanSquaresOf(sums, n, k);
      for (const [index, name] of names.entries())
        out[index] = squares === null ? Number.NaN : intraclassEstimates[name](squares, level).value;
    },
    ...options,
  });
  return Object.fromEntries(names.map((name, index) => [name, results[index]])) as Record<
    Name,
    BootstrapResult
  >;
}

/** Null for a resample in which nothing varies. */
function meanSquaresOf(sums: Float64Array, n: number, k: number): MeanSquares | null {
  let all = 0;
  let ofRaters = 0;
  for (let rater = 0; rater < k; rater += 1) {
    const sum = sums[rater] as number;
    all += sum;
    ofRaters += sum ** 2 / n;
  }
  const usual = all ** 2 / (n * k);
  const total = (sums[k + 1] as number) - usual;
  // What rounding leaves of nothing, whatever the size of the answers.
  if (total <= 1e-12 * (sums[k + 1] as number)) return null;
  const between = Math.max(0, (sums[k] as number) / k - usual);
  const raters = Math.max(0, ofRaters - usual);
  const left = total - between - raters;
  const residual = left < total * 1e-12 ? 0 : left;
  return {
    n,
    k,
    between: between / (n - 1),
    raters: raters / (k - 1),
    residual: residual / ((n - 1) * (k - 1)),
    within: (raters + residual) / (n * (k - 1)),
  };
}

function meanLevel(table: RatingTable): number {
  let sum = 0;
  for (const value of table.value) sum += table.levels[value] as number;
  return sum / table.value.length;
}
