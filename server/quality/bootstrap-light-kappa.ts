import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { type BootstrapOptions, type BootstrapResult, bootstrapOfItems } from './bootstrap-interval.ts';
import { eachPairOfAnswers } from './cross-table.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Seeded bootstrap interval over items of the mean of Cohen's kappa over all pairs of raters (`lightKappa`; with two raters Cohen's kappa
 * itself). A pair that is undefined in a resample is not in that resample's mean, as in the estimate.
 *
 * Kappa needs the agreement of a pair and both label mixes, not their cross table: a resample costs the answers drawn and, per pair, the
 * categories it used (times K with weights), where a thousand categories would otherwise cost a million cells a pair.
 *
 * @example bootstrapLightKappa(table, { weights: 'quadratic', seed: 1 }).ci
 */
export function bootstrapLightKappa(
  table: RatingTable,
  options: BootstrapOptions & { weights?: AgreementWeights } = {},
): BootstrapResult {
  const { weights: weighting = 'none', ...bootstrap } = options;
  const K = table.categories.length;
  const weights = agreementWeights(weighting, table.levels);
  const { pair, left, right, start, nPairs } = pairsOfItems(table);
  const n = new Float64Array(nPairs);
  const agreed = new Float64Array(nPairs);
  const rows = new Float64Array(nPairs * K);
  const columns = new Float64Array(nPairs * K);
  const statistic = (items: Int32Array): number | null => {
    for (const sums of [n, agreed, rows, columns]) sums.fill(0);
    for (let draw = 0; draw < items.length; draw += 1) {
      const item = items[draw] as number;
      for (let at = start[item] as number; at < (start[item + 1] as number); at += 1) {
        const own = pair[at] as number;
        const [k, l] = [left[at] as number, right[at] as number];
        n[own] = (n[own] as number) + 1;
        agreed[own] = (agreed[own] as number) + (weights[k * K + l] as number);
        rows[own * K + k] = (rows[own * K + k] as number) + 1;
        columns[own * K + l] = (columns[own * K + l] as number) + 1;
      }
    }
    let sum = 0;
    let nDefined = 0;
    for (let own = 0; own < nPairs; own += 1) {
      const all = n[own] as number;
      if (all === 0) continue;
      const mixes = [rows, columns].map((counts) => counts.subarray(own * K, own * K + K)) as [Mix, Mix];
      const expected = expectedOf(mixes, weighting === 'none' ? null : weights) / all ** 2;
      if (1 - expected < 1e-12) continue;
      sum += ((agreed[own] as number) / all - expected) / (1 - expected);
      nDefined += 1;
    }
    return nDefined === 0 ? null : sum / nDefined;
  };
  return bootstrapOfItems({ nItems: table.items.length, statistic, ...bootstrap });
}

type Mix = Float64Array;

/** Σ_kl w_kl r_k c_l of two raters' counts; without weights Σ_k r_k c_k. */
function expectedOf([rows, columns]: readonly [Mix, Mix], weights: Float64Array | null): number {
  const K = rows.length;
  let sum = 0;
  for (let k = 0; k < K; k += 1) {
    const own = rows[k] as number;
    if (own === 0) continue;
    let credit = weights === null ? (columns[k] as number) : 0;
    if (weights !== null)
      for (let l = 0; l < K; l += 1) credit += (weights[k * K + l] as number) * (columns[l] as number);
    sum += own * credit;
  }
  return sum;
}

/** Per item its pairs of answers, by number of the pair of raters (numbered as they first meet) and both answers. */
function pairsOfItems(table: RatingTable) {
  const R = table.raters.length;
  const pairs = new Map<number, number>();
  const pair: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const start = new Int32Array(table.items.length + 1);
  for (let item = 0; item < table.items.length; item += 1) {
    eachPairOfAnswers(table, item, (first, second, one, other) => {
      const key = first * R + second;
      const number = pairs.get(key) ?? pairs.size;
      pairs.set(key, number);
      pair.push(number);
      left.push(one);
      right.push(other);
    });
    start[item + 1] = pair.length;
  }
  return { pair, left, right, start, nPairs: pairs.size };
}
