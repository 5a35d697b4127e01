import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { credentials } from '#db/schema/credentials.ts';
import { users } from '#db/schema/identity.ts';
import { npiChecks, screeningHits, screeningRuns } from '#db/schema/registers.ts';
import { slotReleases, slots } from '#db/schema/work.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import {
  LEIE_HEADER,
  leieRow,
  NPPES_HEADER,
  nppesRow,
  registerFile,
} from '#db/seed/factories/register-files.ts';
import {
  reasonOf as answerOf,
  makeSigningWorld,
  type SigningWorld,
} from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { decideAccess } from '#server/agreements/decide-access.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { claimCredential } from '#server/credentials/claim-credential.ts';
import { setPrivateDetails } from '#server/identity/private-details.ts';
import { checkNpisOfPerson, lastNpiChecks } from './check-npi.ts';
import { answerExclusion, decideHits } from './decide-hits.ts';
import { forgetScreened } from './forget-screened.ts';
import { importRegister } from './import-register.ts';
import { objectToExclusion } from './object-to-exclusion.ts';
import { importedLookup } from './provider-lookup.ts';
import { activeExclusion, readOwnScreening, readRegisters, readScreeningDesk } from './reads.ts';
import { rescreenWhenDue, screenEverybody, screenPerson } from './screen-people.ts';

const clock = manualClock('2026-09-01T12:00:00Z');
let t: TestDatabase;
let world: SigningWorld;
let reader: OrgContext;
let operator: OrgContext;
let second: OrgContext;
let folder: string;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  folder = mkdtempSync(path.join(tmpdir(), 'readroom-screening-'));
  world = await makeSigningWorld(t.db, clock);
  const vendor = { id: world.vendor.actor.orgId, kind: 'vendor' as const, verified: true };
  const person = await makePerson(t.db, { name: 'Zebulon Quackenbush', clock });
  reader = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'], person, clock });
  const platform = { id: world.operator.actor.orgId, kind: 'platform' as const, verified: true };
  operator = world.operator;
  second = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await t.drop();
});

const job = () => systemContext({ db: t.db, clock, name: 'registers', requestId: newId() });
const reasonOf = async (run: Promise<unknown>) =>
  String(await answerOf(run))
    .split(' ')
    .at(-1);
let files = 0;
async function importList(rows: Readonly<Record<string, string>>[], acceptShrunk = 'a test list') {
  files += 1;
  const file = path.join(folder, `leie${files}.csv`);
  writeFileSync(file, registerFile(LEIE_HEADER, rows.map(leieRow)));
  return importRegister(
    { ctx: job(), sql: t.sql },
    { source: 'leie', mode: 'full', file, asOf: '2026-08-01', acceptShrunk },
  );
}
const hitsOf = (personId: string) =>
  t.db
    .select()
    .from(screeningHits)
    .where(eq(screeningHits.personId, personId))
    .orderBy(screeningHits.openedAt);
const quack = { LASTNAME: 'QUACKENBUSH', FIRSTNAME: 'ZEBULON', DOB: '19600314' };
const smiths = Array.from({ length: 30 }, (_, i) => ({
  LASTNAME: 'SMITH',
  FIRSTNAME: 'JOHN',
  MIDNAME: String.fromCharCode(65 + (i % 26)),
  DOB: `19${40 + i}0101`,
  ADDRESS: `${i} HIGH STREET`,
}));

