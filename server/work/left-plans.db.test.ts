import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { readMuch } from '#db/testing/hostile-batch.ts';
import { type HotSpy, listTooMuch, spyOnHot } from '#db/testing/hot-spy.ts';
import { PLAN_MODES } from '#db/testing/plan-rows.ts';
import type { OrgContext } from '#server/command/context.ts';
import { hotSql } from './hot-sql.ts';
import { countOpen, whatIsLeft } from './left-queries.ts';

/** Open slots that a line of the list counts here. */
const MOST = 50;
/** Leases that are out, which are looked at as a whole (a bitmap and its rows). */
const HELD = 40;
/** Pools as a reader may have them, in a batch without pools and in one whose open reads are all of pool 2 and its late lane. */
const PLAIN = { from: 0, to: 0 };
const [BEFORE, OWN, BEYOND] = [1, 2, 3].map((no) => ({ from: no, to: no })) as [P, P, P];
type P = { from: number; to: number };

/*
 * What is left of a batch in which a hundred thousand reads are open and of which the planner's statistics know nothing: for a
 * line of the list of work, and for the words of a claim that came back empty.
 */
describe('what is left of a batch', () => {
  let t: TestDatabase;
  let spy: HotSpy;
  let plain: string;
  let shared: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: 'all',
        because: 'makes tens of thousands of reads by hand, without their labels',
      },
    });
    const scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels');
    spy = spyOnHot(t.url);
    const wide = async () => {
      const batchId = await makeBatch(scene, { overlap: 3 });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      const { personId } = who.actor;
      await readMuch(t.sql, { batchId, personId, overlap: 3, held: HELD, isWide: true });
      return batchId;
    };
    [plain, shared] = [await wide(), await wide()];
    // Slots 0 and 1 to pool 2, and slot 2 to its late lane.
    await t.sql`update slots set lane = case when lane = 3 then -2 else lane + 200 end where batch_id = ${shared}`;
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  test('is counted so far, in the lanes of the reader alone', async () => {
    const open = (batchId: string, pools: P | null, tier: 'label' | 'review' = 'label') =>
      countOpen(hotSql(t.db), { batchId, tier, pools, most: MOST });
    expect(await Promise.all([PLAIN, null].map((pools) => open(plain, pools)))).toEqual([MOST, MOST]);
    expect(await Promise.all([BEFORE, OWN, BEYOND, null].map((pools) => open(shared, pools)))).toEqual([
      ...[0, MOST, 0, MOST],
    ]);
    expect(await open(plain, PLAIN, 'review')).toBe(0);
    const left = (batchId: string, pools: P) => whatIsLeft(hotSql(t.db), { batchId, tier: 'label', pools });
    expect(await left(plain, PLAIN)).toEqual({ isOpen: true, isElsewhere: false, isLeased: true });
    expect(await left(shared, OWN)).toEqual({ isOpen: true, isElsewhere: false, isLeased: true });
    for (const pools of [BEFORE, BEYOND])
      expect(await left(shared, pools)).toEqual({ isOpen: false, isElsewhere: true, isLeased: true });
  });

  test.each(PLAN_MODES)('no more is looked at than is counted, whosever it is (%s)', async (mode) => {
    for (const [batchId, pools] of [
      [plain, PLAIN],
      ...[BEFORE, OWN, BEYOND].map((pools) => [shared, pools] as const),
    ] as const)
      for (const ask of [
        () => countOpen(hotSql(spy.db), { batchId, tier: 'label', pools, most: MOST }),
        () => whatIsLeft(hotSql(spy.db), { batchId, tier: 'label', pools }),
      ]) {
        await spy.during<unknown>(ask);
        expect(await listTooMuch(t.admin, spy.statements(), mode, () => MOST + 2 * HELD + 2)).toEqual([]);
      }
  });
});
