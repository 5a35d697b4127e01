import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorker, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { SECOND } from '#server/core/clock.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import { allowReaders, decideAllowed, viewAllowable } from './allow-readers.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { createBatch } from './create-batch.ts';
import { joinBatch } from './join-batch.ts';
import { openBatch } from './open-batch.ts';
import { previewBatch } from './preview-batch.ts';
import { getBatch } from './reads.ts';
import { RECHECK_SECONDS } from './rules.ts';
import { sitExam } from './sit-exam.ts';

describe('a project that makes a test reference', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
  });
  afterAll(() => t.drop());

  test('R5: has its cases read only by people who are named, also without a column of splits', async () => {
    const scene = await makeWorkScene(t.db, { cases: 3, project: { intendedUse: 'test_reference' } });
    const asked = {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'Reference',
      kind: 'production' as const,
      vendorOrgId: scene.vendorOrg.id,
      overlap: 3,
      pricePerReadMinor: 120n,
      goldMode: 'none' as const,
    };
    expect(await previewBatch(scene.sponsor, asked)).toMatchObject({ split: null, isSequestered: true });
    const { batchId } = await createBatch(scene.sponsor, asked);
    await openBatch(scene.sponsor, { batchId });
    const who = await makeWorker(scene);
    const join = () => joinBatch(who, { batchId, tier: 'label' });
    await expect(join()).rejects.toMatchObject({
      details: [{ code: 'batch.not_listed', message: expect.stringContaining('test data') }],
    });
    await expect(allowReaders(scene.sponsor, { batchId, engagementIds: null })).rejects.toMatchObject({
      reason: 'batch_sequestered',
      message: expect.stringContaining('test reference'),
    });
    const { people, isSequestered } = await viewAllowable(scene.sponsor, { batchId });
    expect([isSequestered, people.map((one) => one.isAllowed)]).toEqual([true, [false]]);
    await allowReaders(scene.sponsor, { batchId, engagementIds: people.map((one) => one.engagementId) });
    await join();
    // A list that was never made lets nobody in either: the project's use may have been changed since.
    await t.sql`update batches set allowed_engagement_ids = null where id = ${batchId}`;
    const stranger = await makeWorker(scene);
    await expect(joinBatch(stranger, { batchId, tier: 'label' })).rejects.toMatchObject({
      details: [{ code: 'batch.not_listed' }],
    });
  });

  test('R5: a batch that people read before it came to be test data keeps them until the sponsor makes a list', async () => {
    const scene = await makeWorkScene(t.db, { cases: 3 });
    const batchId = await makeBatch(scene);
    const [reader] = await makeReaders(scene, batchId, 1);
    await t.sql`update projects set intended_use = 'test_reference' where id = ${scene.project.id}`;
    scene.clock.advance(2 * RECHECK_SECONDS * SECOND);
    const claim = () => claimNextTasks(reader!, { batchId, tier: 'label', limit: 1 });
    expect((await claim()).leases).toHaveLength(1);
    const stranger = await makeWorker(scene);
    const notListed = { details: [{ code: 'batch.not_listed' }] };
    await expect(joinBatch(stranger, { batchId, tier: 'label' })).rejects.toMatchObject(notListed);
    // The list that the sponsor starts from holds those who are inside.
    const { people } = await viewAllowable(scene.sponsor, { batchId });
    expect(people.map((one) => [one.person, one.isAllowed])).toEqual(
      expect.arrayContaining([
        [`P-${reader!.actor.personId.slice(-6)}`, true],
        [`P-${stranger.actor.personId.slice(-6)}`, false],
      ]),
    );
    await allowReaders(scene.sponsor, { batchId, engagementIds: [] });
    scene.clock.advance(2 * RECHECK_SECONDS * SECOND);
    await expect(claim().then((got) => got.reasons)).resolves.toMatchObject([{ code: 'batch.not_listed' }]);
  });

  test('R17: opens its exams, general ones too, and its trainings to whoever may take them, on a split called test as well', async () => {
    const gold = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [i, { grade: ['1'] }]));
    const scene = await makeWorkScene(t.db, { cases: 6, gold, project: { intendedUse: 'test_reference' } });
    await t.sql`update cases set split = 'test' where dataset_id = ${scene.dataset.id}`;
    const general = await defineExam(scene.sponsor, {
      title: 'Grading',
      subjectKind: 'anatomy',
      subject: 'Prostate',
      passLevelBasisPoints: 5000,
      retryAfterDays: 7,
      maxAttempts: 2,
      validMonths: 12,
      entryRule: { anyOf: [] },
      pricePerReadMinor: 100n,
      currency: 'USD',
    });
    const all = { goldMode: 'embedded' as const, overlap: 3 };
    const exam = { ...all, claimRules: { passLevelBasisPoints: 5000 } };
    const ids = scene.dataset.cases.map((one) => one.id);
    for (const batchId of [
      await makeBatch(scene, { ...exam, kind: 'exam', caseIds: ids.slice(0, 4) }),
      await makeBatch(scene, { ...all, kind: 'training', caseIds: ids.slice(4) }),
    ]) {
      expect(await getBatch(t.db, batchId)).toMatchObject({ split: 'test', allowedEngagementIds: null });
      await joinBatch(await makeWorker(scene), { batchId, tier: 'label' });
    }
    const sitting = await makeBatch(scene, {
      ...all,
      kind: 'exam',
      generalExamId: general.examId,
      vendorOrgId: null,
    });
    expect(await sitExam(await makeWorker(scene), { examId: general.examId })).toEqual({ batchId: sitting });
  });

  test('R15: lets the people of a pilot’s order in, also who takes another’s place, and the sponsor’s panel into its own batch', () => {
    const project = { intendedUse: 'test_reference' as const, orgId: 'sponsor' };
    const of = (kind: 'pilot' | 'self_label' | 'production') => ({
      kind,
      split: null,
      contractId: 'order',
      reservedFor: null,
      allowedEngagementIds: null,
    });
    const ofOrder = { id: 'a', contractId: 'order', viaOrgId: 'vendor' };
    const ofPanel = { id: 'b', contractId: null, viaOrgId: 'sponsor' };
    const ofOther = { id: 'c', contractId: 'another', viaOrgId: 'other' };
    const letIn = (kind: 'pilot' | 'self_label' | 'production') =>
      [ofOrder, ofPanel, ofOther].map((one) => decideAllowed(of(kind), project, one).allowed);
    expect(letIn('pilot')).toEqual([true, false, false]);
    expect(letIn('self_label')).toEqual([false, true, false]);
    expect(letIn('production')).toEqual([false, false, false]);
    const listed = { ...of('pilot'), allowedEngagementIds: ['c'] };
    expect(decideAllowed(listed, project, ofOrder).allowed).toBe(false);
    expect(decideAllowed({ ...of('production'), split: 'train' }, project, ofOther).allowed).toBe(true);
    expect(decideAllowed(of('production'), { ...project, intendedUse: 'tuning' }, ofOther).allowed).toBe(
      true,
    );
  });
});
