import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements, workforceAttestations } from '#db/schema/agreements.ts';
import { slots } from '#db/schema/work.ts';
import { makeAccessChain, makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeSecondFactor } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeSigningWorld, reasonOf, type SigningWorld } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { attestPerson } from './attest-person.ts';
import { confirmAttestation } from './confirm-attestation.ts';
import { decideAccess } from './decide-access.ts';
import { expireAgreements } from './expire-agreements.ts';
import { readAgreementCentre, readOwnAttestations, readTeamAttestations } from './reads.ts';
import { revokeAccess } from './revoke-access.ts';
import { revokeAttestation } from './revoke-attestation.ts';
import { revokeWhereShut } from './revoke-where-shut.ts';
import { resumeAgreement, suspendAgreement } from './suspend-agreement.ts';
import { terminateAgreement } from './terminate-agreement.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
let t: TestDatabase;
let world: SigningWorld;
let reader: OrgContext;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  world = await makeSigningWorld(t.db, clock);
  reader = await makeMember(t.db, { org: orgOf(world.vendor), roles: ['vendor_annotator'], clock });
});
afterAll(() => t.drop());

const orgOf = ({ actor }: OrgContext) => ({ id: actor.orgId, kind: actor.orgKind!, verified: true });
const rowOf = async (id: string) => (await t.db.select().from(agreements).where(eq(agreements.id, id)))[0]!;
const job = (at = clock) =>
  systemContext({ db: t.db, clock: at, name: 'agreements.revoke-access', requestId: 'test' });
const queuedFor = async (agreementId: string) =>
  (
    await t.sql`select payload from graphile_worker._private_jobs
    where payload::text like ${`%${agreementId}%`}`
  ).length;

/** A leased case of the class in the sponsor's project, held by the vendor's reader. */
async function makeLeased(dataClass: DataClass) {
  const at = { orgId: world.sponsor.actor.orgId, createdBy: world.sponsor.actor.personId, dataClass, clock };
  const project = await makeProject(t.db, at);
  const dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 1 });
  const lease = await makeLease(t.db, {
    projectId: project.id,
    datasetId: dataset.id,
    dataClass,
    caseId: dataset.cases[0]!.id,
    personId: reader.actor.personId,
    viaOrgId: world.vendor.actor.orgId,
    createdBy: at.createdBy,
    clock,
  });
  const isHeld = async () => (await t.db.$count(slots, eq(slots.leaseId, lease.leaseId))) === 1;
  return { project, dataset, lease, isHeld };
}

describe('ending an agreement', () => {
  test('at once: terminated, kept for six years, and revocation is asked for in the same transaction', async () => {
    const id = await makeAgreement(t.db, { kind: 'nda', org: orgOf(world.vendor), clock });
    expect(await terminateAgreement(world.vendor, { agreementId: id, reason: 'Done.' })).toEqual({
      status: 'terminated',
    });
    expect(await rowOf(id)).toMatchObject({ status: 'terminated', retainUntil: '2032-11-21' });
    expect(await queuedFor(id)).toBe(1);
  });

  test('with notice: it carries until its day, then the job ends it; sooner is allowed, later is not', async () => {
    const id = await makeAgreement(t.db, { kind: 'nda', org: orgOf(world.vendor), clock });
    const on = (effectiveOn: string) =>
      reasonOf(terminateAgreement(world.vendor, { agreementId: id, reason: 'Leaving.', effectiveOn }));
    expect(await on('2026-12-31')).toEqual({ status: 'termination_noticed' });
    expect(await on('2027-01-31')).toBe('conflict agreement_not_active');
    expect(await on('2026-12-01')).toEqual({ status: 'termination_noticed' });
    expect(await rowOf(id)).toMatchObject({ effectiveUntil: '2026-12-01' });
    await expireAgreements(job(manualClock('2026-11-30T23:59:59Z')));
    expect(await rowOf(id)).toMatchObject({ status: 'termination_noticed' });
    await expireAgreements(job(manualClock('2026-12-01T00:00:01Z')));
    expect(await rowOf(id)).toMatchObject({ status: 'terminated' });
  });

  test('by its own date: the job expires it once', async () => {
    const id = await makeAgreement(t.db, {
      kind: 'dua',
      org: orgOf(world.vendor),
      effectiveUntil: '2026-11-21',
      clock,
    });
    expect(await expireAgreements(job())).toBe(1);
    expect(await expireAgreements(job())).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: 'expired' });
  });

  test('not by outsiders, not without authority, not for a day that has passed, not twice', async () => {
    const id = await makeAgreement(t.db, { kind: 'services', org: orgOf(world.vendor), clock });
    const input = { agreementId: id, reason: 'Done.' };
    expect(await reasonOf(terminateAgreement(world.sponsor, input))).toBe('not_found agreement_not_found');
    expect(await reasonOf(terminateAgreement(reader, input))).toBe('forbidden signer_without_authority');
    const late = { ...world.vendor, clock: manualClock(plus(clock.now(), DAY)) };
    expect(await reasonOf(terminateAgreement(late, input))).toBe('precondition reauthentication_required');
    expect(await reasonOf(terminateAgreement(world.vendor, { ...input, effectiveOn: '2026-11-20' }))).toBe(
      'invalid agreement_dates',
    );
    await terminateAgreement(world.vendor, input);
    expect(await reasonOf(terminateAgreement(world.vendor, input))).toBe('conflict agreement_not_active');
  });
});

