import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { caseFlags } from '#db/schema/work-trouble.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeAlert } from '#db/seed/factories/alerts.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR, manualClock, plus } from '#server/core/clock.ts';
import { findLatestProtocol } from '#server/protocols/reads.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { answerFlag } from './answer-flag.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeIncident } from './close-incident.ts';
import { clarifyAlert, dismissAlert } from './decide-alert.ts';
import { raiseEdgeCases } from './escalate-case.ts';
import { flagCase } from './flag-case.ts';
import { flagListView } from './inbox-schemas.ts';
import { viewAlerts, viewFlags, viewIncidents } from './inbox-views.ts';
import { remindOfFlags } from './remind-of-flags.ts';
import { submitLabel } from './submit-label.ts';
import { MOST_FLAGS_PER_HOUR } from './trouble-rules.ts';
import { viewImpact } from './trouble-views.ts';

describe('what many readers say about a case (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 1 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const ofProject = () => ({ projectId: scene.project.id });
  async function leaseOf(who: OrgContext, batchId: string): Promise<string | undefined> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    return leases[0]?.leaseId;
  }
  async function read(who: OrgContext, batchId: string, grade: string): Promise<void> {
    const leaseId = (await leaseOf(who, batchId))!;
    await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 1000 });
  }
  async function ask(who: OrgContext, batchId: string): Promise<string> {
    const leaseId = (await leaseOf(who, batchId))!;
    const { flagId } = await flagCase(who, { batchId, leaseId, kind: 'ask', note: 'Which grade is a mix?' });
    return flagId;
  }
  const taskOf = async (batchId: string) => {
    const [row] = await t.db.execute<{ status: string; id: string }>(
      sql`select id, status from tasks where batch_id = ${batchId}`,
    );
    return row!;
  };
  const alertsOf = async (batchId: string) =>
    (await viewAlerts(scene.sponsor, ofProject())).items.filter((alert) => alert.batchId === batchId);

  test('who must answer is reminded when it is about to be due and when it is overdue, once each; what was answered is left alone', async () => {
    const own = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    const lead = await makeMember(t.db, { org: own.sponsorOrg, roles: ['clinical_lead'], clock: own.clock });
    const batchId = await makeBatch(own, { overlap: 3 });
    const [one, two] = await makeReaders(own, batchId, 2);
    const open = await ask(one!, batchId);
    const answered = await ask(two!, batchId);
    await answerFlag(own.sponsor, { batchId, flagId: answered, note: 'The higher one.' });
    const [row] = await t.db.select().from(caseFlags).where(eq(caseFlags.id, open));
    const told = async () => {
      const rows = await t.db
        .select()
        .from(notifications)
        .where(eq(notifications.personId, lead.actor.personId));
      return rows
        .filter((note) => /case_flag\.(due|overdue)/.test(note.kind))
        .map((note) => `${note.kind} ${(note.detail as { flagId: string }).flagId}`)
        .sort();
    };
    const toldAt = async (at: Date) => {
      const job = systemContext({ db: t.db, clock: manualClock(at), name: 'test', requestId: randomUUID() });
      await Promise.all([remindOfFlags(job), remindOfFlags(job)]);
      await remindOfFlags(job);
      return told();
    };
    const dueAt = row!.dueAt!;
    expect(await toldAt(plus(dueAt, -5 * HOUR))).toEqual([]);
    expect(await toldAt(plus(dueAt, -HOUR))).toEqual([`case_flag.due ${open}`]);
    expect(await toldAt(plus(dueAt, HOUR))).toEqual([`case_flag.due ${open}`, `case_flag.overdue ${open}`]);
    expect(await toldAt(plus(dueAt, 48 * HOUR))).toHaveLength(2);
    const reader = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, one!.actor.personId));
    expect(reader.filter((note) => note.kind.includes('due'))).toEqual([]);
  });

  test('three who ask make an edge case; one is enough when the reads differ besides', async () => {
    const asked = await makeBatch(scene, { overlap: 4 });
    const people = await makeReaders(scene, asked, 4);
    await ask(people[0]!, asked);
    await ask(people[1]!, asked);
    expect(await alertsOf(asked)).toEqual([]);
    await ask(people[2]!, asked);
    const [alert] = await alertsOf(asked);
    expect(alert).toMatchObject({
      kind: 'edge_case',
      status: 'open',
      reasons: { ask: 3 },
      isDisputed: false,
    });
    expect(alert!.dueAt!.getTime() - scene.clock.now().getTime()).toBe(72 * HOUR);
    expect(JSON.stringify(alert)).not.toContain(people[0]!.actor.personId);
    await ask(people[3]!, asked);
    expect(await alertsOf(asked)).toHaveLength(1);

    const disputed = await makeBatch(scene, { overlap: 3 });
    const others = await makeReaders(scene, disputed, 3);
    await ask(others[0]!, disputed);
    await read(others[1]!, disputed, '1');
    await read(others[2]!, disputed, '3');
    expect(await raiseEdgeCases(system())).toBe(0);
    await tallyLabels(system(), { batchId: disputed });
    expect(await raiseEdgeCases(system())).toBe(1);
    expect(await raiseEdgeCases(system())).toBe(0);
    expect(await alertsOf(disputed)).toMatchObject([{ kind: 'edge_case', isDisputed: true }]);
  });

  test('an edge case becomes an example in the next protocol version, with what it touches; deciding twice is refused', async () => {
    const batchId = await makeBatch(scene, { overlap: 4 });
    for (const who of await makeReaders(scene, batchId, 3)) await ask(who, batchId);
    const [alert] = await alertsOf(batchId);
    const at = { batchId, alertId: alert!.alertId };
    const impact = await viewImpact(scene.sponsor, { batchId });
    const [raw] = await t.db.execute<{ n: number }>(sql`select count(*)::int as n from labels l
      join batches b on b.id = l.batch_id where b.project_id = ${scene.project.id}`);
    expect(impact.labels).toBe(raw!.n);
    // What of it is read again: relabel-parts.db.test.ts.
    expect(impact.relabel.map((one) => one.scope)).toEqual(['all', 'disputed', 'none']);
    const edgeCase = { title: 'A mix of grades', description: 'Give the higher one.' };
    const made = await clarifyAlert(scene.sponsor, { ...at, edgeCase, changeClass: 'clarifying' });
    expect(made.version).toBe(2);
    expect(await findLatestProtocol(t.db, scene.project.id)).toMatchObject({
      id: made.protocolVersionId,
      status: 'draft',
      changeClass: 'clarifying',
      edgeCases: [edgeCase],
    });
    expect(await alertsOf(batchId)).toMatchObject([
      { status: 'clarifying', change: { version: 2, isSigned: false, scope: 'disputed' } },
    ]);
    await expect(dismissAlert(scene.sponsor, { ...at, note: 'No.' })).rejects.toMatchObject({
      reason: 'alert_decided',
    });
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['clinical_lead'],
    });
    await expect(dismissAlert(stranger, { ...at, note: 'No.' })).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('the incident desk ends an incident once: a false alarm opens the case again, a confirmed one never', async () => {
    const platform = await makePlatform(t.db, scene.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
    const batchId = await makeBatch(scene, { overlap: 3 });
    const [first, second, third] = await makeReaders(scene, batchId, 3);
    const report = async (who: OrgContext) =>
      (
        await flagCase(who, {
          batchId,
          leaseId: (await leaseOf(who, batchId))!,
          kind: 'phi_seen',
          note: 'A name at the top left.',
        })
      ).flagId;
    const flagId = await report(first!);
    expect((await taskOf(batchId)).status).toBe('unusable');
    expect(await leaseOf(second!, batchId)).toBeUndefined();
    const [incident] = (await viewIncidents(operator)).items;
    expect(incident).toMatchObject({ flagId, outcome: null, isOverdue: false });
    expect(incident!.dueAt!.getTime() - scene.clock.now().getTime()).toBe(4 * HOUR);
    const close = { batchId, flagId, note: 'It was the name of the device.' };
    const twice = await Promise.allSettled(
      [1, 2].map(() => closeIncident(operator, { ...close, outcome: 'false_alarm' })),
    );
    expect(twice.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await taskOf(batchId)).status).toBe('open');
    const again = await report(second!);
    await closeIncident(operator, { ...close, flagId: again, outcome: 'confirmed' });
    expect((await taskOf(batchId)).status).toBe('unusable');
    expect(await leaseOf(third!, batchId)).toBeUndefined();
    await expect(
      closeIncident(operator, { ...close, flagId: randomUUID(), outcome: 'confirmed' }),
    ).rejects.toMatchObject({ reason: 'flag_not_found' });
    await t.db.execute(sql`update assets set quarantined_at = null`);
  });

  test('each thing said has its desk and its due time, a question that of the policy; the incident desk’s is nobody else’s', async () => {
    const { qualityPolicy } = scene.project;
    const own = await makeWorkScene(t.db, {
      cases: 4,
      project: {
        qualityPolicy: { ...qualityPolicy, trouble: { ...qualityPolicy.trouble, answerHours: 12 } },
      },
    });
    const batchId = await makeBatch(own, { overlap: 1 });
    const [who] = await makeReaders(own, batchId, 1);
    for (const kind of ['technical', 'ask', 'incidental_finding', 'phi_seen'] as const) {
      const leaseId = (await leaseOf(who!, batchId))!;
      const { dueAt } = await flagCase(who!, { batchId, leaseId, kind, note: 'Look.' });
      const hours = { ask: 12, phi_seen: 4, incidental_finding: 24, technical: 48 }[kind];
      expect(dueAt.getTime() - own.clock.now().getTime()).toBe(hours * HOUR);
    }
    const { items: listed } = flagListView.parse(await viewFlags(own.sponsor, { projectId: own.project.id }));
    // Soonest due first, and who must act.
    expect(listed.map((one) => [one.kind, one.desk, one.isOverdue])).toEqual([
      ['phi_seen', 'operator', false],
      ['ask', 'clinical_lead', false],
      ['incidental_finding', 'clinical_lead', false],
      ['technical', 'data', false],
    ]);
    const reply = (kind: string) => ({
      batchId,
      flagId: listed.find((one) => one.kind === kind)!.flagId,
      note: 'The lower one.',
    });
    await expect(answerFlag(own.sponsor, reply('phi_seen'))).rejects.toMatchObject({
      reason: 'not_your_desk',
    });
    await answerFlag(own.sponsor, reply('ask'));
    own.clock.advance(25 * HOUR);
    const { items: later } = await viewFlags(own.sponsor, { projectId: own.project.id });
    expect(later.map((one) => [one.kind, one.isOverdue, one.reply])).toEqual([
      ['phi_seen', true, null],
      ['incidental_finding', true, null],
      ['technical', false, null],
      ['ask', false, 'The lower one.'],
    ]);
    await t.db.execute(sql`update assets set quarantined_at = null`);
  });

  test('what is for the clinical lead is answered and decided by nobody else, and waits until then', async () => {
    const own = await makeWorkScene(t.db, { cases: 3, clock: scene.clock });
    const { sponsorOrg: org, clock } = own;
    const manager = await makeMember(t.db, { org, roles: ['sponsor_owner', 'project_manager'], clock });
    const lead = await makeMember(t.db, { org, roles: ['clinical_lead'], clock });
    const batchId = await makeBatch(own, { overlap: 1 });
    const [who] = await makeReaders(own, batchId, 1);
    const said = async (kind: 'ask' | 'incidental_finding' | 'technical') => {
      const leaseId = (await leaseOf(who!, batchId))!;
      return (await flagCase(who!, { batchId, leaseId, kind, note: 'Look.' })).flagId;
    };
    const [ask, finding, broken] = [
      await said('ask'),
      await said('incidental_finding'),
      await said('technical'),
    ];
    const answer = (by: OrgContext, flagId: string) => answerFlag(by, { batchId, flagId, note: 'Seen.' });
    const refused = { kind: 'forbidden', reason: 'not_your_desk' };
    for (const flagId of [ask, finding]) await expect(answer(manager, flagId)).rejects.toMatchObject(refused);
    await expect(answer(lead, broken)).rejects.toMatchObject(refused);
    const waiting = async () =>
      (await viewFlags(manager, { projectId: own.project.id })).items.filter((one) => one.reply === null);
    expect(await waiting()).toHaveLength(3);
    const alert = await makeAlert(t.db, { batchId, now: clock.now() });
    await expect(dismissAlert(manager, { ...alert, note: 'No.' })).rejects.toMatchObject(refused);
    const edgeCase = { title: 'A mix', description: 'The higher one.' };
    await expect(
      clarifyAlert(manager, { ...alert, edgeCase, changeClass: 'editorial' }),
    ).rejects.toMatchObject(refused);
    expect(await findLatestProtocol(t.db, own.project.id)).toMatchObject({ version: 1 });
    for (const flagId of [ask, finding]) await answer(lead, flagId);
    await answer(manager, broken);
    expect(await waiting()).toEqual([]);
    await dismissAlert(lead, { ...alert, note: 'The guideline says it.' });
  });

  test('a flood of questions is refused with what to do, a report of protected information never is', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const leaseId = (await leaseOf(who!, batchId))!;
    const say = (kind: 'ask' | 'technical' | 'phi_seen') =>
      flagCase(who!, { batchId, leaseId, kind, note: 'Again.' });
    for (let i = 0; i < MOST_FLAGS_PER_HOUR; i += 1) await say('technical');
    await expect(say('ask')).rejects.toMatchObject({ kind: 'limit', reason: 'flags_too_many' });
    await say('phi_seen');
    await t.db.execute(sql`update assets set quarantined_at = null`);
  });
});
