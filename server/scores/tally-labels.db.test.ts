import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, HOUR, MINUTE, manualClock } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { measureBatch } from './measure-batch.ts';
import { checkCounts } from './recount-batch.ts';
import { runningScoresOf } from './running-reads.ts';
import { tallyLabels } from './tally-labels.ts';

let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, {
    cases: 8,
    fields: [gradeField()],
    gold: { 0: { grade: ['1'] }, 1: { grade: ['1', '2'] }, 2: { grade: ['3'] } },
  });
});
afterAll(() => t.drop());

const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });

async function read(who: OrgContext, batchId: string, grade: string): Promise<string | null> {
  const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
  if (!leases[0]) return null;
  const labelId = randomUUID();
  const label = { labelId, answers: { grade }, activeMs: 5000 };
  await submitLabel(who, { batchId, leaseId: leases[0].leaseId, ...label });
  return labelId;
}

/** What a rule of the story refuses is no fault of the history. */
async function allowed(action: Promise<unknown>): Promise<void> {
  await action.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.kind === 'bug') throw error;
  });
}

async function review(who: OrgContext, batchId: string, outcome: string): Promise<void> {
  const { leases } = await claimNextTasks(who, { batchId, tier: 'review', limit: 1 });
  if (!leases[0]) return;
  const leaseId = leases[0].leaseId;
  const seen = await viewDecisionCase(who, { batchId, leaseId });
  const decisions = seen.reads.map((one) => ({
    labelId: one.labelId,
    outcome: outcome as 'accept',
    comment: 'Look again.',
    ...(outcome === 'reject' ? { reason: 'no_effort' as const } : {}),
  }));
  const fixedAnswers = outcome === 'fix_accept' ? { grade: '2' } : null;
  await submitReview(who, { batchId, leaseId, labelId: randomUUID(), decisions, fixedAnswers, activeMs: 10 });
}

/** Takes one known answer of the batch out of force, as a dispute does (R7). */
async function withdrawOne(batchId: string): Promise<void> {
  await t.sql`update gold_answers set withdrawn_at = ${scene.clock.now().toISOString()}
    where batch_id = ${batchId} and withdrawn_at is null
      and task_id = (select min(task_id::text)::uuid from gold_answers where batch_id = ${batchId} and withdrawn_at is null)`;
}

const step = fc.record({
  who: fc.nat({ max: 3 }),
  what: fc.constantFrom(
    'read',
    'read',
    'read',
    'read',
    'amend',
    'reject',
    'return',
    'reject in review',
    'fix',
    'accept',
    'settle',
    'tally',
    'sleep',
    'night',
    'withdraw',
  ),
  grade: fc.constantFrom('0', '1', '2', '3'),
  pick: fc.nat({ max: 40 }),
});

