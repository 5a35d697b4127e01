import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeOf, makeScene, openReadBatch, policy, readCases } from '#db/seed/factories/governance.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, HOUR } from '#server/core/clock.ts';
import { listNotices } from '#server/notifications/reads.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { listMyWork } from '#server/work/reading-views.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import { decideProposal, restorePerson } from './decide-proposal.ts';
import type { ProposalView } from './governance-schemas.ts';
import { inboxView, rootCauseView } from './governance-schemas.ts';
import { keepScores } from './jobs.ts';
import { openRootCause } from './open-root-cause.ts';
import { remindDeciders } from './remind-deciders.ts';
import { tallyLabels } from './tally-labels.ts';
import { viewInbox } from './view-inbox.ts';
import { viewRootCause } from './view-root-cause.ts';
import { closeRootCause, diagnoseRootCause, planAction, recordFinding } from './work-root-cause.ts';

describe('continuous governance', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  const system = (scene: WorkScene) =>
    systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const watch = (scene: WorkScene) => keepScores(system(scene));
  const inbox = async (scene: WorkScene) =>
    inboxView.parse(await viewInbox(scene.sponsor, { projectId: scene.project.id }));
  /** The proposal on a person. */
  const firstOf = async (scene: WorkScene): Promise<ProposalView> =>
    (await inbox(scene)).open.find((one) => one.subjectKind === 'reader')!;
  const open = openReadBatch;
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;

  const because = {
    reason: 'The calibration was read well.',
    evidence: 'Calibration: every gold case right.',
  };

  describe('a person below the accuracy that the project asks for', () => {
    let scene: WorkScene;
    let batchId: string;
    let people: OrgContext[];
    let weak: OrgContext;
    beforeAll(async () => {
      scene = await makeScene(t.db, policy(null, 'stop_claims'));
      batchId = await open(scene);
      people = await makeReaders(scene, batchId, 3);
      weak = people[2]!;
      for (const [index, who] of people.entries())
        await readCases(scene, who, batchId, 32, (place) => index === 2 && place % 2 === 0);
    });

    test('reads paid calibration until a person decides, and is told so; nobody else is touched (R26, R34)', async () => {
      expect(await watch(scene)).toBe(1);
      const proposal = await firstOf(scene);
      expect(proposal).toMatchObject({
        trigger: 'bound',
        subject: 'R03',
        metric: 'accuracy',
        action: 'stop_claims',
        done: 'calibration_only',
        standing: 'calibration_only',
        decisions: ['back_to_work', 'keep_calibrating', 'pause_person'],
        calibration: { cases: 20, reads: 0 },
      });
      expect(proposal.figure.interval?.[1]).toBeLessThan(0.9);
      expect(proposal.evidence.confusions.length).toBeGreaterThan(0);
      expect((await reader(people[0]!, batchId)).status).toBe('active');
      const { leases, reasons } = await claimNextTasks(weak, { batchId, tier: 'label', limit: 1 });
      expect([leases, reasons[0]?.code]).toEqual([[], 'reader.calibration_only']);
      expect(reasons[0]?.change).toMatchObject({ by: 'you', href: '/work' });
      const { items: notices } = await listNotices(t.db, weak.actor.personId, { limit: 10 });
      expect(notices[0]?.kind).toBe('quality.calibration_only');
      const { needs } = await viewNeeds(scene.sponsor);
      expect(needs.map((need) => need.href)).toContain(`/sponsor/projects/${scene.project.id}/quality/inbox`);
      // R21: never which cases were gold.
      expect(JSON.stringify(notices)).not.toContain('gold');
    });

    test('is found all the same when the process ended between counting and watching', async () => {
      const scene = await makeScene(t.db, policy(null, 'notify'), 0);
      const batchId = await open(scene);
      const [who] = await makeReaders(scene, batchId, 1);
      await readCases(scene, who!, batchId, 32, (place) => place % 2 === 0);
      await tallyLabels(system(scene), { batchId });
      expect((await inbox(scene)).open).toEqual([]);
      scene.clock.advance(HOUR);
      await watch(scene);
      expect((await inbox(scene)).open.map((one) => one.subjectKind).sort()).toEqual(['batch', 'reader']);
    });

    test('overdue, it presses those who decide: once by a note, and on their home page (R26)', async () => {
      const notes = async () =>
        (await listNotices(t.db, scene.sponsor.actor.personId, { limit: 50 })).items.filter(
          (one) => one.kind === 'quality.overdue',
        );
      const why = async () =>
        (await viewNeeds(scene.sponsor)).needs.find((need) => need.href.endsWith('/quality/inbox'))?.why;
      await remindDeciders(system(scene));
      expect([await notes(), await why()]).toEqual([[], expect.not.stringContaining('overdue')]);
      scene.clock.advance(4 * DAY);
      expect(await remindDeciders(system(scene))).toBeGreaterThanOrEqual(1);
      expect(await remindDeciders(system(scene))).toBe(0);
      const [note, ...more] = await notes();
      expect(more).toEqual([]);
      expect(note).toMatchObject({
        href: `/sponsor/projects/${scene.project.id}/quality/inbox`,
        title: expect.stringMatching(/overdue in .*until you decide a person reads calibration/),
      });
      expect(await why()).toMatch(/overdue: a person decides within a business day/);
      expect((await inbox(scene)).open.every((one) => one.isOverdue)).toBe(true);
      // Nobody is told who only reads, and nothing is decided by waiting.
      const others = await t.sql`select distinct person_id from notifications where kind = 'quality.overdue'`;
      expect(others.map((row) => row.person_id)).not.toContain(weak.actor.personId);
      expect((await reader(weak, batchId)).status).toBe('calibration_only');
    });

    test('a changed policy is shown beside what was asked then, and leaves the decision to a person', async () => {
      const asking = (accuracy: QualityPolicy['accuracy']) =>
        t.sql`update projects set quality_policy = ${JSON.stringify({ ...policy(null, 'stop_claims'), accuracy })}::text::jsonb
          where id = ${scene.project.id}`;
      const [asked] = policy(null, 'stop_claims').accuracy;
      expect((await firstOf(scene)).policyNow).toBeNull();
      await asking([{ ...asked!, threshold: 0.85 }]);
      expect(await firstOf(scene)).toMatchObject({ threshold: 0.9, policyNow: { threshold: 0.85 } });
      await asking([]);
      expect((await firstOf(scene)).policyNow).toEqual({ threshold: null });
      expect(await watch(scene)).toBe(0);
      expect((await reader(weak, batchId)).status).toBe('calibration_only');
      await asking([asked!]);
    });

    test('is not proposed twice', async () => {
      await readCases(scene, people[0]!, batchId, 3);
      expect(await watch(scene)).toBe(0);
    });

    test('the calibration is theirs alone, of cases they have not read, and paid on submit', async () => {
      const { calibration } = await firstOf(scene);
      const calibrationId = calibration!.batchId;
      expect((await listMyWork(people[0]!)).map((line) => line.batchId)).not.toContain(calibrationId);
      await expect(joinBatch(people[0]!, { batchId: calibrationId, tier: 'label' })).rejects.toMatchObject({
        reason: 'not_eligible',
      });
      expect((await listMyWork(weak)).map((line) => line.batchId)).toContain(calibrationId);
      await joinBatch(weak, { batchId: calibrationId, tier: 'label' });
      expect(await readCases(scene, weak, calibrationId, 20)).toBe(20);
      expect((await reader(weak, calibrationId)).accruedMinor).toBe(20n * 120n);
      expect((await firstOf(scene)).calibration).toMatchObject({ reads: 20, gold: { value: 1, n: 20 } });
    });

    test('only the sponsor decides, one of what is possible, with reason and evidence; the decision is audited', async () => {
      const { id } = await firstOf(scene);
      const other = await makeScene(t.db, policy(null, 'notify'), 0);
      const foreign = decideProposal(other.sponsor, { proposalId: id, decision: 'back_to_work', ...because });
      await expect(foreign).rejects.toMatchObject({ kind: 'not_found' });
      await expect(
        decideProposal(scene.sponsor, { proposalId: id, decision: 'resume_batch', ...because }),
      ).rejects.toMatchObject({ reason: 'decision_not_possible' });
      // Whoever it is about decides nothing, whatever their rights are (R26).
      const self = { ...scene.sponsor, actor: { ...scene.sponsor.actor, personId: weak.actor.personId } };
      await expect(
        decideProposal(self, { proposalId: id, decision: 'back_to_work', ...because }),
      ).rejects.toMatchObject({ kind: 'forbidden', reason: 'own_standing' });
      // When all gold has been met, another calibration is not possible, and says why.
      await t.sql`update gold_items set status = 'retired' where project_id = ${scene.project.id}`;
      await expect(
        decideProposal(scene.sponsor, { proposalId: id, decision: 'keep_calibrating', ...because }),
      ).rejects.toMatchObject({ reason: 'calibration_not_possible' });
      await decideProposal(scene.sponsor, { proposalId: id, decision: 'back_to_work', ...because });
      expect((await reader(weak, batchId)).status).toBe('active');
      const [calibration] =
        await t.sql`select calibration_batch_id as id from quality_proposals where id = ${id}`;
      // What was reserved for the calibration comes back when it settles.
      expect((await getBatch(t.db, calibration!.id)).status).toBe('closing');
      const again = decideProposal(scene.sponsor, { proposalId: id, decision: 'back_to_work', ...because });
      await expect(again).rejects.toMatchObject({ reason: 'proposal_decided' });
      const events =
        await t.sql`select action, detail from audit_events where subject_id = ${id} order by at`;
      expect(events.map((event) => event.action)).toEqual([
        'scores.proposal_opened',
        'scores.proposal_decided',
      ]);
      expect(JSON.stringify(events)).not.toContain('calibration was read well');
    });

    test('after a decision the old evidence does not raise it again', async () => {
      await readCases(scene, weak, batchId, 2);
      expect(await watch(scene)).toBe(0);
    });
  });

  test('a person without gold left to calibrate on stays at work, and the proposal says why', async () => {
    const scene = await makeScene(t.db, policy(null, 'calibration_only'), 0);
    const batchId = await open(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 38, (place) => index === 2 && place % 2 === 0);
    await watch(scene);
    expect((await inbox(scene)).open.find((one) => one.subjectKind === 'reader')).toMatchObject({
      done: 'told',
      standing: 'active',
      calibrationNote: 'no_unread_gold',
      decisions: ['acknowledge', 'pause_person'],
    });
  });

  test('more calibration leaves the proposal open for another business day, with cases not met before', async () => {
    const scene = await makeScene(t.db, policy(null, 'checkpoint'), 40);
    const batchId = await open(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => index === 2 && place % 2 === 0);
    await watch(scene);
    const first = await firstOf(scene);
    scene.clock.advance(DAY);
    await decideProposal(scene.sponsor, { proposalId: first.id, decision: 'keep_calibrating', ...because });
    const again = await firstOf(scene);
    expect(again).toMatchObject({ id: first.id, status: 'open', standing: 'calibration_only' });
    expect(again.dueAt > first.dueAt).toBe(true);
    // The new time is a new one to be reminded of.
    scene.clock.advance(4 * DAY);
    expect(await remindDeciders(system(scene))).toBeGreaterThan(0);
    const met = await t.sql`select case_id, count(*)::int as n from tasks
      where batch_id in ${t.sql([first.calibration!.batchId, again.calibration!.batchId])} group by 1`;
    expect(met.every((row) => row.n === 1)).toBe(true);
  });

  test('a person is paused by a person only, is told why, and can be let back', async () => {
    const scene = await makeScene(t.db, policy(null, 'calibration_only'));
    const batchId = await open(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => index === 2 && place % 2 === 0);
    await watch(scene);
    const { id } = await firstOf(scene);
    const reason = 'Reads are at odds with the protocol.';
    const why = { reason, evidence: 'Half wrong.' };
    await decideProposal(scene.sponsor, { proposalId: id, decision: 'pause_person', ...why });
    expect(await reader(people[2]!, batchId)).toMatchObject({ status: 'paused', statusReason: reason });
    await restorePerson(scene.sponsor, { proposalId: id, reason: 'Trained again.' });
    expect((await reader(people[2]!, batchId)).status).toBe('active');
    await expect(restorePerson(scene.sponsor, { proposalId: id, reason: 'Again.' })).rejects.toMatchObject({
      reason: 'standing_changed',
    });
  });

  test('a reader who was good and then is not is found by the drift of agreement with the others', async () => {
    // The policy asks nothing of accuracy, and there is gold for the calibration only.
    const quality = { ...policy('notify', 'notify'), accuracy: [] };
    const scene = await makeWorkScene(t.db, {
      cases: 100,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [90 + n, { grade: [gradeOf(90 + n)] }])),
      project: { qualityPolicy: quality },
    });
    const caseIds = scene.dataset.cases.slice(0, 90).map((one) => one.id);
    const batchId = await makeBatch(scene, { overlap: 3, caseIds, seed: 11 });
    const people = await makeReaders(scene, batchId, 3);
    for (const who of people.slice(0, 2)) await readCases(scene, who, batchId, 80);
    await readCases(scene, people[2]!, batchId, 40);
    expect(await watch(scene)).toBe(0);
    await readCases(scene, people[2]!, batchId, 20, () => true);
    await watch(scene);
    const proposal = (await inbox(scene)).open.find((one) => one.subjectKind === 'reader');
    expect(proposal).toMatchObject({
      trigger: 'drift',
      subject: 'R03',
      metric: 'consensus_agreement',
      done: 'calibration_only',
      calibration: { cases: 10 },
    });
    const chart = proposal!.evidence.chart!;
    expect(chart.points.at(-1)!.score).toBeGreaterThan(chart.limit);
  });

  describe('a batch out of tolerance', () => {
    let scene: WorkScene;
    let batchId: string;
    let rootCauseId: string;
    beforeAll(async () => {
      scene = await makeScene(t.db, policy('stop_claims', 'notify'));
      batchId = await open(scene);
      const people = await makeReaders(scene, batchId, 3);
      for (const [index, who] of people.entries())
        await readCases(scene, who, batchId, 24, (place) => index === 1 || (index === 2 && place % 2 === 0));
      await watch(scene);
    });

    test('stops new claims as the policy names, and opens a root-cause case with its evidence', async () => {
      expect((await getBatch(t.db, batchId)).status).toBe('paused');
      const { open, rootCauses } = await inbox(scene);
      const own = open.find((one) => one.metric === 'krippendorff_alpha');
      expect(own).toMatchObject({ done: 'batch_paused', decisions: ['resume_batch', 'keep_paused'] });
      rootCauseId = rootCauses[0]!.id;
      const view = rootCauseView.parse(await viewRootCause(scene.sponsor, { rootCauseId }));
      expect(view).toMatchObject({ status: 'open', openedBy: null, reference: 'gold' });
      expect(view.readers.map((one) => one.alias).sort()).toEqual(['R01', 'R02', 'R03']);
      expect(view.cases.length).toBeGreaterThan(5);
      expect(view.cases[0]!.reads.length).toBeGreaterThan(0);
      expect(view.confusions[0]!.n).toBeGreaterThan(0);
      await decideProposal(scene.sponsor, { proposalId: own!.id, decision: 'resume_batch', ...because });
      expect((await getBatch(t.db, batchId)).status).toBe('open');
    });

    test('goes from findings to a cause, an action with an owner, and a comparison with its interval', async () => {
      const view = await viewRootCause(scene.sponsor, { rootCauseId });
      const finding = {
        rootCauseId,
        disagreement: 'guideline_gap',
        errorKind: 'mislabel',
        note: '',
      } as const;
      await recordFinding(scene.sponsor, { ...finding, taskId: view.cases[0]!.taskId });
      await expect(recordFinding(scene.sponsor, { ...finding, taskId: randomUUID() })).rejects.toMatchObject({
        reason: 'task_not_in_case',
      });
      expect((await viewRootCause(scene.sponsor, { rootCauseId })).suggestion).toMatchObject({
        route: 'protocol_change',
      });
      const plan = {
        rootCauseId,
        action: 'Say in the guideline where grade 2 begins.',
        ownerId: scene.sponsor.actor.personId,
        dueOn: '2026-11-10',
        effectiveFrom: new Date(scene.clock.now().getTime() + DAY).toISOString().slice(0, 10),
      };
      await expect(planAction(scene.sponsor, plan)).rejects.toMatchObject({ reason: 'root_cause_step' });
      const cause = {
        disagreement: 'guideline_gap',
        errorKind: 'mislabel',
        route: 'protocol_change',
      } as const;
      await diagnoseRootCause(scene.sponsor, { rootCauseId, ...cause, diagnosis: 'Grade 2 is not defined.' });
      await expect(planAction(scene.sponsor, { ...plan, ownerId: randomUUID() })).rejects.toMatchObject({
        reason: 'owner_unknown',
      });
      await planAction(scene.sponsor, plan);
      const [told] = await t.sql`select title from notifications where kind like 'quality.%'
        and title like 'A corrective action%'`;
      expect(told!.title).toBe('A corrective action is yours, due on 10 Nov 2026');
      expect((await viewRootCause(scene.sponsor, { rootCauseId })).effect).toMatchObject({
        verdict: 'inconclusive',
        after: { value: null, reason: 'no_data' },
      });
      // Nothing to compare with yet, and the batch is still read.
      const close = { rootCauseId, note: 'The gap is closed.' };
      await expect(closeRootCause(scene.sponsor, close)).rejects.toMatchObject({
        reason: 'effect_too_early',
        message: expect.stringContaining('Nothing that can be compared has been read since'),
      });
      scene.clock.advance(2 * DAY);
      // New people, who read as the new guideline says.
      const more = await makeReaders(scene, batchId, 3);
      for (const who of more) await readCases(scene, who, batchId, 8);
      await watch(scene);
      expect(await closeRootCause(scene.sponsor, close)).toEqual({ verdict: 'effective' });
      await expect(closeRootCause(scene.sponsor, close)).rejects.toMatchObject({ reason: 'root_cause_step' });
      const closed = rootCauseView.parse(await viewRootCause(scene.sponsor, { rootCauseId }));
      expect(closed).toMatchObject({ status: 'closed', effect: { verdict: 'effective' } });
      expect(closed.effect!.difference.interval![0]).toBeGreaterThan(0);
      await expect(
        recordFinding(scene.sponsor, { ...finding, taskId: view.cases[0]!.taskId }),
      ).rejects.toMatchObject({
        reason: 'root_cause_step',
      });
    });

    test('can be opened by a person, once at a time, on a measured field', async () => {
      await openRootCause(scene.sponsor, { batchId, field: 'grade' });
      await expect(openRootCause(scene.sponsor, { batchId, field: 'grade' })).rejects.toMatchObject({
        reason: 'root_cause_open',
      });
      await expect(openRootCause(scene.sponsor, { batchId, field: 'nothing' })).rejects.toMatchObject({
        reason: 'field_unknown',
      });
    });
  });
});
