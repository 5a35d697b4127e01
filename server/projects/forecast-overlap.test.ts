import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenConfusion } from '#server/quality/adaptive-overlap.ts';
import { adaptiveForecast, majorityForecast } from '#server/quality/overlap-forecast.ts';
import { forecastOverlap } from './forecast-overlap.ts';
import type { OverlapRule } from './tier-schemas.ts';

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
    expect(found.readsPerCase).toBe(engine.reads);
    // The engine also counts a guess on a tie; here a tie is nobody's.
    expect(found.accuracy).toBe(engine.rightUntied);
    expect(found.undecided).toBe(engine.tied);
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

  test('a fixed overlap beyond what is followed still costs all of its reads, and says what the accuracy rests on', () => {
    const found = forecastOverlap({ rule: fixed, overlap: 40, levels: 4, cases: 10, accuracy: 0.7 });
    expect(found).toMatchObject({ readsPerCase: 40, reads: 400, mostReads: 400 });
    expect(found.assumption).toMatch(/first 25 reads/);
    const two = forecastOverlap({ rule: fixed, overlap: 40, levels: 2, cases: 10, accuracy: 0.7 });
    expect(two.assumption).not.toMatch(/first/);
    expect(two.accuracy + two.undecided / 2).toBeCloseTo(majorityForecast(0.7, 40).accuracy, 10);
  });

  test('the figures before the engine took this over', () => {
    const adaptive = { mode: 'adaptive', maxOverlap: 25, minConfidence: 0.99 } as const;
    const more = { mode: 'on_disagreement', agreementThreshold: 0.6, maxAdditionalAnnotators: 4 } as const;
    const of = (rule: OverlapRule, overlap: number, levels: number) => {
      const found = forecastOverlap({ rule, overlap, levels, cases: 1, accuracy: 0.75 });
      return [found.readsPerCase, found.accuracy, found.undecided, found.atMost.accuracy];
    };
    const golden: [OverlapRule, number, number, number[]][] = [
      [adaptive, 2, 7, [4.12461824447, 0.99674587863, 2.43528584e-8, 0.99999958529]],
      [adaptive, 3, 2, [9.81364795693, 0.99389799613, 0, 0.99662955193]],
      [more, 2, 5, [3.52918243408, 0.95100402832, 0.02613544464, 0.95725250244]],
      [more, 3, 3, [4.81970214844, 0.95086669922, 0.02756881714, 0.9510726928]],
      [{ mode: 'share', overlapCoveragePercent: 30 }, 4, 3, [1.9, 0.778125, 0.03208007813, 0.84375]],
      [fixed, 6, 6, [6, 0.96345703125, 0.0289578125, 0.96345703125]],
    ];
    for (const [rule, overlap, levels, figures] of golden)
      for (const [at, figure] of of(rule, overlap, levels).entries())
        expect(figure).toBeCloseTo(figures[at] ?? Number.NaN, 9);
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
