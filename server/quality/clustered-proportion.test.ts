import { describe, expect, test } from 'vitest';
import { type CaseOutcome, clusteredProportion } from './clustered-proportion.ts';
import { counterUniform } from './counter-hash.ts';
import { wilsonInterval } from './wilson-interval.ts';

const widthOf = (ci: readonly [number, number] | null) => (ci === null ? Number.NaN : ci[1] - ci[0]);

describe('a share of reads that go together by case', () => {
  test('one read a case is plain Wilson, to the last bit', () => {
    const found = clusteredProportion([
      { compared: 1, right: 1, n: 95 },
      { compared: 1, right: 0, n: 5 },
    ]);
    expect(found).toMatchObject({ value: 0.95, n: 100, nExcluded: 0 });
    expect(found.ci).toEqual(wilsonInterval(95, 100));
  });

  test('three readers who always agree know as much as one: 300 reads of 100 cases count as 100', () => {
    const found = clusteredProportion([
      { compared: 3, right: 3, n: 90 },
      { compared: 3, right: 0, n: 10 },
    ]);
    const [low, high] = wilsonInterval(90, 100)!;
    expect(found).toMatchObject({ value: 0.9, n: 100 });
    // t with 99 instead of 299 degrees of freedom makes it a little wider still.
    expect(found.ci![0]).toBeCloseTo(low, 2);
    expect(found.ci![0]).toBeLessThan(low);
    expect(found.ci![1]).toBeGreaterThan(high);
    expect(widthOf(found.ci)).toBeGreaterThan(1.6 * widthOf(wilsonInterval(270, 300)));
  });

  test('the variance is the linearised one: y of m reads 2/3, 1/2, 3/3, 0/2 by hand', () => {
    const found = clusteredProportion([
      { compared: 3, right: 2, n: 1 },
      { compared: 2, right: 1, n: 1 },
      { compared: 3, right: 3, n: 1 },
      { compared: 2, right: 0, n: 1 },
    ]);
    // p = .6, residuals .2 −.2 1.2 −1.2, variance 4/3 · 2.96/100 = .0394667 against .24/9 of unrelated reads: effect 1.48.
    // t(3) = 3.182446, t(9) = 2.262157: effective n = 10/1.48 · (2.262157/3.182446)² = 3.41396.
    expect(found.value).toBeCloseTo(0.6, 12);
    expect(found.se).toBeCloseTo(Math.sqrt(0.24 / 3.41396), 5);
  });

  test('all right or all wrong counts every case once: nothing is known of how reads go together', () => {
    expect(clusteredProportion([{ compared: 3, right: 3, n: 20 }]).ci).toEqual(wilsonInterval(20, 20));
    expect(clusteredProportion([{ compared: 3, right: 0, n: 20 }]).ci).toEqual(wilsonInterval(0, 20));
    expect(clusteredProportion([{ compared: 5, right: 3, n: 1 }]).ci).toEqual(wilsonInterval(0.6, 1));
  });

  test('never knows more than unrelated reads would', () => {
    const even = clusteredProportion([{ compared: 2, right: 1, n: 50 }]);
    expect(widthOf(even.ci)).toBeGreaterThanOrEqual(widthOf(wilsonInterval(50, 100)));
  });

  test('is null with its reason, and says what was left out for which reason', () => {
    const none = clusteredProportion([{ compared: 0, right: 0, n: 3 }], {
      reason: 'no_overlap',
      exclusions: { others_tied: 2, alone: 1 },
    });
    expect(none).toMatchObject({ value: null, reason: 'no_overlap', nExcluded: 3 });
    expect(none).toMatchObject({ exclusion: 'alone+others_tied', exclusions: { alone: 1, others_tied: 2 } });
  });

  test('covers the truth in 95 of 100 samples of correlated reads, where Wilson over reads covers it in 80', () => {
    const rounds = 2000;
    let covered = 0;
    let plain = 0;
    for (let round = 0; round < rounds; round += 1) {
      const outcomes = sample(round);
      const ci = clusteredProportion(outcomes).ci!;
      const right = outcomes.reduce((sum, one) => sum + one.right, 0);
      const reads = outcomes.reduce((sum, one) => sum + one.compared, 0);
      const unrelated = wilsonInterval(right, reads)!;
      covered += Number(ci[0] <= TRUTH && TRUTH <= ci[1]);
      plain += Number(unrelated[0] <= TRUTH && TRUTH <= unrelated[1]);
    }
    expect(covered / rounds).toBeGreaterThan(0.93);
    expect(covered / rounds).toBeLessThan(0.98);
    expect(plain / rounds).toBeLessThan(0.85);
  });
});

/** Nine cases in ten are easy (right in 97 of 100 reads), one is hard (right in 25 of 100). */
const TRUTH = 0.9 * 0.97 + 0.1 * 0.25;

/** 120 cases with three to five reads each. */
function sample(round: number): CaseOutcome[] {
  return Array.from({ length: 120 }, (_, item) => {
    const at = round * 1000 + item * 8;
    const chance = counterUniform(1, at, 3) < 0.1 ? 0.25 : 0.97;
    const compared = 3 + Math.floor(counterUniform(2, at, 3) * 3);
    let right = 0;
    for (let read = 0; read < compared; read += 1) right += Number(counterUniform(3, at + read, 3) < chance);
    return { compared, right, n: 1 };
  });
}