describe('screening everybody', () => {
  it('asks for it in the transaction that makes a new list current; records files, people and hits; excludes nobody', async () => {
    expect(await screenEverybody(job(), { cause: 'operator' })).toBeNull();
    const list = await importList([quack, ...smiths]);
    const queued =
      await t.sql`select 1 from graphile_worker.jobs where task_identifier = 'registers.screen-everybody'`;
    expect(queued).toHaveLength(1);
    const runId = await screenEverybody(job(), { cause: 'list_imported' });
    const [run] = await t.db
      .select()
      .from(screeningRuns)
      .where(eq(screeningRuns.id, runId ?? ''));
    const people = await t.db.$count(users);
    expect(run).toMatchObject({ status: 'done', cause: 'list_imported', peopleScreened: people, hitsNew: 1 });
    expect(run?.lists).toEqual([
      expect.objectContaining({ source: 'leie', fileSha256: list.fileSha256, rows: 31 }),
    ]);
    const [hit] = await hitsOf(reader.actor.personId);
    expect(hit).toMatchObject({ status: 'open', basis: 'name', source: 'leie' });
    expect(await activeExclusion(t.db, reader.actor.personId)).toBeNull();
    // A second run finds the same and asks nothing new.
    const again = await screenEverybody(job(), { cause: 'operator' });
    const [second] = await t.db
      .select()
      .from(screeningRuns)
      .where(eq(screeningRuns.id, again ?? ''));
    expect(second).toMatchObject({ hitsNew: 0, hitsKnown: 1 });
    expect(await hitsOf(reader.actor.personId)).toHaveLength(1);
  });

  it('handles a common name: a birth date sets most aside, without one all are shown, ordered', async () => {
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const smith = await makePerson(t.db, { name: 'John Smith', clock });
    const ctx = await makeMember(t.db, { org, roles: ['vendor_annotator'], person: smith, clock });
    await screenPerson(job(), { personId: smith.personId, cause: 'operator' });
    expect((await hitsOf(smith.personId)).filter((hit) => hit.status === 'open')).toHaveLength(30);
    await setPrivateDetails(ctx, {
      legalGivenName: 'John C',
      legalFamilyName: 'Smith',
      formerFamilyName: '',
      birthDate: '1942-01-01',
    });
    const runId = await screenPerson(job(), { personId: smith.personId, cause: 'person_changed' });
    const open = (await hitsOf(smith.personId)).filter((hit) => hit.status === 'open');
    expect(open.map((hit) => hit.basis)).toContain('name_birth_date');
    // What is near the birth date (another last digit, 1952, 1962) is for a human; the others of a common name are set aside.
    expect(open).toHaveLength(12);
    const [run] = await t.db
      .select()
      .from(screeningRuns)
      .where(eq(screeningRuns.id, runId ?? ''));
    expect(run).toMatchObject({ peopleScreened: 1, hitsNew: 12, setAside: 18, personId: smith.personId });
    const desk = await readScreeningDesk(t.db, { personId: smith.personId });
    expect(desk.next?.person).toMatchObject({ birthDate: '1942-01-01', legalName: 'John C Smith' });
    expect(desk.next?.hits[0]).toMatchObject({ basis: 'name_birth_date' });
    // All at once, with one reason.
    await decideHits(operator, {
      hitIds: open.map((hit) => hit.id),
      decision: 'not_same',
      reason: 'Compared by SSN at the OIG site: none.',
    });
    expect((await hitsOf(smith.personId)).filter((hit) => hit.status === 'open')).toHaveLength(0);
    await screenPerson(job(), { personId: smith.personId, cause: 'operator' });
    expect((await hitsOf(smith.personId)).filter((hit) => hit.status === 'open')).toHaveLength(0);
  });

  it('goes on where it was cut, with several processes at once', async () => {
    const [before] = await t.admin`select max(id::text) as id from screening_runs`;
    await Promise.all([1, 2, 3].map(() => screenEverybody(job(), { cause: 'operator' })));
    const runs =
      await t.admin`select people_screened, status from screening_runs where id::text > ${before?.id} and person_id is null`;
    expect(runs.every((run) => run.status === 'done')).toBe(true);
    const people = await t.db.$count(users);
    for (const run of runs) expect(run.people_screened).toBe(people);
  });

  it('screens everybody monthly', async () => {
    expect(await rescreenWhenDue(job())).toBeNull();
    const later = manualClock(clock.now());
    later.advance(31 * DAY);
    const monthly = await rescreenWhenDue({ ...job(), clock: later });
    const [run] = await t.db
      .select()
      .from(screeningRuns)
      .where(eq(screeningRuns.id, monthly ?? ''));
    expect(run?.cause).toBe('monthly');
  });
});

