import { readsPerRater } from './confusion-em.ts';
import { type Consensus, decideLabels } from './consensus.ts';
import { assertMonotone } from './em-run.ts';
import { normaliseLogs } from './mace.ts';
import type { RatingTable } from './rating-table.ts';

export type GladOptions = {
  /** Default 200. */
  readonly maxIterations?: number;
  /** Relative growth of the objective at which to stop, default 1e-6. */
  readonly tolerance?: number;
  /** Known category index per item, −1 unknown. */
  readonly gold?: Int32Array;
};

export type GladResult = Consensus & {
  /** Ability per annotator: 0 knows nothing, negative answers against the truth. */
  readonly ability: Float64Array;
  /** Ease per item, exp(b): near 0 even the able guess. */
  readonly ease: Float64Array;
};

/**
 * GLAD: annotators differ in ability, items in difficulty. Use it to find the hard cases; slower than the others.
 *
 * P(right) = σ(a_w · exp(b_i)), wrong answers spread evenly, a ~ N(1, 1), b ~ N(1, 1), uniform classes. EM whose M-step is a
 * guarded Newton step per annotator, then per item, so that the penalised log-likelihood never falls: asserted. `confidence` is the
 * posterior of the winner; `accuracy` of an annotator is the mean P(right) over its own items.
 *
 * Source: Whitehill et al. 2009, "Whose Vote Should Count More".
 *
 * @example glad(table).ease // difficulty list
 */
export function glad(table: RatingTable, options: GladOptions = {}): GladResult {
  const { maxIterations = 200, tolerance = 1e-6, gold } = options;
  const K = table.categories.length;
  const model: Model = {
    table,
    byRater: rowsByRater(table),
    itemOfRow: itemOfRows(table),
    ability: new Float64Array(table.raters.length).fill(1),
    logEase: new Float64Array(table.items.length).fill(1),
    right: new Float64Array(table.value.length),
    posterior: new Float64Array(table.items.length * K),
  };
  let logLikelihood = expectation(model, gold);
  let objective = logLikelihood - penalty(model);
  let iterations = 0;
  let converged = table.value.length === 0;
  while (!converged && iterations < maxIterations) {
    updateAbilities(model);
    updateEases(model);
    logLikelihood = expectation(model, gold);
    const next = logLikelihood - penalty(model);
    assertMonotone(objective, next);
    converged = Math.abs(next - objective) <= tolerance * Math.abs(next);
    objective = next;
    iterations += 1;
  }
  return {
    method: 'glad',
    items: table.items,
    categories: table.categories,
    ...decideLabels(model.posterior, K, table.itemStart),
    posterior: model.posterior,
    prior: new Float64Array(K).fill(1 / K),
    iterations,
    converged,
    logLikelihood,
    annotators: annotatorsOf(model),
    ability: model.ability,
    ease: model.logEase.map(Math.exp),
  };
}

type Model = {
  readonly table: RatingTable;
  /** Rows grouped by rater: `rows` from `start[rater]` on. */
  readonly byRater: { readonly start: Int32Array; readonly rows: Int32Array };
  readonly itemOfRow: Int32Array;
  readonly ability: Float64Array;
  readonly logEase: Float64Array;
  /** Per read: the probability that its answer is the truth. */
  readonly right: Float64Array;
  readonly posterior: Float64Array;
};

function itemOfRows(table: RatingTable): Int32Array {
  const out = new Int32Array(table.value.length);
  for (let item = 0; item < table.items.length; item += 1) {
    out.fill(item, table.itemStart[item], table.itemStart[item + 1]);
  }
  return out;
}

function rowsByRater(table: RatingTable): Model['byRater'] {
  const nReads = readsPerRater(table);
  const start = new Int32Array(nReads.length + 1);
  for (let rater = 0; rater < nReads.length; rater += 1) {
    start[rater + 1] = (start[rater] as number) + (nReads[rater] as number);
  }
  const next = start.slice();
  const rows = new Int32Array(table.value.length);
  for (let row = 0; row < table.value.length; row += 1) {
    const rater = table.rater[row] as number;
    rows[next[rater] as number] = row;
    next[rater] = (next[rater] as number) + 1;
  }
  return { start, rows };
}

/** log σ(x), without overflow. */
function logSigmoid(x: number): number {
  return x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
}