describe('what ends with it (R27)', () => {
  test('leases on data whose chain is broken are revoked, others are not', async () => {
    const via = orgOf(world.vendor);
    const personIds = [reader.actor.personId];
    await makeAccessChain(t.db, { sponsor: orgOf(world.sponsor), via, personIds, dataClass: 'phi', clock });
    // The one that ends lies between two that go on: a page of one pair shows that all pages are looked at.
    const before = await makeLeased('public');
    const phi = await makeLeased('phi');
    const open = await makeLeased('public');
    const [baa] = (await t.db.select().from(agreements).where(eq(agreements.partyBOrgId, via.id))).filter(
      (row) => row.kind === 'subcontractor_baa',
    );
    expect(await revokeAccess(job(), { agreementId: baa!.id })).toBe(0);
    await terminateAgreement(world.operator, { agreementId: baa!.id, reason: 'Breach.' });
    expect(await revokeAccess(job(), { agreementId: baa!.id }, 1)).toBe(1);
    expect([await before.isHeld(), await phi.isHeld(), await open.isHeld()]).toEqual([true, false, true]);
  });

  test('the agreement centre names what is missing, per project', async () => {
    const centre = await readAgreementCentre(t.db, {
      orgId: world.vendor.actor.orgId,
      now: clock.now(),
    });
    const byClass = new Map(centre.projects.map((project) => [project.dataClass, project.decision]));
    expect(byClass.get('public')).toMatchObject({ allowed: true });
    expect(byClass.get('phi')).toMatchObject({
      allowed: false,
      reasons: [{ code: 'gate.agreement.baa', href: '/vendor/agreements' }],
    });
    expect(centre.requestable).toContain('subcontractor_baa');
  });
});

