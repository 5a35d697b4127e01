import { brennanPrediger } from './brennan-prediger.ts';
import type { Measurement } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Randolph's free-marginal multirater kappa: for raters who are not told how many items belong to each category. It is
 * the unweighted Brennan–Prediger coefficient for many raters, under the name survey authors know.
 *
 * κ_free = (p_a − 1/K) / (1 − 1/K).
 *
 * Source: Randolph 2005.
 *
 * @example randolphKappa(table).value // .2225274725 on the 10 × 14 × 5 worked example
 */
export function randolphKappa(table: RatingTable, options: { level?: number } = {}): Measurement {
  const result = brennanPrediger(table, options);
  return { ...result, method: result.method.replace('brennan_prediger:none', 'randolph_kappa') };
}
