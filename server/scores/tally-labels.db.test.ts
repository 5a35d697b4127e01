import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, HOUR, manualClock } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { keepScores } from './jobs.ts';
import { listDueBatches } from './list-due.ts';
import { checkRunning } from './recount-batch.ts';
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

describe('running counts and scores', () => {
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
    expect(await checkRunning(t.db, batchId)).toEqual([]);
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

  test('a batch is due for a read or a rejection since its mark, and not without', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const isDue = async () => (await listDueBatches(t.db, scene.clock.now())).includes(batchId);
    const labelId = await read(who!, batchId, '1');
    expect(await isDue()).toBe(true);
    scene.clock.advance(HOUR);
    await keepScores(system());
    expect(await isDue()).toBe(false);
    const because = { reason: 'no_effort' as const, evidence: 'Nothing was opened.' };
    await rejectLabel(scene.sponsor, { batchId, labelId: labelId!, ...because });
    expect(await isDue()).toBe(true);
    await keepScores(system());
    expect(await checkRunning(t.db, batchId)).toEqual([]);
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
    // Four cases of two reads each; what one gave, the other did not.
    const method = 'answer_share;wilson_by_case:0.95';
    expect(share).toMatchObject({ value: 0.5, n: 4, methodVersion: '3', method });
    expect(share?.lower).toBeLessThan(0.5);
    const alpha = rows.filter((row) => row.metric === 'krippendorff_alpha' && row.subjectKind === 'batch');
    expect(alpha.map((row) => row.day).sort()).toEqual([
      first,
      scene.clock.now().toISOString().slice(0, 10),
      'all',
    ]);
  });
});
