import { AppError } from '#server/core/errors.ts';

export type SequentialPlan = {
  /** Accuracy that is fine. */
  readonly good: number;
  /** Accuracy that must be caught. */
  readonly bad: number;
  /** Chance of rejecting someone who is fine, default 0.05. */
  readonly alpha?: number;
  /** Chance of accepting someone who must be caught, default 0.10. */
  readonly beta?: number;
};

export type SequentialState = {
  /** Log-likelihood ratio of bad against good so far. */
  readonly logRatio: number;
  readonly n: number;
  readonly decision: 'accept' | 'reject' | 'continue';
};

/**
 * Wald's sequential probability ratio test on hidden gold: decides as soon as the answers allow, and may be looked at
 * after every answer (unlike an interval). Continue from the returned state; after a decision the state stays.
 *
 * Adds ln(bad / good) for a right answer and ln((1 − bad) / (1 − good)) for a wrong one; rejects at ln((1 − β)/α), accepts at
 * ln(β/(1 − α)). Throws `invalid` unless 0 < bad < good < 1.
 *
 * Source: Wald 1945.
 *
 * @example sequentialTest({ good: 0.9, bad: 0.75 }, [false, false, false, false]).decision // reject
 */
export function sequentialTest(
  plan: SequentialPlan,
  answers: Iterable<boolean>,
  from: SequentialState = { logRatio: 0, n: 0, decision: 'continue' },
): SequentialState {
  const { accept, reject, right, wrong } = sequentialBounds(plan);
  let { logRatio, n, decision } = from;
  for (const isRight of answers) {
    if (decision !== 'continue') break;
    logRatio += isRight ? right : wrong;
    n += 1;
    if (logRatio >= reject) decision = 'reject';
    else if (logRatio <= accept) decision = 'accept';
  }
  return { logRatio, n, decision };
}

/** The bounds and steps of the test, and Wald's expected number of gold answers for someone good and someone bad. */
export function sequentialBounds(plan: SequentialPlan) {
  const { good, bad, alpha = 0.05, beta = 0.1 } = plan;
  if (!(bad > 0 && bad < good && good < 1 && alpha > 0 && beta > 0 && alpha + beta < 1)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'bad_sequential_plan',
      message:
        'A sequential test needs 0 < bad < good < 1 and error chances above 0 that sum to less than 1.',
    });
  }
  const reject = Math.log((1 - beta) / alpha);
  const accept = Math.log(beta / (1 - alpha));
  const right = Math.log(bad / good);
  const wrong = Math.log((1 - bad) / (1 - good));
  return {
    accept,
    reject,
    right,
    wrong,
    expectedIfGood: ((1 - alpha) * accept + alpha * reject) / (good * right + (1 - good) * wrong),
    expectedIfBad: (beta * accept + (1 - beta) * reject) / (bad * right + (1 - bad) * wrong),
  };
}
