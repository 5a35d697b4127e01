import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChainReach, type Reach, reachIn } from '#server/agreements/chain-reach.ts';
import { isEffective } from '#server/agreements/gate-facts.ts';
import type { LocationLimit } from '#server/agreements/location-limits.ts';
import {
  SAMPLE_TODAY,
  type SampleCredential,
  sampleCredential,
  sampleEntry,
  sampleRule,
} from '#server/credentials/rule-samples.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { hasBit } from './bitmap.ts';
import type { CredentialFact } from './credential-columns.ts';
import { MEASURED_FROM, type PersonFacts } from './people-facts.ts';
import { PeopleIndex } from './people-index.ts';
import {
  gatesOfPerson,
  NEWCOMER_EVERY,
  type PeopleRequest,
  rankPeople,
  sharedQuarters,
  timezoneOverlaps,
} from './rank-people.ts';
import { USUAL_WEIGHTS } from './weights.ts';

const TODAY = SAMPLE_TODAY;
const days = fc.constantFrom('2022-02-27', '2024-02-29', '2027-02-27', TODAY);
const countries = fc.constantFrom('US', 'IN', 'DE');
const credential: fc.Arbitrary<CredentialFact> = sampleCredential;
const rule = sampleRule;

const limit: fc.Arbitrary<LocationLimit> = fc.record({
  kind: fc.constantFrom('subcontractor_baa', 'dpa', 'nda'),
  status: fc.constantFrom('active', 'signed', 'termination_noticed'),
  effectiveFrom: fc.constantFrom('2022-02-27', TODAY, '2099-01-01'),
  effectiveUntil: fc.constantFrom(null, TODAY, '2099-01-02'),
  suspendedByOrgId: fc.constant(null),
  locations: fc.subarray(['US', 'IN', 'DE'], { minLength: 1 }),
});
const share = fc.integer({ min: 0, max: 4 }).map((quarter) => quarter / 4);
const facts: fc.Arbitrary<Omit<PersonFacts, 'personId'>> = fc.record({
  orgIds: fc.subarray(['org-a', 'org-b', 'sponsor']),
  isVerified: fc.boolean(),
  isIndependent: fc.boolean(),
  isStaff: fc.boolean(),
  isBarred: fc.boolean(),
  country: fc.option(countries),
  utcOffsetMinutes: fc.constantFrom(-300, 0, 330),
  hoursFree: fc.option(fc.integer({ min: 0, max: 2 })),
  accuracyLower: fc.option(share),
  accuracyN: fc.constantFrom(0, MEASURED_FROM - 1, MEASURED_FROM, 200),
  reliability: fc.option(share),
  readsPerHour: fc.option(fc.integer({ min: 0, max: 240 })),
  prices: fc.dictionary(fc.constantFrom('USD', 'EUR'), fc.integer({ min: 1, max: 500 })),
  lastReadOn: fc.option(days),
  skills: fc.subarray([
    { taskType: 'CT/chest', accuracyLower: 0.75, n: 40 },
    { taskType: 'MR/brain', accuracyLower: 0.5, n: 7 },
  ]),
  credentials: fc.array(credential, { maxLength: 4 }),
  ownLimits: fc.array(limit, { maxLength: 2 }),
});
const idOf = (n: number) => `01990000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const crowd = fc
  .array(facts, { minLength: 1, maxLength: 60 })
  .map((people) => people.map((one, n) => ({ ...one, personId: idOf(n * 7919) })));

const reach: fc.Arbitrary<Reach> = fc.record({
  countries: fc.option(fc.subarray(['US', 'IN', 'DE'])),
  carrying: fc.subarray(['subcontractor_baa', 'dpa']),
});
const chain = fc.record({ inEea: reach, elsewhere: reach });

const request: fc.Arbitrary<PeopleRequest> = fc.record({
  rule,
  countries: fc.subarray(['US', 'IN']),
  chain,
  conflicting: fc.constantFrom([], ['sponsor']),
  spent: fc.subarray([idOf(0), idOf(7919), idOf(1)]),
  among: fc.constantFrom('everybody' as const, 'independents' as const, { orgId: 'org-b' }),
  currency: fc.constantFrom('USD', 'EUR', 'GBP'),
  today: fc.constant(TODAY),
  taskType: fc.constantFrom('CT/chest', 'WSI/prostate'),
  utcOffsetMinutes: fc.option(fc.constantFrom(-300, 330)),
  weights: fc.constant(USUAL_WEIGHTS),
  seed: fc.integer({ min: 0, max: 3 }),
  limit: fc.constantFrom(1, 5, 25),
});

const ANYWHERE: Reach = { countries: null, carrying: [] };
const EVERYWHERE: ChainReach = { inEea: ANYWHERE, elsewhere: ANYWHERE };

const built = (people: readonly PersonFacts[]) => {
  const index = new PeopleIndex(1);
  for (const person of people) index.put(person);
  return index;
};

/** A person's credentials as the rule's own evaluation reads them. */
const snapshotOf = (person: Pick<PersonFacts, 'credentials'>) => ({
  takenAt: `${TODAY}T12:00:00.000Z`,
  credentials: person.credentials.map((one) => sampleEntry(one as SampleCredential)),
});

describe('the people index', () => {
  test('meets a rule for exactly those for whom the rule’s own evaluation does', () => {
    fc.assert(
      fc.property(crowd, rule, (people, asked) => {
        const met = built(people).meetingRule(asked, TODAY);
        for (const [place, person] of people.entries()) {
          const { allowed } = evaluateCredentialRule(
            asked,
            snapshotOf(person),
            new Date(`${TODAY}T12:00:00Z`),
          );
          expect(hasBit(met, place)).toBe(allowed);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('with new facts put in is as one built from them, whatever was asked before', () => {
    fc.assert(
      fc.property(crowd, crowd, request, (before, after, asked) => {
        const index = built(before);
        rankPeople(index, asked);
        for (const person of after) index.put(person);
        const known = new Set(after.map((one) => one.personId));
        const afresh = built([...before.filter((one) => !known.has(one.personId)), ...after]);
        expect(rankPeople(index, asked)).toEqual(rankPeople(afresh, asked));
      }),
    );
  });

  test('teams counted once and corrected with each change are as counted anew', () => {
    fc.assert(
      fc.property(
        crowd,
        fc.array(crowd, { maxLength: 4 }),
        request,
        fc.subarray(['US', 'IN']),
        (before, changes, asked, limit) => {
          const index = built(before);
          const limits = new Map([['org-b', limit]]);
          const quartersOf = sharedQuarters(asked.utcOffsetMinutes ?? 0);
          const teams = (of: PeopleIndex, key: string | null) => {
            const teamOf = of.teamsOf(of.gates(asked).passing, { quartersOf, limits, key });
            return ['org-a', 'org-b', 'sponsor'].map(teamOf);
          };
          for (const change of [[], ...changes]) {
            for (const person of change) index.put(person);
            expect(teams(index, 'kept')).toEqual(teams(index, null));
          }
        },
      ),
    );
  });

  test('agreements keep out exactly who is where they do not let data be shown, also in a team by its own', () => {
    fc.assert(
      fc.property(crowd, request, fc.subarray(['US', 'IN']), (people, asked, limit) => {
        const index = built(people);
        const isWithin = (countries: readonly string[] | null, one: PersonFacts) =>
          countries === null || (one.country !== null && countries.includes(one.country));
        // Through a vendor their own agreements do not carry the data; it attests them (R19).
        const isLimited = (one: PersonFacts) => asked.among === 'independents' || !one.isStaff;
        for (const one of people) {
          const { countries, carrying } = reachIn(asked.chain, one.country);
          const own = one.ownLimits
            .filter((each) => carrying.includes(each.kind) && isEffective(each, TODAY))
            .every((each) => isWithin(each.locations, one));
          expect(gatesOfPerson(index, asked, one.personId)?.agreements).toBe(
            isWithin(countries, one) && (own || !isLimited(one)),
          );
        }
        const everybody = index.gates({ ...asked, rule: { anyOf: [] }, among: 'everybody' }).asked;
        const limits = new Map([['org-b', limit]]);
        const teamOf = index.teamsOf(everybody, { quartersOf: sharedQuarters(0), limits, key: null });
        const own = people.filter((one) => one.orgIds.includes('org-b') && isWithin(limit, one));
        expect(teamOf('org-b')?.people ?? 0).toBe(own.length);
      }),
    );
  });

  test('who has used up a cap is left out, by that gate, and nobody else', () => {
    fc.assert(
      fc.property(crowd, request, (people, asked) => {
        const index = built(people);
        const ranked = rankPeople(index, { ...asked, limit: 100 }).people.map((one) => one.personId);
        const without = rankPeople(index, { ...asked, spent: [], limit: 100 }).people.map(
          (one) => one.personId,
        );
        expect([...ranked].sort()).toEqual(without.filter((id) => !asked.spent.includes(id)).sort());
        for (const one of people)
          expect(gatesOfPerson(index, asked, one.personId)?.cap).toBe(!asked.spent.includes(one.personId));
      }),
    );
  });

  test('ranks the same in whatever order it was built, best first, and counts who is left out by which gate', () => {
    fc.assert(
      fc.property(crowd, request, (people, asked) => {
        const index = built(people);
        const ranking = rankPeople(index, asked);
        expect(rankPeople(built(people.toReversed()), asked)).toEqual(ranking);
        const isAsked = (one: PersonFacts) =>
          asked.among === 'everybody' ||
          (asked.among === 'independents' ? one.isIndependent : one.orgIds.includes(asked.among.orgId));
        const gates = people
          .filter(isAsked)
          .map((one) => Object.values(gatesOfPerson(index, asked, one.personId) ?? {}));
        expect(ranking.qualified).toBe(gates.filter((own) => own.every(Boolean)).length);
        expect(ranking.people).toHaveLength(Math.min(asked.limit, ranking.qualified));
        for (const group of [true, false]) {
          const scores = ranking.people.filter((one) => one.isNewcomer === group).map((one) => one.score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        }
        const alone = gates.filter((own) => own.filter((open) => !open).length === 1).length;
        const { asked: whom, byGate } = index.gates(asked);
        const counted = Object.values(index.countLeftOut(whom, byGate)).reduce(
          (sum, one) => sum + one.onlyThis,
          0,
        );
        expect(counted).toBe(alone);
      }),
    );
  });

  test('a score is the weighted sum of its parts, an unknown one counting the middle', () => {
    fc.assert(
      fc.property(crowd, request, (people, asked) => {
        for (const one of rankPeople(built(people), asked).people) {
          const parts = Object.entries(one.parts) as [keyof typeof USUAL_WEIGHTS, number | null][];
          const sum = parts.reduce((total, [part, value]) => total + USUAL_WEIGHTS[part] * (value ?? 0.5), 0);
          expect(one.score).toBeCloseTo(sum, 5);
        }
      }),
    );
  });

  test('a price is compared with the cheapest of those who pass in the same currency, and counts in no other', () => {
    fc.assert(
      fc.property(crowd, request, (people, asked) => {
        const index = built(people);
        const { currency } = asked;
        const passing = people.filter((one) =>
          hasBit(index.gates(asked).passing, index.placeOf(one.personId)!),
        );
        const cheapest = Math.min(...passing.flatMap((one) => one.prices[currency] ?? []));
        for (const one of rankPeople(index, asked).people) {
          const own = people.find(({ personId }) => personId === one.personId)?.prices[currency];
          if (own === undefined) expect(one.parts.price).toBeNull();
          else expect(one.parts.price).toBeCloseTo(cheapest / own, 4);
        }
      }),
    );
  });

  test('keeps every tenth place for the best of those who are not measured yet', () => {
    const person = (n: number, accuracyN: number): PersonFacts => ({
      personId: idOf(n),
      orgIds: ['org'],
      isVerified: true,
      isIndependent: false,
      isStaff: true,
      isBarred: false,
      country: 'US',
      utcOffsetMinutes: 0,
      hoursFree: null,
      accuracyLower: accuracyN > 0 ? 0.9 : null,
      accuracyN,
      reliability: null,
      readsPerHour: null,
      prices: {},
      lastReadOn: null,
      skills: [],
      credentials: [],
      ownLimits: [],
    });
    const index = built(Array.from({ length: 200 }, (_, n) => person(n, n < 100 ? 100 : 0)));
    const asked = {
      rule: { anyOf: [] },
      countries: [],
      chain: EVERYWHERE,
      conflicting: [],
      spent: [],
      among: 'everybody' as const,
      currency: 'USD',
      today: TODAY,
      taskType: 'CT/chest',
      utcOffsetMinutes: null,
      weights: USUAL_WEIGHTS,
      limit: 30,
    };
    const names = (seed: number) => rankPeople(index, { ...asked, seed }).people;
    const newAt = names(1).flatMap((one, n) => (one.isNewcomer ? [n + 1] : []));
    expect(newAt).toEqual([NEWCOMER_EVERY, 2 * NEWCOMER_EVERY, 3 * NEWCOMER_EVERY]);
    // Who stands first among equals differs from project to project, and not from look to look.
    expect(names(1).map((one) => one.personId)).toEqual(names(1).map((one) => one.personId));
    expect(names(1).map((one) => one.personId)).not.toEqual(names(2).map((one) => one.personId));
  });

  test('overlap of working hours is whole in one’s own zone, none half a world away, and the same both ways', () => {
    const from = (zone: number, at: number) => timezoneOverlaps(zone)[at / 15 + 128];
    expect(from(-300, -300)).toBe(1);
    expect(from(-300, 330)).toBe(0);
    expect(from(0, 60)).toBeCloseTo(0.9);
    expect(from(720, -720)).toBe(1);
    expect(from(0, 330)).toBe(from(330, 0));
  });
});
