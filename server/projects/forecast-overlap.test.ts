import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adaptiveForecast, evenConfusion, majorityForecast } from '#server/quality/adaptive-overlap.ts';
import { forecastOverlap } from './forecast-overlap.ts';

const fixed = { mode: 'fixed' } as const;

describe('the forecast of an overlap rule', () => {
  test('a fixed odd overlap of two classes is the majority forecast of the quality engine', () => {
    for (const overlap of [1, 3, 5, 7]) {
      const found = forecastOverlap({ rule: fixed, overlap, levels: 2, cases: 100, accuracy: 0.8 });
      expect(found.accuracy).toBeCloseTo(majorityForecast(0.8, overlap).accuracy, 10);
      expect(found).toMatchObject({ reads: 100 * overlap, mostReads: 100 * overlap });
      expect(found.undecided).toBeCloseTo(0, 12);
    }
  });

  test('stopping at a lead of two is the gambler’s ruin: p = .8 reaches .9412 with 2.94 reads', () => {
    // A lead of two of accuracy .8 has the posterior .9412, of one .8.
    const rule = { mode: 'adaptive', maxOverlap: 25, minConfidence: 0.94 } as const;
    const found = forecastOverlap({ rule, overlap: 2, levels: 2, cases: 1000, accuracy: 0.8 });
    expect(found.readsPerCase).toBeCloseTo(2.9412, 3);
    expect(found.accuracy).toBeCloseTo(0.941176, 3);
    // 41 % fewer labels than a fixed five for the same accuracy.
    const five = forecastOverlap({ rule: fixed, overlap: 5, levels: 2, cases: 1000, accuracy: 0.8 });
    expect(found.accuracy).toBeGreaterThan(five.accuracy - 0.002);
    expect(found.reads).toBeLessThan(0.65 * five.reads);
  });

  test('of several classes it reads as much as the forecast of the quality engine', () => {
    const rule = { mode: 'adaptive', maxOverlap: 6, minConfidence: 0.95 } as const;
    const found = forecastOverlap({ rule, overlap: 2, levels: 4, cases: 1000, accuracy: 0.75 });
    const prior = new Float64Array(4).fill(0.25);
    const policy = { minimum: 2, maximum: 6, minConfidence: 0.95 };
    const engine = adaptiveForecast(evenConfusion(0.75, 4), prior, policy);
    expect(found.readsPerCase).toBeCloseTo(engine.reads, 9);
    // The engine guesses on a tie, here it is nobody's; a guess is right at most one time in two.
    expect(found.accuracy).toBeLessThanOrEqual(engine.accuracy + 1e-9);
    expect(found.accuracy + found.undecided / 2).toBeGreaterThanOrEqual(engine.accuracy - 1e-9);
  });

  test('a share reads the rest once', () => {
    const rule = { mode: 'share', overlapCoveragePercent: 10 } as const;
    const found = forecastOverlap({ rule, overlap: 3, levels: 5, cases: 200, accuracy: 0.9 });
    expect(found.readsPerCase).toBeCloseTo(1.2, 10);
    expect(found).toMatchObject({ reads: 240, mostReads: 240 });
  });

  test('one more on disagreement: two agreeing readers need no third', () => {
    const rule = { mode: 'on_disagreement', agreementThreshold: 0.6, maxAdditionalAnnotators: 1 } as const;
    const found = forecastOverlap({ rule, overlap: 2, levels: 2, cases: 100, accuracy: 0.8 });
    // They differ on 2 · .8 · .2 of the cases.
    expect(found.readsPerCase).toBeCloseTo(2.32, 10);
  });

  test('whatever the rule: reads lie between the overlap and the most, shares between 0 and 1', () => {
    const rule = fc.oneof(
      fc.record({
        mode: fc.constant('adaptive' as const),
        maxOverlap: fc.integer({ min: 3, max: 9 }),
        minConfidence: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      }),
      fc.record({
        mode: fc.constant('on_disagreement' as const),
        agreementThreshold: fc.double({ min: 0.05, max: 1, noNaN: true }),
        maxAdditionalAnnotators: fc.integer({ min: 1, max: 5 }),
      }),
    );
    const input = fc.record({
      rule,
      overlap: fc.constant(2),
      levels: fc.integer({ min: 2, max: 5 }),
      cases: fc.constant(100),
      accuracy: fc.double({ min: 0.5, max: 0.98, noNaN: true }),
    });
    fc.assert(
      fc.property(input, (given) => {
        const found = forecastOverlap(given);
        expect(found.readsPerCase).toBeGreaterThanOrEqual(2 - 1e-9);
        expect(found.reads).toBeLessThanOrEqual(found.mostReads);
        for (const share of [found.accuracy, found.undecided]) {
          expect(share).toBeGreaterThanOrEqual(-1e-9);
          expect(share).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 100 },
    );
  });
});
