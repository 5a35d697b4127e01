import { describe, expect, test } from 'vitest';
import { type BidValues, readBid } from './bid-values.ts';

const terms = {
  callId: '01a1fde3-4687-7218-96f8-65fccf96c310',
  currency: 'USD',
  overlap: 2,
  names: new Map([
    ['a', 'Ada'],
    ['b', 'Bo'],
  ]),
  today: '2026-11-21',
};
const good: BidValues = {
  price: '1.20',
  readsPerDay: '400',
  startOn: '2026-12-01',
  locations: [
    { id: 1, country: 'us', share: '60' },
    { id: 2, country: 'CA', share: '40' },
  ],
  seats: { a: { role: 'annotator', hours: '20' }, b: { role: 'annotator', hours: '10' } },
  note: '',
};
const said = (part: Partial<BidValues>) =>
  readBid({ ...good, ...part }, terms).problems.map(({ name, message }) => `${name}: ${message}`);

describe('a bid as typed', () => {
  test('becomes minor units, basis points and seats', () => {
    expect(readBid(good, terms).input).toMatchObject({
      pricePerReadMinor: 120n,
      readsPerDay: 400,
      locationMix: { US: 6000, CA: 4000 },
      seats: [
        { personId: 'a', role: 'annotator', hoursPerWeek: 20 },
        { personId: 'b', role: 'annotator', hoursPerWeek: 10 },
      ],
    });
  });

  test.each([
    [{ price: '0' }, 'price: The price must be above zero.'],
    [{ price: '-1' }, 'price: The price must be above zero.'],
    [{ price: '1.234' }, 'price: USD has 2 decimals; 1.234 has 3. Round it to 2.'],
    [{ price: '' }, 'price: Write the price of one read, for example 1.20.'],
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
    expect(said({ price: '', readsPerDay: '', startOn: '', seats: {} })).toHaveLength(4);
  });
});
