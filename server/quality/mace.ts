import digamma from '@stdlib/math-base-special-digamma';
import gammaln from '@stdlib/math-base-special-gammaln';
import { readsPerRater } from './confusion-em.ts';
import { type Consensus, decideLabels } from './consensus.ts';
import { counterUniform } from './counter-hash.ts';
import { checkConfusions } from './em-problem.ts';
import { assertMonotone } from './em-run.ts';
import { majority } from './majority.ts';
import type { RatingTable } from './rating-table.ts';

export type MaceOptions = {
  /** Beta prior of knowing (default 0.5, 0.5) and Dirichlet prior of the spam answers (default 10 each). */
  readonly knowing?: readonly [number, number];
  readonly strategy?: number;
  /** Default 10; the first starts from majority, the others are seeded. The one with the best bound is kept. */
  readonly starts?: number;
  readonly seed?: number;
  /** Default 200. */
  readonly maxIterations?: number;
  /** Relative growth of the bound at which to stop, default 1e-7. */
  readonly tolerance?: number;
  /** Known category index per item, −1 unknown. */
  readonly gold?: Int32Array;
};

/**
 * MACE: every answer is either known (then it is the truth) or spam from the annotator's own favourite mix. Finds annotators who do not
 * look at the cases. Fitted by variational Bayes; the evidence lower bound never falls: asserted.
 *
 * P(answer l | truth t) = θ_a [l = t] + (1 − θ_a) ξ_a(l), θ ~ Beta, ξ ~ Dirichlet, uniform classes. `logLikelihood` is that of the
 * reads at the posterior-mean parameters; `accuracy` of an annotator is P(right) at them.
 *
 * Source: Hovy et al. 2013, "Learning Whom to Trust with MACE".
 *
 * @example mace(table, { seed: 1 }).label
 */
export function mace(table: RatingTable, options: MaceOptions = {}): Consensus {
  const { starts = 10 } = options;
  checkConfusions(table);
  let best = runStart(table, 0, options);
  for (let start = 1; start < starts; start += 1) {
    const candidate = runStart(table, start, options);
    if (candidate.bound > best.bound + 1e-6) best = candidate;
  }
  return resultOf(table, best, options);
}

type State = {
  /** Expected counts per annotator: knowing, spamming, then K spam answers. */
  readonly counts: Float64Array;
  /** Geometric-mean parameters in the same layout. */
  readonly weights: Float64Array;
  readonly posterior: Float64Array;
};

type Fit = State & { readonly bound: number; readonly iterations: number; readonly converged: boolean };

function runStart(table: RatingTable, start: number, options: MaceOptions): Fit {
  const { maxIterations = 200, tolerance = 1e-7, seed = 1 } = options;
  const K = table.categories.length;
  const width = K + 2;
  const state: State = {
    counts: new Float64Array(table.raters.length * width),
    weights: startWeights(table, start, seed),
    posterior: new Float64Array(table.items.length * K),
  };
  let bound = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  let converged = table.value.length === 0;
  expectation(table, state, options.gold);
  while (!converged && iterations < maxIterations) {
    const divergence = maximisation(state, K, options);
    const next = expectation(table, state, options.gold) - divergence;
    assertMonotone(bound, next);
    converged = Math.abs(next - bound) <= tolerance * Math.abs(next);
    bound = next;
    iterations += 1;
  }
  return { ...state, bound, iterations, converged };
}

/** Start 0: how often each annotator agrees with plurality; the others: seeded random trust. */
function startWeights(table: RatingTable, start: number, seed: number): Float64Array {
  const K = table.categories.length;
  const width = K + 2;
  const weights = new Float64Array(table.raters.length * width).fill(1 / K);
  const { label } = majority(table);
  const agreed = new Float64Array(table.raters.length);
  const nReads = readsPerRater(table);
  for (let item = 0; item < table.items.length; item += 1) {
    for (let row = table.itemStart[item] as number; row < (table.itemStart[item + 1] as number); row += 1) {
      const rater = table.rater[row] as number;
      if (table.value[row] === label[item]) agreed[rater] = (agreed[rater] as number) + 1;
    }
  }
  for (let rater = 0; rater < table.raters.length; rater += 1) {
    const share = ((agreed[rater] as number) + 1) / ((nReads[rater] as number) + 2);
    const trust = start === 0 ? share : 0.05 + 0.9 * counterUniform(start, rater, seed);
    weights[rater * width] = trust;
    weights[rater * width + 1] = 1 - trust;
    // A little noise on the spam answers breaks ties between starts that share their trust.
    for (let k = 0; k < K && start > 0; k += 1) {
      weights[rater * width + 2 + k] = (0.5 + counterUniform(start + 1000, rater * K + k, seed)) / K;
    }
  }
  return weights;
}

/** Per annotator and answer: log of the spam probability, what knowing adds to it, and the share of knowing. */
function answerTables(weights: Float64Array, K: number) {
  const nRaters = weights.length / (K + 2);
  const spamLog = new Float64Array(nRaters * K);
  const lift = new Float64Array(nRaters * K);
  const knowing = new Float64Array(nRaters * K);
  for (let rater = 0; rater < nRaters; rater += 1) {
    const base = rater * (K + 2);
    const known = weights[base] as number;
    for (let k = 0; k < K; k += 1) {
      const spam = (weights[base + 1] as number) * (weights[base + 2 + k] as number);
      spamLog[rater * K + k] = Math.log(spam);
      lift[rater * K + k] = Math.log1p(known / spam);
      knowing[rater * K + k] = known / (known + spam);
    }
  }
  return { spamLog, lift, knowing };
}

