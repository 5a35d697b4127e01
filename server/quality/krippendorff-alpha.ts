import { type BootstrapOptions, bootstrapInterval } from './bootstrap-interval.ts';
import { intervalMoments, momentDisagreements } from './interval-moments.ts';
import { krippendorffError } from './krippendorff-error.ts';
import { type Interval, type Measurement, measured, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';
import { type CustomDifference, type Scale, scaleDifferences } from './scale-differences.ts';
import { studentCritical } from './student-critical.ts';

export type AlphaOptions = BootstrapOptions & {
  readonly scale: Scale | CustomDifference;
  /** `bootstrap` (default), `analytic` (Gwet's error, t interval) or `none`, where only the value is needed. */
  readonly interval?: 'bootstrap' | 'analytic' | 'none';
};

export type AlphaMeasurement = Measurement & {
  /** Mean squared difference within items; null when nothing can be compared. */
  readonly observedDisagreement: number | null;
  /** Mean squared difference between any two pairable answers. */
  readonly expectedDisagreement: number | null;
  /** Answers that have another answer on the same item. */
  readonly nPairable: number;
};

/**
 * Krippendorff's alpha: one minus observed over expected disagreement, for any number of raters, any missing
 * answers and the given scale. 1 is perfect agreement, 0 what chance would give.
 *
 * α = 1 − (N − 1) Σ_{c<k} o_ck δ²_ck / Σ_{c<k} n_c n_k δ²_ck, with coincidences o_ck = Σ_items n_uc n_uk / (m_u − 1),
 * n_c their marginals and N their sum. Items with fewer than two answers say nothing and are excluded. `n` and
 * `nExcluded` count items. The interval is the seeded percentile bootstrap over items; each resample recomputes the marginals
 * and with them the ordinal differences. With more items × pairs of categories than fit into memory it is the analytic one, as
 * `method` says.
 *
 * Null with a reason: `no_overlap` (no item with two answers), `one_category` (everyone always gave the same answer: agreement
 * cannot be told from lack of variation), `non_numeric_scale` (interval or ratio over words), `negative_ratio_scale`,
 * `too_many_categories` (more than 1,000, except on the interval scale, which then has the bootstrap interval only).
 *
 * Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; Krippendorff 2019, ch. 12.
 *
 * @example krippendorffAlpha(buildRatingTable(reads, { categories: [0, 1, 2, 3, 4] }), { scale: 'ordinal' }).value
 */
export function krippendorffAlpha(table: RatingTable, options: AlphaOptions): AlphaMeasurement {
  const { scale } = options;
  const name = `krippendorff_alpha:${typeof scale === 'function' ? 'custom' : scale}`;
  const bad = scaleProblem(table, scale);
  if (bad !== null) {
    return {
      ...unmeasured({ reason: bad, method: name }),
      observedDisagreement: null,
      expectedDisagreement: null,
      nPairable: 0,
    };
  }
  const isContinuous = scale === 'interval' && table.categories.length > mostPairedCategories;
  const { sums, nItems } = isContinuous ? momentSums(table) : coincidenceSums(table);
  const nExcluded = table.items.length - nItems;
  const exclusion = 'fewer_than_two_answers';
  const disagreements = isContinuous ? momentDisagreements : disagreementsOf(scale, table.levels);
  const { observed, expected, nPairable } = disagreements(sums);
  const extra = {
    observedDisagreement: nItems === 0 ? null : observed,
    expectedDisagreement: nItems === 0 ? null : expected,
    nPairable,
  };
  if (nItems === 0)
    return { ...unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method: name }), ...extra };
  if (expected === 0) {
    return {
      ...unmeasured({ reason: 'one_category', n: nItems, nExcluded, exclusion, method: name }),
      ...extra,
    };
  }
  const value = 1 - observed / expected;
  if (options.interval === 'none')
    return { ...measured({ value, n: nItems, nExcluded, exclusion, method: name }), ...extra };
  const isTooWide = nItems * sums.length > MOST_RESAMPLED;
  if (!isContinuous && (options.interval === 'analytic' || isTooWide)) {
    const level = options.level ?? 0.95;
    const method = `${name};gwet_linearised:${level}`;
    return {
      ...measured({
        value,
        n: nItems,
        nExcluded,
        exclusion,
        method,
        ...analyticError(table, scale, sums, value, level),
      }),
      ...extra,
    };
  }
  const boot = bootstrapInterval({
    ...(isContinuous ? intervalMoments(table) : coincidenceContributions(table, nItems)),
    statistic: (resampled) => {
      const parts = disagreements(resampled);
      return parts.expected === 0 ? null : 1 - parts.observed / parts.expected;
    },
    ...options,
  });
  const method = `${name};${boot.method}`;
  return {
    ...measured({ value, ci: boot.ci, se: boot.se, n: nItems, nExcluded, exclusion, method }),
    ...extra,
  };
}

/** Counts that resampling may keep (items × pairs of categories), 2 GB of them; beyond, the interval is the analytic one. */
const MOST_RESAMPLED = 2.5e8;
/** Above this, the interval scale works from moments instead of a table of category pairs. */
const mostPairedCategories = 64;
/** The most categories whose pairs are tabulated. */
export const mostCategories = 1000;

