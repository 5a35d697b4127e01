import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { checkLargeBatches } from './checked-finals.ts';
import { measureAgain } from './measure-again.ts';

describe('the check of large batches with gold (R12)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: ['a batch that is loaded has as many cases, and as much gold to deal, as it says'],
        because: 'batches of three cases say that they have thousands, to be counted as large ones',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 4, gold: { 0: { grade: ['2'] } } });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });

  /** A batch that counts as large, whose one known case has this final label, never checked or before it was settled. */
  async function makeLarge(fields: unknown, isChecked: boolean): Promise<string> {
    const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 1000, overlap: 1 });
    await t.sql`update batches set task_count = 3000 where id = ${batchId}`;
    const [gold] = await t.sql`select task_id from gold_answers where batch_id = ${batchId}`;
    const now = scene.clock.now().toISOString();
    const earlier = new Date(scene.clock.now().getTime() - 30_000).toISOString();
    await t.sql`insert into final_labels (batch_id, task_id, version, case_id, fields, method, sources, cost_minor, currency, settled_at)
      select ${batchId}, id, 1, case_id, ${JSON.stringify(fields)}::text::jsonb, 'single', '[]', 0, 'USD', ${now} from tasks
      where batch_id = ${batchId} and id = ${gold!.task_id}`;
    await t.sql`update tasks set status = 'final' where batch_id = ${batchId} and id = ${gold!.task_id}`;
    await t.sql`insert into roll_up_marks (batch_id, horizon, floor_at, complete_to, advanced_at, checked_at)
      values (${batchId}, 0, ${now}, ${now}, ${now}, ${isChecked ? earlier : null})
      on conflict (batch_id) do update set checked_at = excluded.checked_at`;
    return batchId;
  }
  const checked = async (batchId: string) =>
    (await t.sql`select checked, checked_right as "right" from roll_up_marks where batch_id = ${batchId}`)[0];

  test('one that cannot be checked, which stays the first that is due, keeps no other from it', async () => {
    const broken = await makeLarge({ grade: { value: '2' } }, false);
    const sound = await makeLarge({ grade: { value: '2', confidence: 1, votes: [], path: 'single' } }, true);
    expect(await checkLargeBatches(system())).toBe(2);
    expect(await checked(sound)).toEqual({ checked: 1, right: 1 });
    expect(await checked(broken)).toEqual({ checked: 0, right: 0 });
  });

  test('once more after the settlement: a label that was contradicted holds no longer, though no new one came', async () => {
    const batchId = await makeLarge(
      { grade: { value: '2', confidence: 1, votes: [], path: 'single' } },
      true,
    );
    scene.clock.advance(HOUR);
    await checkLargeBatches(system());
    expect(await checked(batchId)).toEqual({ checked: 1, right: 1 });
    await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and id in
      (select task_id from gold_answers where batch_id = ${batchId})`;
    scene.clock.advance(HOUR);
    await checkLargeBatches(system());
    expect(await checked(batchId)).toEqual({ checked: 1, right: 1 });
    await t.sql`update batches set status = 'settled', settled_at = ${scene.clock.now().toISOString()}
      where id = ${batchId}`;
    scene.clock.advance(HOUR);
    await checkLargeBatches(system());
    expect(await checked(batchId)).toEqual({ checked: 0, right: 0 });
  });

  test('one that was settled is checked again when it is measured again: after an appeal, or a false alarm', async () => {
    const fields = { grade: { value: '2', confidence: 1, votes: [], path: 'single' } };
    const batchId = await makeLarge(fields, true);
    const minutesAgo = (n: number) => new Date(scene.clock.now().getTime() - n * 60_000).toISOString();
    await t.sql`update batches set status = 'settled', settled_at = ${minutesAgo(60)} where id = ${batchId}`;
    await t.sql`update roll_up_marks set checked_at = ${minutesAgo(30)} where batch_id = ${batchId}`;
    await checkLargeBatches(system());
    expect(await checked(batchId)).toEqual({ checked: 0, right: 0 });
    await measureAgain(system(), { batchId });
    expect(await checked(batchId)).toEqual({ checked: 1, right: 1 });
  });
});
