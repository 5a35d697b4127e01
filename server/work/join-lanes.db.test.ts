import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import { claimNextTasks } from './claim-next-tasks.ts';

/*
 * The claim's index tells open slots apart by the span of eight places, and finds those of one span in the order in which they lie on disk.
 * That is not the batch's order once an insert has filled holes of earlier pages, which depends on the connection that it came through.
 */
describe('the lane in which a reader starts', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 40 });
  });
  afterAll(() => t.drop());
  const startsOf = async (batchId: string) =>
    (
      await t.sql`select lane, after_key::int as after from readers where batch_id = ${batchId} order by reader_no`
    ).map((row) => [row.lane, row.after]);

  test('people who join one after the other start in different lanes, however the slots of a span lie on disk', async () => {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const columns = await writableColumns(t.admin, 'slots');
    // The first span of the first lane, its last place foremost.
    await t.admin.unsafe(`
      with gone as (delete from slots where batch_id = '${batchId}' and lane = 1 and sort_key < 8 returning *)
      insert into slots (${columns}) select ${columns} from gone order by sort_key desc`);
    const onDisk = await t.admin`select lane, (array_agg(sort_key::int order by ctid))[1] as head from slots
      where batch_id = ${batchId} and sort_key < 8 group by lane order by lane`;
    expect(onDisk.map((row) => row.head)).toEqual([7, 0, 0]);
    await makeReaders(scene, batchId, 6);
    expect(await startsOf(batchId)).toEqual([1, 2, 3, 1, 2, 3].map((lane) => [lane, -1]));
  });

  test('whoever reads in a span does not make its lane one that is farther on: the next person starts where fewer are', async () => {
    const batchId = await makeBatch(scene, { overlap: 2 });
    const [, second] = await makeReaders(scene, batchId, 3);
    await claimNextTasks(second!, { batchId, tier: 'label', limit: 3 });
    await makeReaders(scene, batchId, 1);
    expect((await startsOf(batchId)).map(([lane]) => lane)).toEqual([1, 2, 1, 2]);
  });

  test('a lane that is a span farther on is the last to be started in', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, prefetch: 8 });
    const [first] = await makeReaders(scene, batchId, 2);
    await claimNextTasks(first!, { batchId, tier: 'label', limit: 8 });
    await makeReaders(scene, batchId, 2);
    expect((await startsOf(batchId)).map(([lane]) => lane)).toEqual([1, 2, 2, 2]);
  });
});
