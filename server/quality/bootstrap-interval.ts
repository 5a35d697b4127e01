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
  const { statistic, ...rest } = input;
  const only = (sums: Float64Array, out: Float64Array) => {
    out[0] = statistic(sums) ?? Number.NaN;
  };
  return bootstrapIntervals({ ...rest, nStatistics: 1, statistics: only })[0] as BootstrapResult;
}

/**
 * Several statistics of the same sums from one pass over the resamples: `statistics` writes them into `out`, NaN where one is
 * undefined. In the order in which they are written.
 */
export function bootstrapIntervals(
  input: {
    contributions: Float64Array;
    width: number;
    nStatistics: number;
    statistics: (sums: Float64Array, out: Float64Array) => void;
  } & BootstrapOptions,
): BootstrapResult[] {
  const { contributions, width, nStatistics, statistics, resamples = defaultResamples, seed = 1 } = input;
  const nItems = Math.floor(contributions.length / width);
  const values = Array.from({ length: nStatistics }, () => new Float64Array(resamples));
  const nDefined = new Array<number>(nStatistics).fill(0);
  const sums = new Float64Array(width);
  const out = new Float64Array(nStatistics);
  const sparse = sparseRows(contributions, width);
  for (let resample = 0; resample < resamples && nItems > 0; resample += 1) {
    if (sparse === null) sumResample(contributions, width, nItems, resample + 1, seed, sums);
    else sumSparseResample(sparse, nItems, resample + 1, seed, sums);
    statistics(sums, out);
    for (const [index, own] of values.entries()) {
      const value = out[index] as number;
      if (!Number.isFinite(value)) continue;
      own[nDefined[index] as number] = value;
      nDefined[index] = (nDefined[index] as number) + 1;
    }
  }
  return values.map((own, index) => summarise(own, nDefined[index] as number, input));
}

const defaultResamples = 10_000;

/**
 * The same for a statistic that is cheaper to take from the drawn items than from sums over wide rows (kappas of many pairs of raters):
 * `statistic` receives the items of one resample, by index, in a scratch array that it must not keep. The items drawn are those
 * of `bootstrapInterval` with the same seed.
 *
 * @example bootstrapOfItems({ nItems: 3, statistic: (items) => items.reduce((sum, item) => sum + score[item]!, 0) / 3 })
 */
export function bootstrapOfItems(
  input: { nItems: number; statistic: (items: Int32Array) => number | null } & BootstrapOptions,
): BootstrapResult {
  const { nItems, statistic, resamples = defaultResamples, seed = 1 } = input;
  const values = new Float64Array(resamples);
  const items = new Int32Array(nItems);
  let nDefined = 0;
  for (let resample = 0; resample < resamples && nItems > 0; resample += 1) {
    const base = (Math.imul(resample + 1, 0x7feb352d) + seed) | 0;
    for (let draw = 0; draw < nItems; draw += 1) {
      const uniform = fmix32((Math.imul(draw, 0x9e3779b1) + base) | 0) / 4294967296;
      items[draw] = Math.floor(uniform * nItems);
    }
    const value = statistic(items);
    if (value === null || !Number.isFinite(value)) continue;
    values[nDefined] = value;
    nDefined += 1;
  }
  return summarise(values, nDefined, input);
}

function summarise(values: Float64Array, nDefined: number, options: BootstrapOptions): BootstrapResult {
  const { level = 0.95, resamples = defaultResamples, seed = 1 } = options;
  const method = `bootstrap_percentile:${resamples}:${seed}`;
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

/** Rows of numbers that are mostly zero: the others with their columns, those of an item from `start[item]` on. */
type SparseRows = {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
};

/** The share of numbers that are not zero, under which looking their columns up costs less than adding the zeros. */
const mostDense = 0.25;

/** Null where the rows are not sparse. With many categories an item has answers in a few of thousands of columns. */
function sparseRows(contributions: Float64Array, width: number): SparseRows | null {
  let n = 0;
  for (const value of contributions) if (value !== 0) n += 1;
  if (n > mostDense * contributions.length) return null;
  const start = new Int32Array(contributions.length / width + 1);
  const column = new Int32Array(n);
  const value = new Float64Array(n);
  let at = 0;
  for (let item = 0; item + 1 < start.length; item += 1) {
    for (let own = 0; own < width; own += 1) {
      const number = contributions[item * width + own] as number;
      if (number === 0) continue;
      column[at] = own;
      value[at] = number;
      at += 1;
    }
    start[item + 1] = at;
  }
  return { start, column, value };
}

/** `sumResample` of sparse rows: the same items in the same order, so the same sums to the last bit. */
function sumSparseResample(
  { start, column, value }: SparseRows,
  nItems: number,
  stream: number,
  seed: number,
  sums: Float64Array,
): void {
  sums.fill(0);
  const base = (Math.imul(stream, 0x7feb352d) + seed) | 0;
  for (let draw = 0; draw < nItems; draw += 1) {
    const uniform = fmix32((Math.imul(draw, 0x9e3779b1) + base) | 0) / 4294967296;
    const item = Math.floor(uniform * nItems);
    const end = start[item + 1] as number;
    for (let at = start[item] as number; at < end; at += 1) {
      const own = column[at] as number;
      sums[own] = (sums[own] as number) + (value[at] as number);
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