describe('deciding on a hit', () => {
  it('is for an operator about somebody else, once, with evidence for yes', async () => {
    const [hit] = await hitsOf(reader.actor.personId);
    const input = {
      hitIds: [hit?.id ?? ''],
      decision: 'confirmed' as const,
      reason: 'SSN is the same at the OIG site.',
    };
    expect(await reasonOf(decideHits(operator, input))).toBe('hit_evidence_missing');
    expect(
      await reasonOf(
        decideHits({ ...operator, actor: { ...operator.actor, personId: reader.actor.personId } }, input),
      ),
    ).toBe('hit_own');
    expect(await reasonOf(decideHits(operator, { ...input, hitIds: [newId()] }))).toBe('hit_not_found');
  });

  it('confirmed, closes the gate and takes the leases back at once; the person is told and objects; another operator answers', async () => {
    const at = {
      orgId: world.sponsor.actor.orgId,
      createdBy: world.sponsor.actor.personId,
      dataClass: 'synthetic' as const,
      clock,
    };
    const project = await makeProject(t.db, at);
    const dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 1 });
    const lease = await makeLease(t.db, {
      projectId: project.id,
      datasetId: dataset.id,
      dataClass: 'synthetic',
      caseId: dataset.cases[0]!.id,
      personId: reader.actor.personId,
      viaOrgId: world.vendor.actor.orgId,
      createdBy: at.createdBy,
      clock,
    });
    const question = {
      personId: reader.actor.personId,
      viaOrgId: world.vendor.actor.orgId,
      datasetId: dataset.id,
      purpose: 'read' as const,
      now: clock.now(),
      country: 'US',
    };
    const codes = async () => {
      const decision = await decideAccess(t.db, question);
      return decision.allowed ? [] : decision.reasons.map((reason) => reason.code);
    };
    expect(await codes()).not.toContain('gate.excluded');
    const [hit] = await hitsOf(reader.actor.personId);
    const hitId = hit?.id ?? '';
    const yes = {
      hitIds: [hitId],
      decision: 'confirmed' as const,
      reason: 'SSN is the same at the OIG site.',
      evidence: 'OIG verification 2026-09-01',
    };
    // Pressed twice at once: one stands, the other is told so.
    const both = await Promise.all([
      reasonOf(decideHits(operator, yes)),
      reasonOf(decideHits(operator, yes)),
    ]);
    expect(both.filter((reason) => reason === 'hit_decided')).toHaveLength(1);
    expect(await activeExclusion(t.db, reader.actor.personId)).toEqual({ hitId });

    expect(await codes()).toContain('gate.excluded');
    // The lease is gone and remembered: the slot is open again for others, not for this person.
    expect(await t.db.select().from(slots).where(eq(slots.leaseId, lease.leaseId))).toEqual([]);
    const [taken] = await t.db.select().from(slotReleases).where(eq(slotReleases.leaseId, lease.leaseId));
    expect(taken).toMatchObject({ annotatorId: reader.actor.personId, cause: 'revoked' });
    const mails = await t.admin`select body from mails where subject = 'Your reading on Readroom is on hold'`;
    expect(mails).toHaveLength(1);

    expect(
      await reasonOf(answerExclusion(second, { hitId, decision: 'upheld', reason: 'Nothing new was said.' })),
    ).toBe('objection_missing');
    expect(
      await reasonOf(objectToExclusion(operator, { hitId, statement: 'This is not about me at all.' })),
    ).toBe('hit_not_found');
    await objectToExclusion(reader, {
      hitId,
      statement: 'I am another Zebulon; my licence was never suspended.',
    });
    expect(
      await reasonOf(objectToExclusion(reader, { hitId, statement: 'And again, because I am in haste.' })),
    ).toBe('objection_open');
    expect((await readScreeningDesk(t.db, {})).confirmed[0]).toMatchObject({ isObjectedTo: true });
    expect(
      await reasonOf(
        answerExclusion(operator, { hitId, decision: 'upheld', reason: 'Nothing new was said.' }),
      ),
    ).toBe('objection_own_decision');
    await answerExclusion(second, { hitId, decision: 'upheld', reason: 'The OIG confirms it by SSN.' });
    const own = await readOwnScreening(t.db, reader.actor.personId);
    expect(own.exclusions[0]).toMatchObject({
      reason: yes.reason,
      objection: { answer: 'The OIG confirms it by SSN.' },
    });

    // Whatever they say of themselves now, and whoever else screens: confirmed stays confirmed, and is not asked again.
    await setPrivateDetails(reader, {
      legalGivenName: '',
      legalFamilyName: '',
      formerFamilyName: '',
      birthDate: '1999-01-01',
    });
    await screenPerson(job(), { personId: reader.actor.personId, cause: 'person_changed' });
    expect((await hitsOf(reader.actor.personId)).filter((one) => one.status === 'open')).toHaveLength(0);

    // The record has gone from the list: shown to the operators, lifted by one of them, and work is open again.
    await importList(smiths);
    await screenEverybody(job(), { cause: 'list_imported' });
    expect((await readScreeningDesk(t.db, {})).confirmed[0]?.hit.isListed).toBe(false);
    expect(await codes()).toContain('gate.excluded');
    await answerExclusion(operator, {
      hitId,
      decision: 'lifted',
      reason: 'Reinstated; gone from the list of August.',
    });
    expect(await codes()).not.toContain('gate.excluded');
  });

  it('asks again when the record changes', async () => {
    await setPrivateDetails(reader, {
      legalGivenName: '',
      legalFamilyName: '',
      formerFamilyName: '',
      birthDate: '',
    });
    await importList([{ ...quack, ADDRESS: '1 NEW STREET' }, ...smiths]);
    await screenEverybody(job(), { cause: 'list_imported' });
    expect((await hitsOf(reader.actor.personId)).map((hit) => hit.status)).toEqual(['lifted']);
    await importList([{ ...quack, CITY: 'DAYTON' }, ...smiths]);
    await screenEverybody(job(), { cause: 'list_imported' });
    expect((await hitsOf(reader.actor.personId)).map((hit) => hit.status)).toEqual(['lifted', 'open']);
    await importList(smiths);
    await screenEverybody(job(), { cause: 'list_imported' });
    expect((await hitsOf(reader.actor.personId)).map((hit) => hit.status)).toEqual(['lifted', 'superseded']);
  });

  it('keeps decisions unchangeable for the app', async () => {
    await expect(t.sql`update screening_decisions set reason = 'x'`).rejects.toThrow(/permission denied/);
    await expect(t.sql`delete from screening_decisions`).rejects.toThrow(/permission denied/);
  });
});

