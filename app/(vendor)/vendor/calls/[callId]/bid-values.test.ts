import { describe, expect, test } from 'vitest';
import { type BidValues, readBid } from './bid-values.ts';
import { emptyPrice, type PriceValues, priceValuesOf, readPrice } from './price-values.ts';

const terms = {
  currency: 'USD',
  taskTypes: [],
  overlap: 2,
  names: new Map([
    ['a', 'Ada'],
    ['b', 'Bo'],
  ]),
  today: '2026-11-21',
};
const good: BidValues = {
  price: { ...emptyPrice(), rates: { all: '1.20' } },
  readsPerDay: '400',
  startOn: '2026-12-01',
  locations: [
    { id: 1, country: 'us', share: '60' },
    { id: 2, country: 'CA', share: '40' },
  ],
  seats: { a: { role: 'annotator', hours: '20' }, b: { role: 'annotator', hours: '10' } },
  note: '',
};
const at = (price: string) => ({ price: { ...emptyPrice(), rates: { all: price } } });
const said = (part: Partial<BidValues>) =>
  readBid({ ...good, ...part }, terms).problems.map(({ name, message }) => `${name}: ${message}`);

describe('a bid as typed', () => {
  test('becomes minor units, basis points and seats', () => {
    expect(readBid(good, terms).offer).toMatchObject({
      pricing: { model: 'per_label', rates: [{ tier: 'label', taskType: 'all', priceMinor: 120n }] },
      readsPerDay: 400,
      locationMix: { US: 6000, CA: 4000 },
      seats: [
        { personId: 'a', role: 'annotator', hoursPerWeek: 20 },
        { personId: 'b', role: 'annotator', hoursPerWeek: 10 },
      ],
    });
  });

  test.each([
    [at('0'), 'pricing.rates.0: The price must be above zero.'],
    [at('-1'), 'pricing.rates.0: The price must be above zero.'],
    [at('1.234'), 'pricing.rates.0: USD has 2 decimals; 1.234 has 3. Round it to 2.'],
    [at(''), 'pricing.rates.0: Write the price of one read, for example 1.20.'],
    [{ readsPerDay: '1.5' }, 'readsPerDay: Say how many reads a day you deliver, as a whole number.'],
    [{ startOn: '2026-11-20' }, 'startOn: The start date is in the past.'],
    [
      { locations: [{ id: 1, country: 'US', share: '60' }] },
      'locationMix: The shares add up to 60 %; they must add up to 100 %.',
    ],
    [
      { seats: { a: { role: 'annotator', hours: '90' }, b: { role: 'annotator', hours: '1' } } },
      'seats.a: Ada: hours per week are a whole number from 1 to 80.',
    ],
    [
      { seats: { a: { role: 'annotator', hours: '9' }, b: { role: 'reviewer', hours: '1' } } },
      'seats: Each case is read by 2 different people; name at least 2 annotators (now 1).',
    ],
  ] satisfies [Partial<BidValues>, string][])('%j is refused in words', (part, words) => {
    expect(said(part)).toEqual([words]);
  });

  test('everything that is wrong is said at once', () => {
    expect(said({ ...at(''), readsPerDay: '', startOn: '', seats: {} })).toHaveLength(4);
  });
});

describe('a price as typed', () => {
  const kinds = [
    { key: 'simple', label: 'Simple' },
    { key: 'complex', label: 'Complex' },
  ];
  const typed: PriceValues[] = [
    { ...emptyPrice(), rates: { simple: '1.00', complex: '2.50' }, review: '0.80' },
    { ...emptyPrice(), model: 'hourly', ratePerHour: '90.00', readsPerHour: '40', cap: '12000.00' },
    {
      ...emptyPrice(),
      model: 'milestone',
      milestones: [
        { id: 0, title: 'First half', share: '50', dueOn: '2026-12-31', amount: '4000.00' },
        { id: 1, title: 'The rest', share: '50', dueOn: '2027-01-31', amount: '3500.50' },
      ],
    },
  ];
  test.each(typed)('$model is read, and shown again as it was typed', (values) => {
    const price = readPrice(values, { currency: 'USD', taskTypes: kinds }, () => undefined);
    expect(price?.model).toBe(values.model);
    expect(price && priceValuesOf(price, 'USD')).toEqual(values);
  });

  test.each([
    [{ ...emptyPrice(), rates: { simple: '1' } }, ['pricing.rates.1']],
    [
      { ...emptyPrice(), model: 'hourly' as const },
      ['pricing.readsPerHour', 'pricing.ratePerHourMinor', 'pricing.capMinor'],
    ],
    [
      { ...emptyPrice(), model: 'milestone' as const },
      ['pricing.milestones.0.title', 'pricing.milestones.0.dueOn', 'pricing.milestones.0.amountMinor'],
    ],
  ])('what is missing is named by its field, all at once', (values, names) => {
    const found: string[] = [];
    expect(readPrice(values, { currency: 'USD', taskTypes: kinds }, (name) => found.push(name))).toBeNull();
    expect(found).toEqual(names);
  });
});
