import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeAgreement, makeGateReady } from '#db/seed/factories/agreements.ts';
import { makeVendor } from '#db/seed/factories/bids.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { reachesPerson } from '#server/agreements/chain-reach.ts';
import { decideAccess } from '#server/agreements/decide-access.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { systemClock } from '#server/core/clock.ts';
import type { Project } from '#server/projects/schemas.ts';
import { requireGates } from '#server/staffing/offer-work.ts';
import { hasBit } from './bitmap.ts';
import { matchIndex } from './live-index.ts';
import { loadPeople } from './load-people.ts';
import { requestOf } from './match-project.ts';
import { gatesOfPerson, sharedQuarters } from './rank-people.ts';
import { teamLimits } from './team-limits.ts';
import { listVendors } from './vendor-queries.ts';

const CLASSES = ['phi', 'limited_data_set', 'eu_personal'] as const;
const KINDS = ['baa', 'subcontractor_baa', 'dua', 'dpa'] as const;
const COUNTRIES = ['US', 'IN', 'DE', 'GB'];
const DAYS = ['2020-01-01', new Date().toISOString().slice(0, 10), '2099-01-01'];

let t: TestDatabase;
let sponsor: OrgContext;
const projects: { project: Project; datasetId: string }[] = [];
const people: OrgContext[] = [];
const agreementIds: string[] = [];
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  await makeGateReady(t.db);
  const org = await makeOrganisation(t.db, { kind: 'sponsor', country: 'DE' });
  sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  for (const dataClass of CLASSES) {
    const by = { orgId: org.id, createdBy: sponsor.actor.personId };
    const project = await makeProject(t.db, { ...by, status: 'open', dataClass });
    const { id } = await makeDataset(t.db, { ...by, projectId: project.id, dataClass, cases: 1 });
    projects.push({ project, datasetId: id });
  }
  for (const kind of KINDS.filter((one) => one !== 'subcontractor_baa'))
    agreementIds.push(await makeAgreement(t.db, { kind, org }));
  for (const country of COUNTRIES) {
    const own = await makeOrganisation(t.db, { kind: 'independent', country });
    const person = await makePerson(t.db, { country });
    people.push(await makeMember(t.db, { org: own, roles: ['independent_annotator'], person }));
    for (const kind of KINDS) agreementIds.push(await makeAgreement(t.db, { kind, org: own }));
  }
});
afterAll(() => t.drop());

const terms = fc.record({
  status: fc.constantFrom('active', 'termination_noticed', 'signed', 'suspended', 'sent'),
  from: fc.constantFrom(...DAYS),
  until: fc.constantFrom(null, ...DAYS),
  isHeld: fc.boolean(),
  locations: fc.subarray(COUNTRIES),
});

/** Mostly in force, so that few runs meet every kind of limit. */
const likelyTerms = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      status: fc.constant('active'),
      from: fc.constant('2020-01-01'),
      until: fc.constant(null),
      isHeld: fc.constant(false),
      locations: fc.oneof(fc.constant([]), fc.constant([]), fc.subarray(COUNTRIES, { minLength: 1 })),
    }),
  },
  { weight: 1, arbitrary: terms },
);

test('R18: whom agreements keep out is the same in the index, by the statement of one, by an offer’s gates and at the door', async () => {
  const now = systemClock.now();
  const today = now.toISOString().slice(0, 10);
  const ids = people.map((one) => one.actor.personId);
  let [keptOut, letIn] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(terms, { minLength: agreementIds.length, maxLength: agreementIds.length }),
      async (all) => {
        for (const [n, id] of agreementIds.entries()) {
          const { status, from, until, isHeld, locations } = all[n]!;
          await t.sql`update agreements set status = ${status}, effective_from = ${from}, effective_until = ${until},
            suspended_by_org_id = ${isHeld ? sponsor.actor.orgId : null}, locations = ${locations} where id = ${id}`;
        }
        const index = await matchIndex({ db: t.db, clock: systemClock });
        await loadPeople(t.db, index.people, { ids, now });
        for (const { project, datasetId } of projects) {
          const request = await requestOf(t.db, project, { now, limit: 10 });
          for (const who of people) {
            const { personId, orgId, country } = who.actor;
            const door = await decideAccess(t.db, {
              ...{ personId, viaOrgId: orgId, datasetId, country, now },
              purpose: 'read',
            });
            const codes = door.allowed ? [] : door.reasons.map((one) => one.code);
            const isReached = !codes.some((code) => LOCATION_CODES.includes(code));
            const of = { ...request, among: 'independents' as const };
            expect(gatesOfPerson(index.people, of, personId)?.agreements).toBe(isReached);
            const at = { projectId: project.id, personId, ownOrgId: orgId, country, today };
            expect(await reachesPerson(t.db, at)).toBe(isReached);
            expect(await offerCodes(project, who)).toEqual(isReached ? [] : ['offer.agreements']);
            if (isReached) letIn += 1;
            else keptOut += 1;
          }
        }
      },
    ),
    { numRuns: 25 },
  );
  expect(keptOut).toBeGreaterThan(20);
  expect(letIn).toBeGreaterThan(20);
});

