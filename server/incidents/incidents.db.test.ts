import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { assetOpenings, datasets } from '#db/schema/datasets.ts';
import { incidentLetters, incidents } from '#db/schema/incidents.ts';
import { mails } from '#db/schema/notifications.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { reasonOf } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { assessIncident, closeRegistered, sendLetter } from './handle-incident.ts';
import { listConcerned, queryAccess } from './query-access.ts';
import { readRegister } from './read-register.ts';
import { registerIncident } from './register-incident.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
const words = 'Looked at with the sponsor and found as described.';
let t: TestDatabase;
let operator: OrgContext;
let owner: OrgContext;
let dataset: Awaited<ReturnType<typeof makeDataset>>;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const platform = await makeOrganisation(t.db, { kind: 'platform', clock });
  const sponsor = await makeOrganisation(t.db, { kind: 'sponsor', clock });
  operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
  owner = await makeMember(t.db, { org: sponsor, roles: ['sponsor_owner'], clock });
  const at = { orgId: sponsor.id, createdBy: owner.actor.personId };
  const project = await makeProject(t.db, at);
  dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 3 });
});
afterAll(() => t.drop());

const listed = async () => (await readRegister(operator, { after: null, limit: 100 })).items;
const register = (change: object = {}) =>
  registerIncident(operator, {
    source: 'report',
    datasetId: dataset.id,
    account: 'A report was shown with a line that should have been removed from it.',
    discoveredAt: plus(clock.now(), -HOUR),
    discovererRole: 'The privacy officer of the sponsor',
    isAgent: false,
    ...change,
  } as Parameters<typeof registerIncident>[1]);
const factors = { identifiers: words, recipient: words, acquired: words, mitigation: words };
const letter = `${words} ${words} ${words}`;

async function opened(assetId: string, personId: string, allowed = true) {
  await t.db
    .insert(assetOpenings)
    .values({ at: clock.now(), personId, assetId, allowed, groundId: 1n, country: 'US' });
}

