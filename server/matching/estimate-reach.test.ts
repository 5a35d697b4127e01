import { describe, expect, test } from 'vitest';
import { estimateReach, type ReachFacts } from './estimate-reach.ts';

const facts: ReachFacts = {
  qualified: 212,
  available: 64,
  readsPerHour: 40,
  hoursPerWeek: 8,
  isHoursAssumed: true,
  pricesAtOrBelow: 30,
  pricesKnown: 40,
};
const plan = { cases: 3000, overlap: 3, priceMinor: 110, reliabilities: [0.84, 0.78, 0.8, 0.82, 0.79] };

describe('the reach of a project', () => {
  test('tells people, days, price and agreement from what was measured', () => {
    const reach = estimateReach(facts, plan);
    // 9,000 reads by 64 people of 40 reads an hour and 8 hours a week.
    expect(reach.days).toBeCloseTo(9000 / ((64 * 40 * 8) / 7), 10);
    expect(reach.reliability).toEqual({ lower: 0.78, upper: 0.84, n: 5 });
    expect(reach.priceShare).toBe(0.75);
  });

  test('says why where nothing is known', () => {
    const blank = { ...facts, readsPerHour: null, pricesKnown: 0, pricesAtOrBelow: 0 };
    expect(estimateReach(blank, { ...plan, reliabilities: [0.8, 0.9] })).toMatchObject({
      days: null,
      daysReason: 'nobody_measured',
      reliability: null,
      reliabilityReason: 'too_few_batches',
      priceShare: null,
    });
    expect(estimateReach({ ...facts, available: 2 }, plan).daysReason).toBe('too_few_available');
  });
});
