import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditEstimate, auditSampleSize, chanceOfAtMost } from './audit-sample.ts';

describe('the size of an audit sample', () => {
  test.each([
    // Attribute sampling at 95 % confidence (AICPA table of sample sizes; also −ln .05 ÷ p for no error).
    [0.05, 0, 59, 0],
    [0.05, 0.005, 93, 1],
    [0.1, 0, 29, 0],
    [0.01, 0, 299, 0],
  ])('to show at most %f wrong, %f expected: %i items, %i errors accepted', (max, expected, n, c) => {
    const plan = auditSampleSize({
      population: 10_000_000,
      maxErrorRate: max,
      confidence: 0.95,
      expectedErrorRate: expected,
    });
    expect(plan.n).toBeGreaterThanOrEqual(n);
    expect(plan.n).toBeLessThanOrEqual(n + 1);
    expect(plan.acceptErrors).toBe(c);
  });

  test('a small batch needs fewer, and everything when no sample is enough', () => {
    const plan = { maxErrorRate: 0.05, confidence: 0.95, expectedErrorRate: 0 };
    expect(auditSampleSize({ ...plan, population: 100 }).n).toBe(39);
    // Six of a hundred are too many: none of them among 39 has the chance (61·60·59·58·57·56) ÷ (100·99·98·97·96·95) = .0467, among 38 .0516.
    expect(auditSampleSize({ ...plan, population: 10 })).toMatchObject({ n: 10, acceptErrors: 0 });
  });

  test('hypergeometric by hand: 5 of 100 wrong, none among 10 drawn', () => {
    let chance = 1;
    for (let i = 0; i < 10; i += 1) chance *= (95 - i) / (100 - i);
    expect(chanceOfAtMost({ population: 100, wrong: 5, n: 10, errors: 0 })).toBeCloseTo(chance, 10);
  });
});

describe('what an audit says', () => {
  const claim = { maxErrorRate: 0.05, confidence: 0.95 };

  test('the planned sample passes with the errors it accepts, and not with one more', () => {
    for (const population of [300, 2000, 100_000]) {
      const plan = auditSampleSize({ ...claim, population, expectedErrorRate: 0.01 });
      const of = (errors: number) => auditEstimate({ ...claim, population, n: plan.n, errors });
      expect(of(plan.acceptErrors).verdict).toBe('pass');
      expect(of(plan.acceptErrors).ci![1]).toBeLessThanOrEqual(0.05);
      expect(of(plan.acceptErrors + 1).verdict).toBe('inconclusive');
      expect(of(Math.round(plan.n / 2)).verdict).toBe('fail');
    }
  });

  test('nothing looked at says nothing; everything looked at says it all', () => {
    expect(auditEstimate({ ...claim, population: 100, n: 0, errors: 0 })).toEqual({
      rate: null,
      ci: null,
      verdict: 'inconclusive',
    });
    expect(auditEstimate({ ...claim, population: 100, n: 100, errors: 5 })).toEqual({
      rate: 0.05,
      ci: [0.05, 0.05],
      verdict: 'pass',
    });
    expect(auditEstimate({ ...claim, population: 100, n: 100, errors: 6 }).verdict).toBe('fail');
  });

  test('what was not looked at counts at its worst: the bounds hold whatever it turns out to be', () => {
    const of = (errors: number, unseen: number) =>
      auditEstimate({ ...claim, population: 1000, n: 90, errors, unseen });
    expect(of(0, 90)).toEqual({ rate: null, ci: null, verdict: 'inconclusive' });
    expect(of(1, 30).rate).toBeCloseTo(1 / 60, 12);
    for (const errors of [0, 1, 20]) {
      const [lower, upper] = of(errors, 30).ci!;
      for (let found = 0; found <= 30; found += 1) {
        const [low, high] = of(errors + found, 0).ci!;
        expect(lower).toBeLessThanOrEqual(low);
        expect(upper).toBeGreaterThanOrEqual(high);
      }
    }
    // None wrong among 60 of 90 would pass by itself; the 30 may all be wrong. 20 of 60 fail whatever they are.
    expect(auditEstimate({ ...claim, population: 1000, n: 60, errors: 0 }).verdict).toBe('pass');
    expect(of(0, 30).verdict).toBe('inconclusive');
    expect(of(20, 30).verdict).toBe('fail');
  });

  test('bounds hold the rate and narrow with the sample', () => {
    const input = fc.record({
      population: fc.integer({ min: 50, max: 3000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      wrong: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(input, ({ population, share, wrong }) => {
        const n = Math.max(1, Math.round(share * population));
        const errors = Math.round(wrong * n);
        const { rate, ci } = auditEstimate({ ...claim, population, n, errors });
        expect(ci![0]).toBeLessThanOrEqual(rate! + 1 / population);
        expect(ci![1]).toBeGreaterThanOrEqual(rate! - 1 / population);
        const [lower, upper] = ci!.map((bound) => Math.round(bound * population)) as [number, number];
        // One wrong item beyond either bound would make what was found too unlikely.
        if (upper < population - (n - errors))
          expect(chanceOfAtMost({ population, wrong: upper + 1, n, errors })).toBeLessThanOrEqual(
            0.05 + 1e-9,
          );
        if (lower > errors)
          expect(
            1 - chanceOfAtMost({ population, wrong: lower - 1, n, errors: errors - 1 }),
          ).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
      { numRuns: 200 },
    );
  });
});
