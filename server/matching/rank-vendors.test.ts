import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEWCOMER_EVERY } from './rank-people.ts';
import { describeVendor, rankVendors, type VendorFacts } from './rank-vendors.ts';
import { weights } from './schemas.ts';
import { PARTS, USUAL_WEIGHTS, WEIGHT_LIMITS } from './weights.ts';

const facts = (over: Partial<VendorFacts> = {}): VendorFacts => ({
  orgId: 'a',
  name: 'A',
  country: 'US',
  isVerified: true,
  people: 5,
  qualifiedPeople: 5,
  reachedPeople: 5,
  credentialGap: null,
  isLocationAllowed: true,
  allowedCountries: ['US'],
  overlap: 3,
  accuracyLower: 0.9,
  accuracyN: 100,
  isLike: true,
  reliability: 0.8,
  readsPerActiveHour: 60,
  medianPriceMinor: 100,
  timezone: 1,
  freshness: 1,
  ...over,
});
const rank = (vendors: readonly VendorFacts[], how = USUAL_WEIGHTS) =>
  rankVendors(vendors, { weights: how, cheapest: 100 }).map((one) =>
    describeVendor(one, { weights: how, cheapest: 100 }),
  );

describe('ranking vendors', () => {
  test.each([
    ['organisation_verified', { isVerified: false }],
    ['credential_rule', { qualifiedPeople: 2 }],
    ['location', { isLocationAllowed: false, country: 'XX' }],
    ['agreements', { reachedPeople: 2 }],
  ] as const)(
    'who fails the gate %s has no score, comes last and is told what would open it',
    (code, over) => {
      const [first, last] = rank([
        facts({ orgId: 'b', ...over, accuracyLower: 1 }),
        facts({ orgId: 'c', accuracyLower: 0 }),
      ]);
      expect(first?.orgId).toBe('c');
      expect(last?.score).toBeNull();
      expect(last?.gates.find((gate) => !gate.passed)?.detail).toMatchObject({ code });
    },
  );

  test('the score is the weighted sum of the parts that are shown, and better accuracy never ranks lower', () => {
    const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
    fc.assert(
      fc.property(share, share, (x, y) => {
        const [first] = rank([
          facts({ orgId: 'x', accuracyLower: x }),
          facts({ orgId: 'y', accuracyLower: y }),
        ]);
        expect(first?.parts[0]?.value).toBe(Math.max(x, y));
        expect(first?.score).toBeCloseTo(
          first?.parts.reduce((s, p) => s + p.weight * (p.value ?? 0.5), 0) ?? -1,
        );
      }),
    );
  });

  test('R21: while too few have a price, none is compared, the score counts the middle and the words say why', () => {
    const how = { weights: USUAL_WEIGHTS, cheapest: null };
    const { parts } = describeVendor(facts({ medianPriceMinor: null }), how);
    expect(parts.find((part) => part.key === 'price')).toMatchObject({
      value: null,
      explanation: expect.stringContaining('Fewer than 5 vendors'),
    });
  });

  test('the order does not depend on the order of the facts', () => {
    const many = ['d', 'a', 'c', 'b'].map((orgId) => facts({ orgId }));
    expect(rank(many).map((c) => c.orgId)).toEqual(rank([...many].reverse()).map((c) => c.orgId));
  });

  test('other weights change who stands first', () => {
    const [good, cheap] = [
      facts({ orgId: 'good', accuracyLower: 0.95, medianPriceMinor: 400 }),
      facts({ orgId: 'cheap', accuracyLower: 0.7, medianPriceMinor: 100 }),
    ];
    const keen = { ...USUAL_WEIGHTS, accuracy: 0.6, reliability: 0.1, price: 0, capacity: 0.1 };
    expect(rank([good, cheap])[0]?.orgId).toBe('cheap');
    expect(rank([good, cheap], keen)[0]?.orgId).toBe('good');
  });

  test('a newcomer stands at every tenth place at the latest', () => {
    const measured = Array.from({ length: 25 }, (_, n) => facts({ orgId: `m${n}` }));
    const fresh = facts({ orgId: 'new', accuracyLower: null, accuracyN: 0, reliability: null });
    expect(rank([...measured, fresh]).findIndex((one) => one.orgId === 'new')).toBe(NEWCOMER_EVERY - 1);
  });
});

describe('weights', () => {
  test('the usual ones are within their limits and sum to one', () => {
    expect(weights.safeParse(USUAL_WEIGHTS).success).toBe(true);
  });

  test.each(PARTS)('%s cannot go over its limit, and nothing but a whole sum is taken', (part) => {
    const { most } = WEIGHT_LIMITS[part];
    const over = weights.safeParse({ ...USUAL_WEIGHTS, [part]: most + 0.01 });
    expect(over.error?.issues.map((issue) => issue.message)).toContain(
      `The weight of ${part} lies between ${WEIGHT_LIMITS[part].least * 100} % and ${most * 100} %.`,
    );
    expect(weights.safeParse({ ...USUAL_WEIGHTS, accuracy: 0.36 }).error?.issues[0]?.message).toBe(
      'The weights must sum to 100 %.',
    );
  });
});
