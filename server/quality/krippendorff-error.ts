import { creditAgainst, pairAgreement } from './item-agreement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Analytic standard error of Krippendorff's alpha for agreement weights that do not depend on the answers (for the ordinal scale: held
 * at what they are): Gwet's linearisation over the pairable items, with the small-sample correction of alpha in
 * the value but not in the error. Null with fewer than two pairable items.
 *
 * Source: Gwet 2014, ch. 5 (alpha); Gwet 2015, "On Krippendorff's alpha coefficient".
 */
export function krippendorffError(
  table: RatingTable,
  weights: Float64Array,
): { se: number; nItems: number } | null {
  const K = table.categories.length;
  const items: number[] = [];
  let nAnswers = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const total = (table.itemStart[item + 1] as number) - (table.itemStart[item] as number);
    if (total < 2) continue;
    items.push(item);
    nAnswers += total;
  }
  const n = items.length;
  if (n < 2) return null;
  const mean = nAnswers / n;
  const counts = new Float64Array(n * K);
  const totals = new Float64Array(n);
  const agreement = new Float64Array(n);
  const prevalence = new Float64Array(K);
  let observed = 0;
  for (const [index, item] of items.entries()) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    for (let row = start; row < end; row += 1) {
      const k = table.value[row] as number;
      counts[index * K + k] = (counts[index * K + k] as number) + 1;
      prevalence[k] = (prevalence[k] as number) + 1 / nAnswers;
    }
    totals[index] = end - start;
    agreement[index] = pairAgreement(counts, index * K, K, weights) / (mean * (end - start - 1));
    observed += (agreement[index] as number) / n;
  }
  const credit = creditAgainst(weights, prevalence);
  let expected = 0;
  for (let k = 0; k < K; k += 1) expected += (prevalence[k] as number) * (credit[k] as number);
  if (1 - expected < 1e-12) return null;
  const value = (observed - expected) / (1 - expected);
  let squares = 0;
  for (let index = 0; index < n; index += 1) {
    const excess = ((totals[index] as number) - mean) / mean;
    let chance = 0;
    for (let k = 0; k < K; k += 1)
      chance += ((counts[index * K + k] as number) * (credit[k] as number)) / mean;
    const own = ((agreement[index] as number) - observed * excess - expected) / (1 - expected);
    const shift = (2 * (1 - value) * (chance - expected * excess - expected)) / (1 - expected);
    squares += (own - shift - value) ** 2;
  }
  return { se: Math.sqrt(squares / (n * (n - 1))), nItems: n };
}