describe('the NPI check', () => {
  it('runs when an NPI is claimed, names another holder as a proposal, moves nothing, and goes with the account', async () => {
    const file = path.join(folder, 'nppes.csv');
    const rows = [
      nppesRow({
        NPI: '1234567893',
        'Provider Last Name (Legal Name)': 'JONES',
        'Provider First Name': 'PAUL',
      }),
      nppesRow({
        NPI: '1987654328',
        'Provider Last Name (Legal Name)': 'QUACKENBUSH',
        'Provider First Name': 'ZEBULON',
      }),
    ];
    writeFileSync(file, registerFile(NPPES_HEADER, rows));
    const { personId } = reader.actor;
    const claim = { kind: 'npi' as const, title: 'NPI', issuer: 'NPPES', identifier: '1234567893' };
    const { id } = await claimCredential(reader, claim);
    const queued =
      await t.sql`select key from graphile_worker.jobs where key = ${`registers.look-at-person:${personId}`}`;
    expect(queued).toHaveLength(1);

    await checkNpisOfPerson(job(), { personId }, importedLookup(t.db));
    expect((await lastNpiChecks(t.db, [id])).get(id)).toMatchObject({ outcome: 'unknown', source: 'none' });
    await importRegister(
      { ctx: job(), sql: t.sql },
      { source: 'nppes', mode: 'full', file, asOf: '2026-08-09' },
    );
    expect(await checkNpisOfPerson(job(), { personId }, importedLookup(t.db))).toBe(1);
    const check = (await lastNpiChecks(t.db, [id])).get(id);
    expect(check).toMatchObject({ outcome: 'differs', source: 'NPPES file', sourceAsOf: '2026-08-09' });
    expect(check?.elements.find((one) => one.element === 'name')).toMatchObject({
      result: 'differ',
      found: 'PAUL JONES',
    });
    // The same file says the same: kept once.
    expect(await checkNpisOfPerson(job(), { personId }, importedLookup(t.db))).toBe(0);
    const [credential] = await t.admin`select status, level from credentials where id = ${id}`;
    expect(credential).toEqual({ status: 'claimed', level: 'self_claimed' });

    await t.db.transaction((db) => forgetScreened({ db } as Parameters<typeof forgetScreened>[0], personId));
    expect(await t.db.select().from(npiChecks).where(eq(npiChecks.personId, personId))).toEqual([
      expect.objectContaining({ elements: [] }),
      expect.objectContaining({ elements: [] }),
    ]);
    expect((await hitsOf(personId)).every((hit) => hit.personVersion.startsWith('erased '))).toBe(true);
  });

  it('is borrowed from nobody: a number in somebody else’s wallet counts for nothing until an operator has looked', async () => {
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const other = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
    await makeCredential(t.db, {
      personId: other.actor.personId,
      kind: 'medical_licence',
      identifier: '35012345',
      clock,
    });
    const licence = {
      kind: 'medical_licence' as const,
      title: 'Licence',
      issuer: 'board of  EXAMPLES',
      identifier: '35-012345',
    };
    // Kept for an operator to tell the two apart (server/credentials).
    const { id } = await claimCredential(reader, licence);
    const [kept] = await t.db.select().from(credentials).where(eq(credentials.id, id));
    expect(kept).toMatchObject({ status: 'discrepancy', deskReason: 'dispute' });
    expect(
      await reasonOf(claimCredential(reader, { ...licence, identifier: '7', issuedOn: '2030-01-01' })),
    ).toBe('credential_invalid');
    expect(
      await reasonOf(claimCredential(reader, { ...licence, identifier: '7', expiresOn: '2020-01-01' })),
    ).toBe('credential_invalid');
  });
});

describe('the operator’s page of registers', () => {
  it('warns when a register is older than 35 days', async () => {
    const now = new Date('2026-09-04T00:00:00Z');
    expect((await readRegisters(t.db, now)).find((one) => one.source === 'leie')).toMatchObject({
      ageDays: 34,
      isOld: false,
    });
    expect(
      (await readRegisters(t.db, new Date('2026-09-06T00:00:00Z'))).find((one) => one.source === 'leie'),
    ).toMatchObject({ ageDays: 36, isOld: true });
    expect((await readRegisters(t.db, now)).find((one) => one.source === 'sam')).toMatchObject({
      current: null,
      ageDays: null,
      isOld: false,
    });
  });
});
