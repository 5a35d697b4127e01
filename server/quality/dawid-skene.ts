import { assert } from '#server/core/assert.ts';
import { type Consensus, decideLabels } from './consensus.ts';
import { counterUniform } from './counter-hash.ts';
import { countPosteriors, type DawidSkeneBuffers, dawidSkenePass } from './dawid-skene-pass.ts';
import type { RatingTable } from './rating-table.ts';

export type DawidSkeneOptions = {
  /**
   * Dirichlet pseudo-counts added to every rater's confusion rows (maximum a posteriori instead of likelihood). 0 (default) is
   * the published method; with fewer than about ten reads per rater use e.g. { diagonal: 1, offDiagonal: 0.1 }.
   */
  readonly smoothing?: { readonly diagonal: number; readonly offDiagonal: number };
  /** Known category index per item, −1 unknown: those items are clamped and anchor the confusion matrices. */
  readonly gold?: Int32Array;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Stops when the objective grows by less than this share of its size; default 1e-9, 0 = run all iterations. */
  readonly tolerance?: number;
  /** 1 (default) starts from vote fractions; more adds seeded perturbed starts and keeps the likeliest that beats chance. */
  readonly starts?: number;
  readonly seed?: number;
};

export type DawidSkeneResult = Consensus & {
  readonly logLikelihood: number;
  /** Log-likelihood after each iteration of the kept start. */
  readonly logLikelihoods: readonly number[];
  /** Mean of P(right answer | class) over raters and classes; under 1/K the classes may have switched names. */
  readonly meanDiagonal: number;
  /** Items whose label differs from plurality vote (its ties → lowest category). */
  readonly nDifferFromMajority: number;
};

/** Added to every count before normalising, so that nothing is impossible and an unused row is uniform. */
const epsilon = 1e-10;

/**
 * Dawid–Skene consensus: estimates every annotator's confusion matrix and every item's class together, by EM on the
 * likelihood of the observed reads. Repeated reads by one rater count as repeats.
 *
 * E: T_ij ∝ p_j Π_reads π^(rater)_{j,answer}. M: p_j = mean T_ij, π^(a)_{jl} ∝ Σ T_ij · [a answered l on i] + smoothing.
 * Starts from vote fractions (M first). The observed-data objective (log-likelihood, plus log prior under smoothing) never
 * falls: asserted. The solution is a local maximum; other starts can reach other ones, which is why `starts` exists
 * and disagreement with plurality is reported.
 *
 * Source: Dawid & Skene 1979, Applied Statistics 28(1), 20–28.
 *
 * @example dawidSkene(buildRatingTable(reads, { categories: [1, 2, 3, 4], duplicates: 'keep' })).label
 */
export function dawidSkene(table: RatingTable, options: DawidSkeneOptions = {}): DawidSkeneResult {
  const { starts = 1, seed = 1 } = options;
  const votes = voteFractions(table);
  let best = runFrom(table, votes, options);
  for (let start = 1; start < starts; start += 1) {
    const candidate = runFrom(table, perturbed(votes, table.categories.length, start, seed), options);
    if (isBetter(candidate, best, table.categories.length)) best = candidate;
  }
  return resultOf(table, votes, best, options);
}

type Run = {
  readonly buffers: DawidSkeneBuffers;
  readonly objective: number;
  readonly logLikelihoods: number[];
  readonly converged: boolean;
  readonly meanDiagonal: number;
};

function runFrom(table: RatingTable, start: Float64Array, options: DawidSkeneOptions): Run {
  const { maxIterations = 1000, tolerance = 1e-9, gold = null } = options;
  const K = table.categories.length;
  const cells = table.raters.length * K * K;
  const buffers: DawidSkeneBuffers = {
    nCategories: K,
    itemStart: table.itemStart,
    rater: table.rater,
    value: table.value,
    gold,
    prior: new Float64Array(K),
    confusion: new Float64Array(cells),
    priorCounts: new Float64Array(K),
    confusionCounts: new Float64Array(cells),
    posterior: start.slice(),
  };
  const nItems = table.items.length;
  if (gold !== null) clampGold(buffers.posterior, gold, K);
  countPosteriors(buffers, 0, nItems);
  const logLikelihoods: number[] = [];
  let objective = Number.NEGATIVE_INFINITY;
  let converged = table.value.length === 0;
  while (!converged && logLikelihoods.length < maxIterations) {
    const logPrior = normaliseCounts(buffers, options.smoothing);
    const logLikelihood = dawidSkenePass(buffers, 0, nItems);
    const next = logLikelihood + logPrior;
    assertMonotone(objective, next);
    converged = tolerance > 0 && Math.abs(next - objective) < tolerance * Math.abs(next);
    logLikelihoods.push(logLikelihood);
    objective = next;
  }
  return { buffers, objective, logLikelihoods, converged, meanDiagonal: meanDiagonal(buffers.confusion, K) };
}

/** EM can only climb; the allowance is for rounding and for the epsilon in the counts. */
export function assertMonotone(before: number, after: number): void {
  const allowance = 1e-6 + 1e-8 * Math.abs(after);
  assert(!(after < before - allowance), 'the log-likelihood fell during EM');
}

/**
 * The normalising half of the M-step: counts become probabilities and are reset. Returns the log density of the
 * Dirichlet smoothing at the new confusion matrices, up to a constant (0 without smoothing).
 */
