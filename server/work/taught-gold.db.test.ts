import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type MakeWorkScene,
  makeBatch,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { closeExam, defineExam } from '#server/credentials/define-exam.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewFeedback } from './exam-views.ts';
import { joinBatch } from './join-batch.ts';
import { previewBatch } from './preview-batch.ts';
import { findReader } from './reads.ts';
import type { CreateBatchInput } from './schemas.ts';
import { sitExam } from './sit-exam.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/** Cases from 0 that have a known answer: 2. */
const KNOWN = 40;
const CASES = 60;
const research = policyPreset('research');

describe('a case whose answer a training shows measures nobody who was shown it (R17, R21)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(() => t.drop());

  const sceneOf = (more: Partial<MakeWorkScene> = {}) =>
    makeWorkScene(t.db, {
      cases: CASES,
      gold: Object.fromEntries(Array.from({ length: KNOWN }, (_, i) => [i, { grade: ['2'] }])),
      project: { qualityPolicy: { ...research, gold: { ...research.gold, minAnswers: 10 } } },
      ...more,
    });
  const ids = (s: WorkScene, from: number, to: number) =>
    s.dataset.cases.slice(from, to).map((one) => one.id);
  const OF_GOLD = { goldMode: 'embedded', overlap: 6, filter: { gold: 'only' } } as const;
  const training = (s: WorkScene, more: Partial<CreateBatchInput> = {}) =>
    makeBatch(s, { ...OF_GOLD, kind: 'training', name: 'Training 1', pricePerReadMinor: 0n, ...more });
  const exam = (s: WorkScene, more: Partial<CreateBatchInput> = {}) =>
    makeBatch(s, {
      ...OF_GOLD,
      kind: 'exam',
      name: 'Exam 1',
      claimRules: { passLevelBasisPoints: 5000 },
      ...more,
    });
  const faults = (run: Promise<unknown>): Promise<{ code: string; message: string }[]> =>
    run.then(
      () => [],
      (error: { details: { code: string; message: string }[] }) => error.details,
    );
  const codes = async (run: Promise<unknown>) => (await faults(run)).map((one) => one.code);
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const casesOf = async (batchId: string) =>
    (await t.sql`select case_id from tasks where batch_id = ${batchId}`).map((row) => row.case_id as string);
  /** Reads up to `most` cases; what was read, as label ids. */
  async function read(who: OrgContext, batchId: string, most = 1000): Promise<string[]> {
    const labels: string[] = [];
    while (labels.length < most) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
      if (leases.length === 0) break;
      for (const { leaseId } of leases) {
        const labelId = randomUUID();
        await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs: 10 });
        labels.push(labelId);
      }
    }
    return labels;
  }
  /** Somebody who has read a training to its end and was told every answer. */
  async function trained(s: WorkScene, batchId: string): Promise<OrgContext> {
    const who = await makeWorker(s);
    await join(who, batchId);
    for (const labelId of await read(who, batchId))
      expect((await viewFeedback(who, { batchId, labelId })).fields[0]?.expected).toEqual(['2']);
    return who;
  }
  const goldDealtTo = async (who: OrgContext, batchId: string) =>
    (
      await t.sql`select k.case_id from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
        where s.batch_id = ${batchId} and k.is_dealt_gold and s.annotator_id = ${who.actor.personId}`
    ).map((row) => row.case_id as string);

  describe('no exam and no training is made of one another’s cases', () => {
    test('an exam is drawn from what no training has, and refused when too little is left', async () => {
      const s = await sceneOf();
      const taught = await training(s, { caseLimit: 20 });
      expect(await faults(exam(s, { caseLimit: 30 }))).toEqual([
        expect.objectContaining({
          code: 'batch.answers_shown',
          message:
            '20 cases of the 40 known ones that fit are left for an exam: the others are in “Training 1”, whose readers are told the answers. Take at most 20, or sign more gold.',
        }),
      ]);
      expect(await faults(exam(s, { caseIds: ids(s, 18, 40) }))).toMatchObject([
        {
          code: 'batch.answers_shown',
          message:
            '2 of the 22 cases are in “Training 1”, whose readers are told the answers. Take them out of the list, or sign more gold.',
        },
      ]);
      const batchId = await exam(s, { caseLimit: 20 });
      const shared = new Set(await casesOf(taught));
      expect((await casesOf(batchId)).filter((id) => shared.has(id))).toEqual([]);
      const who = await trained(s, taught);
      await join(who, batchId);
      expect(await read(who, batchId)).toHaveLength(20);
    });

    test('of gold that is all taught there is no exam; the preview says the same', async () => {
      const s = await sceneOf();
      await training(s);
      expect(await faults(exam(s))).toMatchObject([
        {
          code: 'batch.answers_shown',
          message: expect.stringContaining('No known case is left for an exam: all 40 that fit are in'),
        },
      ]);
      const seen = await previewBatch(s.sponsor, {
        ...OF_GOLD,
        projectId: s.project.id,
        datasetId: s.dataset.id,
        name: 'Exam',
        kind: 'exam',
        pricePerReadMinor: 100n,
      });
      expect(seen.faults.map((one) => one.code)).toEqual(['batch.answers_shown']);
    });

    test('a training leaves out what people are measured by: exams, and gold among the cases of work that is read', async () => {
      const s = await sceneOf();
      await exam(s, { caseLimit: 10 });
      await makeBatch(s, { goldMode: 'embedded', caseIds: ids(s, 10, 20), name: 'Work' });
      expect(await faults(training(s, { caseIds: ids(s, 9, 12) }))).toMatchObject([
        {
          code: 'batch.answers_shown',
          message: expect.stringContaining(
            '3 of the 3 cases are in “Exam 1”, “Work”, by which people are measured',
          ),
        },
      ]);
      const batchId = await training(s);
      expect((await casesOf(batchId)).sort()).toEqual(ids(s, 20, 40).sort());
    });

    test('two that are made at the same moment do not share a case either', async () => {
      const s = await sceneOf();
      const made = await Promise.all([
        codes(training(s, { caseLimit: 30 })),
        codes(exam(s, { caseLimit: 30 })),
      ]);
      expect(made.map((one) => one.join()).sort()).toEqual(['', 'batch.answers_shown']);
    });
  });

  describe('gold among the cases of a pilot or other work', () => {
    test('is read as any other case when it is taught, and that is said beforehand', async () => {
      const s = await sceneOf();
      const who = await trained(s, await training(s, { caseLimit: 32 }));
      const input = { goldMode: 'embedded', overlap: 1, caseIds: ids(s, 20, 50) } as const;
      const seen = await previewBatch(s.sponsor, {
        ...input,
        projectId: s.project.id,
        datasetId: s.dataset.id,
        name: 'Work',
        kind: 'production',
        pricePerReadMinor: 100n,
      });
      expect(seen.warnings).toEqual([
        {
          code: 'batch.gold_taught',
          message:
            '12 of the 20 known cases are in “Training 1”, whose readers are told the answers; here they are read as any other case and measure nobody. That leaves 8, and the policy asks for 10 gold answers before it says how well somebody reads: sign more gold.',
        },
      ]);
      const batchId = await makeBatch(s, input);
      await join(who, batchId);
      expect(await read(who, batchId)).toHaveLength(30);
      expect(
        await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }),
      ).toMatchObject({ submitted: 30, goldN: 8, goldOk: 8 });
    });

    test('opens no batch when it is all taught', async () => {
      const s = await sceneOf();
      await training(s);
      expect(await codes(makeBatch(s, { goldMode: 'embedded', caseIds: ids(s, 0, 50) }))).toEqual([
        'gold_missing',
      ]);
    });
  });

  describe('gold that is dealt', () => {
    const work = (s: WorkScene) =>
      makeBatch(s, {
        overlap: 1,
        goldMode: 'dealt',
        goldShareBasisPoints: 5000,
        caseIds: ids(s, KNOWN, CASES),
      });

    test('of what a training showed them somebody is dealt none, however little is left; others are', async () => {
      const s = await sceneOf();
      const taught = await training(s, { caseLimit: 38 });
      const [who, other] = [await trained(s, taught), await makeWorker(s)];
      const shown = new Set(await casesOf(taught));
      for (const one of [who, other]) {
        const batchId = await work(s);
        await join(one, batchId);
        // All that is to be read is read, whether or not gold is found to go with it.
        expect((await read(one, batchId)).length).toBeGreaterThanOrEqual(CASES - KNOWN);
        const dealt = await goldDealtTo(one, batchId);
        if (one === who) expect(dealt.filter((id) => shown.has(id))).toEqual([]);
        else expect(dealt.filter((id) => shown.has(id)).length).toBeGreaterThan(0);
      }
    });

    test('a training that is joined meanwhile counts from the next claim on', async () => {
      const s = await sceneOf();
      const batchId = await work(s);
      const who = await makeWorker(s);
      await join(who, batchId);
      await read(who, batchId, 2);
      const before = new Set(await goldDealtTo(who, batchId));
      await join(who, await training(s));
      expect((await read(who, batchId)).length).toBeGreaterThanOrEqual(CASES - KNOWN - 2);
      expect((await goldDealtTo(who, batchId)).filter((id) => !before.has(id))).toEqual([]);
    });

    test('what cannot be dealt to whoever was trained is said beforehand', async () => {
      const s = await sceneOf();
      await training(s, { caseLimit: 35 });
      const { warnings } = await previewBatch(s.sponsor, {
        goldMode: 'dealt',
        projectId: s.project.id,
        datasetId: s.dataset.id,
        name: 'Work',
        kind: 'production',
        pricePerReadMinor: 100n,
      });
      expect(warnings).toEqual([
        {
          code: 'batch.gold_taught',
          message: expect.stringMatching(
            /^35 of the 40 known cases are in “Training 1”, .* never dealt them here\. That leaves 5, and the policy asks for 10 /,
          ),
        },
      ]);
    });
  });

  describe('an exam and a training that share cases from before', () => {
    /** Two exams of the same cases, of which one becomes a training. */
    async function shared(more: Partial<CreateBatchInput> = {}) {
      const s = await sceneOf();
      const taught = await exam(s, { caseIds: ids(s, 0, 10), name: 'Training 1' });
      const batchId = await exam(s, { caseIds: ids(s, 0, 10), ...more });
      await t.admin`update batches set kind = 'training', pass_level_basis_points = null where id = ${taught}`;
      return { s, taught, batchId };
    }

    test('whoever joined the training is not examined on it; others are', async () => {
      const { s, taught, batchId } = await shared();
      const who = await trained(s, taught);
      expect(await codes(join(who, batchId))).toEqual(['exam.answers_shown']);
      await join(await makeWorker(s), batchId);
    });

    test('whoever has begun the exam finishes it before the training', async () => {
      const { s, taught, batchId } = await shared();
      const who = await makeWorker(s);
      await join(who, batchId);
      await read(who, batchId, 3);
      expect(await codes(join(who, taught))).toEqual(['exam.under_way']);
      await read(who, batchId);
      await join(who, taught);
    });

    test('a sitting of a general exam is not given to whoever was told its answers', async () => {
      const s = await sceneOf();
      const { examId } = await defineExam(s.sponsor, {
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
      const taught = await exam(s, { caseIds: ids(s, 0, 10), name: 'Training 1' });
      const batchId = await exam(s, {
        caseIds: ids(s, 0, 10),
        generalExamId: examId,
        vendorOrgId: null,
        claimRules: {},
      });
      await t.admin`update batches set kind = 'training', pass_level_basis_points = null where id = ${taught}`;
      const who = await trained(s, taught);
      await expect(sitExam(who, { examId })).rejects.toMatchObject({ reason: 'no_sitting' });
      expect(await sitExam(await makeWorker(s), { examId })).toEqual({ batchId });
      await closeExam(s.sponsor, { examId, reason: 'Enough have passed.' });
    });
  });
});
