import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { type BootstrapOptions, type BootstrapResult, bootstrapOfItems } from './bootstrap-interval.ts';
import { linearisedKappa } from './cohen-kappa.ts';
import { eachPairOfAnswers } from './cross-table.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Seeded bootstrap interval over items of the mean of Cohen's kappa over all pairs of raters (`lightKappa`; with two raters Cohen's kappa
 * itself). A pair that is undefined in a resample is not in that resample's mean, as in the estimate.
 *
 * @example bootstrapLightKappa(table, { weights: 'quadratic', seed: 1 }).ci
 */
export function bootstrapLightKappa(
  table: RatingTable,
  options: BootstrapOptions & { weights?: AgreementWeights } = {},
): BootstrapResult {
  const { weights: weighting = 'none', ...bootstrap } = options;
  const weights = agreementWeights(weighting, table.levels);
  const { cells, start, nPairs } = cellsOfItems(table);
  const size = table.categories.length ** 2;
  const counts = new Float64Array(nPairs * size);
  const statistic = (items: Int32Array): number | null => {
    counts.fill(0);
    for (let draw = 0; draw < items.length; draw += 1) {
      const item = items[draw] as number;
      for (let at = start[item] as number; at < (start[item + 1] as number); at += 1) {
        const cell = cells[at] as number;
        counts[cell] = (counts[cell] as number) + 1;
      }
    }
    let sum = 0;
    let nDefined = 0;
    for (let pair = 0; pair < nPairs; pair += 1) {
      const kappa = linearisedKappa(counts.subarray(pair * size, pair * size + size), weights);
      if (kappa === null) continue;
      sum += kappa.value;
      nDefined += 1;
    }
    return nDefined === 0 ? null : sum / nDefined;
  };
  return bootstrapOfItems({ nItems: table.items.length, statistic, ...bootstrap });
}

/** Per item the cells of the cross tables that it counts in: pair × K² + answers; pairs are numbered as they first meet. */
function cellsOfItems(table: RatingTable): { cells: number[]; start: Int32Array; nPairs: number } {
  const K = table.categories.length;
  const R = table.raters.length;
  const pairs = new Map<number, number>();
  const cells: number[] = [];
  const start = new Int32Array(table.items.length + 1);
  for (let item = 0; item < table.items.length; item += 1) {
    eachPairOfAnswers(table, item, (first, second, left, right) => {
      const key = first * R + second;
      const pair = pairs.get(key) ?? pairs.size;
      pairs.set(key, pair);
      cells.push(pair * K * K + left * K + right);
    });
    start[item + 1] = cells.length;
  }
  return { cells, start, nPairs: pairs.size };
}
