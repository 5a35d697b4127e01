import fQuantile from '@stdlib/stats-base-dists-f-quantile';
import { type Interval, type Measurement, measured, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

export type IntraclassCorrelations = {
  /** Each item has its own random raters; one rating. */
  readonly icc11: Measurement;
  /** The raters are a random sample; absolute agreement of one rating. */
  readonly icc21: Measurement;
  /** These raters only; consistency of one rating. */
  readonly icc31: Measurement;
  /** The same three for the mean of all k raters. */
  readonly icc1k: Measurement;
  readonly icc2k: Measurement;
  readonly icc3k: Measurement;
};

/**
 * The six intraclass correlations of Shrout & Fleiss for a complete items × raters matrix of numbers.
 *
 * From the mean squares between items (B), between raters (J), residual (E) and within items (W):
 * ICC(1,1) = (B − W)/(B + (k−1)W) · ICC(2,1) = (B − E)/(B + (k−1)E + k(J − E)/n) · ICC(3,1) = (B − E)/(B + (k−1)E); the
 * k forms are (B − W)/B, (B − E)/(B + (J − E)/n), (B − E)/B. Intervals by F quantiles; that of ICC(2,k) is the
 * Spearman–Brown transform of the ICC(2,1) bounds (packages differ here).
 *
 * Null with a reason: `non_numeric_scale`, `needs_two_raters`, `needs_two_items`, `incomplete_matrix` (an item lacks a rater's answer: never
 * completed by deletion; use alpha's interval scale), `no_variation`.
 *
 * Source: Shrout & Fleiss 1979; McGraw & Wong 1996.
 *
 * @example intraclassCorrelations(table).icc21.value // .28976378 on Shrout & Fleiss' table 2
 */
export function intraclassCorrelations(
  table: RatingTable,
  options: { level?: number } = {},
): IntraclassCorrelations {
  const { level = 0.95 } = options;
  const squares = meanSquares(table);
  const names = {
    icc11: 'icc_1_1',
    icc21: 'icc_2_1',
    icc31: 'icc_3_1',
    icc1k: 'icc_1_k',
    icc2k: 'icc_2_k',
    icc3k: 'icc_3_k',
  };
  const entries = (Object.keys(names) as Array<keyof typeof names>).map((key) => {
    const method = `${names[key]};f:${level}`;
    if (typeof squares === 'string') return [key, unmeasured({ reason: squares, method })] as const;
    const { value, ci } = intraclassEstimates[key](squares, level);
    const isWhole = value === Number.NEGATIVE_INFINITY;
    return [
      key,
      isWhole
        ? unmeasured({ reason: 'no_variation', n: squares.n, method })
        : measured({ value, ci, n: squares.n, method }),
    ] as const;
  });
  return Object.fromEntries(entries) as IntraclassCorrelations;
}

/** What the six are computed from: `n` items, `k` raters and the mean squares of the two-way analysis of variance. */
export type MeanSquares = {
  readonly n: number;
  readonly k: number;
  readonly between: number;
  readonly raters: number;
  readonly residual: number;
  readonly within: number;
};

/** The two-way analysis of variance, or why there is none. */
function meanSquares(table: RatingTable): MeanSquares | string {
  if (!table.isNumeric) return 'non_numeric_scale';
  const n = table.items.length;
  const k = table.raters.length;
  if (k < 2) return 'needs_two_raters';
  if (n < 2) return 'needs_two_items';
  if (table.value.length !== n * k) return 'incomplete_matrix';
  const itemMeans = new Float64Array(n);
  const raterMeans = new Float64Array(k);
  let mean = 0;
  for (let item = 0; item < n; item += 1) {
    if (table.itemStart[item + 1] !== (item + 1) * k) return 'incomplete_matrix';
    for (let rater = 0; rater < k; rater += 1) {
      const row = item * k + rater;
      if (table.rater[row] !== rater) return 'incomplete_matrix';
      const level = table.levels[table.value[row] as number] as number;
      itemMeans[item] = (itemMeans[item] as number) + level / k;
      raterMeans[rater] = (raterMeans[rater] as number) + level / n;
      mean += level / (n * k);
    }
  }
  let between = 0;
  let raters = 0;
  let total = 0;
  for (const value of itemMeans) between += k * (value - mean) ** 2;
  for (const value of raterMeans) raters += n * (value - mean) ** 2;
  for (const value of table.value) total += ((table.levels[value] as number) - mean) ** 2;
  // By category, not by size: measurements may be tiny.
  if (table.value.every((value) => value === table.value[0])) return 'no_variation';
  const left = total - between - raters;
  // What rounding leaves of nothing would make an interval of its own.
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

export type Estimate = { readonly value: number; readonly ci: Interval | null };

/** Value and F interval of each. */
export const intraclassEstimates: Record<
  keyof IntraclassCorrelations,
  (squares: MeanSquares, level: number) => Estimate
> = {
  icc11: (s, level) => single(s, s.within, s.n * (s.k - 1), level),
  icc31: (s, level) => single(s, s.residual, (s.n - 1) * (s.k - 1), level),
  icc1k: (s, level) => average(s, s.within, s.n * (s.k - 1), level),
  icc3k: (s, level) => average(s, s.residual, (s.n - 1) * (s.k - 1), level),
  icc21: absoluteSingle,
  icc2k: (s, level) => {
    const value = (s.between - s.residual) / (s.between + (s.raters - s.residual) / s.n);
    const { ci } = absoluteSingle(s, level);
    const stepUp = (bound: number) => (s.k * bound) / (1 + (s.k - 1) * bound);
    return { value, ci: ci === null ? null : [stepUp(ci[0]), stepUp(ci[1])] };
  },
};

/** Bounds of the F ratio between items ÷ error; null when the error is zero and the ratio has none. */
function ratioBounds(s: MeanSquares, error: number, errorDf: number, level: number): Interval | null {
  if (error === 0) return null;
  const p = 1 - (1 - level) / 2;
  const ratio = s.between / error;
  return [ratio / fQuantile(p, s.n - 1, errorDf), ratio * fQuantile(p, errorDf, s.n - 1)];
}

function single(s: MeanSquares, error: number, errorDf: number, level: number): Estimate {
  const bounds = ratioBounds(s, error, errorDf, level);
  const of = (ratio: number) => (ratio - 1) / (ratio + s.k - 1);
  return {
    value: (s.between - error) / (s.between + (s.k - 1) * error),
    ci: bounds === null ? null : [of(bounds[0]), of(bounds[1])],
  };
}

function average(s: MeanSquares, error: number, errorDf: number, level: number): Estimate {
  const bounds = ratioBounds(s, error, errorDf, level);
  return {
    value: (s.between - error) / s.between,
    ci: bounds === null ? null : [1 - 1 / bounds[0], 1 - 1 / bounds[1]],
  };
}

function absoluteSingle(s: MeanSquares, level: number): Estimate {
  const { n, k, between, raters, residual } = s;
  const value = (between - residual) / (between + (k - 1) * residual + (k * (raters - residual)) / n);
  if (residual === 0) return { value, ci: null };
  const p = 1 - (1 - level) / 2;
  const ratio = raters / residual;
  const items = n * (1 + (k - 1) * value) - k * value;
  const top = (k - 1) * (n - 1) * (k * value * ratio + items) ** 2;
  const df = top / ((n - 1) * (k * value * ratio) ** 2 + items ** 2);
  const upper = fQuantile(p, n - 1, df);
  const lower = fQuantile(p, df, n - 1);
  const spread = k * raters + (k * n - k - n) * residual;
  return {
    value,
    ci: [
      (n * (between - upper * residual)) / (upper * spread + n * between),
      (n * (lower * between - residual)) / (spread + n * lower * between),
    ],
  };
}