function momentSums(table: RatingTable): { sums: Float64Array; nItems: number } {
  const { contributions, width, nItems } = intervalMoments(table);
  const sums = new Float64Array(width);
  for (let at = 0; at < contributions.length; at += 1) {
    sums[at % width] = (sums[at % width] as number) + (contributions[at] as number);
  }
  return { sums, nItems };
}

/** Gwet's error with the differences as they are, turned into agreement weights 1 − δ² / max δ². */
function analyticError(
  table: RatingTable,
  scale: Scale | CustomDifference,
  marginals: Float64Array,
  value: number,
  level: number,
): { se: number; ci: Interval } | Record<string, never> {
  const K = table.categories.length;
  const differences = new Float64Array(K * K);
  scaleDifferences(scale, table.levels, marginals, differences);
  const largest = differences.reduce((most, difference) => Math.max(most, difference), 0);
  const error = krippendorffError(
    table,
    differences.map((difference) => 1 - difference / largest),
  );
  if (error === null) return {};
  const margin = studentCritical(level, error.nItems - 1) * error.se;
  return { se: error.se, ci: [Math.max(-1, value - margin), Math.min(1, value + margin)] };
}

function scaleProblem(table: RatingTable, scale: Scale | CustomDifference): string | null {
  if (table.categories.length > mostCategories && scale !== 'interval') return 'too_many_categories';
  if (scale !== 'interval' && scale !== 'ratio') return null;
  if (!table.isNumeric) return 'non_numeric_scale';
  return scale === 'ratio' && table.levels.some((level) => level < 0) ? 'negative_ratio_scale' : null;
}

/** K marginals, then K(K−1)/2 coincidences of different categories (upper triangle by rows), summed over items. */
function coincidenceSums(table: RatingTable): { sums: Float64Array; nItems: number } {
  const K = table.categories.length;
  const sums = new Float64Array(K + (K * (K - 1)) / 2);
  const counts = new Float64Array(K);
  let nItems = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    if (countAnswers(table, item, counts) < 2) continue;
    nItems += 1;
    addCoincidences(counts, sums, 0);
  }
  return { sums, nItems };
}

/** The same per pairable item, so that any resample of items is a sum of rows. */
function coincidenceContributions(
  table: RatingTable,
  nItems: number,
): { contributions: Float64Array; width: number } {
  const K = table.categories.length;
  const width = K + (K * (K - 1)) / 2;
  const contributions = new Float64Array(nItems * width);
  const counts = new Float64Array(K);
  let offset = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    if (countAnswers(table, item, counts) < 2) continue;
    addCoincidences(counts, contributions, offset);
    offset += width;
  }
  return { contributions, width };
}

function countAnswers(table: RatingTable, item: number, counts: Float64Array): number {
  const { itemStart, value } = table;
  const start = itemStart[item] as number;
  const end = itemStart[item + 1] as number;
  if (end - start < 2) return end - start;
  counts.fill(0);
  for (let row = start; row < end; row += 1) {
    const category = value[row] as number;
    counts[category] = (counts[category] as number) + 1;
  }
  return end - start;
}

/** Adds one item's marginals and coincidences, see `coincidenceSums`, at `offset`. */
function addCoincidences(counts: Float64Array, out: Float64Array, offset: number): void {
  const K = counts.length;
  let total = 0;
  for (let k = 0; k < K; k += 1) {
    total += counts[k] as number;
    out[offset + k] = (out[offset + k] as number) + (counts[k] as number);
  }
  let pair = offset + K;
  for (let left = 0; left < K; left += 1) {
    // Most categories are not answered on an item; without this an item costs K² / 2, however few reads it has.
    if (counts[left] === 0) {
      pair += K - 1 - left;
      continue;
    }
    const scaled = (counts[left] as number) / (total - 1);
    for (let right = left + 1; right < K; right += 1) {
      out[pair] = (out[pair] as number) + scaled * (counts[right] as number);
      pair += 1;
    }
  }
}

/** Observed and expected disagreement of summed contributions; reuses its scratch arrays between calls. */
export function disagreementsOf(scale: Scale | CustomDifference, levels: Float64Array) {
  const nCategories = levels.length;
  const differences = new Float64Array(nCategories * nCategories);
  scaleDifferences(scale, levels, new Float64Array(nCategories), differences);
  return (sums: Float64Array): { observed: number; expected: number; nPairable: number } => {
    if (scale === 'ordinal') scaleDifferences(scale, levels, sums, differences);
    let total = 0;
    for (let category = 0; category < nCategories; category += 1) total += sums[category] as number;
    let observed = 0;
    let expected = 0;
    let pair = nCategories;
    for (let left = 0; left < nCategories; left += 1) {
      for (let right = left + 1; right < nCategories; right += 1) {
        const difference = differences[left * nCategories + right] as number;
        observed += (sums[pair] as number) * difference;
        expected += (sums[left] as number) * (sums[right] as number) * difference;
        pair += 1;
      }
    }
    if (total < 2) return { observed: 0, expected: 0, nPairable: total };
    return {
      observed: (2 * observed) / total,
      expected: (2 * expected) / (total * (total - 1)),
      nPairable: total,
    };
  };
}
