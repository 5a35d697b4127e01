import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { rebuildRollUp, rolledUp, rollUp, rollUpBatch } from './roll-up.ts';
import { findWorstLag } from './roll-up-queries.ts';
import { answerDaysView } from './schemas.ts';
import { viewAnswerDays } from './view-answer-days.ts';

describe('hours and classes follow the labels, each label once', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 40, fields: [gradeField()] });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  async function readOne(who: OrgContext, batchId: string, grade: string): Promise<string> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const labelId = randomUUID();
    scene.clock.advance(1000);
    await submitLabel(who, {
      batchId,
      leaseId: leases[0]!.leaseId,
      labelId,
      answers: { grade },
      activeMs: 1000,
    });
    return labelId;
  }
  const sums = async (batchId: string) => {
    const { hours, answers } = await rolledUp(t.db, batchId);
    return {
      reads: hours.reduce((sum, hour) => sum + hour.reads, 0),
      activeMs: hours.reduce((sum, hour) => sum + hour.activeMs, 0),
      answers: Object.fromEntries(answers.map((row) => [row.answer, row.n])),
    };
  };

  test('counts by hour and class; a second pass adds nothing, an amended answer moves to its new class', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    for (const grade of ['1', '1', '2']) await readOne(who!, batchId, grade);
    expect(await rollUpBatch(system(), { batchId })).toBe(3);
    expect(await rollUpBatch(system(), { batchId })).toBe(0);
    expect(await sums(batchId)).toEqual({ reads: 3, activeMs: 3000, answers: { '1': 2, '2': 1 } });
    const labelId = await readOne(who!, batchId, '1');
    await rollUp(system());
    scene.clock.advance(500);
    await amendLabel(who!, {
      batchId,
      labelId,
      newLabelId: randomUUID(),
      answers: { grade: '3' },
      activeMs: 500,
    });
    await rollUp(system());
    expect(await sums(batchId)).toEqual({ reads: 4, activeMs: 4000, answers: { '1': 2, '2': 1, '3': 1 } });
    const shown = answerDaysView.parse(await viewAnswerDays(scene.sponsor, { batchId }));
    const day = scene.clock.now().toISOString().slice(0, 10);
    expect(shown).toMatchObject({ field: 'grade', completeTo: expect.any(Date) });
    expect(shown.classes.map((one) => one.days.map((at) => [at.day, at.n, at.of, at.share]))).toEqual([
      [[day, 2, 4, 0.5]],
      [[day, 1, 4, 0.25]],
      [[day, 1, 4, 0.25]],
    ]);
  });

  test('a label whose transaction commits after a pass, stamped before it, is counted by the next one', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    await readOne(who!, batchId, '1');
    await rollUpBatch(system(), { batchId });
    // Somebody's slow transaction: written before the pass, visible after it.
    const slow = postgres(t.url, { max: 1 });
    const held = await slow.reserve();
    await held`begin`;
    await held`insert into labels (batch_id, id, task_id, slot_no, tier, round, annotator_id, lease_id, terms_no, answers,
        label_origin, shown, app_build, viewport, active_ms, submitted_at)
      select batch_id, gen_random_uuid(), task_id, 99, tier, round, annotator_id, lease_id, terms_no, answers,
        label_origin, shown, app_build, viewport, active_ms, submitted_at - interval '20 seconds'
      from labels where batch_id = ${batchId} limit 1`;
    await readOne(who!, batchId, '2');
    // What began after the open transaction waits behind it: the window ends where the oldest open transaction begins.
    expect(await rollUpBatch(system(), { batchId })).toBe(0);
    await held`commit`;
    held.release();
    await slow.end();
    expect(await rollUpBatch(system(), { batchId })).toBe(2);
    expect(await sums(batchId)).toMatchObject({ reads: 3, answers: { '1': 2, '2': 1 } });
    await t.admin`delete from labels where batch_id = ${batchId} and slot_no = 99`;
    await rebuildRollUp(system(), { batchId });
  });

  test('passes in several processes, while people submit, count every label exactly once', async () => {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const people = await makeReaders(scene, batchId, 3);
    let isReading = true;
    const passes = [1, 2, 3].map(async () => {
      while (isReading) await rollUpBatch(system(), { batchId });
    });
    await Promise.all(
      people.map(async (who, index) => {
        for (let i = 0; i < 25; i += 1) await readOne(who, batchId, String((index + i) % 3));
      }),
    );
    isReading = false;
    await Promise.all(passes);
    await rollUpBatch(system(), { batchId });
    const [raw] = await t.db.execute<{ n: number; ms: number }>(
      sql`select count(*)::int as n, sum(active_ms)::int as ms from labels where batch_id = ${batchId}`,
    );
    const rolled = await rolledUp(t.db, batchId);
    expect(await sums(batchId)).toMatchObject({ reads: 75, activeMs: raw!.ms });
    expect(raw!.n).toBe(75);
    await rebuildRollUp(system(), { batchId });
    expect(await rolledUp(t.db, batchId)).toEqual(rolled);
  });

  test('a rebuild waits for a pass that is at it, and counts nothing twice', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    for (const grade of ['1', '2']) await readOne(who!, batchId, grade);
    // Another process's pass: it has counted and not ended yet.
    const other = postgres(t.url, { max: 1 });
    const held = await other.reserve();
    await held`begin`;
    const zero = new Date(0).toISOString();
    await held`insert into roll_up_marks (batch_id, horizon, floor_at, complete_to, advanced_at)
      values (${batchId}, 1, ${zero}, ${zero}, now())`;
    await held`insert into read_hours (batch_id, hour_at, reads, active_ms)
      select batch_id, date_trunc('hour', submitted_at, 'UTC'), 1, 1000 from labels where batch_id = ${batchId}
      on conflict do nothing`;
    let isDone = false;
    const rebuilt = rebuildRollUp(system(), { batchId }).finally(() => {
      isDone = true;
    });
    await untilWaiting(t);
    expect(isDone).toBe(false);
    await held`commit`;
    held.release();
    await other.end();
    expect(await rebuilt).toBe(2);
    expect(await sums(batchId)).toEqual({ reads: 2, activeMs: 2000, answers: { '1': 1, '2': 1 } });
  });

  test('rebuilds beside passes, while people submit, count every label exactly once', async () => {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const people = await makeReaders(scene, batchId, 3);
    let isReading = true;
    const passes = [1, 2].map(async () => {
      while (isReading) await rollUpBatch(system(), { batchId });
    });
    const rebuilds = [1, 2].map(async () => {
      while (isReading) await rebuildRollUp(system(), { batchId });
    });
    await Promise.all(
      people.map(async (who, index) => {
        for (let i = 0; i < 15; i += 1) await readOne(who, batchId, String((index + i) % 3));
      }),
    );
    isReading = false;
    await Promise.all([...passes, ...rebuilds]);
    await rollUpBatch(system(), { batchId });
    expect(await sums(batchId)).toEqual({
      reads: 45,
      activeMs: 45_000,
      answers: { '0': 15, '1': 15, '2': 15 },
    });
  });

  test('after a day without a pass the batch is counted anew, to the same numbers', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    await readOne(who!, batchId, '1');
    await rollUpBatch(system(), { batchId });
    scene.clock.advance(DAY + MINUTE);
    await readOne(who!, batchId, '2');
    expect(await rollUpBatch(system(), { batchId })).toBe(2);
    expect(await sums(batchId)).toMatchObject({ reads: 2, answers: { '1': 1, '2': 1 } });
  });

  test('tells how far it is behind: nothing once everything is counted', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    await rollUp(system());
    scene.clock.advance(6000);
    await readOne(who!, batchId, '1');
    const behind = await findWorstLag(t.db, { now: scene.clock.now(), toleratedMs: 5000 });
    expect(behind.behind).toBe(1);
    expect(scene.clock.now().getTime() - behind.behindSince!.getTime()).toBe(7000);
    await rollUp(system());
    expect(await findWorstLag(t.db, { now: scene.clock.now(), toleratedMs: 5000 })).toEqual({
      behindSince: null,
      behind: 0,
    });
  });
});
