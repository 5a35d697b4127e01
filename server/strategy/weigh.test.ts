import { describe, expect, test } from 'vitest';
import { policyPreset } from '#server/projects/presets.ts';
import { leadTime, marketPrice } from './market.ts';
import type { ModeView, Option } from './schemas.ts';
import { type WeighFacts, weigh } from './weigh.ts';

const base: WeighFacts = {
  project: {
    intendedUse: 'tuning',
    dataClass: 'public',
    qualityPolicy: { ...policyPreset('research'), overlap: 2, reviewShareBasisPoints: 0 },
    platformFeeBasisPoints: 1500,
    budgetMinor: 1_000_000n,
    currency: 'USD',
  },
  inputs: {
    cases: 1000,
    needBy: '2027-03-31',
    budgetModel: 'per_label',
    isForSubmission: false,
    insideShareBasisPoints: 0,
    ownStaff: { people: 4, hoursPerWeek: 7, costPerHourMinor: 6_000n, readsPerHour: 20, readyInDays: 10 },
    model: null,
    pricePerReadMinor: null,
  },
  market: {
    qualified: 20,
    available: 10,
    readsPerHour: 25,
    readsPerDay: 100,
    isHoursAssumed: false,
    fittingVendors: 3,
    price: { low: 90n, mid: 110n, high: 150n },
    priceVendors: 5,
    priceOf: 'like',
    leadDays: 21,
    leadN: 8,
  },
  ownQuality: null,
  marketQuality: null,
  today: '2026-11-22',
};
const given = (over: {
  inputs?: Partial<WeighFacts['inputs']>;
  market?: Partial<WeighFacts['market']>;
  project?: Partial<WeighFacts['project']>;
}): WeighFacts => ({
  ...base,
  inputs: { ...base.inputs, ...over.inputs },
  market: { ...base.market, ...over.market },
  project: { ...base.project, ...over.project },
});
const human = (facts: WeighFacts) => weigh(facts).modes.find((one) => one.mode === 'human') as ModeView;
const option = (facts: WeighFacts, source: Option['source']) =>
  human(facts).options.find((one) => one.source === source) as Option;
const codes = (one: Option, weight: string) =>
  one.remarks.filter((remark) => remark.weight === weight).map((remark) => remark.code);

describe('cost and date of own staff, vendors and both', () => {
  test('own staff: hours by pace, no fee (R2), after they are ready', () => {
    // 2,000 reads at 20 an hour are 100 hours at 60.00; 4 people × 7 h × 20 ÷ 7 = 80 reads a day: 25 days after 10.
    expect(option(base, 'build')).toMatchObject({
      cost: { low: 600_000n, mid: 600_000n, high: 750_000n },
      finishOn: '2026-12-27',
      own: 2000,
      bought: 0,
      isInTime: true,
      isInBudget: true,
      isBlocked: false,
    });
  });

  test('vendors: quartiles of what they asked and the fee of each read, after the usual lead time', () => {
    // 110 + 15 % = 127 (half up); 2,000 reads at 100 a day after 21 days.
    expect(option(base, 'buy')).toMatchObject({
      cost: { low: 208_000n, mid: 254_000n, high: 346_000n },
      finishOn: '2027-01-02',
      own: 0,
      bought: 2000,
    });
  });

  test('both: own staff does what it can in time, the rest is bought', () => {
    const both = option(given({ inputs: { needBy: '2026-12-12' } }), 'hybrid');
    // 10 days of 80 reads.
    expect(both).toMatchObject({ own: 800, bought: 1200, ownShareBasisPoints: 4000 });
    expect(both.cost?.mid).toBe(240_000n + 127n * 1200n);
    expect(both.finishOn).toBe('2026-12-25');
    expect(codes(both, 'against')).toContain('late');
  });

  test('what may not leave stays with own staff even when that is late, and is never bought alone', () => {
    const facts = given({ inputs: { needBy: '2026-12-03', insideShareBasisPoints: 5000 } });
    expect(option(facts, 'hybrid').own).toBe(1000);
    expect(codes(option(facts, 'buy'), 'blocks')).toEqual(['may_not_leave']);
  });

  test('what nobody knows is null with a reason, never a guess', () => {
    const facts = given({
      inputs: { ownStaff: { ...base.inputs.ownStaff, readsPerHour: null } },
      market: { readsPerHour: null, readsPerDay: null, price: null },
    });
    for (const source of ['build', 'buy', 'hybrid'] as const) {
      const one = option(facts, source);
      expect([one.cost, one.finishOn]).toEqual([null, null]);
      expect(one.costReason).toMatch(/\.$/);
      expect(one.dateReason).toMatch(/\.$/);
      expect([one.isInTime, one.isInBudget]).toEqual([false, false]);
    }
  });

  test('a review share adds reviews; a model that is checked asks for one read a case and its own cost', () => {
    const policy = { ...base.project.qualityPolicy, reviewShareBasisPoints: 1000 };
    const facts = given({
      project: { qualityPolicy: policy, intendedUse: 'training' },
      inputs: { model: { name: 'M', costPerCaseMinor: 3n, checked: 500, right: 490 } },
    });
    expect(option(facts, 'build').own).toBe(2100);
    const checked = weigh(facts).modes.find((one) => one.mode === 'hybrid') as ModeView;
    expect(checked.options[1]).toMatchObject({
      source: 'buy',
      bought: 1100,
      cost: { mid: 127n * 1100n + 3000n },
    });
  });
});

