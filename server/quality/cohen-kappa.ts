import { type AgreementWeights, agreementWeights, weightsName } from './agreement-weights.ts';
import { crossTable } from './cross-table.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import { normalCritical } from './normal-quantile.ts';
import type { RatingTable } from './rating-table.ts';
import { studentCritical } from './student-critical.ts';

export type KappaMeasurement = Measurement & {
  /** Share of items (weighted) on which the two agree: always shown beside kappa (prevalence paradox). */
  readonly observedAgreement: number | null;
  readonly expectedAgreement: number | null;
  /** Standard error under the hypothesis kappa = 0, for the test of "better than chance". */
  readonly seAtZero: number | null;
};

export type KappaOptions = {
  /** Default `none`. */
  readonly weights?: AgreementWeights;
  /** Coverage of the interval, default 0.95. */
  readonly level?: number;
  /** Quantile of the interval: `normal` (default, as SAS and statsmodels) or `t` with n − 1 degrees (as irrCAC). */
  readonly quantile?: 'normal' | 't';
};

/**
 * Cohen's (weighted) kappa of two raters: agreement beyond what their own label mixes would give by chance.
 *
 * κ = (p_o − p_e) / (1 − p_e), p_o = Σ w_kl p_kl, p_e = Σ w_kl p_k. p_.l. Standard error of Fleiss, Cohen & Everitt
 * 1969 (large sample); interval κ ± z·se (or t), clipped to [−1, 1]. `n` counts items that both have read, `nExcluded` the
 * other items of the table. The categories that exist must be in the table: weights depend on them.
 *
 * Null with a reason: `no_overlap`, `one_category` (both always gave the same one answer), `unknown_rater`.
 *
 * Source: Cohen 1960, 1968; Fleiss, Cohen & Everitt 1969.
 *
 * @example cohenKappa(table, ['anna', 'ben'], { weights: 'quadratic' })
 */
export function cohenKappa(
  table: RatingTable,
  raters: readonly [string, string],
  options: KappaOptions = {},
): KappaMeasurement {
  const first = table.raters.indexOf(raters[0]);
  const second = table.raters.indexOf(raters[1]);
  if (first < 0 || second < 0) {
    return { ...unmeasured({ reason: 'unknown_rater', method: 'cohen_kappa' }), ...noParts };
  }
  return kappaOfCrossTable(crossTable(table, first, second), table, options);
}

const noParts = { observedAgreement: null, expectedAgreement: null, seAtZero: null } as const;

/**
 * Kappa of a K × K cross table of counts (row-major, first rater = rows), see `cohenKappa`. `shape` gives the
 * category values and how many items there are in all.
 */
