import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePricing, pricingProblems, type Work } from './pricing.ts';
import { flatPricing, type Pricing, pricing, pricingOf, storedPricing } from './pricing-schemas.ts';

const work: Work = {
  cases: 1000,
  overlap: 3,
  reviewShareBasisPoints: 1000,
  taskTypes: [],
  feeBasisPoints: 1500,
  currency: 'USD',
};
const kinds = [
  { key: 'simple', label: 'Simple', shareBasisPoints: 7000 },
  { key: 'complex', label: 'Complex', shareBasisPoints: 3000 },
];
const facts = { work, startOn: '2026-12-01', deadline: '2027-03-31', ceilingMinor: null };
const codes = (price: Pricing, over: object = {}) =>
  pricingProblems(price, { ...facts, ...over }).map((one) => one.code);
const hourly = (over: object = {}): Pricing => ({
  model: 'hourly',
  ratePerHourMinor: 6000n,
  readsPerHour: 40,
  capMinor: 500_000n,
  ...over,
});
const milestone = (over: object = {}) => ({
  title: 'First half',
  shareBasisPoints: 5000,
  dueOn: '2027-01-31',
  amountMinor: 200_000n,
  ...over,
});

describe('what a price comes to', () => {
  test('flat per read: reads, reviews and the fee of each, over the cases (R2, R12)', () => {
    expect(normalisePricing(flatPricing(120n), work)).toEqual({
      pricePerReadMinor: 120n,
      pricePerReviewMinor: 120n,
      reads: 3000,
      reviews: 100,
      wholeMinor: 372_000n,
      feeMinor: 55_800n,
      totalMinor: 427_800n,
      perLabelMinor: 427.8,
    });
  });

  test('rates by kind and tier are weighed by the shares of the kinds', () => {
    const rates = [
      { tier: 'label' as const, taskType: 'simple', priceMinor: 100n },
      { tier: 'label' as const, taskType: 'complex', priceMinor: 201n },
      { tier: 'review' as const, taskType: 'all', priceMinor: 80n },
    ];
    const of = normalisePricing({ model: 'per_label', rates }, { ...work, taskTypes: kinds });
    // 70 + 60.3, half up.
    expect([of.pricePerReadMinor, of.pricePerReviewMinor]).toEqual([130n, 80n]);
    expect(of.wholeMinor).toBe(130n * 3000n + 80n * 100n);
  });

  test('an hour is paid read by read at the promised pace, rounded up (R4); milestones never sum to more than their total', () => {
    expect(normalisePricing(hourly({ ratePerHourMinor: 6001n }), work).pricePerReadMinor).toBe(151n);
    const whole = { model: 'milestone' as const, milestones: [milestone(), milestone()] };
    const of = normalisePricing(whole, work);
    expect(of.pricePerReadMinor).toBe(129n);
    expect(of.wholeMinor).toBe(399_900n);
  });

  test('whatever the model: the whole is unit prices times volume, the sponsor pays it and the fee, and a stored price reads back the same', () => {
    const price = fc.oneof(
      fc.bigInt(1n, 10n ** 6n).map(flatPricing),
      fc.record({
        model: fc.constant('hourly' as const),
        ratePerHourMinor: fc.bigInt(1n, 10n ** 6n),
        readsPerHour: fc.integer({ min: 1, max: 500 }),
        capMinor: fc.bigInt(1n, 10n ** 12n),
      }),
      fc.record({
        model: fc.constant('milestone' as const),
        milestones: fc.array(
          fc.bigInt(1n, 10n ** 9n).map((amountMinor) => milestone({ amountMinor })),
          { minLength: 1, maxLength: 24 },
        ),
      }),
    );
    fc.assert(
      fc.property(
        price,
        fc.integer({ min: 1, max: 10 ** 6 }),
        fc.integer({ min: 1, max: 9 }),
        (p, cases, overlap) => {
          const of = normalisePricing(p, { ...work, cases, overlap });
          expect(of.wholeMinor).toBe(
            of.pricePerReadMinor * BigInt(of.reads) + of.pricePerReviewMinor * BigInt(of.reviews),
          );
          expect(of.totalMinor).toBe(of.wholeMinor + of.feeMinor);
          if (p.model === 'milestone')
            expect(of.wholeMinor <= p.milestones.reduce((sum, one) => sum + one.amountMinor, 0n)).toBe(true);
          if (p.model === 'hourly')
            expect(of.pricePerReadMinor * BigInt(p.readsPerHour) >= p.ratePerHourMinor).toBe(true);
          expect(pricingOf({ pricing: storedPricing(p), pricePerReadMinor: 0n })).toEqual(pricing.parse(p));
        },
      ),
    );
  });
});