describe('running counts and scores', () => {
  test('whatever is read, amended, returned, rejected and settled, they equal a recount from raw labels', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 60 }), async (steps) => {
        const batchId = await makeBatch(scene, {
          overlap: 3,
          goldMode: 'embedded',
          reviewShareBasisPoints: 5000,
        });
        const people = await makeReaders(scene, batchId, 4);
        const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
        const labels: { who: OrgContext; id: string }[] = [];
        for (const { who, what, grade, pick } of steps) {
          const person = people[who]!;
          const label = labels[pick % Math.max(1, labels.length)];
          if (what === 'read') {
            const id = await read(person, batchId, grade);
            if (id) labels.push({ who: person, id });
          } else if (what === 'amend' && label) {
            const newLabelId = randomUUID();
            const amend = { batchId, labelId: label.id, newLabelId, answers: { grade }, activeMs: 1 };
            await allowed(amendLabel(label.who, amend).then(() => (label.id = newLabelId)));
          } else if (what === 'reject' && label)
            await allowed(
              rejectLabel(scene.sponsor, {
                batchId,
                labelId: label.id,
                reason: 'no_effort',
                evidence: 'Nothing was opened.',
              }),
            );
          else if (what === 'return' || what === 'accept') await review(reviewer!, batchId, what);
          else if (what === 'reject in review') await review(reviewer!, batchId, 'reject');
          else if (what === 'fix') await review(reviewer!, batchId, 'fix_accept');
          else if (what === 'settle') await settleTasks(system(), { batchId });
          else if (what === 'tally') await tallyLabels(system(), { batchId });
          else if (what === 'sleep') scene.clock.advance(2 * MINUTE);
          else if (what === 'night') scene.clock.advance(9 * HOUR);
          else if (what === 'withdraw' && pick < 8) await withdrawOne(batchId);
        }
        await tallyLabels(system(), { batchId });
        expect(await checkCounts(t.db, batchId)).toEqual([]);
        await expectSameScores(batchId);
        // Closing lets returned reads stand as they were; settlement looks at every case once more.
        await closeBatch(scene.sponsor, { batchId, reason: 'end of the history' });
        scene.clock.advance(30 * DAY);
        for (let round = 0; round < 3; round += 1) await settleTasks(system(), { batchId });
        await tallyLabels(system(), { batchId });
        expect(await checkCounts(t.db, batchId)).toEqual([]);
      }),
      { numRuns: 12, seed: 20261121 },
    );
  }, 180_000);

  /** The stored scores of a batch and its readers equal those measured from the raw reads. */
  async function expectSameScores(batchId: string): Promise<void> {
    const whole = await measureBatch(t.db, batchId, { resamples: 20 });
    const [field] = whole.fields;
    const rows = await runningScoresOf(t.db, { batchId, day: 'all', field: 'grade' });
    const find = (subjectId: string, metric: string, className = '') =>
      rows.find((row) => row.subjectId === subjectId && row.metric === metric && row.className === className);
    if (!field || whole.reads === 0) return;
    const same = (row: (typeof rows)[number] | undefined, m: { value: number | null; n: number }) => {
      expect([row?.value ?? null, row?.n ?? 0]).toEqual([
        m.value === null ? null : expect.closeTo(m.value, 10),
        m.n,
      ]);
    };
    same(find(batchId, 'krippendorff_alpha'), field.alpha);
    same(find(batchId, 'accuracy'), field.accuracy);
    same(find(batchId, 'balanced_accuracy'), field.balancedAccuracy);
    same(find(batchId, 'within_one'), field.withinOne);
    same(find(batchId, 'consensus_agreement'), field.consensusAgreement.overall);
    for (const one of field.classes) {
      same(find(batchId, 'sensitivity', one.className), one.sensitivity);
      same(find(batchId, 'specificity', one.className), one.specificity);
    }
    for (const reader of field.readers) same(find(reader.readerId, 'accuracy'), reader.accuracy);
  }

  test('a label stamped before the mark that commits after it is counted all the same', async () => {
    const batchId = await makeBatch(scene, { overlap: 2 });
    const people = await makeReaders(scene, batchId, 2);
    await read(people[0]!, batchId, '1');
    scene.clock.advance(HOUR);
    await tallyLabels(system(), { batchId });
    // Ten seconds behind what has been counted: within the grace that the mark keeps.
    scene.clock.advance(-10_000);
    await read(people[1]!, batchId, '2');
    scene.clock.advance(10_000);
    expect((await tallyLabels(system(), { batchId })).changed).toBe(1);
    expect(await checkCounts(t.db, batchId)).toEqual([]);
    // Nothing new: nothing is written.
    expect((await tallyLabels(system(), { batchId })).changed).toBe(0);
  });

  test('the mark stays behind a writing transaction that is still open, however long it takes', async () => {
    // The wall clock is what the database knows of its transactions.
    const clock = manualClock(new Date());
    const own = await makeWorkScene(t.db, { cases: 2, fields: [gradeField()], clock });
    const batchId = await makeBatch(own, { overlap: 1 });
    const ctx = () => systemContext({ db: t.db, clock, name: 'test', requestId: randomUUID() });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const isWriting = Promise.withResolvers<void>();
    const slow = t.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_current_xact_id()`);
      isWriting.resolve();
      await held;
    });
    await isWriting.promise;
    // Whatever that transaction writes was stamped before what is counted an hour later.
    clock.advance(HOUR);
    const markAfterTally = async () => {
      await tallyLabels(ctx(), { batchId });
      const [mark] = await t.sql`select counted_to from score_marks where batch_id = ${batchId}`;
      return Date.parse(mark!.counted_to);
    };
    expect(await markAfterTally()).toBeLessThan(Date.now());
    release();
    await slow;
    expect(await markAfterTally()).toBeGreaterThan(Date.now());
  });

  test('keeps scores by day, subject and class with n, interval, method and version', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, goldMode: 'embedded' });
    const people = await makeReaders(scene, batchId, 2);
    const first = scene.clock.now().toISOString().slice(0, 10);
    for (const [index, who] of people.entries())
      for (let n = 0; n < 4; n += 1) await read(who, batchId, index === 0 ? '1' : '3');
    scene.clock.advance(DAY);
    for (const who of people) await read(who, batchId, '1');
    await tallyLabels(system(), { batchId });
    const rows = await runningScoresOf(t.db, { batchId, field: 'grade' });
    const team = rows.filter((row) => row.subjectKind === 'team' && row.day === 'all');
    expect(new Set(team.map((row) => row.subjectId))).toEqual(new Set([scene.vendorOrg.id]));
    const share = rows.find(
      (row) =>
        row.day === first &&
        row.metric === 'answer_share' &&
        row.className === '3' &&
        row.subjectId === batchId,
    );
    expect(share).toMatchObject({ value: 0.5, n: 8, methodVersion: '1', method: 'answer_share;wilson:0.95' });
    expect(share?.lower).toBeLessThan(0.5);
    const alpha = rows.filter((row) => row.metric === 'krippendorff_alpha' && row.subjectKind === 'batch');
    expect(alpha.map((row) => row.day).sort()).toEqual([
      first,
      scene.clock.now().toISOString().slice(0, 10),
      'all',
    ]);
  });
});
