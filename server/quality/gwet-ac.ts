import type { AgreementWeights } from './agreement-weights.ts';
import { weightsName } from './agreement-weights.ts';
import { chanceCorrected, itemAgreement, meanOverAnswers } from './item-agreement.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Gwet's AC1 (unweighted) or AC2 (weighted): corrects only for the chance that comes from answers given at random, so it stays meaningful
 * where almost everything is one category and kappa collapses (the kappa paradox). Always shown beside kappa.
 *
 * p_e = Σ w_kl / (K (K − 1)) · Σ_k π_k (1 − π_k). Missing answers are used. Gwet's standard error. The category list must be
 * the protocol's: unused categories count. Null with `one_category` when the list has one category.
 *
 * Source: Gwet 2008; Gwet 2014, ch. 5.
 *
 * @example gwetAc(table).value // .940776 for the paradox table [[118, 5], [2, 0]] where kappa is −.023
 */
export function gwetAc(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const { weights = 'none' } = options;
  const name = weights === 'none' ? 'gwet_ac1' : `gwet_ac2:${weightsName(weights)}`;
  const core = itemAgreement(table, weights);
  const K = core.nCategories;
  if (K < 2) {
    const reason = core.nPairable === 0 ? 'no_overlap' : 'one_category';
    return unmeasured({ reason, n: core.nPairable, method: name });
  }
  const factor = core.weights.reduce((sum, weight) => sum + weight, 0) / (K * (K - 1));
  const spread = core.prevalence.map((share) => factor * (1 - share));
  let expected = 0;
  for (const [k, share] of core.prevalence.entries()) expected += share * (spread[k] as number);
  return chanceCorrected(core, expected, (item) => meanOverAnswers(core, item, spread), { ...options, name });
}
