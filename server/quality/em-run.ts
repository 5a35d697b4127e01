import { assert } from '#server/core/assert.ts';
import { emPass, type PassKind } from './em-pass.ts';
import {
  type Allocate,
  baseLogLikelihood,
  type EmProblem,
  mergeCounts,
  type PassData,
} from './em-problem.ts';

/** Runs passes over all chunks of one problem. */
export type PassRunner = {
  /** Sum of the chunks' log-likelihoods, in chunk order. */
  run(kind: PassKind): number;
  close(): void;
};

/** Where passes run: in this thread (default) or in several (`em-threads.ts`), with the same result to the last bit. */
export type PassEngine = {
  readonly allocate?: Allocate;
  open(data: PassData): PassRunner;
};

/** The default engine: this thread, one chunk after the other. */
export const localEngine: PassEngine = {
  open: (data) => ({
    run(kind) {
      let logLikelihood = 0;
      for (let chunk = 0; chunk < data.nChunks; chunk += 1) logLikelihood += emPass(data, chunk, kind);
      return logLikelihood;
    },
    close() {},
  }),
};

export type EmOptions = {
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Stops when the objective grows by less than this share of its size; default 1e-9, 0 = run all iterations. */
  readonly tolerance?: number;
};

export type EmOutcome = {
  /** Log-likelihood after each iteration. */
  readonly logLikelihoods: readonly number[];
  /** What EM climbs: log-likelihood plus log prior of the parameters. */
  readonly objective: number;
  readonly converged: boolean;
};

/**
 * EM from the posteriors that are in `problem`: counts, then alternates `normalise` (counts → prior and confusion,
 * returning the log prior of the parameters) and the E-step. Asserts that the objective never falls.
 */
export function runEm(
  problem: EmProblem,
  runner: PassRunner,
  normalise: (problem: EmProblem) => number,
  options: EmOptions,
): EmOutcome {
  const { maxIterations = 1000, tolerance = 1e-9 } = options;
  const logLikelihoods: number[] = [];
  let objective = Number.NEGATIVE_INFINITY;
  let converged = problem.nReads === 0;
  runner.run('count');
  mergeCounts(problem);
  while (!converged && logLikelihoods.length < maxIterations) {
    const logPrior = normalise(problem);
    const logLikelihood = baseLogLikelihood(problem) + runner.run('expect');
    mergeCounts(problem);
    const next = logLikelihood + logPrior;
    assertMonotone(objective, next);
    converged = tolerance > 0 && Math.abs(next - objective) <= tolerance * Math.abs(next);
    logLikelihoods.push(logLikelihood);
    objective = next;
  }
  return { logLikelihoods, objective, converged };
}

/** EM can only climb; the allowance is for rounding and for the epsilon in the counts. */
export function assertMonotone(before: number, after: number): void {
  const allowance = 1e-6 + 1e-8 * Math.abs(after);
  assert(!(after < before - allowance) && !Number.isNaN(after), 'the log-likelihood fell during EM');
}