function expectation(model: Model, gold: Int32Array | undefined): number {
  const { table, ability, logEase, right, posterior } = model;
  const K = table.categories.length;
  const spread = Math.log(Math.max(1, K - 1));
  const logs = new Float64Array(K);
  let logLikelihood = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) {
      posterior.fill(1 / K, item * K, item * K + K);
      continue;
    }
    logs.fill(-Math.log(K));
    for (let row = start; row < end; row += 1) {
      const x = (ability[table.rater[row] as number] as number) * Math.exp(logEase[item] as number);
      const wrong = logSigmoid(-x) - spread;
      for (let k = 0; k < K; k += 1) logs[k] = (logs[k] as number) + wrong;
      const answer = table.value[row] as number;
      logs[answer] = (logs[answer] as number) + logSigmoid(x) - wrong;
    }
    logLikelihood += normaliseLogs(logs, gold?.[item] ?? -1);
    for (let k = 0; k < K; k += 1) posterior[item * K + k] = logs[k] as number;
    for (let row = start; row < end; row += 1) right[row] = logs[table.value[row] as number] as number;
  }
  return logLikelihood;
}

function penalty(model: Model): number {
  let sum = 0;
  for (const a of model.ability) sum += (a - 1) ** 2 / 2;
  for (const b of model.logEase) sum += (b - 1) ** 2 / 2;
  return sum;
}

/** Expected complete log-likelihood of one read at x = a · exp(b). */
function readValue(right: number, x: number): number {
  return right * logSigmoid(x) + (1 - right) * logSigmoid(-x);
}

function updateAbilities(model: Model): void {
  const { byRater, itemOfRow, ability, logEase, right } = model;
  for (let rater = 0; rater < ability.length; rater += 1) {
    const rows = byRater.rows.subarray(byRater.start[rater], byRater.start[rater + 1]);
    const valueAt = (a: number) => {
      let sum = -((a - 1) ** 2) / 2;
      for (const row of rows) {
        sum += readValue(right[row] as number, a * Math.exp(logEase[itemOfRow[row] as number] as number));
      }
      return sum;
    };
    const a = ability[rater] as number;
    let slope = 1 - a;
    let curvature = 1;
    for (const row of rows) {
      const ease = Math.exp(logEase[itemOfRow[row] as number] as number);
      const p = 1 / (1 + Math.exp(-a * ease));
      slope += ((right[row] as number) - p) * ease;
      curvature += p * (1 - p) * ease ** 2;
    }
    ability[rater] = climb(a, slope / curvature, valueAt);
  }
}

function updateEases(model: Model): void {
  const { table, ability, logEase, right } = model;
  for (let item = 0; item < logEase.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    const valueAt = (b: number) => {
      let sum = -((b - 1) ** 2) / 2;
      for (let row = start; row < end; row += 1) {
        sum += readValue(right[row] as number, (ability[table.rater[row] as number] as number) * Math.exp(b));
      }
      return sum;
    };
    const b = logEase[item] as number;
    let slope = 1 - b;
    let curvature = 1;
    for (let row = start; row < end; row += 1) {
      const x = (ability[table.rater[row] as number] as number) * Math.exp(b);
      const p = 1 / (1 + Math.exp(-x));
      slope += ((right[row] as number) - p) * x;
      // The Gauss–Newton part of the curvature: always positive, so the step always points uphill.
      curvature += p * (1 - p) * x ** 2;
    }
    logEase[item] = climb(b, slope / curvature, valueAt);
  }
}

/** A step of at most 1 along `step`, halved until the value does not fall. */
function climb(from: number, step: number, valueAt: (at: number) => number): number {
  let size = Math.max(-1, Math.min(1, step));
  const value = valueAt(from);
  for (let halving = 0; halving < 20; halving += 1) {
    if (valueAt(from + size) >= value) return from + size;
    size /= 2;
  }
  return from;
}

function annotatorsOf(model: Model): Consensus['annotators'] {
  const { table, byRater, itemOfRow, ability, logEase } = model;
  return table.raters.map((rater, index) => {
    const rows = byRater.rows.subarray(byRater.start[index], byRater.start[index + 1]);
    let sum = 0;
    for (const row of rows) {
      sum +=
        1 /
        (1 + Math.exp(-(ability[index] as number) * Math.exp(logEase[itemOfRow[row] as number] as number)));
    }
    return {
      rater,
      nReads: rows.length,
      accuracy: rows.length === 0 ? null : sum / rows.length,
      confusion: null,
    };
  });
}
