import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { creditAgainst, pairAgreement } from './item-agreement.ts';
import { disagreementsOf } from './krippendorff-alpha.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import { type CustomDifference, type Scale, scaleDifferences } from './scale-differences.ts';
import { studentCritical } from './student-critical.ts';

/** `n` items that got the same answers: `counts` answers per category. */
export type AnswerPattern = { readonly counts: Float64Array; readonly n: number };

export type PatternOptions = { readonly levels: Float64Array; readonly level?: number };

/** What cannot agree is left out: items with one answer. */
const exclusion = 'fewer_than_two_answers';
/** More categories than this are not tabulated in pairs; a closed field has at most 200. */
export const MOST_PATTERN_CATEGORIES = 256;

/**
 * Krippendorff's alpha with its analytic interval from counts of answer patterns instead of items: agreement depends on
 * nothing else, and there are few patterns however many items. Equals
 * `krippendorffAlpha(…, { interval: 'analytic' })` of the items. `n` counts pairable items.
 *
 * Null: `no_overlap`, `one_category`, `too_many_categories` (more than 256: measure from the items).
 *
 * Source: as krippendorff-alpha.ts and krippendorff-error.ts.
 *
 * @example patternAlpha([{ counts: Float64Array.of(2, 0), n: 8 }, { counts: Float64Array.of(1, 1), n: 2 }], 'nominal', { levels })
 */
export function patternAlpha(
  patterns: readonly AnswerPattern[],
  scale: Scale | CustomDifference,
  options: PatternOptions,
): Measurement {
  const { levels, level = 0.95 } = options;
  const K = levels.length;
  const name = `krippendorff_alpha:${typeof scale === 'function' ? 'custom' : scale}`;
  const nAll = itemsOf(patterns);
  if (K > MOST_PATTERN_CATEGORIES)
    return unmeasured({ reason: 'too_many_categories', nExcluded: nAll, exclusion, method: name });
  const pairable = patterns.filter((pattern) => totalOf(pattern.counts) > 1 && pattern.n > 0);
  const n = itemsOf(pairable);
  const nExcluded = nAll - n;
  if (n === 0) return unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method: name });
  const sums = new Float64Array(K + (K * (K - 1)) / 2);
  for (const pattern of pairable) addPattern(pattern, sums);
  const { observed, expected } = disagreementsOf(scale, levels)(sums);
  if (expected === 0) return unmeasured({ reason: 'one_category', n, nExcluded, exclusion, method: name });
  const value = 1 - observed / expected;
  const method = `${name};gwet_linearised:${level}`;
  const differences = new Float64Array(K * K);
  scaleDifferences(scale, levels, sums, differences);
  const largest = differences.reduce((most, one) => Math.max(most, one), 0);
  const se = alphaError(
    pairable,
    differences.map((one) => 1 - one / largest),
    n,
  );
  if (se === null) return measured({ value, n, nExcluded, exclusion, method });
  const margin = studentCritical(level, n - 1) * se;
  return measured({
    value,
    se,
    ci: [Math.max(-1, value - margin), Math.min(1, value + margin)],
    n,
    nExcluded,
    exclusion,
    method,
  });
}

/** Marginals, then coincidences of every two categories as in `disagreementsOf`; costs by the answers given, not by K². */
function addPattern({ counts, n }: AnswerPattern, sums: Float64Array): void {
  const K = counts.length;
  const total = totalOf(counts);
  const given: number[] = [];
  for (let k = 0; k < K; k += 1) if ((counts[k] as number) > 0) given.push(k);
  for (const [index, left] of given.entries()) {
    sums[left] = (sums[left] as number) + n * (counts[left] as number);
    // Pairs of `left` with each category after it lie together, behind those of the categories before it.
    const before = K + left * K - (left * (left + 1)) / 2 - left - 1;
    for (const right of given.slice(index + 1)) {
      const both = ((counts[left] as number) / (total - 1)) * (counts[right] as number);
      sums[before + right] = (sums[before + right] as number) + n * both;
    }
  }
}

