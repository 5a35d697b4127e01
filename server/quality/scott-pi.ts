import type { AgreementWeights } from './agreement-weights.ts';
import { weightsName } from './agreement-weights.ts';
import { pooledChanceKappa } from './fleiss-kappa.ts';
import { itemAgreement } from './item-agreement.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Scott's pi of two raters: chance is two answers drawn from the pooled label mix of both. Null with
 * `needs_two_raters` for any other number of raters (Fleiss' kappa is its generalisation).
 *
 * π = (p_a − p_e) / (1 − p_e), p_e = Σ w_kl π_k π_l. Gwet's standard error.
 *
 * Source: Scott 1955; Gwet 2014, ch. 2.
 *
 * @example scottPi(table).value // .393939 for the 2 × 2 table [[20, 5], [10, 15]]
 */
export function scottPi(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const { weights = 'none' } = options;
  const name = `scott_pi:${weightsName(weights)}`;
  if (table.raters.length !== 2) return unmeasured({ reason: 'needs_two_raters', method: name });
  return pooledChanceKappa(itemAgreement(table, weights), { ...options, name });
}
