import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { caseAlerts } from '#db/schema/work-trouble.ts';
import { makeAlert } from '#db/seed/factories/alerts.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR, manualClock, plus } from '#server/core/clock.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { findLatestProtocol } from '#server/protocols/reads.ts';
import { answerFlag } from './answer-flag.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { clarifyFlag } from './clarify-flag.ts';
import { clarifyAlert, dismissAlert } from './decide-alert.ts';
import { flagCase } from './flag-case.ts';
import { viewAlerts, viewFlags } from './inbox-views.ts';
import { remindOfFlags } from './remind-of-flags.ts';

describe('what readers say about cases (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  test('waits for the sponsor with its case and without a name, soonest due first, until it is answered', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const { leases } = await claimNextTasks(reader!, { batchId, tier: 'label', limit: 2 });
    await flagCase(reader!, {
      batchId,
      leaseId: leases[0]!.leaseId,
      kind: 'ask',
      note: 'Which grade is a mix?',
    });
    await flagCase(reader!, {
      batchId,
      leaseId: leases[1]!.leaseId,
      kind: 'incidental_finding',
      note: 'A second lesion.',
    });
    const projectId = scene.project.id;
    const asked = (await viewFlags(scene.sponsor, { projectId })).items;
    expect(asked.map((flag) => flag.kind)).toEqual(['incidental_finding', 'ask']);
    const externalIds = scene.dataset.cases.map((one) => one.externalId);
    for (const flag of asked) {
      expect(externalIds).toContain(flag.case.externalId);
      expect(Object.keys(flag.case).toSorted()).toEqual(['caseId', 'datasetId', 'externalId']);
    }
    expect(JSON.stringify(asked)).not.toContain(reader!.actor.personId);
    const questions = async () =>
      (await viewNeeds(scene.sponsor)).needs.filter((need) => need.id.endsWith('.questions'));
    expect(await questions()).toMatchObject([
      {
        title: expect.stringMatching(/^Answer 2 questions/),
        href: `/sponsor/projects/${projectId}/questions`,
      },
    ]);
    for (const flag of asked)
      await answerFlag(scene.sponsor, { batchId, flagId: flag.flagId, note: 'The higher.' });
    expect(await questions()).toEqual([]);
    expect((await viewFlags(scene.sponsor, { projectId })).items.map((flag) => flag.reply)).toEqual([
      'The higher.',
      'The higher.',
    ]);
  });

  test('each desk is told what it must answer or decide, what is overdue of it, and nothing that is another’s', async () => {
    const own = await makeWorkScene(t.db, { cases: 4, clock: manualClock('2026-11-02T09:00:00Z') });
    const { sponsorOrg: org, clock } = own;
    const manager = await makeMember(t.db, { org, roles: ['project_manager'], clock });
    const lead = await makeMember(t.db, { org, roles: ['clinical_lead'], clock });
    const batchId = await makeBatch(own, { overlap: 1 });
    const [reader] = await makeReaders(own, batchId, 1);
    const { leases } = await claimNextTasks(reader!, { batchId, tier: 'label', limit: 1 });
    for (const kind of ['technical', 'ask', 'incidental_finding', 'phi_seen'] as const)
      await flagCase(reader!, { batchId, leaseId: leases[0]!.leaseId, kind, note: 'Look.' });
    const { alertId } = await makeAlert(t.db, { batchId, now: clock.now() });
    const dueAt = plus(clock.now(), 72 * HOUR);
    await t.db.update(caseAlerts).set({ dueAt }).where(eq(caseAlerts.id, alertId));
    const needsOf = async (who: OrgContext) =>
      (await viewNeeds(who)).needs.flatMap((need) =>
        need.href.endsWith('/questions') ? [`${need.title.split(' of ')[0]}: ${need.why}`] : [],
      );
    // The incident waits for the operator, and the sponsor could not answer it.
    expect(await needsOf(manager)).toEqual([
      'Look into a technical problem: Readers could not use what they were shown.',
    ]);
    expect(await needsOf(lead)).toEqual([
      'Answer 2 questions: They go on with other cases until you have answered.',
      'Decide on an edge case: Many readers asked about the same case.',
    ]);
    clock.advance(30 * HOUR);
    expect((await needsOf(lead))[0]).toMatch(/answered\. (1 of them is|They are) overdue \(R24\)\.$/);
    const isOverdue = async () =>
      (await viewAlerts(own.sponsor, { projectId: own.project.id })).items.map((one) => one.isOverdue);
    expect(await isOverdue()).toEqual([false]);
    clock.advance(43 * HOUR);
    expect((await needsOf(lead))[1]).toMatch(/It is overdue \(R24\)\.$/);
    expect(await isOverdue()).toEqual([true]);
    await dismissAlert(lead, { batchId, alertId, note: 'The guideline says it.' });
    expect(await needsOf(lead)).toHaveLength(1);
    expect(await isOverdue()).toEqual([false]);
    await t.db.execute(sql`update assets set quarantined_at = null`);
  });

  test('an edge case is reminded of once before it is due and once after, until it is decided on', async () => {
    const own = await makeWorkScene(t.db, { cases: 2, clock: manualClock('2026-11-02T09:00:00Z') });
    const { sponsorOrg: org, clock } = own;
    const lead = await makeMember(t.db, { org, roles: ['clinical_lead'], clock });
    const manager = await makeMember(t.db, { org, roles: ['project_manager'], clock });
    const dueAt = plus(clock.now(), 72 * HOUR);
    const made = async () => {
      const alert = await makeAlert(t.db, { batchId: await makeBatch(own), now: clock.now() });
      await t.db.update(caseAlerts).set({ dueAt }).where(eq(caseAlerts.id, alert.alertId));
      return alert;
    };
    const [open, decided] = [await made(), await made()];
    await dismissAlert(lead, { ...decided, note: 'The guideline says it.' });
    const toldAt = async (who: OrgContext, at: Date) => {
      const job = systemContext({ db: t.db, clock: manualClock(at), name: 'test', requestId: randomUUID() });
      await Promise.all([remindOfFlags(job), remindOfFlags(job)]);
      const rows = await t.db
        .select()
        .from(notifications)
        .where(eq(notifications.personId, who.actor.personId));
      return rows
        .filter((note) => /^case_alert\.(due|overdue)$/.test(note.kind))
        .map((note) => `${note.kind} ${(note.detail as { alertId: string }).alertId}`)
        .sort();
    };
    const [due, overdue] = [`case_alert.due ${open.alertId}`, `case_alert.overdue ${open.alertId}`];
    expect(await toldAt(lead, plus(dueAt, -5 * HOUR))).toEqual([]);
    expect(await toldAt(lead, plus(dueAt, -HOUR))).toEqual([due]);
    expect(await toldAt(lead, plus(dueAt, HOUR))).toEqual([due, overdue]);
    expect(await toldAt(lead, plus(dueAt, 24 * HOUR))).toEqual([due, overdue]);
    expect(await toldAt(manager, plus(dueAt, 24 * HOUR))).toEqual([]);
  });

  test('the answer to one question becomes a clarification: whoever asked is told, the draft holds it, and its case proposes what to read again', async () => {
    const own = await makeWorkScene(t.db, { cases: 3 });
    const projectId = own.project.id;
    const lead = await makeMember(t.db, { org: own.sponsorOrg, roles: ['clinical_lead'], clock: own.clock });
    const manager = await makeMember(t.db, {
      org: own.sponsorOrg,
      roles: ['project_manager'],
      clock: own.clock,
    });
    const batchId = await makeBatch(own, { overlap: 2 });
    const [reader] = await makeReaders(own, batchId, 1);
    const { leases } = await claimNextTasks(reader!, { batchId, tier: 'label', limit: 2 });
    const said = async (at: number, kind: 'ask' | 'incidental_finding') => {
      const { leaseId } = leases[at]!;
      return (await flagCase(reader!, { batchId, leaseId, kind, note: 'Which grade is a mix?' })).flagId;
    };
    const [asked, answered, finding] = [
      await said(0, 'ask'),
      await said(1, 'ask'),
      await said(0, 'incidental_finding'),
    ];
    const clarify = (who: OrgContext, flagId: string, title: string) =>
      clarifyFlag(who, {
        batchId,
        flagId,
        edgeCase: { title, description: 'Give the higher one.' },
        changeClass: 'clarifying',
      });
    const ofFlag = async (flagId: string) =>
      (await viewFlags(lead, { projectId })).items.find((flag) => flag.flagId === flagId);
    await expect(clarify(manager, asked, 'A mix')).rejects.toMatchObject({ reason: 'not_your_desk' });
    await expect(clarify(lead, finding, 'A mix')).rejects.toMatchObject({ reason: 'flag_no_question' });
    expect(await findLatestProtocol(t.db, projectId)).toMatchObject({ version: 1 });

    // One that was not answered yet: the clarification is the answer.
    expect(await clarify(lead, asked, 'A mix')).toMatchObject({ version: 2 });
    expect(await ofFlag(asked)).toMatchObject({
      reply: 'Give the higher one.',
      clarifiedIn: { version: 2, isSigned: false },
    });
    expect(await findLatestProtocol(t.db, projectId)).toMatchObject({
      status: 'draft',
      changeClass: 'clarifying',
      edgeCases: [{ title: 'A mix', description: 'Give the higher one.' }],
    });
    const alerts = async () => (await viewAlerts(lead, { projectId })).items;
    expect(await alerts()).toMatchObject([
      { kind: 'edge_case', status: 'clarifying', change: { version: 2, isSigned: false, scope: 'disputed' } },
    ]);
    await expect(clarify(lead, asked, 'Another')).rejects.toMatchObject({ reason: 'alert_decided' });

    // One that was answered before: no second answer, and an edge case that was left as it is becomes one.
    const { taskId } = (await ofFlag(answered))!;
    await answerFlag(lead, { batchId, flagId: answered, note: 'The higher.' });
    await t.db.insert(caseAlerts).values({
      batchId,
      id: randomUUID(),
      taskId,
      kind: 'edge_case',
      status: 'closed',
      reasons: { ask: 3 },
      isDisputed: false,
      openedAt: own.clock.now(),
      decisionNote: 'The guideline says it.',
    });
    expect(await clarify(lead, answered, 'Two fields')).toMatchObject({ version: 2 });
    expect(await ofFlag(answered)).toMatchObject({ reply: 'The higher.', clarifiedIn: { version: 2 } });
    expect((await findLatestProtocol(t.db, projectId))!.edgeCases.map((one) => one.title)).toEqual([
      'A mix',
      'Two fields',
    ]);
    expect((await alerts()).map((one) => one.status)).toEqual(['clarifying', 'clarifying']);
  });

  test.each(['flag', 'alert'] as const)(
    'of two leads who clarify one case at once the second changes nothing, the draft of the protocol neither (by its %s)',
    async (by) => {
      const own = await makeWorkScene(t.db, { cases: 1 });
      const batchId = await makeBatch(own, { overlap: 2 });
      const [reader] = await makeReaders(own, batchId, 1);
      const { leases } = await claimNextTasks(reader!, { batchId, tier: 'label', limit: 1 });
      const at = { batchId, leaseId: leases[0]!.leaseId };
      const { flagId } = await flagCase(reader!, { ...at, kind: 'ask', note: 'Which grade is a mix?' });
      const [slot] = await t.sql`select task_id as "taskId" from slots where lease_id = ${at.leaseId}`;
      const alertId = randomUUID();
      const alert = {
        ...{ batchId, id: alertId, taskId: slot!.taskId as string, kind: 'edge_case' as const },
        ...{ reasons: { ask: 3 }, isDisputed: false, openedAt: own.clock.now() },
      };
      if (by === 'alert') await t.db.insert(caseAlerts).values({ ...alert, status: 'open' });
      const [isClaimed, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      // The first lead is about to be done.
      const first = t.db.transaction(async (tx) => {
        if (by === 'flag') await tx.insert(caseAlerts).values({ ...alert, status: 'clarifying' });
        else await tx.update(caseAlerts).set({ status: 'clarifying' }).where(eq(caseAlerts.id, alertId));
        isClaimed.resolve();
        await end.promise;
      });
      await isClaimed.promise;
      const said = {
        edgeCase: { title: 'Another', description: 'The lower one.' },
        changeClass: 'breaking' as const,
      };
      const second =
        by === 'flag'
          ? clarifyFlag(own.sponsor, { batchId, flagId, ...said })
          : clarifyAlert(own.sponsor, { batchId, alertId, ...said });
      const refused = expect(second).rejects.toMatchObject({ kind: 'conflict', reason: 'alert_decided' });
      await untilWaiting(t);
      end.resolve();
      await Promise.all([first, refused]);
      expect(await findLatestProtocol(t.db, own.project.id)).toMatchObject({ version: 1, edgeCases: [] });
    },
  );

  test('is another sponsor’s business in no way', async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const stranger = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    await expect(viewFlags(stranger, { projectId: scene.project.id })).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect((await viewNeeds(stranger)).needs).toEqual([]);
  });
});
