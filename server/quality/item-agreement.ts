import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';
import { studentCritical } from './student-critical.ts';

/**
 * What every chance-corrected coefficient starts from, per item and in all (Gwet's formulation, missing answers welcome).
 * Items without any answer are not in it.
 */
export type ItemAgreement = {
  readonly nCategories: number;
  /** Items with at least one answer. */
  readonly nItems: number;
  /** Items with at least two: the ones that can agree. */
  readonly nPairable: number;
  /** Items of the table that are in neither. */
  readonly nEmpty: number;
  /** Answers per item and category, row-major items × K. */
  readonly counts: Float64Array;
  /** Answers per item. */
  readonly totals: Float64Array;
  /** Weighted share of agreeing pairs per item, 0 where there is no pair. */
  readonly agreement: Float64Array;
  /** Mean of `agreement` over the pairable items. */
  readonly observed: number;
  /** Mean over items of the share of each category. */
  readonly prevalence: Float64Array;
  /** Agreement weights, row-major K × K. */
  readonly weights: Float64Array;
  /** Two raters who both answered every item: the design of the classical 2-rater formulas. */
  readonly isTwoRaterTable: boolean;
};

/** p_a and π_k of the facts' one agreement core: r*_ik = Σ_l w_kl r_il, p_a,i = Σ_k r_ik (r*_ik − 1) / (r_i (r_i − 1)). */
export function itemAgreement(table: RatingTable, weighting: AgreementWeights = 'none'): ItemAgreement {
  const K = table.categories.length;
  const weights = agreementWeights(weighting, table.levels);
  const all = table.items.length;
  let nItems = 0;
  for (let item = 0; item < all; item += 1)
    if (table.itemStart[item] !== table.itemStart[item + 1]) nItems += 1;
  const counts = new Float64Array(nItems * K);
  const totals = new Float64Array(nItems);
  const agreement = new Float64Array(nItems);
  const prevalence = new Float64Array(K);
  // The last item on which a category was answered: only answered ones are looked at.
  const seenOn = new Int32Array(K).fill(-1);
  let nPairable = 0;
  let sum = 0;
  let out = 0;
  for (let item = 0; item < all; item += 1) {
    const start = table.itemStart[item] as number;
    const total = (table.itemStart[item + 1] as number) - start;
    if (total === 0) continue;
    const base = out * K;
    for (let row = start; row < start + total; row += 1) {
      const cell = base + (table.value[row] as number);
      counts[cell] = (counts[cell] as number) + 1;
    }
    totals[out] = total;
    for (let row = start; row < start + total; row += 1) {
      const k = table.value[row] as number;
      if (seenOn[k] === out) continue;
      seenOn[k] = out;
      prevalence[k] = (prevalence[k] as number) + (counts[base + k] as number) / total / nItems;
    }
    if (total > 1) {
      nPairable += 1;
      agreement[out] = pairAgreement(counts, base, K, weights) / (total * (total - 1));
      sum += agreement[out] as number;
    }
    out += 1;
  }
  const observed = nPairable === 0 ? 0 : sum / nPairable;
  return {
    nCategories: K,
    nItems,
    nPairable,
    nEmpty: all - nItems,
    counts,
    totals,
    agreement,
    observed,
    prevalence,
    weights,
    isTwoRaterTable: table.raters.length === 2 && totals.every((total) => total === 2),
  };
}

/** Σ_k r_ik (r*_ik − 1): twice the weighted number of agreeing pairs of the item whose counts start at `base`. */
export function pairAgreement(counts: Float64Array, base: number, K: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < K; k += 1) {
    const count = counts[base + k] as number;
    if (count === 0) continue;
    let weighted = 0;
    for (let l = 0; l < K; l += 1) weighted += (weights[k * K + l] as number) * (counts[base + l] as number);
    sum += count * (weighted - 1);
  }
  return sum;
}

/**
 * (p_a − p_e) / (1 − p_e) with Gwet's linearised standard error and the t(n − 1) interval, upper bound at most 1.
 *
 * `expectedOf(i)` is the item's own contribution to p_e (its mean over items is p_e); omit it where p_e does not depend on the
 * answers. `n` counts pairable items, `nExcluded` the others. Null: `no_overlap`, `one_category` (p_e = 1).
 *
 * With missing answers a value under −1 is possible: chance is estimated from more items than agreement is.
 *
 * The variance is the mean squared deviation of the linearised items over n − 1, and over n for a complete two-rater
 * table, as Gwet's two-rater formulas (and Fleiss, Cohen & Everitt) have it.
 *
 * Source: Gwet 2014, ch. 2 to 5; Gwet 2021 (variance of chance-corrected coefficients).
 */
export function chanceCorrected(
  core: ItemAgreement,
  expected: number,
  expectedOf: ((item: number) => number) | null,
  options: { level?: number; name: string },
): Measurement {
  const { level = 0.95, name } = options;
  const method = `${name};gwet_linearised:${level}`;
  const { nItems, nPairable, observed } = core;
  const nExcluded = core.nEmpty + nItems - nPairable;
  const exclusion = 'fewer_than_two_answers';
  if (nPairable === 0) return unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method });
  if (1 - expected < 1e-12)
    return unmeasured({ reason: 'one_category', n: nPairable, nExcluded, exclusion, method });
  const value = (observed - expected) / (1 - expected);
  let squares = 0;
  for (let item = 0; item < nItems; item += 1) {
    const isPairable = (core.totals[item] as number) > 1;
    const own = isPairable
      ? ((nItems / nPairable) * ((core.agreement[item] as number) - expected)) / (1 - expected)
      : 0;
    const shift =
      expectedOf === null ? 0 : (2 * (1 - value) * (expectedOf(item) - expected)) / (1 - expected);
    squares += (own - shift - value) ** 2;
  }
  const estimate = { value, n: nPairable, nExcluded, exclusion, method };
  if (nItems < 2) return measured(estimate);
  const se = Math.sqrt(squares / (nItems * (core.isTwoRaterTable ? nItems : nItems - 1)));
  const margin = studentCritical(level, nItems - 1) * se;
  return measured({
    ...estimate,
    se,
    ci: [Math.max(Math.min(-1, value), value - margin), Math.min(1, value + margin)],
  });
}

/** Σ_k r_ik v_k / r_i: the mean of `values` over the answers of one item. */
export function meanOverAnswers(core: ItemAgreement, item: number, values: Float64Array): number {
  const base = item * core.nCategories;
  let sum = 0;
  for (let k = 0; k < core.nCategories; k += 1)
    sum += (core.counts[base + k] as number) * (values[k] as number);
  return sum / (core.totals[item] as number);
}

/** Weighted mean credit of each category against a random answer drawn with `shares`: ½ Σ_l (w_kl + w_lk) p_l. */
export function creditAgainst(weights: Float64Array, shares: Float64Array): Float64Array {
  const K = shares.length;
  return Float64Array.from({ length: K }, (_, k) => {
    let sum = 0;
    for (let l = 0; l < K; l += 1) {
      sum += (((weights[k * K + l] as number) + (weights[l * K + k] as number)) / 2) * (shares[l] as number);
    }
    return sum;
  });
}
