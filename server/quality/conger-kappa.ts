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
  const byRater = rowsByRater(table);
  const nAnswers = Float64Array.from(table.raters, (_, rater) => answersOf(byRater, rater).length);
  const nActive = nAnswers.reduce((sum, n) => sum + Number(n > 0), 0);
  if (nActive < 2) return unmeasured({ reason: 'needs_two_raters', method: name });
  const pairs = nActive * (nActive - 1);
  const { credit, usual } = creditAgainstOthers(table, { byRater, weighting, weights: core.weights, pairs });
  const expected = usual.reduce((sum, own) => sum + own, 0);

  const own = expectedPerItem({ table, credit, usual, nAnswers, nItems: core.nItems, pairs, expected });
  return chanceCorrected(core, expected, (item) => own[item] as number, { ...options, name });
}

/** The rows of each rater, one rater after the other; those of `rater` lie from `start[rater]` to `start[rater + 1]`. */
type RowsByRater = { readonly row: Int32Array; readonly start: Int32Array };

function rowsByRater(table: RatingTable): RowsByRater {
  const start = new Int32Array(table.raters.length + 1);
  for (const rater of table.rater) start[rater + 1] = (start[rater + 1] as number) + 1;
  for (let rater = 0; rater < table.raters.length; rater += 1)
    start[rater + 1] = (start[rater + 1] as number) + (start[rater] as number);
  const next = start.slice();
  const row = new Int32Array(table.rater.length);
  for (const [index, rater] of table.rater.entries()) {
    row[next[rater] as number] = index;
    next[rater] = (next[rater] as number) + 1;
  }
  return { row, start };
}

const answersOf = ({ row, start }: RowsByRater, rater: number): Int32Array =>
  row.subarray(start[rater] as number, start[rater + 1] as number);

/**
 * `credit` per row: what its answer k earns against all other raters' mixes, Σ_{h≠g} Σ_l w_kl p_hl = Σ_l w_kl P_l − Σ_l w_kl p_gl with P
 * the sum of all mixes (the column sums), which is the same for everybody; the rater's own part needs only the categories they
 * used. `usual` per rater: what they add to p_e on average, wherever they have no answer of their own to say otherwise.
 *
 * O(rows + K² + Σ_g u_g²) for u_g used categories, and without u_g² when only the same answer earns credit.
 */
function creditAgainstOthers(
  table: RatingTable,
  of: { byRater: RowsByRater; weighting: AgreementWeights; weights: Float64Array; pairs: number },
): { credit: Float64Array; usual: Float64Array } {
  const { byRater, weighting, weights, pairs } = of;
  const K = table.categories.length;
  const mix = new Float64Array(K);
  const all = new Float64Array(K);
  const eachRater = (look: (rows: Int32Array, used: number[], rater: number) => void) => {
    for (const rater of table.raters.keys()) {
      const rows = answersOf(byRater, rater);
      const used: number[] = [];
      for (const row of rows) {
        const k = table.value[row] as number;
        if (mix[k] === 0) used.push(k);
        mix[k] = (mix[k] as number) + 1;
      }
      for (const k of used) mix[k] = (mix[k] as number) / rows.length;
      look(rows, used, rater);
      for (const k of used) mix[k] = 0;
    }
  };
  eachRater((_, used) => {
    for (const k of used) all[k] = (all[k] as number) + (mix[k] as number);
  });
  const againstAll = weighting === 'none' ? all : all.map((_, k) => rowDot(weights, k, all));
  const credit = new Float64Array(table.rater.length);
  const usual = new Float64Array(table.raters.length);
  const own = new Float64Array(K);
  eachRater((rows, used, rater) => {
    for (const k of used) {
      let sum = weighting === 'none' ? (mix[k] as number) : 0;
      if (weighting !== 'none') {
        for (const l of used) sum += (weights[k * K + l] as number) * (mix[l] as number);
      }
      own[k] = (againstAll[k] as number) - sum;
      usual[rater] = (usual[rater] as number) + ((mix[k] as number) * (own[k] as number)) / pairs;
    }
    for (const row of rows) credit[row] = own[table.value[row] as number] as number;
  });
  return { credit, usual };
}

/** Row k of a square matrix times a vector. */
function rowDot(matrix: Float64Array, k: number, vector: Float64Array): number {
  let sum = 0;
  for (let l = 0; l < vector.length; l += 1)
    sum += (matrix[k * vector.length + l] as number) * (vector[l] as number);
  return sum;
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
  expected: number;
}): Float64Array {
  const { table, credit, usual, nAnswers, nItems, pairs, expected } = input;
  const own = new Float64Array(nItems);
  let out = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) continue;
    let sum = expected;
    for (let row = start; row < end; row += 1) {
      const rater = table.rater[row] as number;
      const gain = (credit[row] as number) / pairs - (usual[rater] as number);
      sum += (gain * nItems) / (nAnswers[rater] as number);
    }
    own[out] = sum;
    out += 1;
  }
  return own;
}
