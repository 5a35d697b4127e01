import { type AnnotatorEstimate, type Consensus, decideLabels } from './consensus.ts';
import { createEmProblem, type EmProblem, startFromVotes, startPerturbed } from './em-problem.ts';
import { type EmOptions, type EmOutcome, localEngine, type PassEngine, runEm } from './em-run.ts';
import type { RatingTable } from './rating-table.ts';

export type ConfusionEmOptions = EmOptions & {
  /** Known category index per item, −1 unknown: those items are clamped and anchor the annotators. */
  readonly gold?: Int32Array;
  /** 1 (default) starts from vote fractions; more adds seeded perturbed starts and keeps the likeliest that beats chance. */
  readonly starts?: number;
  readonly seed?: number;
  /** Where the passes run; default this thread. */
  readonly engine?: PassEngine;
};

export type ConfusionEmResult = Consensus & {
  readonly logLikelihood: number;
  /** Log-likelihood after each iteration of the kept start. */
  readonly logLikelihoods: readonly number[];
  /** Mean of P(right answer | class) over raters and classes; under 1/K the classes may have switched names. */
  readonly meanDiagonal: number;
  /** Items whose label differs from plurality vote (its ties → lowest category). */
  readonly nDifferFromMajority: number;
};

/** What Dawid–Skene and one-coin share: starts, EM, and the reading of the result. */
export function confusionEm(
  table: RatingTable,
  method: string,
  normalise: (problem: EmProblem) => number,
  options: ConfusionEmOptions,
): ConfusionEmResult {
  const { starts = 1, seed = 1, engine = localEngine } = options;
  const problem = createEmProblem(table, options.gold, engine.allocate);
  const runner = engine.open(problem.pass);
  try {
    const runFrom = (start: number) => {
      if (start === 0) startFromVotes(problem, table);
      else startPerturbed(problem, table, start, seed);
      const outcome = runEm(problem, runner, normalise, options);
      return { start, outcome, meanDiagonal: meanDiagonal(problem) };
    };
    let best = runFrom(0);
    let last = best;
    for (let start = 1; start < starts; start += 1) {
      last = runFrom(start);
      if (isBetter(last, best, problem.nCategories)) best = last;
    }
    if (best !== last) runFrom(best.start);
    return resultOf(table, problem, best.outcome, method);
  } finally {
    runner.close();
  }
}

type Candidate = { readonly start: number; readonly outcome: EmOutcome; readonly meanDiagonal: number };

/** Likelier, unless its annotators are no better than chance: then the classes have switched names. */
function isBetter(candidate: Candidate, best: Candidate, K: number): boolean {
  if (candidate.meanDiagonal <= 1 / K) return false;
  if (best.meanDiagonal <= 1 / K) return true;
  return candidate.outcome.objective > best.outcome.objective + 1e-6;
}

function meanDiagonal({ confusion, nCategories: K }: EmProblem): number {
  let sum = 0;
  for (let base = 0; base < confusion.length; base += K * K) {
    for (let k = 0; k < K; k += 1) sum += confusion[base + k * K + k] as number;
  }
  return confusion.length === 0 ? 0 : (sum * K) / confusion.length;
}

function resultOf(
  table: RatingTable,
  problem: EmProblem,
  outcome: EmOutcome,
  method: string,
): ConfusionEmResult {
  const { nCategories: K } = problem;
  const { posterior } = problem.pass;
  const prior = problem.pass.prior.slice(0, K);
  const { label, confidence } = decideLabels(posterior, K, table.itemStart);
  return {
    method,
    items: table.items,
    categories: table.categories,
    label,
    confidence,
    posterior,
    prior,
    iterations: outcome.logLikelihoods.length,
    converged: outcome.converged,
    logLikelihood: outcome.logLikelihoods.at(-1) ?? 0,
    logLikelihoods: outcome.logLikelihoods,
    meanDiagonal: meanDiagonal(problem),
    nDifferFromMajority: countDifferences(table, label),
    annotators: annotatorsOf(table, problem),
  };
}

function annotatorsOf(table: RatingTable, problem: EmProblem): AnnotatorEstimate[] {
  const { confusion, nCategories: K } = problem;
  const { prior } = problem.pass;
  const nReads = readsPerRater(table);
  return table.raters.map((rater, index) => {
    const base = index * K * K;
    const matrix = new Float64Array(K * K);
    let accuracy = 0;
    for (let truth = 0; truth < K; truth += 1) {
      for (let answer = 0; answer < K; answer += 1) {
        matrix[truth * K + answer] = confusion[base + answer * K + truth] as number;
      }
      accuracy += (prior[truth] as number) * (matrix[truth * K + truth] as number);
    }
    const n = nReads[index] as number;
    // Of an annotator without an answer nothing was estimated.
    return { rater, nReads: n, accuracy: n === 0 ? null : accuracy, confusion: n === 0 ? null : matrix };
  });
}

/** Number of reads of each rater. */
export function readsPerRater(table: RatingTable): Int32Array {
  const { rater } = table;
  const counts = new Int32Array(table.raters.length);
  for (let row = 0; row < rater.length; row += 1) {
    const id = rater[row] as number;
    counts[id] = (counts[id] as number) + 1;
  }
  return counts;
}

function countDifferences(table: RatingTable, label: Int32Array): number {
  const { itemStart, value } = table;
  const K = table.categories.length;
  const votes = new Int32Array(K);
  let n = 0;
  for (let item = 0; item < label.length; item += 1) {
    if ((label[item] as number) < 0) continue;
    const end = itemStart[item + 1] as number;
    for (let k = 0; k < K; k += 1) votes[k] = 0;
    for (let row = itemStart[item] as number; row < end; row += 1) {
      const answer = value[row] as number;
      votes[answer] = (votes[answer] as number) + 1;
    }
    let plurality = 0;
    for (let k = 1; k < votes.length; k += 1) {
      if ((votes[k] as number) > (votes[plurality] as number)) plurality = k;
    }
    if (plurality !== label[item]) n += 1;
  }
  return n;
}
