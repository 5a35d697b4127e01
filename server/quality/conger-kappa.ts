import type { AgreementWeights } from './agreement-weights.ts';
import { weightsName } from './agreement-weights.ts';
import { chanceCorrected, itemAgreement } from './item-agreement.ts';
import { type Measurement, unmeasured } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';

/**
 * Conger's kappa ("exact" Fleiss): Cohen's kappa for many raters. Chance is what two different raters would agree on by their
 * own label mixes, so raters who differ in their mix are not credited for it.
 *
 * p_e = Σ_{g≠h} Σ_kl w_kl p_gk p_hl / (R (R − 1)), p_gk the share of category k in the answers of rater g. Gwet's
 * standard error. Null with `needs_two_raters` when fewer than two raters answered.
 *
 * Source: Conger 1980; Gwet 2014, ch. 5.
 *
 * @example congerKappa(table).value // .4418085 on Fleiss' psychiatric diagnoses
 */
export function congerKappa(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const { weights: weighting = 'none' } = options;
  const name = `conger_kappa:${weightsName(weighting)}`;
  const core = itemAgreement(table, weighting);
  const { mixes, nAnswers } = raterMixes(table);
  const active = [...nAnswers.keys()].filter((rater) => (nAnswers[rater] as number) > 0);
  if (active.length < 2) return unmeasured({ reason: 'needs_two_raters', method: name });
  const credit = creditAgainstOthers(mixes, active, core.weights, core.nCategories);
  const pairs = active.length * (active.length - 1);
  const K = core.nCategories;
  // What each rater adds to p_e on average, wherever the rater has no answer of its own to say otherwise.
  const usual = Float64Array.from(nAnswers, (_, rater) => {
    let sum = 0;
    for (let k = 0; k < K; k += 1)
      sum += (mixes[rater * K + k] as number) * (credit[rater * K + k] as number);
    return sum / pairs;
  });
  let expected = 0;
  for (const rater of active) expected += usual[rater] as number;

  const own = expectedPerItem({ table, credit, usual, nAnswers, nItems: core.nItems, pairs, K, expected });
  return chanceCorrected(core, expected, (item) => own[item] as number, { ...options, name });
}

/** Share of each category in each rater's answers (raters × K), and the number of answers. */
function raterMixes(table: RatingTable): { mixes: Float64Array; nAnswers: Float64Array } {
  const K = table.categories.length;
  const mixes = new Float64Array(table.raters.length * K);
  const nAnswers = new Float64Array(table.raters.length);
  for (let row = 0; row < table.value.length; row += 1) {
    const rater = table.rater[row] as number;
    const cell = rater * K + (table.value[row] as number);
    mixes[cell] = (mixes[cell] as number) + 1;
    nAnswers[rater] = (nAnswers[rater] as number) + 1;
  }
  for (let cell = 0; cell < mixes.length; cell += 1) {
    const total = nAnswers[Math.floor(cell / K)] as number;
    if (total > 0) mixes[cell] = (mixes[cell] as number) / total;
  }
  return { mixes, nAnswers };
}

/** Credit of rater g for category k against all other raters' mixes: Σ_{h≠g} Σ_l w_kl p_hl. */
function creditAgainstOthers(
  mixes: Float64Array,
  active: number[],
  weights: Float64Array,
  K: number,
): Float64Array {
  const all = new Float64Array(K);
  for (const rater of active) {
    for (let k = 0; k < K; k += 1) all[k] = (all[k] as number) + (mixes[rater * K + k] as number);
  }
  const credit = new Float64Array(mixes.length);
  for (const rater of active) {
    for (let k = 0; k < K; k += 1) {
      let sum = 0;
      for (let l = 0; l < K; l += 1) {
        sum += (weights[k * K + l] as number) * ((all[l] as number) - (mixes[rater * K + l] as number));
      }
      credit[rater * K + k] = sum;
    }
  }
  return credit;
}

/**
 * Linearised p_e per item: rater g contributes (n / n_g) (credit of its answer − [answered] · its usual) + its usual, so
 * that the mean over items is p_e.
 */
function expectedPerItem(input: {
  table: RatingTable;
  credit: Float64Array;
  usual: Float64Array;
  nAnswers: Float64Array;
  nItems: number;
  pairs: number;
  K: number;
  expected: number;
}): Float64Array {
  const { table, credit, usual, nAnswers, nItems, pairs, K, expected } = input;
  const own = new Float64Array(nItems);
  let out = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) continue;
    let sum = expected;
    for (let row = start; row < end; row += 1) {
      const rater = table.rater[row] as number;
      const gain =
        (credit[rater * K + (table.value[row] as number)] as number) / pairs - (usual[rater] as number);
      sum += (gain * nItems) / (nAnswers[rater] as number);
    }
    own[out] = sum;
    out += 1;
  }
  return own;
}