describe('what is wrong with a price is said at once', () => {
  test('rates: zero, twice, of an unknown kind, missing', () => {
    const rates = [
      { tier: 'label' as const, taskType: 'simple', priceMinor: 0n },
      { tier: 'label' as const, taskType: 'simple', priceMinor: 5n },
      { tier: 'label' as const, taskType: 'rare', priceMinor: 5n },
    ];
    expect(codes({ model: 'per_label', rates }, { work: { ...work, taskTypes: kinds } })).toEqual([
      'price_zero',
      'rate_twice',
      'task_type_unknown',
      'rate_missing',
    ]);
    expect(
      codes({ model: 'per_label', rates: [{ tier: 'review', taskType: 'all', priceMinor: 1n }] }),
    ).toEqual(['rate_missing']);
    expect(codes(flatPricing(5n), { work: { ...work, taskTypes: kinds } })).toEqual([]);
  });

  test('hours: price and pace of zero, a cap below an hour, a cap below the work at the own pace', () => {
    expect(codes(hourly())).toEqual([]);
    expect(codes(hourly({ ratePerHourMinor: 0n, readsPerHour: 0, capMinor: 0n }))).toEqual([
      'price_zero',
      'pace_zero',
      'cap_below_hour',
    ]);
    expect(codes(hourly({ capMinor: 5999n }))).toEqual(['cap_below_hour']);
    // 150 a read × 3,100.
    expect([codes(hourly({ capMinor: 465_000n })), codes(hourly({ capMinor: 464_999n }))]).toEqual([
      [],
      ['cap_below_work'],
    ]);
    expect(codes(hourly(), { work: { ...work, cases: 0 } })).toEqual(['cases_unknown']);
  });

  test('milestones: unnamed, free, empty, out of order, late, shares off', () => {
    const good = [milestone(), milestone({ dueOn: '2027-03-31' })];
    expect(codes({ model: 'milestone', milestones: good })).toEqual([]);
    const bad = [
      milestone({ title: '', amountMinor: 0n, shareBasisPoints: 0 }),
      milestone({ dueOn: '2026-12-15' }),
      milestone({ dueOn: '2027-04-01', shareBasisPoints: 4000 }),
    ];
    expect(codes({ model: 'milestone', milestones: bad })).toEqual([
      'milestone_title',
      'price_zero',
      'share_zero',
      'milestone_order',
      'milestone_late',
      'milestone_shares',
    ]);
    expect(
      codes({ model: 'milestone', milestones: good.map((one) => ({ ...one, amountMinor: 1n })) }),
    ).toEqual(['price_below_unit']);
  });

  test('a bid above the ceiling that the sponsor tells, by amounts; at it is taken', () => {
    expect(codes(flatPricing(120n), { ceilingMinor: 372_000n })).toEqual([]);
    const [problem] = pricingProblems(flatPricing(120n), { ...facts, ceilingMinor: 371_999n });
    expect(problem).toMatchObject({
      code: 'above_ceiling',
      message: expect.stringMatching(/3,720\.00 USD .* at most 3,719\.99 USD/),
    });
  });
});
