import { describe, expect, it } from 'vitest';
import { decisionProbabilities, goldCasesNeeded, itemsToDecide } from './sample-size.ts';
import { criterionVerdict, overallVerdict } from './verdict.ts';
import { wilsonInterval } from './wilson-interval.ts';

describe('criterionVerdict (R10)', () => {
  it.each([
    { ci: [0.9, 0.95], direction: 'at_least', verdict: 'pass' },
    { ci: [0.888, 0.978], direction: 'at_least', verdict: 'inconclusive' },
    { ci: [0.8, 0.9], direction: 'at_least', verdict: 'inconclusive' },
    { ci: [0.8, 0.89], direction: 'at_least', verdict: 'fail' },
    { ci: [0.8, 0.9], direction: 'at_most', verdict: 'pass' },
    { ci: [0.91, 0.95], direction: 'at_most', verdict: 'fail' },
    { ci: [0.85, 0.95], direction: 'at_most', verdict: 'inconclusive' },
  ] as const)('$ci against .90 $direction is $verdict', ({ ci, direction, verdict }) => {
    expect(criterionVerdict({ value: (ci[0] + ci[1]) / 2, ci, threshold: 0.9, direction })).toBe(verdict);
  });

  it('95 of 100 right is inconclusive at .90, and both real panels are at alpha .80', () => {
    const at = (ci: readonly [number, number], threshold: number) =>
      criterionVerdict({ value: 0.9, ci, threshold, direction: 'at_least' });
    expect(at(wilsonInterval(95, 100)!, 0.9)).toBe('inconclusive');
    expect(at([0.71, 0.805], 0.8)).toBe('inconclusive');
    expect(at([0.797, 0.876], 0.8)).toBe('inconclusive');
  });

  it('shows nothing without a value, and fails overall if any criterion fails', () => {
    expect(criterionVerdict({ value: null, ci: null, threshold: 0.9, direction: 'at_least' })).toBe(
      'inconclusive',
    );
    expect(overallVerdict(['pass', 'inconclusive', 'fail'])).toBe('fail');
    expect(overallVerdict(['pass', 'inconclusive'])).toBe('inconclusive');
    expect(overallVerdict(['pass', 'pass'])).toBe('pass');
    expect(overallVerdict([])).toBe('inconclusive');
  });
});

describe('goldCasesNeeded', () => {
  it('needs about 250 gold cases to show 95 % against a bound of 90 % with 80 % power (R10)', () => {
    const plan = goldCasesNeeded({ truth: 0.95, threshold: 0.9, power: 0.8 });
    expect(Math.abs(plan.n! - 250)).toBeLessThan(25);
    expect(plan.power).toBeGreaterThanOrEqual(0.8);
    for (let n = plan.n!; n < plan.n! + 60; n += 1) {
      expect(decisionProbabilities({ n, truth: 0.95, threshold: 0.9 }).pass).toBeGreaterThanOrEqual(0.8);
    }
    expect(decisionProbabilities({ n: plan.n! - 1, truth: 0.95, threshold: 0.9 }).pass).toBeLessThan(0.8);
  });

  it.each([0.8, 0.95, 0.99, 0.999])(
    'never falls under a power of %f from there on, by enumeration',
    (power) => {
      for (const [truth, threshold] of [
        [0.98, 0.8],
        [0.7, 0.9],
        [0.999, 0.97],
      ] as const) {
        const { n } = goldCasesNeeded({ truth, threshold, power });
        const sought = truth > threshold ? 'pass' : 'fail';
        for (let at = n!; at < 4 * n!; at += 1)
          expect(decisionProbabilities({ n: at, truth, threshold })[sought]).toBeGreaterThanOrEqual(power);
        expect(decisionProbabilities({ n: n! - 1, truth, threshold })[sought]).toBeLessThan(power);
      }
    },
  );

  it('plans a failure below the threshold and has no answer at it', () => {
    expect(goldCasesNeeded({ truth: 0.85, threshold: 0.9 }).n).toBeGreaterThan(100);
    expect(goldCasesNeeded({ truth: 0.9, threshold: 0.9 }).n).toBeNull();
    expect(goldCasesNeeded({ truth: 0.901, threshold: 0.9, maxN: 500 }).n).toBeNull();
  });
});

describe('decisionProbabilities', () => {
  it('are exact: they sum to one and equal the enumeration by hand', () => {
    const { pass, fail, inconclusive } = decisionProbabilities({ n: 10, truth: 0.9, threshold: 0.7 });
    expect(pass + fail + inconclusive).toBeCloseTo(1, 12);
    // Only 10 of 10 has a Wilson lower bound (.722) above .70.
    expect(pass).toBeCloseTo(0.9 ** 10, 12);
  });

  it('refuses impossible plans', () => {
    expect(() => decisionProbabilities({ n: 0, truth: 0.9, threshold: 0.8 })).toThrow(/whole number/);
    expect(() => decisionProbabilities({ n: 10, truth: 1.9, threshold: 0.8 })).toThrow(/between 0 and 1/);
  });
});

it('itemsToDecide scales the half-width that faces the threshold', () => {
  expect(itemsToDecide({ value: 0.84, ci: [0.797, 0.876], n: 240, threshold: 0.8 })).toBe(278);
  expect(itemsToDecide({ value: 0.8, ci: [0.7, 0.9], n: 240, threshold: 0.8 })).toBeNull();
});
