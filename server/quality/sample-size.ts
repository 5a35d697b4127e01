import { AppError } from '#server/core/errors.ts';
import { binomialDistribution } from './binomial-distribution.ts';
import { type Criterion, criterionVerdict } from './verdict.ts';
import { wilsonInterval } from './wilson-interval.ts';

export type DecisionProbabilities = {
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
};

export type GoldPlan = {
  /** Smallest n from which on (up to `maxN`) the power is always reached; null when `maxN` is not enough. */
  readonly n: number | null;
  /** Exact power at that n (at `maxN` when null). */
  readonly power: number;
};

const maxCases = 100_000;

/**
 * How likely a planned pilot is to decide (R10): the exact probabilities that n gold cases, read by someone whose true
 * accuracy is `truth`, end in pass, fail or inconclusive against `threshold`. Sums the binomial over all outcomes, each
 * judged by its Wilson interval, exactly as the scorecard will.
 *
 * Throws `invalid` for n outside 1…100,000 or probabilities outside [0, 1].
 *
 * @example decisionProbabilities({ n: 250, truth: 0.95, threshold: 0.9 }).pass // about .8
 */
export function decisionProbabilities(input: {
  n: number;
  truth: number;
  threshold: number;
  direction?: Criterion['direction'];
  level?: number;
}): DecisionProbabilities {
  const { n, truth, threshold, direction = 'at_least', level = 0.95 } = input;
  checkInput(n, truth, threshold);
  const chance = binomialDistribution(n, truth);
  const sums = { pass: 0, fail: 0, inconclusive: 0 };
  for (const [successes, probability] of chance.entries()) {
    const ci = wilsonInterval(successes, n, { level });
    sums[criterionVerdict({ value: successes / n, ci, threshold, direction })] += probability;
  }
  return sums;
}

/**
 * How many gold cases show that a true accuracy clears (or misses) a threshold with the given power. Binomial power is
 * a saw-tooth in n, so the answer is the n from which on the power never falls below the target again. With `truth`
 * above the threshold the decision sought is pass, below it fail; equal to it, no n decides and `n` is null.
 *
 * @example goldCasesNeeded({ truth: 0.95, threshold: 0.9, power: 0.8 }).n // about 250 (R10)
 */
export function goldCasesNeeded(input: {
  truth: number;
  threshold: number;
  power?: number;
  level?: number;
  maxN?: number;
}): GoldPlan {
  const { truth, threshold, power = 0.8, level = 0.95, maxN = 5000 } = input;
  checkInput(maxN, truth, threshold);
  const sought = truth > threshold ? 'pass' : 'fail';
  const powerAt = (n: number) => decisivePower(n, truth, threshold, sought, level);
  if (truth === threshold) return { n: null, power: powerAt(maxN) };
  let last = Math.min(maxN, 64);
  // Far enough above the target that no later tooth reaches down to it.
  const beyond = Math.max(0.99, 1 - (1 - power) / 4);
  while (last < maxN && powerAt(last) < beyond) last = Math.min(maxN, last * 2);
  let n: number | null = null;
  for (let candidate = last; candidate >= 1 && powerAt(candidate) >= power; candidate -= 1) n = candidate;
  return { n, power: powerAt(n ?? last) };
}

/**
 * How many items in all an inconclusive measurement would need for its interval to clear the threshold, if its value stayed and its
 * half-width shrank with √n: n·(half-width ÷ distance)². For statistics without a binomial (alpha, kappa). Null
 * when the value is missing or equals the threshold (no n would decide).
 *
 * @example itemsToDecide({ value: 0.84, ci: [0.797, 0.876], n: 240, threshold: 0.8 }) // items in all, not in addition
 */
export function itemsToDecide(input: {
  value: number | null;
  ci: Criterion['ci'];
  n: number;
  threshold: number;
}): number | null {
  const { value, ci, n, threshold } = input;
  if (value === null || ci === null || value === threshold) return null;
  const half = value > threshold ? value - ci[0] : ci[1] - value;
  return Math.ceil(n * (half / (value - threshold)) ** 2);
}

/** Exact power: the pass and the fail region are each one tail of the counts, so the sum stops where the tail does. */
function decisivePower(
  n: number,
  truth: number,
  threshold: number,
  sought: 'pass' | 'fail',
  level: number,
): number {
  const decides = (successes: number) => {
    const ci = wilsonInterval(successes, n, { level });
    return criterionVerdict({ value: successes / n, ci, threshold, direction: 'at_least' }) === sought;
  };
  const chance = binomialDistribution(n, truth);
  let power = 0;
  if (sought === 'pass') for (let k = n; k >= 0 && decides(k); k -= 1) power += chance[k] as number;
  else for (let k = 0; k <= n && decides(k); k += 1) power += chance[k] as number;
  return power;
}

function checkInput(n: number, truth: number, threshold: number): void {
  const isShare = (value: number) => value >= 0 && value <= 1;
  if (!Number.isInteger(n) || n < 1 || n > maxCases) {
    throw new AppError({
      kind: 'invalid',
      reason: 'bad_sample_size',
      message: 'n must be a whole number from 1 to 100,000.',
    });
  }
  if (!isShare(truth) || !isShare(threshold)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'bad_share',
      message: 'Accuracies and thresholds lie between 0 and 1.',
    });
  }
}
