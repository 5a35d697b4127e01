import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CandidateFacts, gatesOf, rankCandidates, WEIGHTS } from './rules.ts';

const facts = (over: Partial<CandidateFacts> = {}): CandidateFacts => ({
  orgId: 'a',
  name: 'A',
  kind: 'vendor',
  country: 'US',
  verified: true,
  people: 5,
  qualifiedPeople: 5,
  credentialGap: null,
  locationAllowed: true,
  allowedCountries: ['US'],
  overlap: 3,
  accuracyLower: 0.9,
  accuracyN: 100,
  reliability: 0.8,
  readsPerActiveHour: 60,
  medianPriceMinor: 100,
  ...over,
});

describe('matching', () => {
  test('weights sum to one', () => {
    expect(Object.values(WEIGHTS).reduce((a, b) => a + b, 0)).toBeCloseTo(1);
  });

  test.each([
    ['organisation_verified', { verified: false }],
    ['credential_rule', { qualifiedPeople: 2 }],
    ['location', { locationAllowed: false, country: 'XX' }],
  ] as const)(
    'who fails the gate %s has no score, comes last and is told what would open it',
    (code, over) => {
      const [first, last] = rankCandidates([
        facts({ orgId: 'b', ...over, accuracyLower: 1 }),
        facts({ orgId: 'c', accuracyLower: 0 }),
      ]);
      expect(first?.orgId).toBe('c');
      expect(last?.score).toBeNull();
      expect(last?.gates.find((gate) => !gate.passed)?.detail).toMatchObject({ code });
    },
  );

  test('an independent needs only themselves', () => {
    expect(
      gatesOf(facts({ kind: 'independent', people: 1, qualifiedPeople: 1 })).every((gate) => gate.passed),
    ).toBe(true);
  });

  test('the score is the weighted sum of the parts that are shown, and better accuracy never ranks lower', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
        fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
        (x, y) => {
          const [first] = rankCandidates([
            facts({ orgId: 'x', accuracyLower: x }),
            facts({ orgId: 'y', accuracyLower: y }),
          ]);
          const best = Math.max(x, y);
          expect(first?.parts[0]?.value).toBe(best);
          expect(first?.score).toBeCloseTo(
            first?.parts.reduce((s, p) => s + p.weight * (p.value ?? 0.5), 0) ?? -1,
          );
        },
      ),
    );
  });

  test('the order does not depend on the order of the facts', () => {
    const many = ['d', 'a', 'c', 'b'].map((orgId) => facts({ orgId }));
    expect(rankCandidates(many).map((c) => c.orgId)).toEqual(
      rankCandidates([...many].reverse()).map((c) => c.orgId),
    );
  });
});
