import { fmix32 } from './counter-hash.ts';
import type { Interval } from './measurement.ts';
import { quantileOfSorted } from './quantile-of-sorted.ts';

export type BootstrapOptions = {
  /** Coverage, default 0.95. */
  readonly level?: number;
  /** Default 10,000. */
  readonly resamples?: number;
  /** Default 1. */
  readonly seed?: number;
};

export type BootstrapResult = {
  /** Percentile interval; null when fewer than 95 % of the resamples had a defined value. */
  readonly ci: Interval | null;
  /** Standard deviation of the resampled values; null with `ci`. */
  readonly se: number | null;
  readonly resamples: number;
  readonly nUndefined: number;
  /** For `Measurement.method`. */
  readonly method: string;
};

/**
 * Seeded percentile bootstrap over ITEMS: draws as many items as there are, with replacement, and recomputes the
 * statistic. Items are the independent unit; reads of one item are not (facts: never resample labels).
 *
 * Works for every statistic that is a function of sums over items: `contributions` holds `width` numbers per item,
 * `statistic` receives their sums over one resample (a scratch array that it must not keep) and may return null. Deterministic: the
 * same contributions in the same order with the same seed give the same interval everywhere.
 *
 * Source: Efron & Tibshirani 1993, ch. 13 (percentile interval; quantiles of Hyndman & Fan type 7).
 *
 * @example bootstrapInterval({ contributions: Float64Array.of(1, 0, 1), width: 1, statistic: (s) => s[0]! / 3 })
 */
export function bootstrapInterval(
  input: {
    contributions: Float64Array;
    width: number;
    statistic: (sums: Float64Array) => number | null;
  } & BootstrapOptions,
): BootstrapResult {
  const { contributions, width, statistic, level = 0.95, resamples = 10_000, seed = 1 } = input;
  const nItems = Math.floor(contributions.length / width);
  const method = `bootstrap_percentile:${resamples}:${seed}`;
  const values = new Float64Array(resamples);
  const sums = new Float64Array(width);
  let nDefined = 0;
  for (let resample = 0; resample < resamples && nItems > 0; resample += 1) {
    sumResample(contributions, width, nItems, resample + 1, seed, sums);
    const value = statistic(sums);
    if (value === null || !Number.isFinite(value)) continue;
    values[nDefined] = value;
    nDefined += 1;
  }
  const nUndefined = resamples - nDefined;
  if (nDefined < 0.95 * resamples || nDefined < 2)
    return { ci: null, se: null, resamples, nUndefined, method };
  const sorted = values.subarray(0, nDefined).sort();
  const tail = (1 - level) / 2;
  return {
    ci: [quantileOfSorted(sorted, tail), quantileOfSorted(sorted, 1 - tail)],
    se: standardDeviation(sorted),
    resamples,
    nUndefined,
    method,
  };
}

/** Adds up the rows of one resample; the counter hash of `counterUniform` is written out because this is the hot loop. */
function sumResample(
  contributions: Float64Array,
  width: number,
  nItems: number,
  stream: number,
  seed: number,
  sums: Float64Array,
): void {
  sums.fill(0);
  const base = (Math.imul(stream, 0x7feb352d) + seed) | 0;
  for (let draw = 0; draw < nItems; draw += 1) {
    const uniform = fmix32((Math.imul(draw, 0x9e3779b1) + base) | 0) / 4294967296;
    const row = Math.floor(uniform * nItems) * width;
    for (let column = 0; column < width; column += 1) {
      sums[column] = (sums[column] as number) + (contributions[row + column] as number);
    }
  }
}

function standardDeviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value;
  mean /= values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
