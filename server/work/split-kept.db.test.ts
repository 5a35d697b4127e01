import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { addTasks } from './add-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { openCalibration } from './open-calibration.ts';
import { getBatch } from './reads.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/** Thirty cases: ten without a split, ten to train on, ten test cases; the last five of each ten are gold. */
const SPLITS = [null, 'train', 'test'] as const;

describe('a batch of cases without a split stays one of them (R3, R5)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeScene((i) => i % 10 > 4);
  });
  afterAll(() => t.drop());

  const makeScene = (isGold: (i: number) => boolean) =>
    makeWorkScene(t.db, {
      cases: 30,
      caseAt: (i) => ({ split: SPLITS[Math.floor(i / 10)] ?? null }),
      gold: Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => i)
          .filter(isGold)
          .map((i) => [i, { grade: ['2'] }]),
      ),
    });
  const named = (of: WorkScene, from: number, to: number) =>
    of.dataset.cases.slice(from, to).map((one) => one.externalId);
  const splitsOf = async (batchId: string) => {
    const rows = await t.sql<{ split: string | null }[]>`select distinct c.split from tasks k
      join cases c on c.id = k.case_id where k.batch_id = ${batchId} order by 1`;
    return rows.map((row) => row.split);
  };
  const withoutSplit = (input: Parameters<typeof makeBatch>[1] = {}) =>
    makeBatch(scene, { filter: { split: null }, caseLimit: 3, overlap: 1, ...input });

  test('a list that names cases of another split is refused with where they are, and nothing is added', async () => {
    const batchId = await withoutSplit();
    const add = (from: number, to: number) =>
      addTasks(scene.sponsor, { batchId, filter: { externalIds: named(scene, from, to) } });
    await expect(add(20, 22)).rejects.toMatchObject({
      reason: 'batch_invalid',
      details: [{ code: 'batch.splits_mixed' }],
      message: expect.stringContaining('2 of the 2 listed cases are in the split “test”.'),
    });
    // Also where some of them belong here: they are not left out without a word.
    await expect(add(9, 11)).rejects.toMatchObject({
      message: expect.stringContaining('1 of the 2 listed cases is in the split “train”.'),
    });
    expect(await getBatch(t.db, batchId)).toMatchObject({ taskCount: 3, split: null });
    expect(await add(7, 10)).toMatchObject({ added: 3 });
    expect(await splitsOf(batchId)).toEqual([null]);
    const training = await makeBatch(scene, { split: 'train', caseLimit: 3, overlap: 1 });
    const toTraining = { batchId: training, filter: { externalIds: named(scene, 0, 1) } };
    await expect(addTasks(scene.sponsor, toTraining)).rejects.toMatchObject({
      message: expect.stringContaining('1 of the 1 listed cases is in no split.'),
    });
  });

  test('the next of the dataset end where its cases do', async () => {
    const batchId = await withoutSplit();
    expect(await addTasks(scene.sponsor, { batchId, limit: 20 })).toMatchObject({ added: 7 });
    expect(await splitsOf(batchId)).toEqual([null]);
    await expect(addTasks(scene.sponsor, { batchId, limit: 1 })).rejects.toMatchObject({
      details: [{ code: 'batch.no_cases' }],
    });
  });

  test('a clone over other cases draws from them too, or from nothing', async () => {
    const some = await withoutSplit({ filter: undefined, caseIds: idsOf(0, 3) });
    const { batchId } = await cloneBatch(scene.sponsor, { batchId: some, name: 'Others', cases: 'others' });
    expect(await splitsOf(batchId)).toEqual([null]);
    const all = await withoutSplit({ filter: undefined, caseLimit: undefined, caseIds: idsOf(0, 10) });
    const asked = { batchId: all, name: 'No others', cases: 'others' } as const;
    await expect(cloneBatch(scene.sponsor, asked)).rejects.toMatchObject({ reason: 'batch_invalid' });
  });
  const idsOf = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);

  test('a calibration is of gold without a split, and there is none where all gold is in another (R26)', async () => {
    const calibrate = async (of: WorkScene, batchId: string, who: OrgContext) =>
      transact(of.sponsor, async (tx) =>
        openCalibration(tx, {
          batch: await getBatch(t.db, batchId),
          personId: who.actor.personId,
          alias: 'R01',
        }),
      );
    const batchId = await withoutSplit();
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const made = await calibrate(scene, batchId, who);
    expect(made).toMatchObject({ cases: 5 });
    expect(await splitsOf('batchId' in made ? made.batchId : '')).toEqual([null]);
    const other = await makeScene((i) => i >= 20);
    const alone = await makeBatch(other, { filter: { split: null }, caseLimit: 3, overlap: 1 });
    const [reader] = (await makeReaders(other, alone, 1)) as [OrgContext];
    expect(await calibrate(other, alone, reader)).toEqual({ refused: 'no_unread_gold' });
  });

  test('a calibration that the dataset allows no more is refused without an error: the watch goes on to the next person', async () => {
    const fresh = await makeScene((i) => i % 10 > 4);
    const batchId = await makeBatch(fresh, { filter: { split: null }, caseLimit: 3, overlap: 1 });
    const [who] = (await makeReaders(fresh, batchId, 1)) as [OrgContext];
    await t.admin`update datasets set intake_status = 'open' where id = ${fresh.dataset.id}`;
    const made = await transact(fresh.sponsor, async (tx) => {
      const answer = await openCalibration(tx, {
        batch: await getBatch(t.db, batchId),
        personId: who.actor.personId,
        alias: 'R01',
      });
      // The transaction can go on: what the watch has found is written in it.
      await tx.db.execute('select 1');
      return answer;
    });
    expect(made).toEqual({ refused: 'cases_refused' });
    const [row] =
      await t.sql`select count(*)::int as n from batches where reserved_for = ${who.actor.personId}`;
    expect(row?.n).toBe(0);
  });
});