/** Posteriors and expected counts at the current weights; returns the log normaliser of the items. */
function expectation(table: RatingTable, state: State, gold: Int32Array | undefined): number {
  const K = table.categories.length;
  const width = K + 2;
  const { counts, posterior } = state;
  const { spamLog, lift, knowing } = answerTables(state.weights, K);
  const logs = new Float64Array(K);
  counts.fill(0);
  let logNormaliser = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) {
      posterior.fill(1 / K, item * K, item * K + K);
      continue;
    }
    logs.fill(0);
    let shared = -Math.log(K);
    for (let row = start; row < end; row += 1) {
      const answer = table.value[row] as number;
      const cell = (table.rater[row] as number) * K + answer;
      shared += spamLog[cell] as number;
      logs[answer] = (logs[answer] as number) + (lift[cell] as number);
    }
    logNormaliser += shared + normaliseLogs(logs, gold?.[item] ?? -1);
    for (let k = 0; k < K; k += 1) posterior[item * K + k] = logs[k] as number;
    for (let row = start; row < end; row += 1) {
      const rater = table.rater[row] as number;
      const answer = table.value[row] as number;
      const known = (logs[answer] as number) * (knowing[rater * K + answer] as number);
      const base = rater * width;
      counts[base] = (counts[base] as number) + known;
      counts[base + 1] = (counts[base + 1] as number) + 1 - known;
      counts[base + 2 + answer] = (counts[base + 2 + answer] as number) + 1 - known;
    }
  }
  return logNormaliser;
}

/** Turns log weights into probabilities in place (all on `known` when it is given) and returns the log of their sum. */
export function normaliseLogs(logs: Float64Array, known: number): number {
  if (known >= 0) {
    const log = logs[known] as number;
    logs.fill(0);
    logs[known] = 1;
    return log;
  }
  let largest = Number.NEGATIVE_INFINITY;
  for (const log of logs) largest = Math.max(largest, log);
  let sum = 0;
  for (let k = 0; k < logs.length; k += 1) {
    logs[k] = Math.exp((logs[k] as number) - largest);
    sum += logs[k] as number;
  }
  for (let k = 0; k < logs.length; k += 1) logs[k] = (logs[k] as number) / sum;
  return largest + Math.log(sum);
}

/** Variational M-step: geometric-mean parameters; returns the divergence of the parameters from their priors. */
function maximisation(state: State, K: number, options: MaceOptions): number {
  const { knowing = [0.5, 0.5], strategy = 10 } = options;
  const { counts, weights } = state;
  let divergence = 0;
  for (let base = 0; base < counts.length; base += K + 2) {
    divergence += updateDirichlet(counts, weights, base, 2, (index) => knowing[index] ?? 0.5);
    divergence += updateDirichlet(counts, weights, base + 2, K, () => strategy);
  }
  return divergence;
}

/** One Dirichlet block: weights = exp(ψ(a_k) − ψ(Σ a)), returns KL(posterior ‖ prior). */
function updateDirichlet(
  counts: Float64Array,
  weights: Float64Array,
  base: number,
  length: number,
  priorOf: (index: number) => number,
): number {
  let total = 0;
  let priorTotal = 0;
  for (let index = 0; index < length; index += 1) {
    total += (counts[base + index] as number) + priorOf(index);
    priorTotal += priorOf(index);
  }
  const psiTotal = digamma(total);
  let divergence = gammaln(total) - gammaln(priorTotal);
  for (let index = 0; index < length; index += 1) {
    const prior = priorOf(index);
    const count = counts[base + index] as number;
    const logMean = digamma(count + prior) - psiTotal;
    weights[base + index] = Math.exp(logMean);
    divergence += gammaln(prior) - gammaln(count + prior) + count * logMean;
  }
  return divergence;
}

function resultOf(table: RatingTable, fit: Fit, options: MaceOptions): Consensus {
  const { knowing = [0.5, 0.5], strategy = 10 } = options;
  const K = table.categories.length;
  const width = K + 2;
  const nReads = readsPerRater(table);
  const means = new Float64Array(fit.counts.length);
  const annotators = table.raters.map((rater, index) => {
    const base = index * width;
    const known = (fit.counts[base] as number) + knowing[0];
    const spam = (fit.counts[base + 1] as number) + knowing[1];
    means[base] = known / (known + spam);
    means[base + 1] = spam / (known + spam);
    const spamAnswers = (fit.counts[base + 1] as number) + K * strategy;
    for (let k = 0; k < K; k += 1) {
      means[base + 2 + k] = ((fit.counts[base + 2 + k] as number) + strategy) / spamAnswers;
    }
    const confusion = Float64Array.from({ length: K * K }, (_, cell) => {
      const slip = (means[base + 1] as number) * (means[base + 2 + (cell % K)] as number);
      return slip + (cell % (K + 1) === 0 ? (means[base] as number) : 0);
    });
    let accuracy = 0;
    for (let k = 0; k < K; k += 1) accuracy += (confusion[k * K + k] as number) / K;
    const n = nReads[index] as number;
    // Of an annotator without an answer nothing was estimated.
    return { rater, nReads: n, accuracy: n === 0 ? null : accuracy, confusion: n === 0 ? null : confusion };
  });
  const atMeans: State = {
    counts: new Float64Array(fit.counts.length),
    weights: means,
    posterior: new Float64Array(fit.posterior.length),
  };
  return {
    method: 'mace',
    items: table.items,
    categories: table.categories,
    ...decideLabels(fit.posterior, K, table.itemStart),
    posterior: fit.posterior,
    prior: new Float64Array(K).fill(1 / K),
    iterations: fit.iterations,
    converged: fit.converged,
    logLikelihood: expectation(table, atMeans, options.gold),
    annotators,
  };
}