export function kappaOfCrossTable(
  counts: Float64Array,
  shape: { readonly levels: Float64Array; readonly items: { readonly length: number } },
  options: KappaOptions = {},
): KappaMeasurement {
  const { weights = 'none', level = 0.95, quantile = 'normal' } = options;
  const method = `cohen_kappa:${weightsName(weights)};fleiss_cohen_everitt_${quantile}:${level}`;
  const nCategories = shape.levels.length;
  const weight = agreementWeights(weights, shape.levels);
  let n = 0;
  for (const count of counts) n += count;
  const nExcluded = shape.items.length - n;
  const exclusion = 'not_read_by_both';
  if (n === 0) return { ...unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method }), ...noParts };
  const share = counts.map((count) => count / n);
  const { rows, columns } = marginsOf(share, nCategories);
  const observed = weightedSum(share, weight);
  const chance = outer(rows, columns);
  const expected = weightedSum(chance, weight);
  if (1 - expected < 1e-12) {
    return {
      ...unmeasured({ reason: 'one_category', n, nExcluded, exclusion, method }),
      observedAgreement: observed,
      expectedAgreement: 1,
      seAtZero: null,
    };
  }
  const value = (observed - expected) / (1 - expected);
  const rowMean = new Float64Array(nCategories);
  const columnMean = new Float64Array(nCategories);
  for (let row = 0; row < nCategories; row += 1) {
    for (let column = 0; column < nCategories; column += 1) {
      const w = weight[row * nCategories + column] as number;
      rowMean[row] = (rowMean[row] as number) + w * (columns[column] as number);
      columnMean[column] = (columnMean[column] as number) + w * (rows[row] as number);
    }
  }
  let spread = 0;
  let spreadAtZero = 0;
  for (let row = 0; row < nCategories; row += 1) {
    for (let column = 0; column < nCategories; column += 1) {
      const cell = row * nCategories + column;
      const w = weight[cell] as number;
      const mean = (rowMean[row] as number) + (columnMean[column] as number);
      spread += (share[cell] as number) * (w * (1 - expected) - mean * (1 - observed)) ** 2;
      spreadAtZero += (chance[cell] as number) * (w - mean) ** 2;
    }
  }
  const variance =
    (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4);
  const varianceAtZero = (spreadAtZero - expected ** 2) / (n * (1 - expected) ** 2);
  const se = Math.sqrt(Math.max(0, variance));
  const isStudent = quantile === 't' && n > 1;
  const margin = se * (isStudent ? studentCritical(level, n - 1) : normalCritical(level));
  const ci = [Math.max(-1, value - margin), Math.min(1, value + margin)] as const;
  return {
    ...measured({ value, ci, se, n, nExcluded, exclusion, method }),
    observedAgreement: observed,
    expectedAgreement: expected,
    seAtZero: Math.sqrt(Math.max(0, varianceAtZero)),
  };
}

/**
 * Kappa of a cross table of counts and each cell's influence on it (how much one more item there moves it, divided by the
 * items): the sum over items of the squared influence is the squared error of Fleiss, Cohen & Everitt. Null where kappa
 * is undefined; agrees with `kappaOfCrossTable`.
 */
export function linearisedKappa(
  counts: Float64Array,
  weights: Float64Array,
): { value: number; influence: Float64Array } | null {
  const K = Math.sqrt(counts.length);
  let n = 0;
  for (const count of counts) n += count;
  if (n === 0) return null;
  const share = counts.map((count) => count / n);
  const { rows, columns } = marginsOf(share, K);
  const rowMean = new Float64Array(K);
  const columnMean = new Float64Array(K);
  let observed = 0;
  let expected = 0;
  for (let cell = 0; cell < counts.length; cell += 1) {
    const row = Math.floor(cell / K);
    const column = cell % K;
    const weight = weights[cell] as number;
    observed += weight * (share[cell] as number);
    expected += weight * (rows[row] as number) * (columns[column] as number);
    rowMean[row] = (rowMean[row] as number) + weight * (columns[column] as number);
    columnMean[column] = (columnMean[column] as number) + weight * (rows[row] as number);
  }
  if (1 - expected < 1e-12) return null;
  const value = (observed - expected) / (1 - expected);
  const influence = weights.map((weight, cell) => {
    const chance =
      (rowMean[Math.floor(cell / K)] as number) + (columnMean[cell % K] as number) - 2 * expected;
    return (weight - observed - (1 - value) * chance) / ((1 - expected) * n);
  });
  return { value, influence };
}

function marginsOf(share: Float64Array, nCategories: number) {
  const rows = new Float64Array(nCategories);
  const columns = new Float64Array(nCategories);
  for (const [cell, value] of share.entries()) {
    const row = Math.floor(cell / nCategories);
    const column = cell % nCategories;
    rows[row] = (rows[row] as number) + value;
    columns[column] = (columns[column] as number) + value;
  }
  return { rows, columns };
}

function outer(rows: Float64Array, columns: Float64Array): Float64Array {
  return Float64Array.from(
    { length: rows.length * columns.length },
    (_, cell) =>
      (rows[Math.floor(cell / columns.length)] as number) * (columns[cell % columns.length] as number),
  );
}

function weightedSum(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (const [index, value] of values.entries()) sum += value * (weights[index] as number);
  return sum;
}
