import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, makeAppealScene, mine } from '#db/seed/factories/appeals.ts';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import { MINUTE } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { countLargeBatches, progressOf } from '#server/work/count-progress.ts';
import { getBatch } from '#server/work/reads.ts';
import { measureAgain } from './measure-again.ts';
import { rebuildRollUp, rolledUp, rollUp, rollUpBatch } from './roll-up.ts';

describe('R33: a rejected read is in no class of a day', () => {
  let t: TestDatabase;
  let s: AppealScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    s = await makeAppealScene(t.db, { cases: 1 });
  });
  afterAll(() => t.drop());

  const answersOf = async (batchId: string) => {
    const { answers } = await rolledUp(t.db, batchId);
    return Object.fromEntries(answers.map((row) => [row.answer, row.n]));
  };
  /** As the passes have it, and as it is counted from the first label on. */
  const expectAnswers = async (batchId: string, answers: Record<string, number>) => {
    expect(await answersOf(batchId)).toEqual(answers);
    await rebuildRollUp(s.system(), { batchId });
    expect(await answersOf(batchId)).toEqual(answers);
  };

  test.each([
    { when: 'in the pass that counts it', isCounted: false },
    { when: 'after it was counted', isCounted: true },
  ])('one that is rejected $when; an appeal gives it back', async ({ isCounted }) => {
    const batchId = await makeBatch(s.scene, { overlap: 2 });
    const [author, other] = await makeReaders(s.scene, batchId, 2);
    const labelId = await s.read(author!, batchId, '4');
    if (isCounted) {
      await rollUpBatch(s.system(), { batchId });
      expect(await answersOf(batchId)).toEqual({ '4': 1 });
    }
    await rejectLabel(s.scene.sponsor, { batchId, labelId, ...because });
    await s.read(other!, batchId, '2');
    await rollUpBatch(s.system(), { batchId });
    await expectAnswers(batchId, { '2': 1 });

    await appealRejection(author!, { batchId, labelId, ...mine });
    await s.overturn({ batchId, labelId });
    await measureAgain(s.system(), { batchId });
    await expectAnswers(batchId, { '2': 1, '4': 1 });
  });

  /** A settled batch with a read of grade 2 and a rejected one of grade 4, whose rejection is appealed. */
  async function settledWithAppeal() {
    const batchId = await makeBatch(s.scene, { overlap: 2 });
    const [author, other] = await makeReaders(s.scene, batchId, 2);
    const labelId = await s.read(author!, batchId, '4');
    await rejectLabel(s.scene.sponsor, { batchId, labelId, ...because });
    await s.read(other!, batchId, '2');
    await closeBatch(s.scene.sponsor, { batchId, reason: 'Enough.' });
    await appealRejection(author!, { batchId, labelId, ...mine });
    for (let n = 0; n < 5; n += 1) await s.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    return { batchId, labelId };
  }

  test('an appeal gives one back after the settlement too, beside a transaction that began to write before the decision', async () => {
    const { batchId, labelId } = await settledWithAppeal();
    for (let n = 0; n < 2; n += 1) {
      await rollUpBatch(s.system(), { batchId });
      s.scene.clock.advance(5 * MINUTE);
    }
    expect(await answersOf(batchId)).toEqual({ '2': 1 });
    const writer = await t.sql.reserve();
    await writer`begin`;
    await writer`select pg_current_xact_id()`;
    await s.overturn({ batchId, labelId });
    await measureAgain(s.system(), { batchId });
    expect(await answersOf(batchId)).toEqual({ '2': 1 });
    await writer`rollback`;
    writer.release();
    s.scene.clock.advance(2 * MINUTE);
    await rollUp(s.system());
    expect(await answersOf(batchId)).toEqual({ '2': 1, '4': 1 });
    // Then it is done with: later passes leave the settled batch alone.
    const advanced = async () =>
      (await t.sql`select advanced_at from roll_up_marks where batch_id = ${batchId}`)[0]?.advanced_at;
    const before = await advanced();
    s.scene.clock.advance(5 * MINUTE);
    await rollUp(s.system());
    expect(await advanced()).toEqual(before);
    await expectAnswers(batchId, { '2': 1, '4': 1 });
  });

  test('cases and reads of a large settled batch follow the read that an appeal gives back', async () => {
    const { batchId, labelId } = await settledWithAppeal();
    const counted = async () => {
      const batches = [{ id: batchId, taskCount: 3000 }];
      const progress = (await progressOf(t.db, { batches, now: s.scene.clock.now() })).get(batchId);
      return { tasks: progress?.tasks, readsDone: progress?.readsDone };
    };
    await t.sql`update batches set task_count = 3000 where id = ${batchId}`;
    s.scene.clock.advance(5 * MINUTE);
    await countLargeBatches(s.system());
    expect(await counted()).toEqual({ tasks: { final: 1 }, readsDone: 1 });
    await s.overturn({ batchId, labelId });
    s.scene.clock.advance(5 * MINUTE);
    await countLargeBatches(s.system());
    expect((await counted()).readsDone).toBe(1);
    await measureAgain(s.system(), { batchId });
    expect(await counted()).toEqual({ tasks: { final: 1 }, readsDone: 2 });
    await t.sql`update batches set task_count = 1 where id = ${batchId}`;
  });
});
