import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as schema from '#db/schema/index.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched, type Said } from '#db/testing/plan-rows.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newIds } from '#server/core/ids.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { insertTasks } from './load-queries.ts';
import { planLanes } from './pool-rules.ts';
import { countDueRepeats, nextRepeatAt } from './repeat-queries.ts';

const TASKS = 20_000;

/** R23: a person with nothing but repeats left: 1,000 that are due, 9,000 for later days, none known to the planner. */
describe('the claim of repeats', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: postgres.Sql;
  let batchId: string;
  let who: OrgContext;
  const said: Said[] = [];
  const asked: Said[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 4,
      leavesBroken: { rules: 'all', because: 'makes twenty thousand reads by hand, without their labels' },
    });
    scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels');
    batchId = await makeBatch(scene, { overlap: 1, caseLimit: 1 });
    const ids = newIds(TASKS);
    await t.db.transaction((tx) =>
      insertTasks(tx, {
        batchId,
        from: 1,
        caseIds: ids,
        taskIds: ids,
        overlap: 1,
        lanes: planLanes({ tasks: TASKS, overlap: 1, pools: null, seed: 1 }),
        readsNeeded: ids.map(() => 2),
        dealt: false,
      }),
    );
    [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { personId } = who.actor;
    const now = scene.clock.now().getTime() * 1000;
    // Ten reads were returned for correction; their repeats are due first, and must wait.
    await t.sql`update slots set status = case when sort_key < 10 then 'returned' else 'submitted' end, terms_no = 1,
      lease_id = gen_random_uuid(), annotator_id = ${personId} where batch_id = ${batchId}`;
    await t.sql`insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
      select batch_id, task_id, 10000000, 'label', 2, 0, ${now}::bigint + (sort_key - 1000) * 1000000, 'open', ${personId}
      from slots where batch_id = ${batchId} and sort_key < 10000`;
    await t.sql`update readers set claimed = ${TASKS}, submitted = ${TASKS}, repeats = 10000 where batch_id = ${batchId}`;
    spy = postgres(t.url, {
      max: 2,
      onnotice: () => {},
      debug: (_connection, query, parameters) => {
        if (query.includes("'repeat' as source")) said.push({ query, parameters: parameters as unknown[] });
        if (query.includes('limit $') && query.includes(') due'))
          asked.push({ query, parameters: parameters as unknown[] });
        if (query.includes('min(s.sort_key)')) asked.push({ query, parameters: parameters as unknown[] });
      },
    });
  });
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  test('takes those that are due, in the order in which they opened, and passes over those whose read was returned', async () => {
    const db = drizzle(spy, { schema, casing: 'snake_case' });
    const { leases } = await claimNextTasks({ ...who, db }, { batchId, tier: 'label', limit: 3 });
    expect(leases.map((lease) => lease.round)).toEqual([2, 2, 2]);
    const taken = await t.sql<
      { at: string }[]
    >`select s.sort_key as at from slots s where batch_id = ${batchId}
      and status = 'leased' order by 1`;
    const [first] = await t.sql<{ at: string }[]>`select min(sort_key) as at from slots
      where batch_id = ${batchId} and round = 2 and reserved_for is not null`;
    expect(taken.map((one) => (Number(one.at) - Number(first!.at)) / 1_000_000)).toEqual([10, 11, 12]);
    expect(said).toHaveLength(1);
  });

  test('are counted for the list to a hundred, and the next that waits for a day is found', async () => {
    const db = drizzle(spy, { schema, casing: 'snake_case' });
    const now = scene.clock.now();
    const key = { batchId, annotatorId: who.actor.personId, tier: 'label' as const, now };
    expect(await countDueRepeats(db, { ...key, most: 100 })).toBe(100);
    expect(await nextRepeatAt(spy, key)).toEqual(new Date(now.getTime() + 1000));
    expect(asked).toHaveLength(2);
  });

  test.each(PLAN_MODES)('the list looks at no more than it counts, whatever waits (%s)', async (mode) => {
    // A hundred that are due with the read before each, and ten whose read was returned.
    const [count, next] = asked as [Said, Said];
    expect(await rowsTouched(t.admin, count, mode)).toBeLessThanOrEqual(400);
    expect(await rowsTouched(t.admin, next, mode)).toBeLessThanOrEqual(10);
  });

  test.each(PLAN_MODES)('touches at most 100 rows, whatever waits (%s)', async (mode) => {
    const [claim] = said as [Said];
    const rows = await rowsTouched(t.admin, claim, mode);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThanOrEqual(100);
  });
});
