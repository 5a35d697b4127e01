import { agreementWeights, weightsName } from './agreement-weights.ts';
import { type KappaOptions, linearisedKappa } from './cohen-kappa.ts';
import { eachPairOfAnswers, pairwiseCrossTables } from './cross-table.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';
import { studentCritical } from './student-critical.ts';

export type LightKappa = Measurement & {
  readonly nPairs: number;
  /** Pairs of raters without common items or without variation: not in the mean. */
  readonly nUndefinedPairs: number;
};

/**
 * Light's kappa: the mean of Cohen's kappa over all pairs of raters. `n` counts the items that a pair of the mean shares,
 * `nExcluded` the others.
 *
 * Its standard error takes items as the independent unit: every item's part in every pair's kappa (the same linearisation
 * from which Fleiss, Cohen & Everitt's error of one kappa follows) is summed over the pairs that read it, so that pairs
 * which share raters and items are not taken for independent. Interval t(n − 1), clipped to [−1, 1]. For two raters it
 * is Cohen's kappa with its published error.
 *
 * Source: Light 1971; Fleiss, Cohen & Everitt 1969.
 *
 * @example lightKappa(table).value // .4594121 on Fleiss' psychiatric diagnoses
 */
export function lightKappa(table: RatingTable, options: KappaOptions = {}): LightKappa {
  const { weights = 'none', level = 0.95 } = options;
  const K = table.categories.length;
  const R = table.raters.length;
  const weight = agreementWeights(weights, table.levels);
  const method = `light_kappa:${weightsName(weights)};linearised_t:${level}`;
  const nPairs = (R * (R - 1)) / 2;
  const influences = new Map<number, Float64Array>();
  let sum = 0;
  for (const [key, counts] of pairwiseCrossTables(table)) {
    const kappa = linearisedKappa(counts, weight);
    if (kappa === null) continue;
    sum += kappa.value;
    influences.set(key, kappa.influence);
  }
  const nDefined = influences.size;
  const pairs = { nPairs, nUndefinedPairs: nPairs - nDefined };
  const all = table.items.length;
  if (nPairs === 0) return { ...unmeasured({ reason: 'needs_two_raters', method }), ...pairs };
  if (nDefined === 0)
    return { ...unmeasured({ reason: 'no_defined_pair', nExcluded: all, exclusion, method }), ...pairs };
  let n = 0;
  let squares = 0;
  for (let item = 0; item < all; item += 1) {
    let own = 0;
    let isShared = false;
    eachPairOfAnswers(table, item, (first, second, left, right) => {
      const influence = influences.get(first * R + second);
      if (influence === undefined) return;
      isShared = true;
      own += influence[left * K + right] as number;
    });
    if (!isShared) continue;
    n += 1;
    squares += (own / nDefined) ** 2;
  }
  const value = sum / nDefined;
  const se = Math.sqrt(squares);
  const margin = n < 2 ? Number.NaN : studentCritical(level, n - 1) * se;
  const ci = [Math.max(-1, value - margin), Math.min(1, value + margin)] as const;
  return { ...measured({ value, se, ci, n, nExcluded: all - n, exclusion, method }), ...pairs };
}

const exclusion = 'no_pair_of_raters';
