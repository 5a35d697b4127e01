import gammaln from '@stdlib/math-base-special-gammaln';
import { AppError } from '#server/core/errors.ts';
import type { Interval } from './measurement.ts';

export type AuditPlan = {
  /** Items to draw at random. */
  readonly n: number;
  /** Errors among them at which the claim still holds. */
  readonly acceptErrors: number;
  /** Chance of passing when the error rate is the one expected. */
  readonly power: number;
};

export type AuditEstimate = {
  /** Errors found per item looked at; null before the first. */
  readonly rate: number | null;
  /** Exact bounds on the share of errors in the whole, each with the confidence asked for. */
  readonly ci: Interval | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
};

const lnChoose = (n: number, k: number) => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);

/**
 * P(at most `errors` wrong among n items drawn without replacement from `population`, of which `wrong` are wrong): the
 * hypergeometric distribution, exact also when the sample is a large part of the whole.
 *
 * @example chanceOfAtMost({ population: 100, wrong: 5, n: 10, errors: 0 }) // .5838
 */
export function chanceOfAtMost(of: { population: number; wrong: number; n: number; errors: number }): number {
  const { population, wrong, n, errors } = of;
  const least = Math.max(0, n - (population - wrong));
  const most = Math.min(errors, wrong, n);
  let sum = 0;
  const all = lnChoose(population, n);
  for (let k = least; k <= most; k += 1)
    sum += Math.exp(lnChoose(wrong, k) + lnChoose(population - wrong, n - k) - all);
  return Math.min(1, sum);
}

/**
 * How many items an audit draws to show, with `confidence`, that at most a share `maxErrorRate` of `population` is wrong: the
 * smallest plan "draw n, accept up to c errors" that passes with `power` when the share wrong is `expectedErrorRate`. Everything
 * is drawn when no smaller sample can. The classic attribute-sampling plans: 5 % and 95 % confidence take 59 (no error), 93
 * (one), 124 (two).
 *
 * Throws `invalid` for shares outside (0, 1) or an expected share that is not below the one to be shown.
 *
 * @example auditSampleSize({ population: 200_000, maxErrorRate: 0.05, confidence: 0.95, expectedErrorRate: 0 }).n // 59
 */
export function auditSampleSize(of: {
  population: number;
  maxErrorRate: number;
  confidence: number;
  expectedErrorRate: number;
  power?: number;
}): AuditPlan {
  const { population, maxErrorRate, confidence, expectedErrorRate, power = 0.8 } = of;
  check(of);
  const tooMany = tooManyWrong(population, maxErrorRate);
  const expected = Math.round(expectedErrorRate * population);
  const passes = (n: number, c: number) => chanceOfAtMost({ population, wrong: expected, n, errors: c });
  for (let c = 0; c <= population; c += 1) {
    const n = smallestSample(population, tooMany, c, 1 - confidence);
    if (n >= population) break;
    const reached = passes(n, c);
    if (reached >= power) return { n, acceptErrors: c, power: reached };
  }
  return { n: population, acceptErrors: Math.max(0, tooMany - 1), power: 1 };
}

/** Fewest items with which more than `c` errors would be found, but for a chance of `risk`, if `wrong` are wrong. */
function smallestSample(population: number, wrong: number, c: number, risk: number): number {
  let low = Math.min(population, c + 1);
  let high = population;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chanceOfAtMost({ population, wrong, n: middle, errors: c }) <= risk) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The smallest number of wrong items that is too many. */
const tooManyWrong = (population: number, maxErrorRate: number) =>
  Math.min(population, Math.floor(maxErrorRate * population + 1e-9) + 1);

/**
 * What an audit of n items with so many errors says of the whole: the rate, exact bounds on the share of errors in all
 * (each side holds with `confidence`), and whether it shows the claim (R10: pass when even the upper bound keeps it, fail when
 * even the lower one breaks it). A complete audit has no interval to speak of: both bounds are the rate. Items of the sample that
 * were not looked at (`unseen`, among n) are taken at their worst on either side: those that come last are not like the others
 * (hard cases, or cases added later), so that leaving them out would not leave a random sample.
 */
export function auditEstimate(of: {
  population: number;
  n: number;
  errors: number;
  maxErrorRate: number;
  confidence: number;
  unseen?: number;
}): AuditEstimate {
  const { n, errors, maxErrorRate, unseen = 0 } = of;
  check({ ...of, expectedErrorRate: 0 });
  const population = Math.max(of.population, n);
  if (n - unseen <= 0) return { rate: null, ci: null, verdict: 'inconclusive' };
  const risk = 1 - of.confidence;
  const worst = errors + unseen;
  const atMost = (wrong: number) => chanceOfAtMost({ population, wrong, n, errors: worst });
  const atLeast = (wrong: number) =>
    errors === 0 ? 1 : 1 - chanceOfAtMost({ population, wrong, n, errors: errors - 1 });
  // Both chances move one way with the number wrong, so that the bounds are found by halving.
  const upper = lastWhere(worst, population - (n - worst), (wrong) => atMost(wrong) > risk);
  const lower = firstWhere(errors, population - (n - errors), (wrong) => atLeast(wrong) > risk);
  const limit = tooManyWrong(population, maxErrorRate);
  const verdict = upper < limit ? 'pass' : lower >= limit ? 'fail' : 'inconclusive';
  return { rate: errors / (n - unseen), ci: [lower / population, upper / population], verdict };
}

function lastWhere(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function firstWhere(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function check(of: {
  population: number;
  maxErrorRate: number;
  confidence: number;
  expectedErrorRate: number;
}): void {
  const { maxErrorRate, confidence, expectedErrorRate } = of;
  const isOpen = (share: number) => share > 0 && share < 1;
  const isFine =
    Number.isInteger(of.population) &&
    of.population >= 0 &&
    isOpen(maxErrorRate) &&
    isOpen(confidence) &&
    expectedErrorRate >= 0 &&
    expectedErrorRate < maxErrorRate;
  if (isFine) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'bad_audit_plan',
    message:
      'An audit needs an error rate to be shown and a confidence between 0 and 1, and an expected error rate below the one to be shown.',
  });
}