test('R18: of a vendor’s team the same are kept out in the index and at the door, wherever it and its people are established', async () => {
  const now = systemClock.now();
  const today = now.toISOString().slice(0, 10);
  const team: { who: OrgContext; orgId: string }[] = [];
  const ids = agreementIds.slice(0, 3);
  for (const country of ['DE', 'US']) {
    const org = await makeOrganisation(t.db, { kind: 'vendor', country });
    for (const kind of KINDS) ids.push(await makeAgreement(t.db, { kind, org }));
    for (const from of COUNTRIES) {
      const person = await makePerson(t.db, { country: from });
      const who = await makeMember(t.db, { org, roles: ['vendor_annotator'], person });
      team.push({ who, orgId: org.id });
    }
  }
  const index = await matchIndex({ db: t.db, clock: systemClock });
  await loadPeople(t.db, index.people, { ids: team.map(({ who }) => who.actor.personId), now });
  const [counts, mixed] = [
    { in: 0, out: 0 },
    { in: 0, out: 0 },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(likelyTerms, { minLength: ids.length, maxLength: ids.length }), async (all) => {
      for (const [n, id] of ids.entries()) {
        const { status, from, until, isHeld, locations } = all[n]!;
        await t.sql`update agreements set status = ${status}, effective_from = ${from}, effective_until = ${until},
          suspended_by_org_id = ${isHeld ? sponsor.actor.orgId : null}, locations = ${locations} where id = ${id}`;
      }
      const vendors = await listVendors(t.db, today);
      for (const { project, datasetId } of projects) {
        const request = await requestOf(t.db, project, { now, limit: 10 });
        const countries = index.people.knownCountries();
        const limits = teamLimits(vendors, { ...request, countries });
        const reached = index.people.gates(request).byGate.agreements;
        const teamOf = index.people.teamsOf(reached, { quartersOf: sharedQuarters(0), limits, key: null });
        const letIn = new Map<string, number>();
        for (const { who, orgId } of team) {
          const { personId, country } = who.actor;
          const question = { personId, viaOrgId: orgId, datasetId, country, now, purpose: 'read' as const };
          const door = await decideAccess(t.db, question);
          const codes = door.allowed ? [] : door.reasons.map((one) => one.code);
          const isReached = !codes.some((code) => LOCATION_CODES.includes(code));
          const left = limits.get(orgId);
          const isIn = left === undefined || left.includes(country ?? '');
          expect(hasBit(reached, index.people.placeOf(personId)!) && isIn).toBe(isReached);
          if (isReached) letIn.set(orgId, (letIn.get(orgId) ?? 0) + 1);
          const tally = orgId === team[0]?.orgId && country === 'US' ? mixed : counts;
          if (isReached) tally.in += 1;
          else tally.out += 1;
        }
        for (const { orgId } of team) expect(teamOf(orgId)?.people ?? 0).toBe(letIn.get(orgId) ?? 0);
      }
    }),
    { numRuns: 50 },
  );
  for (const { in: letIn, out } of [counts, mixed]) expect(Math.min(letIn, out)).toBeGreaterThan(5);
});

/** What no signature of theirs takes away. */
const LOCATION_CODES = ['gate.location_by_agreement', 'gate.transfer'];

/** What of an offer's gates speaks of agreements. */
async function offerCodes(project: Project, who: OrgContext): Promise<string[]> {
  const { personId, orgId } = who.actor;
  const asked = transact(sponsor, (tx) => requireGates(tx, { project, personId, orgId }, 'this person'));
  const codes = await asked.then(
    () => [],
    (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
  );
  return codes.filter((code) => code === 'offer.agreements');
}

test('their own agreements keep nobody out of a vendor’s team, and a change of one is seen at the next question', async () => {
  await t.sql`update agreements set status = 'active', effective_from = '2020-01-01', effective_until = null,
    suspended_by_org_id = null, locations = '{}'`;
  const project = projects[0]!.project;
  const own = await makeOrganisation(t.db, { kind: 'independent', country: 'US' });
  const person = await makePerson(t.db, { country: 'US' });
  const who = await makeMember(t.db, { org: own, roles: ['independent_annotator'], person });
  const reached = async (among: 'independents' | 'everybody') => {
    const now = systemClock.now();
    const index = await matchIndex({ db: t.db, clock: systemClock });
    const request = await requestOf(t.db, project, { now, limit: 10 });
    const place = index.people.placeOf(who.actor.personId) ?? -1;
    return hasBit(index.people.gates({ ...request, among }).byGate.agreements, place);
  };
  const agreementId = await makeAgreement(t.db, { kind: 'subcontractor_baa', org: own });
  const say = (locations: string[]) =>
    transact(sponsor, async (tx) => {
      await t.sql`update agreements set locations = ${locations} where id = ${agreementId}`;
      await tx.audit({ action: 'agreements.activated', subject: { kind: 'agreement', id: agreementId } });
    });
  await say(['US']);
  expect(await reached('independents')).toBe(true);
  await say(['IN']);
  expect([await reached('independents'), await reached('everybody')]).toEqual([false, false]);
  const vendor = await makeVendor(t.db, { people: 0 });
  await makeMember(t.db, {
    org: { id: vendor.orgId, kind: 'vendor', verified: true },
    roles: ['vendor_annotator'],
    person,
  });
  await transact(sponsor, async (tx) => {
    await tx.audit({ action: 'identity.joined', subject: { kind: 'person', id: person.personId } });
  });
  expect([await reached('independents'), await reached('everybody')]).toEqual([false, true]);
  await say([]);
  expect(await reached('independents')).toBe(true);
});
