import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { listQualifications } from '#server/credentials/reads.ts';
import { answerOffer } from '#server/staffing/answer-offer.ts';
import { sendOffer } from '#server/staffing/offer-work.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { concludeExam, concludeExams } from './conclude-exam.ts';
import { listAttempts } from './exam-queries.ts';
import { viewFeedback, viewMyExams } from './exam-views.ts';
import { joinBatch } from './join-batch.ts';
import { findReader, listTerms } from './reads.ts';
import { setClaimRules } from './set-claim-rules.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';
import { viewClaimRules } from './view-claim-rules.ts';

/** Cases 0–39 have a known answer: 2. */
const KNOWN = 40;
/** Those of the trainings: the first of eight more, after four that are unknown. */
const TAUGHT = KNOWN + 4;

describe('exams and trainings', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, {
      cases: TAUGHT + 8,
      gold: Object.fromEntries(
        Array.from({ length: KNOWN + 8 }, (_, i) => [i < KNOWN ? i : i + 4, { grade: ['2'] }]),
      ),
    });
  });
  afterAll(() => t.drop());
  const cases = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);
  const exam = (from: number, to: number, more: object = {}) =>
    makeBatch(scene, {
      kind: 'exam',
      goldMode: 'embedded',
      overlap: 3,
      caseIds: cases(from, to),
      claimRules: { passLevelBasisPoints: 8000, ...more },
    });
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const codes = (run: Promise<unknown>): Promise<string[]> =>
    run.then(
      () => [],
      (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
    );
  /** Reads a whole batch; the first `wrong` cases wrongly. */
  async function readAll(who: OrgContext, batchId: string, wrong = 0): Promise<string[]> {
    const labels: string[] = [];
    for (;;) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 3 });
      if (leases.length === 0) return labels;
      for (const { leaseId } of leases) {
        const labelId = randomUUID();
        const grade = labels.length < wrong ? '3' : '2';
        await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 10 });
        labels.push(labelId);
      }
    }
  }

  test.each(['exam', 'training'] as const)(
    'six people take the last two places of an %s at once: two join, the others are told, both finish',
    async (kind) => {
      const batchId = await makeBatch(scene, {
        kind,
        goldMode: 'embedded',
        overlap: 2,
        caseIds: kind === 'exam' ? cases(0, 6) : cases(TAUGHT, TAUGHT + 6),
        claimRules: { passLevelBasisPoints: 5000 },
      });
      const people = await Promise.all(Array.from({ length: 6 }, () => makeWorker(scene)));
      const answers = await Promise.all(people.map((who) => codes(join(who, batchId))));
      const begun = people.filter((_, n) => answers[n]?.length === 0);
      expect(begun).toHaveLength(2);
      expect(answers.filter((one) => one.length > 0)).toEqual(Array(4).fill(['exam.full']));
      // Joining again takes no second place.
      for (const who of begun) expect(await codes(join(who, batchId))).toEqual([]);
      for (const who of begun) expect(await readAll(who, batchId)).toHaveLength(6);
      const attempts = await Promise.all(
        begun.map((who) => listAttempts(t.db, { annotatorId: who.actor.personId })),
      );
      expect(attempts.flat().map((one) => one.cases)).toEqual([6, 6]);
    },
  );

  test('an exam is passed by the near bound of its interval, is paid, and opens the work that asks for it', async () => {
    const batchId = await exam(0, 20);
    const work = await makeBatch(scene, {
      claimRules: { needsExam: true },
      caseIds: cases(KNOWN, KNOWN + 4),
    });
    const who = await makeWorker(scene);
    expect(await codes(join(who, work))).toEqual(['exam.missing']);
    await join(who, batchId);
    const labels = await readAll(who, batchId);
    const of = { annotatorId: who.actor.personId };
    expect(await listAttempts(t.db, of)).toMatchObject([
      { batchId, attempt: 1, cases: 20, correct: 20, verdict: 'pass', passLevel: 0.8 },
    ]);
    // R34: accepted, and so earned, when submitted.
    expect(await findReader(t.db, { batchId, ...of, tier: 'label' })).toMatchObject({ accruedMinor: 2400n });
    expect(await listQualifications(t.db, who.actor.personId)).toMatchObject([{ kind: 'exam' }]);
    await join(who, work);
    expect((await listTerms(t.db, work))[0]?.trainingRecord).toMatchObject([
      { kind: 'exam', protocolVersionId: scene.protocol.id },
    ]);
    await expect(
      amendLabel(who, {
        batchId,
        labelId: labels[0]!,
        newLabelId: randomUUID(),
        answers: { grade: '3' },
        activeMs: 1,
      }),
    ).rejects.toMatchObject({ details: [{ code: 'amend.exam_marked' }] });
    expect(await codes(join(who, batchId))).toEqual(['exam.finished']);
    expect(await concludeExam(who, { batchId, ...of })).toBeNull();
  });

  test('an exam not passed can be tried once more, after its days and on other cases, and then no more', async () => {
    const [first, same, second, third] = [
      await exam(0, 20),
      await exam(10, 30),
      await exam(20, 40),
      await exam(20, 39),
    ];
    const who = await makeWorker(scene);
    await join(who, first);
    await readAll(who, first, 2);
    const of = { annotatorId: who.actor.personId };
    // 18 of 20: .699 to .972, which neither clears .80 nor misses it.
    expect(await listAttempts(t.db, of)).toMatchObject([{ correct: 18, verdict: 'inconclusive' }]);
    expect(await codes(join(who, second))).toEqual(['exam.wait']);
    expect(await viewMyExams(who)).toMatchObject([
      { verdict: 'inconclusive', retryFrom: new Date(scene.clock.now().getTime() + 7 * DAY) },
    ]);
    scene.clock.advance(8 * DAY);
    expect(await codes(join(who, same))).toEqual(['exam.same_cases']);
    await join(who, second);
    expect(await codes(join(who, third))).toEqual(['exam.under_way']);
    await readAll(who, second, 12);
    expect((await listAttempts(t.db, of)).map((one) => [one.attempt, one.verdict])).toEqual([
      [1, 'inconclusive'],
      [2, 'fail'],
    ]);
    scene.clock.advance(8 * DAY);
    expect(await codes(join(who, third))).toEqual(['exam.no_retry']);
    expect(await listQualifications(t.db, who.actor.personId)).toEqual([]);
  });

  test('a skipped case counts as not right, the last skip ends the exam, and a lost marking is made up for', async () => {
    const batchId = await exam(0, 17);
    const who = await makeWorker(scene);
    await join(who, batchId);
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    await skipTask(who, { batchId, leaseId: leases[0]!.leaseId, reason: 'other' });
    await readAll(who, batchId);
    const of = { annotatorId: who.actor.personId };
    expect(await listAttempts(t.db, of)).toMatchObject([{ cases: 17, correct: 16, verdict: 'inconclusive' }]);
    await t.admin`delete from exam_attempts where batch_id = ${batchId}`;
    await concludeExams(
      systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }),
    );
    expect(await listAttempts(t.db, of)).toHaveLength(1);
  });

  test('an exam of unknown cases, or of too few to be passed, is refused with what it would take', async () => {
    const make = (from: number, to: number, more: object = {}) => codes(exam(from, to, more));
    expect(await make(30, 42)).toEqual(['batch.unknown_answers', 'batch.exam_too_short']);
    expect(await make(0, 15)).toEqual(['batch.exam_too_short']);
    expect(await make(0, 16)).toEqual([]);
    expect(await make(0, 16, { passLevelBasisPoints: 9000 })).toEqual(['batch.exam_too_short']);
    expect(await codes(makeBatch(scene, { claimRules: { passLevelBasisPoints: 8000 } }))).toEqual([
      'batch.pass_level',
    ]);
  });

  test('a training is passed by being read to its end, and its answers are not undone once the feedback is shown', async () => {
    const batchId = await makeBatch(scene, {
      kind: 'training',
      goldMode: 'embedded',
      caseIds: cases(TAUGHT + 6, TAUGHT + 8),
      pricePerReadMinor: 0n,
    });
    const work = await makeBatch(scene, { needsTraining: true });
    const who = await makeWorker(scene);
    expect(await codes(join(who, work))).toEqual(['training.missing']);
    await join(who, batchId);
    const [labelId] = await readAll(who, batchId, 2);
    expect(await viewFeedback(who, { batchId, labelId: labelId! })).toEqual({
      fields: [{ key: 'grade', given: '3', expected: ['2'], isRight: false }],
      rationale: null,
    });
    const stranger = await makeWorker(scene);
    await expect(viewFeedback(stranger, { batchId, labelId: labelId! })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await join(who, work);
    const { leases } = await claimNextTasks(who, { batchId: work, tier: 'label', limit: 1 });
    const other = { batchId: work, leaseId: leases[0]!.leaseId, labelId: randomUUID() };
    await submitLabel(who, { ...other, answers: { grade: '2' }, activeMs: 10 });
    await expect(viewFeedback(who, other)).rejects.toMatchObject({ reason: 'not_a_training' });
    await expect(
      amendLabel(who, {
        batchId,
        labelId: labelId!,
        newLabelId: randomUUID(),
        answers: { grade: '2' },
        activeMs: 1,
      }),
    ).rejects.toMatchObject({ details: [{ code: 'amend.feedback_shown' }] });
  });

  test('R17: on their own account people pass the exam before paid work, where there is one; the sponsor may say why not', async () => {
    const own = await makeWorkScene(t.db, {
      cases: 24,
      gold: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, { grade: ['2'] }])),
      project: { status: 'active' },
    });
    const { sponsor, clock, project } = own;
    const someone = async () => {
      const org = await makeOrganisation(t.db, { kind: 'independent', clock });
      const who = await makeMember(t.db, { org, roles: ['independent_annotator'], clock });
      const offer = { pricePerReadMinor: 90n, readsPerWeek: 200, daysToAnswer: 7, note: '' };
      const { offerId } = await sendOffer(sponsor, { projectId: project.id, orgId: org.id, ...offer });
      await answerOffer(who, { offerId, answer: 'accepted' });
      return who;
    };
    const named = (from: number, to: number) => own.dataset.cases.slice(from, to).map((one) => one.id);
    const work = await makeBatch(own, { vendorOrgId: null, caseIds: named(20, 24), overlap: 4 });
    const shown = async () => (await viewClaimRules(sponsor, { batchId: work })).ownAccountExam;
    const [early, late, known, other] = [await someone(), await someone(), await someone(), await someone()];
    // There is nothing to pass yet.
    expect([await codes(join(early, work)), await shown()]).toEqual([[], null]);
    clock.advance(DAY);
    const examId = await makeBatch(own, {
      kind: 'exam',
      vendorOrgId: null,
      goldMode: 'embedded',
      overlap: 3,
      caseIds: named(0, 20),
      claimRules: { passLevelBasisPoints: 8000 },
    });
    expect([await codes(join(late, work)), await shown()]).toEqual([['exam.missing'], { waiver: null }]);
    // Whoever has begun before goes on, and a vendor's people have its pilot behind them.
    expect(await codes(join(early, work))).toEqual([]);
    expect(await codes(join(await makeWorker(own), work))).toEqual([]);
    await join(late, examId);
    await readAll(late, examId);
    expect(await codes(join(late, work))).toEqual([]);
    const examWaiver = 'They have read for us for years.';
    await setClaimRules(sponsor, { batchId: work, examWaiver });
    expect([await codes(join(known, work)), await shown()]).toEqual([[], { waiver: examWaiver }]);
    await setClaimRules(sponsor, { batchId: work, examWaiver: null });
    expect(await codes(join(other, work))).toEqual(['exam.missing']);
    await closeBatch(sponsor, { batchId: examId, reason: 'Enough have passed.' });
    await expect(join(other, work)).rejects.toMatchObject({
      details: [{ code: 'exam.none_open', message: expect.stringContaining('none is open now') }],
    });
  });
});
