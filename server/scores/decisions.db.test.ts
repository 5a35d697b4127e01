import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projects } from '#db/schema/projects.ts';
import { makeScene, openReadBatch, policy, readCases } from '#db/seed/factories/governance.ts';
import { makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import { decideProposal } from './decide-proposal.ts';
import { inboxView } from './governance-schemas.ts';
import { keepScores } from './jobs.ts';
import { renewGathered } from './renew-gathered.ts';
import { viewInbox } from './view-inbox.ts';
import { viewRootCause } from './view-root-cause.ts';

describe('decisions that meet another', () => {
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
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;
  const because = { reason: 'The calibration was read well.', evidence: 'Every gold case right.' };

  describe('several bounds on one measure, each with its own action', () => {
    const notices = policy('notify', 'notify');
    const graded: QualityPolicy = {
      ...notices,
      reliability: [
        ...notices.reliability,
        { field: 'grade', metric: 'krippendorff_alpha', threshold: 0.75, action: 'stop_claims' },
      ],
    };
    let scene: WorkScene;
    let batchId: string;
    let people: OrgContext[];
    const openOf = async (kind: 'batch' | 'reader', metric: string) =>
      (await inbox(scene)).open.filter((one) => one.subjectKind === kind && one.metric === metric);
    beforeAll(async () => {
      scene = await makeScene(t.db, notices);
      batchId = await openReadBatch(scene);
      people = await makeReaders(scene, batchId, 3);
    });

    test('a notice of the higher one does not hide what the lower one asks for (R26)', async () => {
      for (const [index, who] of people.entries())
        await readCases(scene, who, batchId, 32, (place) => (place + index) % 2 === 0);
      await watch(scene);
      expect(await openOf('batch', 'krippendorff_alpha')).toMatchObject([{ action: 'notify', done: 'told' }]);
      await t.db.update(projects).set({ qualityPolicy: graded }).where(eq(projects.id, scene.project.id));
      await watch(scene);
      expect((await openOf('batch', 'krippendorff_alpha')).map((one) => one.done).sort()).toEqual([
        'batch_paused',
        'told',
      ]);
      // Each is held beside the bound it was raised on, not beside the other.
      expect((await inbox(scene)).open.map((one) => one.policyNow).filter((now) => now !== null)).toEqual([]);
      expect((await getBatch(t.db, batchId)).status).toBe('paused');
    });

    test('what was decided on one does not bring the other back, again and again', async () => {
      const own = await openOf('batch', 'krippendorff_alpha');
      for (const one of own)
        await decideProposal(scene.sponsor, {
          proposalId: one.id,
          decision: one.done === 'told' ? 'acknowledge' : 'resume_batch',
          ...because,
        });
      for (let round = 0; round < 3; round += 1) {
        scene.clock.advance(HOUR);
        await t.sql`update score_marks set watched_at = null where batch_id = ${batchId}`;
        await watch(scene);
        expect(await openOf('batch', 'krippendorff_alpha')).toEqual([]);
      }
    });
  });

  test('a person paused on one proposal leaves the other to be decided too, and is let back by neither', async () => {
    const scene = await makeScene(t.db, policy(null, 'calibration_only'));
    const batchId = await openReadBatch(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => index === 2 && place % 2 === 0);
    await watch(scene);
    const [second] = (await inbox(scene)).open.filter((one) => one.subject === 'R03');
    expect(second!.done).toBe('calibration_only');
    // A notice on the same measure that was open before.
    const notice = randomUUID();
    await t.admin`insert into quality_proposals (id, project_id, batch_id, trigger, subject_kind, subject_id, field, metric,
        action, done, threshold, value, lower, upper, n, method, evidence, opened_at, due_at)
      select ${notice}, project_id, batch_id, trigger, subject_kind, subject_id, field, metric, 'notify', 'told', 0.99,
        value, lower, upper, n, method, evidence, opened_at, due_at from quality_proposals where id = ${second!.id}`;
    const decide = (proposalId: string, decision: 'pause_person' | 'back_to_work' | 'keep_calibrating') =>
      decideProposal(scene.sponsor, { proposalId, decision, ...because });
    await decide(notice, 'pause_person');
    for (const decision of ['back_to_work', 'keep_calibrating'] as const)
      await expect(decide(second!.id, decision)).rejects.toMatchObject({ reason: 'standing_changed' });
    await decide(second!.id, 'pause_person');
    expect((await reader(people[2]!, batchId)).status).toBe('paused');
    expect((await inbox(scene)).open.filter((one) => one.subject === 'R03')).toEqual([]);
  });

  test('what waits for a person and another method has counted is counted anew by itself (ADR 021)', async () => {
    const scene = await makeScene(t.db, policy('notify', 'notify'));
    const batchId = await openReadBatch(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => (place + index) % 2 === 0);
    await watch(scene);
    const before = await inbox(scene);
    expect(before.open.map((one) => one.renewedAt)).toEqual(before.open.map(() => null));
    const rootCauseId = before.rootCauses[0]!.id;
    const causeBefore = await viewRootCause(scene.sponsor, { rootCauseId });
    // As it was stored before: reads where the page says cases.
    await t.admin`update quality_proposals set n = 999, method_version = '' where batch_id = ${batchId}`;
    await t.admin`update root_causes set evidence = jsonb_set(evidence, '{overall,n}', '999'), method_version = ''
      where id = ${rootCauseId}`;
    const [decided] = before.open.filter((one) => one.subjectKind === 'reader');
    await decideProposal(scene.sponsor, { proposalId: decided!.id, decision: 'pause_person', ...because });
    expect(await viewRootCause(scene.sponsor, { rootCauseId })).toMatchObject({
      isByCase: false,
      overall: { n: 999 },
    });
    // The counts of its batch come first.
    await t.admin`update score_marks set counted_as = '2 grade' where batch_id = ${batchId}`;
    expect(await renewGathered(system(scene))).toBe(0);
    await watch(scene);
    scene.clock.advance(HOUR);
    expect(await renewGathered(system(scene))).toBe(before.open.length - 1 + 1);
    const after = await inbox(scene);
    const figuresOf = (view: typeof before) =>
      view.open.filter((one) => one.id !== decided!.id).map((one) => [one.id, one.figure, one.threshold]);
    expect(figuresOf(after)).toEqual(figuresOf(before));
    expect(after.open.every((one) => one.renewedAt !== null)).toBe(true);
    expect(after.decided.find((one) => one.id === decided!.id)?.figure.n).toBe(999);
    const cause = await viewRootCause(scene.sponsor, { rootCauseId });
    expect(cause).toMatchObject({
      isByCase: true,
      overall: causeBefore.overall,
      renewedAt: scene.clock.now(),
    });
    expect(cause.cases.map((one) => one.taskId)).toEqual(causeBefore.cases.map((one) => one.taskId));
    expect(await renewGathered(system(scene))).toBe(0);
  });

  test('where the batch is over, nothing goes on or is stopped, and the proposal can still be decided', async () => {
    const scene = await makeScene(t.db, policy('stop_claims', 'calibration_only'));
    const batchId = await openReadBatch(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => (place + index) % 2 === 0);
    await watch(scene);
    await closeBatch(scene.sponsor, { batchId, reason: 'It is not worth going on.' });
    const { open: waiting } = await inbox(scene);
    expect(waiting.map((one) => one.done)).toContain('batch_paused');
    for (const one of waiting) {
      if (one.done === 'batch_paused') expect(one.decisions).toEqual(['acknowledge']);
      expect(one.decisions).not.toContain('keep_calibrating');
      await decideProposal(scene.sponsor, {
        proposalId: one.id,
        decision: one.decisions[0]!,
        ...because,
      });
    }
    expect((await inbox(scene)).open).toEqual([]);
    expect((await getBatch(t.db, batchId)).status).toBe('closing');
  });
});
