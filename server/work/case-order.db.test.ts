import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addTasks } from './add-tasks.ts';

const CASES = 32;
const FIRST = 12;

describe('cases are loaded in an order that the seed draws', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: CASES });
  });
  afterAll(() => t.drop());

  /** Places in the dataset of a batch's cases, in the order in which its slots are handed out. */
  async function orderOf(batchId: string): Promise<number[]> {
    const rows = await t.sql<{ place: number }[]>`select c.position::int as place from slots s
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id and k.sort_key = s.sort_key
      join cases c on c.id = k.case_id
      where s.batch_id = ${batchId} and s.slot_no = 0 order by s.sort_key`;
    return rows.map((row) => row.place);
  }
  const inDatasetOrder = (order: readonly number[]) => order.toSorted((a, b) => a - b);
  const make = async (seed: number) => orderOf(await makeBatch(scene, { seed }));
  async function grow(seed: number): Promise<number[]> {
    const caseIds = scene.dataset.cases.slice(0, FIRST).map((one) => one.id);
    const batchId = await makeBatch(scene, { seed, caseIds });
    await addTasks(scene.sponsor, { batchId });
    return (await orderOf(batchId)).slice(FIRST);
  }

  test.each([
    ['a new batch’s', make, CASES],
    ['those that are added to a batch’s', grow, CASES - FIRST],
  ] as const)(
    '%s: one seed gives one order, another seed another, and neither is the dataset’s',
    async (_, draw, count) => {
      const [first, again, other] = [await draw(7), await draw(7), await draw(8)];
      expect(new Set(first).size).toBe(count);
      expect(again).toEqual(first);
      expect(inDatasetOrder(other)).toEqual(inDatasetOrder(first));
      expect(other).not.toEqual(first);
      for (const order of [first, other]) expect(order).not.toEqual(inDatasetOrder(order));
    },
  );
});
