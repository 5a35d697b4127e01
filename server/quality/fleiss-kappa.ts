import type { AgreementWeights } from './agreement-weights.ts';
import { weightsName } from './agreement-weights.ts';
import {
  chanceCorrected,
  creditAgainst,
  type ItemAgreement,
  itemAgreement,
  meanOverAnswers,
} from './item-agreement.ts';
import type { Measurement } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Fleiss' kappa, generalised to missing answers and weights: chance is two answers drawn at random from everyone's
 * pooled label mix. For two raters it is Scott's pi.
 *
 * p_e = Σ_kl w_kl π_k π_l with π_k the mean share of category k per item. Gwet's standard error.
 *
 * Source: Fleiss 1971; Gwet 2014, ch. 5.
 *
 * @example fleissKappa(table).value // .4302445 on Fleiss' psychiatric diagnoses
 */
export function fleissKappa(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const { weights = 'none' } = options;
  return pooledChanceKappa(itemAgreement(table, weights), {
    ...options,
    name: `fleiss_kappa:${weightsName(weights)}`,
  });
}

/** Kappa against the pooled label mix; shared by Fleiss and Scott. */
export function pooledChanceKappa(
  core: ItemAgreement,
  options: { level?: number; name: string },
): Measurement {
  const credit = creditAgainst(core.weights, core.prevalence);
  let expected = 0;
  for (const [k, share] of core.prevalence.entries()) expected += share * (credit[k] as number);
  return chanceCorrected(core, expected, (item) => meanOverAnswers(core, item, credit), options);
}

export type FleissTest = {
  /** Kappa ÷ its standard error if there were no agreement beyond chance. */
  readonly z: number;
  readonly categories: ReadonlyArray<{
    readonly category: string;
    readonly kappa: number | null;
    readonly z: number | null;
  }>;
};

/**
 * The classical test of Fleiss' design (every item has the same number m of answers): z of the overall kappa, and kappa
 * and z of each category against all others. Null when the answers per item differ or nobody varied.
 *
 * κ_j = 1 − Σ_i r_ij (m − r_ij) / (N m (m − 1) p_j q_j), z_j = κ_j √(N m (m − 1) / 2).
 *
 * Source: Fleiss 1971; Fleiss, Nee & Landis 1979.
 */
export function fleissTest(table: RatingTable): FleissTest | null {
  const core = itemAgreement(table);
  const m = core.totals[0] ?? 0;
  if (m < 2 || core.totals.some((total) => total !== m)) return null;
  const pairs = core.nItems * m * (m - 1);
  const K = core.nCategories;
  let spread = 0;
  let skew = 0;
  let disagreement = 0;
  const categories = table.categories.map((category, k) => {
    const p = core.prevalence[k] as number;
    const q = 1 - p;
    let apart = 0;
    for (let item = 0; item < core.nItems; item += 1) {
      const count = core.counts[item * K + k] as number;
      apart += count * (m - count);
    }
    spread += p * q;
    skew += p * q * (q - p);
    disagreement += apart;
    if (p * q === 0) return { category, kappa: null, z: null };
    const kappa = 1 - apart / (pairs * p * q);
    return { category, kappa, z: kappa * Math.sqrt(pairs / 2) };
  });
  if (spread === 0) return null;
  const kappa = 1 - disagreement / (pairs * spread);
  const se = (Math.SQRT2 / (spread * Math.sqrt(pairs))) * Math.sqrt(spread ** 2 - skew);
  return { z: kappa / se, categories };
}
