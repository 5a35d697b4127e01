import type { AgreementWeights } from './agreement-weights.ts';
import { weightsName } from './agreement-weights.ts';
import { chanceCorrected, itemAgreement } from './item-agreement.ts';
import type { Measurement } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Brennan–Prediger coefficient: chance is answering every category equally often, so the label mix does not matter but the
 * number of categories does (they must be the protocol's, used or not).
 *
 * p_e = Σ w_kl / K². Gwet's standard error.
 *
 * Source: Brennan & Prediger 1981; Gwet 2014, ch. 5.
 *
 * @example brennanPrediger(table).value // .40 for the 2 × 2 table [[20, 5], [10, 15]]
 */
export function brennanPrediger(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const { weights = 'none' } = options;
  const core = itemAgreement(table, weights);
  const expected = core.weights.reduce((sum, weight) => sum + weight, 0) / core.nCategories ** 2;
  return chanceCorrected(core, expected, null, {
    ...options,
    name: `brennan_prediger:${weightsName(weights)}`,
  });
}
