import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { credentials } from '#db/schema/credentials.ts';
import { makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { newId } from '#server/core/ids.ts';
import { hasBit } from '#server/matching/bitmap.ts';
import { PeopleIndex } from '#server/matching/people-index.ts';
import {
  SAMPLE_NOW,
  SAMPLE_TODAY,
  type SampleCredential,
  sampleCredential,
  sampleEntry,
  sampleRule,
  sampleStatus,
} from './rule-samples.ts';
import { listMeeting } from './rule-sql.ts';
import { counts, evaluateCredentialRule } from './rules.ts';
import type { CredentialStatus } from './schemas.ts';

type Held = { one: SampleCredential; status: CredentialStatus };
const PEOPLE = 12;

let t: TestDatabase;
const people: string[] = [];
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  for (let n = 0; n < PEOPLE; n += 1) people.push((await makePerson(t.db, {})).personId);
});
afterAll(() => t.drop());

const crowd = fc.array(
  fc.array(fc.record({ one: sampleCredential, status: sampleStatus }), { maxLength: 4 }),
  {
    minLength: PEOPLE,
    maxLength: PEOPLE,
  },
);

/** Dates crossed are refused by the table; they cannot be held. */
const isPossible = ({ one }: Held) =>
  one.issuedOn === null || one.expiresOn === null || one.expiresOn >= one.issuedOn;

async function hold(wallets: readonly Held[][]): Promise<void> {
  await t.sql`delete from credentials`;
  const rows = wallets.flatMap((wallet, n) =>
    wallet.map(({ one, status }) => ({
      ...one,
      status,
      id: newId(),
      personId: people[n] ?? '',
      title: one.kind,
      issuer: 'Board',
      createdAt: SAMPLE_NOW,
      updatedAt: SAMPLE_NOW,
    })),
  );
  if (rows.length > 0) await t.db.insert(credentials).values(rows);
}

function indexOf(wallets: readonly Held[][]): PeopleIndex {
  const index = new PeopleIndex(1);
  for (const [n, wallet] of wallets.entries())
    index.put({
      personId: people[n] ?? '',
      orgIds: [],
      isVerified: true,
      isIndependent: false,
      isStaff: true,
      isBarred: false,
      country: null,
      utcOffsetMinutes: 0,
      hoursFree: null,
      accuracyLower: null,
      accuracyN: 0,
      reliability: null,
      readsPerHour: null,
      prices: {},
      lastReadOn: null,
      skills: [],
      ownLimits: [],
      credentials: wallet.filter(({ status }) => counts(status)).map(({ one }) => one),
    });
  return index;
}

test('random rules and random people: SQL, the index and the rule’s own evaluation agree on everybody', async () => {
  let met = 0;
  await fc.assert(
    fc.asyncProperty(crowd, fc.array(sampleRule, { minLength: 6, maxLength: 6 }), async (made, rules) => {
      const wallets = made.map((wallet) => wallet.filter(isPossible));
      await hold(wallets);
      const index = indexOf(wallets);
      for (const rule of rules) {
        const bySql = await listMeeting(t.db, { personIds: people, rule, now: SAMPLE_NOW });
        const byIndex = index.meetingRule(rule, SAMPLE_TODAY);
        for (const [n, personId] of people.entries()) {
          const { allowed } = evaluateCredentialRule(
            rule,
            {
              takenAt: SAMPLE_NOW.toISOString(),
              credentials: (wallets[n] ?? []).map(({ one, status }) => sampleEntry(one, status)),
            },
            SAMPLE_NOW,
          );
          if (allowed && rule.anyOf.length > 0) met += 1;
          expect([bySql.has(personId), hasBit(byIndex, n)]).toEqual([allowed, allowed]);
        }
      }
    }),
    { numRuns: 60 },
  );
  // Not true for want of anybody who meets anything.
  expect(met).toBeGreaterThan(100);
});