describe('registering', () => {
  test('a question to the access log counts who opened what, when and where from, refusals apart, and is audited', async () => {
    const at = { orgId: owner.actor.orgId, createdBy: owner.actor.personId };
    const project = await makeProject(t.db, at);
    const made = await makeDataset(t.db, { ...at, projectId: project.id, cases: 3 });
    const [one, two] = made.cases;
    const [reader, other] = [newId(), newId()];
    await opened(one!.assetId, reader);
    await opened(two!.assetId, reader);
    await opened(two!.assetId, reader);
    await opened(one!.assetId, other, false);
    const ask = (change: object = {}) =>
      queryAccess(operator, {
        datasetId: made.id,
        from: plus(clock.now(), -HOUR),
        until: plus(clock.now(), HOUR),
        ...change,
      });
    const found = await ask();
    expect(found).toMatchObject({ openings: 3, refused: 1, assetCount: 2 });
    expect([...(found.assetIds ?? [])].sort()).toEqual([one!.assetId, two!.assetId].sort());
    expect(found.people).toMatchObject([
      { personId: reader, openings: 3, refused: 0, assets: 2, countries: ['US'] },
      { personId: other, openings: 0, refused: 1, assets: 0 },
    ]);
    expect(await ask({ country: 'DE' })).toMatchObject({ openings: 0, people: [] });
    expect(await ask({ until: plus(clock.now(), -HOUR / 2) })).toMatchObject({ openings: 0, refused: 0 });
    expect(
      await reasonOf(
        queryAccess(operator, { datasetId: newId(), from: plus(clock.now(), -HOUR), until: clock.now() }),
      ),
    ).toBe('not_found dataset_not_found');
    const audited = await t.db.$count(
      auditEvents,
      and(eq(auditEvents.subjectId, made.id), eq(auditEvents.action, 'incidents.access_queried')),
    );
    expect(audited).toBe(3);
    const { incidentId } = await register({
      source: 'audit_query',
      datasetId: made.id,
      assetIds: found.assetIds,
    });
    const row = (await listed()).find((line) => line.id === incidentId);
    expect(row).toMatchObject({
      discovererRole: 'The privacy officer of the sponsor',
      affected: { assetCount: 2, people: [{ personId: reader, openings: 3 }] },
    });
    const [concerned] = await listConcerned(operator, { words: made.id.slice(0, 0) });
    expect(concerned).toBeDefined();
    expect(await listConcerned(operator, { words: 'no data set is called so' })).toEqual([]);
    expect(
      await reasonOf(register({ discovererRole: 'jane@example.org of the clinic' }) as Promise<unknown>),
    ).toMatch(/words_identify/);
  });

  test('takes files and people from the access log, what was refused left out, of the files named alone', async () => {
    const [one, two] = dataset.cases;
    const [reader, other] = [newId(), newId()];
    await opened(one!.assetId, reader);
    await opened(one!.assetId, reader);
    await opened(one!.assetId, other, false);
    await opened(two!.assetId, other);
    const named = await register({ assetIds: [one!.assetId] });
    const whole = await register({ source: 'audit_query' });
    const rows = await listed();
    const of = (id: string) => rows.find((row) => row.id === id)!;
    expect(of(named.incidentId).affected).toMatchObject({
      assetCount: 1,
      people: [{ personId: reader, openings: 2, countries: ['US'] }],
    });
    expect(of(whole.incidentId).affected).toMatchObject({ assetCount: 3 });
    expect(
      of(whole.incidentId)
        .affected.people.map((one) => one.personId)
        .sort(),
    ).toEqual([reader, other].sort());
    expect(of(named.incidentId)).toMatchObject({
      contractDueAt: plus(clock.now(), 47 * HOUR),
      authorityDueAt: null,
      isOverdue: false,
      draft: { kind: 'first_notice' },
    });
  });

  test('data of people in the EEA has its 72 hours', async () => {
    await t.db.update(datasets).set({ subjectRegion: 'FR' }).where(eq(datasets.id, dataset.id));
    const { incidentId } = await register();
    await t.db.update(datasets).set({ subjectRegion: null }).where(eq(datasets.id, dataset.id));
    const [row] = await t.db.select().from(incidents).where(eq(incidents.id, incidentId));
    expect(row).toMatchObject({ isEuPersonal: true, authorityDueAt: plus(clock.now(), 71 * HOUR) });
  });

  test('not in the future, not with files of another data set, not with identifiers, not of a report there is none of', async () => {
    expect(await reasonOf(register({ discoveredAt: plus(clock.now(), HOUR) }))).toBe(
      'invalid discovered_later',
    );
    expect(await reasonOf(register({ assetIds: [newId()] }))).toBe('invalid assets_unknown');
    expect(await reasonOf(register({ datasetId: newId() }))).toBe('not_found dataset_not_found');
    expect(
      await reasonOf(register({ account: 'The report names a patient, MRN 123456, in its third line.' })),
    ).toBe('invalid words_identify');
    const unknown = { source: 'phi_seen', batchId: newId(), flagId: newId() };
    expect(await reasonOf(register(unknown))).toBe('not_found report_not_found');
  });
});

test('from assessment over the notice to closure: nothing is closed before, and nothing changes after', async () => {
  const at = await register();
  const close = { ...at, correctiveAction: words, correctedOn: '2026-11-21' };
  expect(await reasonOf(closeRegistered(operator, close))).toBe('precondition incident_not_ready');
  const stale = { ...operator, actor: { ...operator.actor, reauthenticatedAt: null } };
  const decide = { ...at, factors, decision: 'breach' as const, reason: words };
  expect(await reasonOf(assessIncident(stale, decide))).toBe('precondition reauthentication_required');
  await assessIncident(operator, decide);
  expect(await reasonOf(closeRegistered(operator, close))).toBe('precondition incident_not_ready');
  expect(
    await reasonOf(sendLetter(operator, { ...at, kind: 'breach_notice', body: `${letter} MRN 123456` })),
  ).toBe('invalid words_identify');
  const sent = await sendLetter(operator, { ...at, kind: 'breach_notice', body: letter });
  expect(sent.recipientCount).toBe(1);
  const kept = await t.db.select().from(incidentLetters).where(eq(incidentLetters.id, sent.letterId));
  expect(kept).toMatchObject([{ recipients: [owner.actor.personId], body: letter }]);
  expect(await t.db.$count(mails, eq(mails.body, `${letter}\n`))).toBe(1);
  expect(await reasonOf(closeRegistered(operator, { ...close, correctedOn: '2026-11-22' }))).toBe(
    'invalid corrected_later',
  );
  await closeRegistered(operator, close);
  expect(await reasonOf(assessIncident(operator, decide))).toBe('conflict incident_closed');
  const row = (await listed()).find((one) => one.id === at.incidentId);
  expect(row).toMatchObject({ status: 'closed', nextDueAt: null, draft: { kind: 'closing' } });
});
