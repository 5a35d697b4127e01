import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { type BootstrapOptions, type BootstrapResult, bootstrapInterval } from './bootstrap-interval.ts';
import { itemAgreement } from './item-agreement.ts';
import type { RatingTable } from './rating-table.ts';

export type BootstrappedCoefficient =
  | 'percent_agreement'
  | 'pooled_kappa'
  | 'conger_kappa'
  | 'gwet_ac'
  | 'brennan_prediger';

/**
 * Seeded bootstrap intervals over items for the coefficients that are functions of sums over items: percent agreement, Scott and
 * Fleiss (`pooled_kappa`), Cohen and Conger (`conger_kappa`), AC1/AC2, Brennan–Prediger. An alternative to Gwet's analytic errors
 * for small or odd designs. (Krippendorff's alpha has its own in `krippendorffAlpha`.)
 *
 * @example bootstrapCoefficient(table, 'gwet_ac', { weights: 'linear', seed: 1 }).ci
 */
export function bootstrapCoefficient(
  table: RatingTable,
  coefficient: BootstrappedCoefficient,
  options: BootstrapOptions & { weights?: AgreementWeights } = {},
): BootstrapResult {
  const { weights: weighting = 'none', ...bootstrap } = options;
  const weights = agreementWeights(weighting, table.levels);
  const K = table.categories.length;
  const product = weighting === 'none' ? sumOfSquares : weightedProduct(weights);
  if (coefficient === 'conger_kappa') {
    const rows = congerContributions(table, weighting);
    return bootstrapInterval({
      ...rows,
      statistic: congerStatistic(product, K, table.raters.length),
      ...bootstrap,
    });
  }
  const rows = pooledContributions(table, weighting);
  const expected = expectedAgreements[coefficient](weights, K, product);
  const statistic = (sums: Float64Array): number | null => {
    const [nItems = 0, nPairable = 0, agreement = 0] = sums;
    if (nPairable === 0) return null;
    const chance = expected(sums, nItems);
    return 1 - chance < 1e-12 ? null : (agreement / nPairable - chance) / (1 - chance);
  };
  return bootstrapInterval({ ...rows, statistic, ...bootstrap });
}

/** Where the sums of category shares start in a row. */
const sharesAt = 3;

/** Per item: 1, is it pairable, its agreement, then its share of each category. */
function pooledContributions(table: RatingTable, weighting: AgreementWeights) {
  const core = itemAgreement(table, weighting);
  const K = core.nCategories;
  const width = sharesAt + K;
  const contributions = new Float64Array(core.nItems * width);
  for (let item = 0; item < core.nItems; item += 1) {
    const total = core.totals[item] as number;
    contributions[item * width] = 1;
    contributions[item * width + 1] = total > 1 ? 1 : 0;
    contributions[item * width + 2] = core.agreement[item] as number;
    for (let k = 0; k < K; k += 1) {
      contributions[item * width + sharesAt + k] = (core.counts[item * K + k] as number) / total;
    }
  }
  return { contributions, width };
}

type ExpectedAgreement = (
  weights: Float64Array,
  K: number,
  product: Product,
) => (sums: Float64Array, nItems: number) => number;

const expectedAgreements: Record<Exclude<BootstrappedCoefficient, 'conger_kappa'>, ExpectedAgreement> = {
  percent_agreement: () => () => 0,
  brennan_prediger: (weights, K) => {
    const chance = weights.reduce((sum, weight) => sum + weight, 0) / K ** 2;
    return () => chance;
  },
  pooled_kappa: (_, K, product) => (sums, nItems) =>
    product(sums.subarray(sharesAt, sharesAt + K)) / nItems ** 2,
  gwet_ac: (weights, K) => {
    const factor = weights.reduce((sum, weight) => sum + weight, 0) / (K * Math.max(1, K - 1));
    return (sums, nItems) => {
      let spread = 0;
      for (let k = 0; k < K; k += 1) {
        const share = (sums[sharesAt + k] as number) / nItems;
        spread += share * (1 - share);
      }
      return factor * spread;
    };
  },
};

/** Per item: is it pairable, its agreement, then one count per rater and category. */
function congerContributions(table: RatingTable, weighting: AgreementWeights) {
  const core = itemAgreement(table, weighting);
  const K = core.nCategories;
  const width = 2 + table.raters.length * K;
  const contributions = new Float64Array(core.nItems * width);
  let out = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) continue;
    contributions[out * width] = end - start > 1 ? 1 : 0;
    contributions[out * width + 1] = core.agreement[out] as number;
    for (let row = start; row < end; row += 1) {
      const at = out * width + 2 + (table.rater[row] as number) * K + (table.value[row] as number);
      contributions[at] = (contributions[at] as number) + 1;
    }
    out += 1;
  }
  return { contributions, width };
}

/**
 * Σ_{g≠h} is the square of the column sums less every rater's own part, which needs only the categories they used: a resample costs
 * K² + Σ_g u_g² for u_g used categories, not R K².
 */
function congerStatistic(product: Product, K: number, nRaters: number) {
  const all = new Float64Array(K);
  const mix = new Float64Array(K);
  return (sums: Float64Array): number | null => {
    const [nPairable = 0, agreement = 0] = sums;
    all.fill(0);
    let nActive = 0;
    let own = 0;
    for (let rater = 0; rater < nRaters; rater += 1) {
      let total = 0;
      for (let k = 0; k < K; k += 1) total += sums[2 + rater * K + k] as number;
      if (total === 0) continue;
      nActive += 1;
      for (let k = 0; k < K; k += 1) {
        const share = (sums[2 + rater * K + k] as number) / total;
        mix[k] = share;
        all[k] = (all[k] as number) + share;
      }
      own += product(mix);
    }
    if (nPairable === 0 || nActive < 2) return null;
    const chance = (product(all) - own) / (nActive * (nActive - 1));
    return 1 - chance < 1e-12 ? null : (agreement / nPairable - chance) / (1 - chance);
  };
}

/** Σ_kl w_kl p_k p_l of shares p. */
type Product = (shares: Float64Array) => number;

/** Over the categories that have a share. */
function weightedProduct(weights: Float64Array): Product {
  return (shares) => {
    const K = shares.length;
    let sum = 0;
    for (let k = 0; k < K; k += 1) {
      const share = shares[k] as number;
      if (share === 0) continue;
      let credit = 0;
      for (let l = 0; l < K; l += 1) credit += (weights[k * K + l] as number) * (shares[l] as number);
      sum += share * credit;
    }
    return sum;
  };
}

/** Where only the same answer earns credit. */
const sumOfSquares: Product = (shares) => {
  let sum = 0;
  for (const share of shares) sum += share * share;
  return sum;
};