export function normaliseCounts(
  buffers: DawidSkeneBuffers,
  smoothing: DawidSkeneOptions['smoothing'] = { diagonal: 0, offDiagonal: 0 },
): number {
  const { nCategories: K, prior, priorCounts, confusion, confusionCounts } = buffers;
  const isSmoothed = smoothing.diagonal > 0 || smoothing.offDiagonal > 0;
  let total = 0;
  for (let k = 0; k < K; k += 1) total += (priorCounts[k] as number) + epsilon;
  for (let k = 0; k < K; k += 1) prior[k] = ((priorCounts[k] as number) + epsilon) / total;
  let logPrior = 0;
  const totals = new Float64Array(K);
  for (let base = 0; base < confusionCounts.length; base += K * K) {
    totals.fill(0);
    for (let cell = 0; cell < K * K; cell += 1) {
      const k = cell % K;
      const extra = Math.floor(cell / K) === k ? smoothing.diagonal : smoothing.offDiagonal;
      const count = (confusionCounts[base + cell] as number) + extra + epsilon;
      confusion[base + cell] = count;
      totals[k] = (totals[k] as number) + count;
    }
    for (let cell = 0; cell < K * K; cell += 1) {
      const share = (confusion[base + cell] as number) / (totals[cell % K] as number);
      confusion[base + cell] = share;
      if (isSmoothed) {
        logPrior +=
          (Math.floor(cell / K) === cell % K ? smoothing.diagonal : smoothing.offDiagonal) * Math.log(share);
      }
    }
  }
  priorCounts.fill(0);
  confusionCounts.fill(0);
  return logPrior;
}

function resultOf(
  table: RatingTable,
  votes: Float64Array,
  run: Run,
  options: DawidSkeneOptions,
): DawidSkeneResult {
  const K = table.categories.length;
  const { posterior, prior, confusion } = run.buffers;
  const { label, confidence } = decideLabels(posterior, K, table.itemStart);
  const nReads = new Int32Array(table.raters.length);
  for (const rater of table.rater) nReads[rater] = (nReads[rater] as number) + 1;
  return {
    method: `dawid_skene${options.smoothing === undefined ? '' : ':smoothed'}${options.gold === undefined ? '' : ':gold_anchored'}`,
    items: table.items,
    categories: table.categories,
    label,
    confidence,
    posterior,
    prior,
    iterations: run.logLikelihoods.length,
    converged: run.converged,
    logLikelihood: run.logLikelihoods.at(-1) ?? 0,
    logLikelihoods: run.logLikelihoods,
    meanDiagonal: run.meanDiagonal,
    nDifferFromMajority: countDifferences(votes, label, K),
    annotators: table.raters.map((rater, index) => {
      const matrix = truthByAnswer(confusion, index, K);
      let accuracy = 0;
      for (let k = 0; k < K; k += 1) accuracy += (prior[k] as number) * (matrix[k * K + k] as number);
      return { rater, nReads: nReads[index] as number, accuracy, confusion: matrix };
    }),
  };
}

/** Share of votes per item and category; uniform for an item without reads. */
export function voteFractions(table: RatingTable): Float64Array {
  const K = table.categories.length;
  const fractions = new Float64Array(table.items.length * K);
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (start === end) fractions.fill(1 / K, item * K, item * K + K);
    const vote = 1 / (end - start);
    for (let row = start; row < end; row += 1) {
      const cell = item * K + (table.value[row] as number);
      fractions[cell] = (fractions[cell] as number) + vote;
    }
  }
  return fractions;
}

/** Vote fractions mixed half and half with seeded random class probabilities (exponential draws, normalised). */
function perturbed(votes: Float64Array, K: number, start: number, seed: number): Float64Array {
  const out = new Float64Array(votes.length);
  for (let base = 0; base < votes.length; base += K) {
    let total = 0;
    for (let k = 0; k < K; k += 1) {
      const draw = -Math.log(1 - counterUniform(start, base + k, seed));
      out[base + k] = draw;
      total += draw;
    }
    for (let k = 0; k < K; k += 1) {
      out[base + k] = 0.5 * (votes[base + k] as number) + (0.5 * (out[base + k] as number)) / total;
    }
  }
  return out;
}

function isBetter(candidate: Run, best: Run, K: number): boolean {
  if (candidate.meanDiagonal <= 1 / K) return false;
  if (best.meanDiagonal <= 1 / K) return true;
  return candidate.objective > best.objective + 1e-6;
}

function clampGold(posterior: Float64Array, gold: Int32Array, K: number): void {
  for (const [item, known] of gold.entries()) {
    if (known < 0) continue;
    posterior.fill(0, item * K, item * K + K);
    posterior[item * K + known] = 1;
  }
}

function meanDiagonal(confusion: Float64Array, K: number): number {
  let sum = 0;
  for (let base = 0; base < confusion.length; base += K * K) {
    for (let k = 0; k < K; k += 1) sum += confusion[base + k * K + k] as number;
  }
  return confusion.length === 0 ? 0 : (sum * K) / confusion.length;
}

function truthByAnswer(confusion: Float64Array, rater: number, K: number): Float64Array {
  const base = rater * K * K;
  return Float64Array.from(
    { length: K * K },
    (_, cell) => confusion[base + (cell % K) * K + Math.floor(cell / K)] as number,
  );
}

function countDifferences(votes: Float64Array, label: Int32Array, K: number): number {
  let n = 0;
  for (const [item, category] of label.entries()) {
    if (category < 0) continue;
    let plurality = 0;
    for (let k = 1; k < K; k += 1) {
      if ((votes[item * K + k] as number) > (votes[item * K + plurality] as number) + 1e-12) plurality = k;
    }
    if (plurality !== category) n += 1;
  }
  return n;
}
