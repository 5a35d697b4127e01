import { describe, expect, test } from 'vitest';
import { unmeasured } from '#server/quality/measurement.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import {
  accuracyOf,
  effectiveTrials,
  expectedCost,
  expertShares,
  highestOf,
  lowestOf,
} from './comparison-rules.ts';
import { deliveryRisk, normalShare } from './delivery-risk.ts';
import { locationShares } from './locations.ts';

const share = (right: number, n: number) => {
  const [lower, upper] = wilsonInterval(right, n) ?? [0, 1];
  return { value: right / n, lower, upper, n };
};
const none = { pilot: null, likeWork: [], othersLike: [], othersAny: [] };
const cost = (totalMinor: bigint, right: number, checked: number) =>
  expectedCost({ totalMinor, cases: 1000, accuracy: { right, checked, basis: 'pilot' } });

describe('expected cost per correct label', () => {
  test('is the cost per label over the share right, with Wilson’s bounds turned round', () => {
    const of = cost(450_000n, 90, 100);
    const [low, high] = wilsonInterval(90, 100) ?? [0, 1];
    expect(of.value).toBeCloseTo(500, 9);
    expect(of.ci?.[0]).toBeCloseTo(450 / high, 9);
    expect(of.ci?.[1]).toBeCloseTo(450 / low, 9);
    expect(expectedCost({ totalMinor: 1n, cases: 1, accuracy: accuracyOf(none) }).reason).toBe(
      'no_reference',
    );
  });

  test('rests on the pilot before like work before all vendors’, and a prior counts ten reads at most', () => {
    const known = {
      pilot: { right: 45, checked: 50 },
      likeWork: [share(80, 100)],
      othersLike: [share(7000, 10_000)],
      othersAny: [share(3, 4)],
    };
    expect(accuracyOf(known)).toEqual({ right: 45, checked: 50, basis: 'pilot' });
    const unchecked = { ...known, pilot: { right: 0, checked: 0 } };
    expect(accuracyOf(unchecked)).toMatchObject({ basis: 'like_work' });
    expect(accuracyOf({ ...unchecked, pilotReads: [share(30, 40)] })).toMatchObject({ basis: 'pilot_reads' });
    const prior = accuracyOf({ ...known, pilot: null, likeWork: [] });
    expect(prior.basis).toBe('prior_like');
    expect([prior.checked, prior.right / prior.checked]).toEqual([10, expect.closeTo(0.7, 9)]);
    expect(accuracyOf({ ...none, othersAny: known.othersAny }).basis).toBe('prior_any');
  });

  test('an interval that is wider than the reads say counts as fewer reads; none as all, never as more', () => {
    const wilson = effectiveTrials(share(80, 100));
    expect(wilson).toBeGreaterThan(95);
    expect(wilson).toBeLessThanOrEqual(100);
    const [lower, upper] = wilsonInterval(20, 25) ?? [0, 1];
    expect(effectiveTrials({ value: 0.8, lower, upper, n: 100 })).toBeLessThan(30);
    expect(effectiveTrials({ value: 0.8, lower: null, upper: null, n: 7 })).toBe(7);
    expect(effectiveTrials({ value: 1, lower: 0.99, upper: 1, n: 3 })).toBe(3);
  });
});

describe('which bid is best on what', () => {
  test('a lead is decided where the interval of the difference leaves zero out', () => {
    const rows = [
      { bidId: 'dear', figure: cost(900_000n, 450, 500) },
      { bidId: 'cheap', figure: cost(450_000n, 450, 500) },
      { bidId: 'near', figure: cost(455_000n, 45, 50) },
      { bidId: 'unknown', figure: unmeasured({ reason: 'no_reference', method: 'x' }) },
    ];
    expect(lowestOf(rows)).toEqual({
      bidId: 'cheap',
      decidedOver: ['dear'],
      undecidedWith: ['near', 'unknown'],
    });
    expect(lowestOf([])).toEqual({ bidId: null, decidedOver: [], undecidedWith: [] });
  });

  test('exact figures decide unless they are equal', () => {
    const rows = [
      { bidId: 'a', value: 0.5 },
      { bidId: 'b', value: 0.9 },
      { bidId: 'c', value: 0.9 },
      { bidId: 'd', value: null },
    ];
    expect(highestOf(rows)).toEqual({ bidId: 'b', decidedOver: ['a'], undecidedWith: ['c', 'd'] });
    expect(highestOf([{ bidId: 'a', value: null }]).bidId).toBeNull();
  });
});

