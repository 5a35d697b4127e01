import type { Interval } from './measurement.ts';

/** R10: the three values of a pilot's verdict. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

export type Criterion = {
  readonly value: number | null;
  readonly ci: Interval | null;
  readonly threshold: number;
  /** `at_least` for reliability and accuracy, `at_most` for error rates, cost and time. */
  readonly direction: 'at_least' | 'at_most';
};

/**
 * Verdict of one criterion (R10): pass if the interval's near bound clears the threshold (the bound itself counts), fail
 * if its far bound does not reach it, else inconclusive. A statistic without value or interval is inconclusive: nothing was shown
 * either way.
 *
 * @example criterionVerdict({ value: 0.95, ci: [0.888, 0.978], threshold: 0.9, direction: 'at_least' }) // inconclusive
 */
export function criterionVerdict(criterion: Criterion): Verdict {
  const { value, ci, threshold, direction } = criterion;
  if (value === null || ci === null) return 'inconclusive';
  const [low, high] = ci;
  if (direction === 'at_least') {
    if (low >= threshold) return 'pass';
    return high < threshold ? 'fail' : 'inconclusive';
  }
  if (high <= threshold) return 'pass';
  return low > threshold ? 'fail' : 'inconclusive';
}

/** Overall verdict: fail if any fails, pass if all pass, else inconclusive (also without any criterion). */
export function overallVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'inconclusive';
}