/** `krippendorffError` over patterns; null with fewer than two pairable items. */
function alphaError(pairable: readonly AnswerPattern[], weights: Float64Array, n: number): number | null {
  if (n < 2) return null;
  const K = Math.sqrt(weights.length);
  const nAnswers = pairable.reduce((sum, one) => sum + one.n * totalOf(one.counts), 0);
  const mean = nAnswers / n;
  const prevalence = new Float64Array(K);
  const agreement = pairable.map((one) => {
    for (let k = 0; k < K; k += 1)
      prevalence[k] = (prevalence[k] as number) + (one.n * (one.counts[k] as number)) / nAnswers;
    return pairAgreement(one.counts, 0, K, weights) / (mean * (totalOf(one.counts) - 1));
  });
  const observed = pairable.reduce((sum, one, index) => sum + one.n * (agreement[index] as number), 0) / n;
  const credit = creditAgainst(weights, prevalence);
  const expected = prevalence.reduce((sum, share, k) => sum + share * (credit[k] as number), 0);
  if (1 - expected < 1e-12) return null;
  const value = (observed - expected) / (1 - expected);
  let squares = 0;
  for (const [index, one] of pairable.entries()) {
    const excess = (totalOf(one.counts) - mean) / mean;
    const chance = one.counts.reduce((sum, count, k) => sum + (count * (credit[k] as number)) / mean, 0);
    const own = ((agreement[index] as number) - observed * excess - expected) / (1 - expected);
    const shift = (2 * (1 - value) * (chance - expected * excess - expected)) / (1 - expected);
    squares += one.n * (own - shift - value) ** 2;
  }
  return Math.sqrt(squares / (n * (n - 1)));
}

/**
 * Fleiss' kappa (weighted on request) and Gwet's AC from answer patterns, each with Gwet's linearised interval; equal
 * `fleissKappa` and `gwetAc` of the items. Items with one answer count in the prevalence only.
 *
 * Source: Gwet 2014, ch. 2 to 5.
 */
export function patternKappa(
  patterns: readonly AnswerPattern[],
  options: PatternOptions & {
    readonly weights: AgreementWeights;
    readonly coefficient: 'fleiss' | 'gwet_ac';
  },
): Measurement {
  const { levels, level = 0.95, coefficient } = options;
  const K = levels.length;
  const name = coefficient === 'fleiss' ? 'fleiss_kappa' : 'gwet_ac';
  const method = `${name};gwet_linearised:${level}`;
  const items = patterns.filter((pattern) => pattern.n > 0 && totalOf(pattern.counts) > 0);
  const nItems = itemsOf(items);
  const nPairable = itemsOf(items.filter((one) => totalOf(one.counts) > 1));
  const nExcluded = nItems - nPairable;
  if (K > MOST_PATTERN_CATEGORIES)
    return unmeasured({ reason: 'too_many_categories', nExcluded: nItems, exclusion, method });
  if (nPairable === 0) return unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method });
  const weights = agreementWeights(options.weights, levels);
  const prevalence = new Float64Array(K);
  let observed = 0;
  const agreement = items.map(({ counts, n }) => {
    const total = totalOf(counts);
    for (let k = 0; k < K; k += 1)
      prevalence[k] = (prevalence[k] as number) + (n * (counts[k] as number)) / total / nItems;
    if (total < 2) return null;
    const own = pairAgreement(counts, 0, K, weights) / (total * (total - 1));
    observed += (n * own) / nPairable;
    return own;
  });
  const factor = K < 2 ? 1 : weights.reduce((sum, weight) => sum + weight, 0) / (K * (K - 1));
  const credit =
    coefficient === 'fleiss'
      ? creditAgainst(weights, prevalence)
      : prevalence.map((share) => factor * (1 - share));
  const expected = prevalence.reduce((sum, share, k) => sum + share * (credit[k] as number), 0);
  if (K < 2 || 1 - expected < 1e-12)
    return unmeasured({ reason: 'one_category', n: nPairable, nExcluded, exclusion, method });
  const value = (observed - expected) / (1 - expected);
  if (nItems < 2) return measured({ value, n: nPairable, nExcluded, exclusion, method });
  let squares = 0;
  for (const [index, { counts, n }] of items.entries()) {
    const total = totalOf(counts);
    const own = agreement[index];
    const base =
      own === null || own === undefined ? 0 : ((nItems / nPairable) * (own - expected)) / (1 - expected);
    const chance = counts.reduce((sum, count, k) => sum + (count * (credit[k] as number)) / total, 0);
    const shift = (2 * (1 - value) * (chance - expected)) / (1 - expected);
    squares += n * (base - shift - value) ** 2;
  }
  const se = Math.sqrt(squares / (nItems * (nItems - 1)));
  const margin = studentCritical(level, nItems - 1) * se;
  const ci = [Math.max(Math.min(-1, value), value - margin), Math.min(1, value + margin)] as const;
  return measured({ value, se, ci, n: nPairable, nExcluded, exclusion, method });
}

const totalOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
const itemsOf = (patterns: readonly AnswerPattern[]): number =>
  patterns.reduce((sum, pattern) => sum + pattern.n, 0);