describe('when it would be done', () => {
  const facts = {
    reads: 3000,
    startOn: '2026-12-01',
    deadline: '2026-12-30',
    readsPerDay: 150,
    hoursPerWeek: 70,
    pace: { value: 30, interval: [29, 31] as const, basis: 'pilot' as const },
    dailyReads: [140, 160, 150, 145, 155],
  };
  test('the normal distribution is the published one', () => {
    for (const [z, p] of [
      [0, 0.5],
      [1.959964, 0.975],
      [-1.281552, 0.1],
      [3, 0.9986501],
    ] as const)
      expect(normalShare(z)).toBeCloseTo(p, 6);
  });

  test('at the promised pace, and surely on time, where people and measurements bear the promise', () => {
    const of = deliveryRisk(facts);
    expect(of).toMatchObject({ capacityPerDay: 300, expectedPerDay: 150, expectedOn: '2026-12-20' });
    expect(of.onTime).toBeGreaterThan(0.99);
    expect(of.earliestOn <= of.expectedOn && of.expectedOn <= of.latestOn).toBe(true);
  });

  test('hours that do not bear the promise lower what is reckoned with', () => {
    const of = deliveryRisk({ ...facts, hoursPerWeek: 14 });
    expect(of.expectedPerDay).toBe(60);
    expect(of.onTime).toBeLessThan(0.01);
    expect(of.expectedOn).toBe('2027-01-19');
  });

  test('a bare promise is spread wide: half the chance at the very deadline, and the same days as promised in the middle', () => {
    const of = deliveryRisk({ ...facts, pace: null, dailyReads: [], readsPerDay: 100 });
    expect(of).toMatchObject({ basis: 'promise', capacityPerDay: null, expectedOn: '2026-12-30' });
    expect(of.onTime).toBeCloseTo(0.5, 6);
    const sure = deliveryRisk({ ...facts, readsPerDay: 100 });
    expect(Date.parse(of.latestOn) - Date.parse(of.earliestOn)).toBeGreaterThan(
      Date.parse(sure.latestOn) - Date.parse(sure.earliestOn),
    );
  });
});

describe('who and where', () => {
  test('onshore is the home country, nearshore the same part of the world, the rest offshore', () => {
    const mix = { US: 5000, MX: 2000, IN: 2500, ZZ: 500 };
    expect(locationShares(mix, 'US')).toEqual({ onshore: 5000, nearshore: 2000, offshore: 3000 });
    expect(locationShares({ PL: 10_000 }, 'DE')).toEqual({ onshore: 0, nearshore: 10_000, offshore: 0 });
  });

  test('experts are physicians in date, by hours; what they only claim themselves does not count', () => {
    const holds = (level: string, over: object = {}) => [
      { kind: 'board_certification', level, status: 'claimed', expiresOn: '2027-01-01', ...over },
    ];
    const seats = [
      { hoursPerWeek: 30, credentials: holds('primary_source', { status: 'verified' }) },
      { hoursPerWeek: 10, credentials: holds('vendor_attested') },
      { hoursPerWeek: 20, credentials: holds('self_claimed') },
      { hoursPerWeek: 20, credentials: holds('primary_source', { expiresOn: '2026-01-01' }) },
      { hoursPerWeek: 20, credentials: [{ ...holds('primary_source')[0]!, kind: 'coder_certification' }] },
    ];
    expect(expertShares(seats, '2026-12-01')).toEqual({ experts: 0.4, checkedAtSource: 0.3 });
    expect(expertShares([], '2026-12-01')).toBeNull();
  });
});