describe('workforce attestations (R19)', () => {
  const attest = (personId: string, change: object = {}) =>
    attestPerson(world.vendor, {
      personId,
      relation: 'employed',
      privacyTrainingOn: '2026-11-01',
      ...change,
    });

  test('count once the person has confirmed, until 12 months after the training', async () => {
    const person = await makeMember(t.db, { org: orgOf(world.vendor), roles: ['vendor_annotator'], clock });
    const { personId } = person.actor;
    await makeAccessChain(t.db, {
      sponsor: orgOf(world.sponsor),
      via: orgOf(world.vendor),
      personIds: [],
      dataClass: 'phi',
      clock,
    });
    const { dataset } = await makeLeased('phi');
    const gate = async (days = 0) => {
      const decision = await decideAccess(t.db, {
        personId,
        viaOrgId: world.vendor.actor.orgId,
        datasetId: dataset.id,
        purpose: 'read',
        now: plus(clock.now(), days * DAY),
        country: 'US',
      });
      return decision.allowed ? decision.basis : decision.reasons[0]?.code;
    };
    expect(await gate()).toBe('gate.attestation_missing');
    const made = await attest(personId);
    expect(made.validUntil).toBe('2027-11-01');
    expect(await gate()).toBe('gate.attestation_unconfirmed');
    await confirmAttestation(person, { attestationId: made.id });
    expect(await gate()).toBe('gate.second_factor');
    await makeSecondFactor(t.db, person.actor, { clock });
    expect([await gate(), await gate(345), await gate(346)]).toEqual([
      'baa_chain',
      'baa_chain',
      'gate.attestation_expired',
    ]);
    await revokeAttestation(world.vendor, { attestationId: made.id });
    expect(await gate()).toBe('gate.attestation_missing');
  });

  test('only the person confirms, twice is once, a newer one replaces what was not confirmed', async () => {
    const person = await makeMember(t.db, { org: orgOf(world.vendor), roles: ['vendor_annotator'], clock });
    const first = await attest(person.actor.personId);
    expect(await reasonOf(confirmAttestation(reader, { attestationId: first.id }))).toBe(
      'not_found attestation_not_found',
    );
    const second = await attest(person.actor.personId, { relation: 'direct_control' });
    expect(await reasonOf(confirmAttestation(person, { attestationId: first.id }))).toBe(
      'not_found attestation_not_found',
    );
    const once = await confirmAttestation(person, { attestationId: second.id });
    expect(await confirmAttestation(person, { attestationId: second.id })).toEqual(once);
    expect(await readOwnAttestations(t.db, person.actor.personId)).toHaveLength(1);
    const team = await readTeamAttestations(t.db, world.vendor.actor.orgId);
    expect(team.find((one) => one.personId === person.actor.personId)?.attestation).toMatchObject({
      id: second.id,
      relation: 'direct_control',
    });
  });

  test('not for strangers, not for future or stale training, not by an independent', async () => {
    const stranger = world.sponsor.actor.personId;
    expect(await reasonOf(attest(stranger))).toBe('not_found person_not_member');
    const own = reader.actor.personId;
    expect(await reasonOf(attest(own, { privacyTrainingOn: '2026-11-22' }))).toBe('invalid training_date');
    expect(await reasonOf(attest(own, { privacyTrainingOn: '2025-11-20' }))).toBe('invalid training_date');
    const self = attestPerson(world.independent, {
      personId: world.independent.actor.personId,
      relation: 'employed',
      privacyTrainingOn: '2026-11-01',
    });
    expect(await reasonOf(self)).toBe('not_found person_not_member');
  });

  test('taking one back revokes the leases of that person where it is needed', async () => {
    const via = orgOf(world.vendor);
    const personIds = [reader.actor.personId];
    await makeAccessChain(t.db, { sponsor: orgOf(world.sponsor), via, personIds, dataClass: 'phi', clock });
    const phi = await makeLeased('phi');
    const open = await makeLeased('public');
    const rows = await t.db
      .select()
      .from(workforceAttestations)
      .where(eq(workforceAttestations.personId, reader.actor.personId));
    for (const row of rows) await revokeAttestation(world.vendor, { attestationId: row.id });
    const at = { personId: reader.actor.personId, viaOrgId: via.id };
    expect(await revokeWhereShut(job(), at)).toBeGreaterThan(0);
    expect([await phi.isHeld(), await open.isHeld()]).toEqual([false, true]);
  });
});

test('suspended it carries nothing and leases are taken back; resumed by that side it carries again', async () => {
  const { sponsor, vendor } = world;
  const chain = { sponsor: orgOf(sponsor), via: orgOf(vendor), personIds: [reader.actor.personId] };
  await makeAccessChain(t.db, { ...chain, dataClass: 'limited_data_set', clock });
  const leased = await makeLeased('limited_data_set');
  const [dua] = (await t.db.select().from(agreements).where(eq(agreements.kind, 'dua'))).filter(
    (row) => row.status === 'active' && row.partyBOrgId === vendor.actor.orgId,
  );
  const input = { agreementId: dua!.id, reason: 'An incident is looked into.' };
  expect(await suspendAgreement(vendor, input)).toEqual({ status: 'suspended' });
  expect(await queuedFor(dua!.id)).toBe(1);
  expect(await revokeAccess(job(), { agreementId: dua!.id })).toBe(1);
  expect(await leased.isHeld()).toBe(false);
  const decide = () =>
    decideAccess(t.db, {
      viaOrgId: vendor.actor.orgId,
      personId: reader.actor.personId,
      datasetId: leased.dataset.id,
      purpose: 'read',
      now: clock.now(),
      country: 'US',
    });
  expect(JSON.stringify(await decide())).toContain('is suspended');
  expect(await reasonOf(suspendAgreement(vendor, input))).toBe('conflict agreement_not_active');
  expect(await reasonOf(resumeAgreement(world.operator, input))).toBe('conflict suspended_by_other');
  expect(await reasonOf(resumeAgreement(world.sponsor, input))).toBe('not_found agreement_not_found');
  expect(await resumeAgreement(vendor, { ...input, reason: 'Nothing was found.' })).toEqual({
    status: 'active',
  });
  expect(await rowOf(dua!.id)).toMatchObject({
    suspendedByOrgId: null,
    statusReason: 'Nothing was found.',
  });
  expect(JSON.stringify(await decide())).not.toContain('is suspended');
  expect(await reasonOf(resumeAgreement(vendor, input))).toBe('conflict agreement_not_active');
  await terminateAgreement(vendor, input);
});