describe('what is recommended', () => {
  test('says so in words that a person reads', () => {
    const { reasons } = human({ ...base, project: { ...base.project, budgetMinor: 123_456_789n } });
    expect(reasons[0]).toBe(
      'Buying is done by 2 Jan 2027, before 31 Mar 2027, for about 2,540.00 USD of 1,234,567.89 USD.',
    );
  });

  test('the cheapest that is in time and within the budget', () => {
    expect(human(base)).toMatchObject({ recommended: 'buy' });
    expect(
      human(given({ inputs: { ownStaff: { ...base.inputs.ownStaff, costPerHourMinor: 1_000n } } })),
    ).toMatchObject({
      recommended: 'build',
    });
  });

  test('in time goes before cheap; own staff that can do all of it leaves nothing to buy', () => {
    // Vendors would begin after the day.
    const facts = given({ inputs: { needBy: '2026-12-30' }, market: { leadDays: 60 } });
    expect(human(facts).recommended).toBe('build');
    expect(codes(option(facts, 'hybrid'), 'against')).toContain('nothing_bought');
  });

  test('a fixed budget has to hold when own work takes a quarter longer', () => {
    const tight = { project: { budgetMinor: 700_000n } };
    expect(option(given(tight), 'build').isInBudget).toBe(true);
    const fixed = option(given({ ...tight, inputs: { budgetModel: 'fixed' } }), 'build');
    expect(fixed.isInBudget).toBe(false);
    expect(codes(fixed, 'against')).toEqual(['hours_not_fixed', 'over_budget']);
  });

  test('own staff reads no test reference, and fewer people than reads a case cannot do it alone', () => {
    const reference = given({ project: { intendedUse: 'test_reference' } });
    expect(codes(option(reference, 'build'), 'blocks')).toEqual(['own_reference']);
    expect(codes(option(reference, 'hybrid'), 'blocks')).toEqual(['own_reference']);
    expect(human(reference).recommended).toBe('buy');
    const none = option(given({ inputs: { ownStaff: { ...base.inputs.ownStaff, people: 0 } } }), 'build');
    // Work that nobody does costs nothing that could be compared.
    expect([none.cost, none.costReason]).toEqual([null, 'You have named no people of your own.']);
    const one = given({ inputs: { ownStaff: { ...base.inputs.ownStaff, people: 1 } } });
    expect(codes(option(one, 'build'), 'blocks')).toEqual(['too_few_own']);
  });

  test('with everything blocked nothing is recommended, and it says so', () => {
    const nobody = given({
      inputs: { ownStaff: { ...base.inputs.ownStaff, people: 0 } },
      market: { qualified: 0, available: 0, fittingVendors: 0, readsPerDay: null },
    });
    expect(human(nobody)).toMatchObject({ recommended: null });
    expect(weigh(nobody)).toMatchObject({ recommendedMode: null });
  });

  test('training prefers a checked model when it fits, and people when that alone is in time', () => {
    const model = { name: 'M', costPerCaseMinor: 3n, checked: 500, right: 490 };
    expect(weigh(given({ project: { intendedUse: 'training' }, inputs: { model } })).recommendedMode).toBe(
      'hybrid',
    );
    expect(weigh(given({ project: { intendedUse: 'training' } })).recommendedMode).toBe('human');
    expect(weigh(given({ project: { intendedUse: 'research' }, inputs: { model } })).recommendedMode).toBe(
      'automated',
    );
  });

  test('the same facts give the same answer', () => {
    expect(weigh(base)).toEqual(weigh(structuredClone(base)));
  });
});

describe('figures of the market', () => {
  const asked = (vendorOrgId: string, price: bigint, over = {}) => ({
    vendorOrgId,
    pricePerReadMinor: price,
    isLike: true,
    model: 'per_label',
    ...over,
  });

  test('quartiles over vendors, each by its newest price, to two figures; fewer than five vendors tell nothing (R21)', () => {
    const of = { budgetModel: 'per_label' as const, typedMinor: null };
    const five = [100n, 123n, 138n, 150n, 160n].map((price, n) => asked(`v${n}`, price));
    const older = asked('v0', 900n);
    expect(marketPrice([...five, older], of)).toEqual({
      price: { low: 120n, mid: 140n, high: 150n },
      vendors: 5,
      priceOf: 'like_model',
    });
    expect(marketPrice([...five.slice(0, 4), older], of)).toMatchObject({ price: null, priceOf: 'none' });
    expect(marketPrice(five, { ...of, typedMinor: 77n })).toMatchObject({
      price: { mid: 77n },
      priceOf: 'typed',
    });
  });

  test('by the price model where five have bid so, else by like work, else by all', () => {
    const mixed = [
      ...['a', 'b', 'c'].map((vendor) => asked(vendor, 100n)),
      asked('d', 120n, { model: 'hourly' }),
      asked('e', 140n, { isLike: false }),
    ];
    expect(marketPrice(mixed, { budgetModel: 'hourly', typedMinor: null }).priceOf).toBe('all');
    const like = mixed.map((one) => ({ ...one, isLike: true }));
    expect(marketPrice(like, { budgetModel: 'hourly', typedMinor: null }).priceOf).toBe('like');
  });

  test('lead time is the median of three awards or more, else assumed and said so', () => {
    expect(leadTime([30, 10, 12.2])).toEqual({ leadDays: 13, leadN: 3 });
    expect(leadTime([2, 3])).toEqual({ leadDays: 21, leadN: 0 });
  });
});
