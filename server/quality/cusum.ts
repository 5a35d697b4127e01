import { AppError } from '#server/core/errors.ts';

export type CusumPoint = {
  /** Accumulated excess over the target, never below 0. */
  readonly high: number;
  /** Accumulated shortfall under the target, never below 0. */
  readonly low: number;
  readonly signal: 'high' | 'low' | null;
};

/**
 * Tabular CUSUM: adds up deviations from a target beyond an allowance, so that a small lasting drift signals where single
 * values look fine. Give the previous point to continue in O(1) per value.
 *
 * C+ = max(0, C+ + x − target − allowance), C− = max(0, C− + target − x − allowance); signal above `limit`. Usual with σ = 1:
 * allowance 0.5σ, limit 4 to 5σ.
 *
 * Source: Page 1954; Montgomery, Statistical Quality Control, ch. 9.
 *
 * @example cusum(values, { target: 10, allowance: 0.5, limit: 5 }).findIndex((point) => point.signal !== null)
 */
export function cusum(
  values: Iterable<number>,
  plan: { readonly target: number; readonly allowance: number; readonly limit: number },
  from: Pick<CusumPoint, 'high' | 'low'> = { high: 0, low: 0 },
): CusumPoint[] {
  const points: CusumPoint[] = [];
  let { high, low } = from;
  for (const value of values) {
    high = Math.max(0, high + value - plan.target - plan.allowance);
    low = Math.max(0, low + plan.target - value - plan.allowance);
    points.push({ high, low, signal: high > plan.limit ? 'high' : low > plan.limit ? 'low' : null });
  }
  return points;
}

/**
 * Average number of values until a one-sided CUSUM signals, by Siegmund's approximation, when the mean is `shift`
 * standard deviations off target (0: false alarms). The two-sided false-alarm length is half of the one-sided.
 *
 * ARL = (exp(−2Δb) + 2Δb − 1) / (2Δ²), Δ = shift − allowance, b = limit + 1.166 (σ = 1); b² at Δ = 0.
 *
 * Source: Siegmund 1985.
 *
 * @example cusumRunLength({ allowance: 0.5, limit: 5, shift: 1 }) // 10.336
 */
export function cusumRunLength(input: { allowance: number; limit: number; shift: number }): number {
  const delta = input.shift - input.allowance;
  const b = input.limit + 1.166;
  if (Math.abs(delta) < 1e-12) return b ** 2;
  return (Math.exp(-2 * delta * b) + 2 * delta * b - 1) / (2 * delta ** 2);
}

/**
 * CUSUM for right-or-wrong answers (gold, agreement with consensus): accumulates the log-likelihood ratio of `bad` against `good`
 * and signals above `limit`. Returns the score after each answer. Its false-alarm rate is found by simulation, not by a formula.
 *
 * Source: Reynolds & Stoumbos 1999.
 */
export function bernoulliCusum(
  answers: Iterable<boolean>,
  plan: { readonly good: number; readonly bad: number; readonly limit: number },
  from = 0,
): ReadonlyArray<{ readonly score: number; readonly isSignal: boolean }> {
  if (!(plan.bad > 0 && plan.bad < plan.good && plan.good < 1)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'bad_cusum_plan',
      message: 'A CUSUM of answers needs 0 < bad < good < 1.',
    });
  }
  const right = Math.log(plan.bad / plan.good);
  const wrong = Math.log((1 - plan.bad) / (1 - plan.good));
  const points: Array<{ score: number; isSignal: boolean }> = [];
  let score = from;
  for (const isRight of answers) {
    score = Math.max(0, score + (isRight ? right : wrong));
    points.push({ score, isSignal: score > plan.limit });
  }
  return points;
}
