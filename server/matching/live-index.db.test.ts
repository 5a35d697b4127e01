import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { claimCredential } from '#server/credentials/claim-credential.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import type { CredentialRule } from '#server/credentials/schemas.ts';
import { endMembership } from '#server/identity/end-membership.ts';
import { daysAfter } from '#server/staffing/availability-rules.ts';
import { planAbsence } from '#server/staffing/plan-absence.ts';
import { setAvailability } from '#server/staffing/set-availability.ts';
import { hasBit } from './bitmap.ts';
import { matchIndex } from './live-index.ts';
import { loadEverybody } from './load-people.ts';
import { NOT_KNOWN } from './people-columns.ts';
import { PeopleIndex } from './people-index.ts';

const licensed: CredentialRule = {
  anyOf: [{ allOf: [{ kind: 'medical_licence', specialty: 'Radiology', minLevel: 'primary_source' }] }],
};

/** One noon for all that is asked and said: a test that runs over midnight, or far from it in its zone, sees the same days. */
const clock = manualClock('2026-09-02T12:00:00Z');

describe('the live index', () => {
  let t: TestDatabase;
  let vendor: Awaited<ReturnType<typeof makeVendor>>;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: [
          'a reader’s claims are what is out, submitted, skipped, expired or released',
          'a reader’s copy of “open” is the batch’s',
          'submits and active time equal the labels',
          'known answers met, and met rightly, equal the labels in force on gold that counts for the reader',
        ],
        because: 'says on a reader’s row what they have read, and that batches have settled',
      },
    });
    vendor = await makeVendor(t.db, { people: 3, country: 'US', clock });
    const platform = await makeOrganisation(t.db, { kind: 'platform', clock });
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
  });
  afterAll(() => t.drop());

  const source = () => ({ db: t.db, clock });
  const today = () => clock.now().toISOString().slice(0, 10);
  const meets = async (person: OrgContext) => {
    const { people } = await matchIndex(source());
    const place = people.placeOf(person.actor.personId) ?? -1;
    return hasBit(people.meetingRule(licensed, today()), place);
  };

  test('knows everybody who reads for somebody, with their country', async () => {
    const { people, vendors } = await matchIndex(source());
    expect(people.sizeOfOrg(vendor.orgId)).toBe(3);
    expect(vendors.map((row) => row.orgId)).toContain(vendor.orgId);
  });

  test('a credential that was just verified counts at the next question, and one taken away no longer does', async () => {
    const person = vendor.annotators[0]!;
    expect(await meets(person)).toBe(false);
    const { id } = await claimCredential(person, {
      kind: 'medical_licence',
      title: 'Licence',
      issuer: 'Board',
      identifier: 'A-17',
      specialty: 'Radiology',
    });
    expect(await meets(person)).toBe(false);
    const check = { credentialId: id, primarySource: 'Board', communicationMethod: 'portal' } as const;
    await recordVerification(operator, { ...check, seenStatus: 'claimed', outcome: 'verified' });
    expect(await meets(person)).toBe(true);
    await recordVerification(operator, {
      ...check,
      seenStatus: 'verified',
      outcome: 'adverse',
      sourceStanding: 'revoked',
      note: 'Revoked.',
    });
    expect(await meets(person)).toBe(false);
  });

  test('hours that somebody says they have count at once, and none of days away in the coming week', async () => {
    const person = vendor.annotators[2]!;
    await setAvailability(person, {
      timezone: 'Europe/Berlin',
      hoursPerWeek: 10,
      windows: [{ day: 1, fromMinute: 480, toMinute: 1080 }],
    });
    const hours = async () => {
      const { people } = await matchIndex(source());
      const place = people.placeOf(person.actor.personId) ?? -1;
      return [people.columns.time[place], hasBit(people.columns.hasTime, place)];
    };
    expect(await hours()).toEqual([0.5, true]);
    await planAbsence(person, { fromOn: today(), toOn: daysAfter(today(), 6) });
    expect(await hours()).toEqual([0, false]);
  });

  test('who leaves their organisation passes no gate', async () => {
    const person = vendor.annotators[1]!;
    await endMembership(vendor.owner, { personId: person.actor.personId });
    const { people } = await matchIndex(source());
    expect(people.sizeOfOrg(vendor.orgId)).toBe(2);
    expect(people.orgsAt(people.placeOf(person.actor.personId) ?? -1)).toEqual([]);
  });

  test('many changes at once are all in, and equal to an index built anew', async () => {
    const more = await makeVendor(t.db, { people: 8, country: 'IN', clock });
    await Promise.all(
      more.annotators.map(async (person, n) => {
        await claimCredential(person, {
          kind: 'medical_licence',
          title: 'Licence',
          issuer: 'Board',
          identifier: `B-${n}`,
          specialty: 'Radiology',
        });
        await matchIndex(source());
      }),
    );
    const { people } = await matchIndex(source());
    const afresh = new PeopleIndex();
    await loadEverybody(t.db, afresh, clock.now());
    const own: CredentialRule = {
      anyOf: [{ allOf: [{ kind: 'medical_licence', minLevel: 'self_claimed' }] }],
    };
    const idsOf = (index: PeopleIndex) => {
      const met = index.meetingRule(own, today());
      return Array.from({ length: index.size }, (_, place) => place)
        .filter((place) => hasBit(met, place))
        .map((place) => index.idAt(place))
        .sort();
    };
    expect(idsOf(people)).toEqual(idsOf(afresh));
    expect(idsOf(people)).toHaveLength(8);
  });

  test('what was read here stands beside a person: kind of work, pace, day', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4 });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const personId = reader!.actor.personId;
    await t.admin`update readers set gold_n = 40, gold_ok = 38, submitted = 40, active_ms = 2400000 where annotator_id = ${personId}`;
    // While it is read, a number of known answers that moves would tell which case was one (ADR 009).
    const before = new PeopleIndex();
    await loadEverybody(t.db, before, new Date());
    expect(before.columns.accuracyN[before.placeOf(personId) ?? -1]).toBe(0);
    await t.admin`update batches set status = 'settled' where id = ${batchId}`;
    const index = new PeopleIndex();
    await loadEverybody(t.db, index, new Date());
    const place = index.placeOf(personId) ?? -1;
    expect(index.columns.speed[place]).toBeCloseTo(60 / 120, 6);
    expect(index.columns.accuracy[place]).toBeCloseTo(0.8349, 3);
    const taskType = `${scene.project.modality}/${scene.project.anatomy}`;
    expect(index.skillAt(place, taskType)).toMatchObject({ n: 40, isLike: true });
    // R16: what a pilot says is told to nobody but its sponsor, whoever read it and through whom.
    await t.admin`update batches set kind = 'pilot' where id = ${batchId}`;
    const ofPilot = new PeopleIndex();
    await loadEverybody(t.db, ofPilot, new Date());
    const [at, { columns }] = [ofPilot.placeOf(personId) ?? -1, ofPilot];
    expect(columns.accuracyN[at]).toBe(0);
    expect([columns.speed[at], columns.lastReadDay[at]]).toEqual([NOT_KNOWN, NOT_KNOWN]);
    expect(ofPilot.skillAt(at, taskType)).toMatchObject({ lower: NOT_KNOWN, n: 0 });
  });
});
