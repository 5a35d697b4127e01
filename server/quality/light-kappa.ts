import type { KappaOptions } from './cohen-kappa.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import { meanPairwiseKappa } from './pairwise-kappa.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Light's kappa: the mean of Cohen's kappa over all pairs of raters. `n` counts the pairs in the mean, `nExcluded` those
 * without common items or variation. No interval: pairs share raters and items (use alpha for one).
 *
 * Source: Light 1971.
 *
 * @example lightKappa(table).value // .4594121 on Fleiss' psychiatric diagnoses
 */
export function lightKappa(table: RatingTable, options: KappaOptions = {}): Measurement {
  const method = 'light_kappa';
  const { mean, nPairs, nUndefinedPairs } = meanPairwiseKappa(table, options);
  if (nPairs === 0) return unmeasured({ reason: 'needs_two_raters', method });
  if (mean === null) return unmeasured({ reason: 'no_defined_pair', nExcluded: nUndefinedPairs, method });
  return measured({ value: mean, n: nPairs - nUndefinedPairs, nExcluded: nUndefinedPairs, method });
}
