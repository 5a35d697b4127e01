import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Database } from '#db/client.ts';
import * as schema from '#db/schema/index.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched, type Said } from '#db/testing/plan-rows.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newIds } from '#server/core/ids.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { KEY_WINDOW, LATE_WINDOW } from './claim-queries.ts';
import { joinBatch } from './join-batch.ts';
import { insertTasks } from './load-queries.ts';
import { planLanes } from './pool-rules.ts';
import type { Tier } from './rules.ts';
import { skipTask } from './skip-task.ts';

const TASKS = 20_000;
/** An open slot of the window, the look at what its reader had of the case, and a margin for reader, terms and edges. */
const WINDOW = 2 * KEY_WINDOW + 100;
/** In a late lane also whether a lower slot of the case is open, which looks at all slots of one case. */
const LATE = 8 * LATE_WINDOW + 100;

/*
 * What a claim costs when nothing comes easily: everything ahead is read, and what lies behind or late is all of cases that
 * the person may not have. The planner knows nothing of the batch.
 */
describe('a sweep touches its window, and a late lane its own', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: postgres.Sql;
  let said: Said[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 10,
      leavesBroken: {
        rules: 'all',
        because: 'makes tens of thousands of reads by hand, without their labels',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 2 });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels');
    spy = postgres(t.url, {
      max: 2,
      onnotice: () => {},
      debug: (_connection, query, parameters) => {
        if (/\bfrom slots\b/.test(query)) said.push({ query, parameters: parameters as unknown[] });
      },
    });
  });
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  /** A batch of 20,000 cases, overlap 3, of which the person has read every one: two reads of each stay open. */
  async function readThrough(): Promise<{ batchId: string; who: OrgContext }> {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const ids = newIds(TASKS);
    await t.db.transaction((tx) =>
      insertTasks(tx, {
        batchId,
        from: 100,
        caseIds: ids,
        taskIds: ids,
        overlap: 3,
        lanes: planLanes({ tasks: ids.length, overlap: 3, pools: null, seed: 1 }),
        readsNeeded: ids.map(() => 3),
        dealt: false,
        strata: null,
      }),
    );
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await t.sql`update slots set status = 'submitted', terms_no = 1, annotator_id = ${who.actor.personId},
      lease_id = gen_random_uuid() where batch_id = ${batchId} and slot_no = 0`;
    const [{ n, last }] = (await t.sql`select count(*)::int as n, max(sort_key)::text as last from slots
      where batch_id = ${batchId} and slot_no = 0`) as unknown as [{ n: number; last: string }];
    await t.sql`update readers set claimed = ${n}, submitted = ${n}, after_key = ${last}
      where batch_id = ${batchId} and annotator_id = ${who.actor.personId}`;
    return { batchId, who };
  }

  /** Claims until the search has gone through everything; the statements it sent. */
  async function searchAll(as: OrgContext, batchId: string, tier: Tier): Promise<Said[]> {
    said = [];
    const db: Database = drizzle(spy, { schema, casing: 'snake_case' });
    const who = { ...as, db };
    for (let call = 0; call < 200; call += 1) {
      const found = await claimNextTasks(who, { batchId, tier, limit: 1 });
      expect(found.leases).toEqual([]);
      if (found.retryAfterMs === null || !/search/i.test(JSON.stringify(found.reasons))) break;
    }
    return said.filter(({ query }) => /for update of s skip locked/.test(query));
  }

  async function mostTouched(statements: readonly Said[], mode: (typeof PLAN_MODES)[number]) {
    let most = 0;
    for (const one of statements) most = Math.max(most, await rowsTouched(t.admin, one, mode));
    return most;
  }

  test('behind the cursors: 40,000 open slots of cases the person has read, window by window', async () => {
    const { batchId, who } = await readThrough();
    const statements = await searchAll(who, batchId, 'label');
    // Two lanes of 20,000 in windows of 2,000 keys.
    const sweeps = statements.filter(({ query }) => /sweep_key = coalesce/.test(query));
    expect(sweeps.length).toBeGreaterThanOrEqual((2 * TASKS) / KEY_WINDOW);
    for (const mode of PLAN_MODES) expect(await mostTouched(statements, mode)).toBeLessThanOrEqual(WINDOW);
  }, 120_000);

  test('late: 5,000 slots given back of cases the person has read', async () => {
    const { batchId, who } = await readThrough();
    await t.sql`update slots set status = 'accepted', annotator_id = gen_random_uuid(), terms_no = 1, lease_id = gen_random_uuid()
      where batch_id = ${batchId} and status = 'open'`;
    await t.sql`update slots set status = 'open', annotator_id = null, terms_no = null, lease_id = null, lane = 0,
        sort_key = 9000000000000 + sort_key
      where batch_id = ${batchId} and slot_no = 1 and sort_key < 5100`;
    const statements = await searchAll(who, batchId, 'label');
    expect(statements.length).toBeGreaterThan(5000 / LATE_WINDOW);
    for (const mode of PLAN_MODES) expect(await mostTouched(statements, mode)).toBeLessThanOrEqual(LATE);
  }, 120_000);

  test('late: 5,000 cases that the person has passed on, before what was brought forward; each is passed once, and a skip looks at one', async () => {
    const { batchId, who } = await readThrough();
    const { personId } = who.actor;
    const skipped = 5000;
    // The read ones first, in the order of the lane, as skipped by this person; what is brought forward lies beyond.
    await t.sql`update slots set status = 'open', annotator_id = null, terms_no = null, lease_id = null, lane = 0,
        sort_key = 9000000000000 + sort_key
      where batch_id = ${batchId} and slot_no = 0 and sort_key < ${skipped}`;
    await t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, paid_minor)
      select batch_id, ${personId}, task_id, ${scene.clock.now().toISOString()}, gen_random_uuid(), 0, 'label', 'skipped', true, 'other', 0
      from slots where batch_id = ${batchId} and lane = 0`;
    const [{ n }] =
      (await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and lane = 0`) as unknown as [
        { n: number },
      ];
    expect(n).toBeGreaterThan(4000);
    await t.sql`update readers set claimed = claimed + ${n}, skipped = skipped + ${n} where batch_id = ${batchId}`;
    const ids = newIds(3);
    await t.db.transaction((tx) =>
      insertTasks(tx, {
        ...{ batchId, from: 100 + TASKS, caseIds: ids, taskIds: ids, overlap: 3, dealt: false, strata: null },
        lanes: planLanes({ tasks: ids.length, overlap: 3, pools: null, seed: 1 }),
        readsNeeded: ids.map(() => 3),
      }),
    );
    await t.sql`update slots set lane = 0, sort_key = 9500000000000 + sort_key * 16 where batch_id = ${batchId} and slot_no = 0
      and task_id = any(${ids}::uuid[])`;
    await t.sql`update slots set status = 'accepted', annotator_id = gen_random_uuid(), terms_no = 1, lease_id = gen_random_uuid()
      where batch_id = ${batchId} and status = 'open' and lane > 0`;
    const db: Database = drizzle(spy, { schema, casing: 'snake_case' });
    const as = { ...who, db };
    const lateKey = async () => {
      const [row] =
        await t.sql`select late_key from readers where batch_id = ${batchId} and annotator_id = ${personId}`;
      return Number(row!.late_key);
    };
    const claim = async () =>
      (await claimNextTasks(as, { batchId, tier: 'label', limit: 1 })).leases[0]?.leaseId;
    const claimOn = async () => {
      for (let call = 0; call < 60; call += 1) {
        const found = await claim();
        if (found !== undefined) return found;
      }
      throw new Error('Nothing came.');
    };
    const first = await claimOn();
    // Much lies open beyond the mark: the skip leaves it where it is, and looks at one slot, whosever they are.
    const before = await lateKey();
    expect(before).toBeLessThan(9000000000000 + skipped - 1000);
    said = [];
    await skipTask(as, { batchId, leaseId: first, reason: 'not_qualified' });
    expect(await lateKey()).toBe(before);
    const marks = said.filter(({ query }) => /late_key = case/.test(query));
    expect(marks).toHaveLength(1);
    for (const mode of PLAN_MODES) expect(await mostTouched(marks, mode)).toBeLessThanOrEqual(20);
    // What was brought forward is theirs, and then the mark goes on window by window, and stays beyond.
    said = [];
    for (let n = 0; n < 2; n += 1) await claimOn();
    for (let n = 0; n <= skipped / LATE_WINDOW; n += 1) await claim();
    expect(await lateKey()).toBeGreaterThan(9500000000000);
    const looks = said.filter(({ query }) => /late_edge/.test(query));
    for (const mode of PLAN_MODES) expect(await mostTouched(looks, mode)).toBeLessThanOrEqual(LATE);
    said = [];
    expect(await claim()).toBeUndefined();
    const again = said.filter(({ query }) => /late_edge/.test(query));
    for (const mode of PLAN_MODES) expect(await mostTouched(again, mode)).toBeLessThanOrEqual(100);
  }, 120_000);

  test('reviews: 5,000 open ones of cases the reviewer has read themselves (R25)', async () => {
    const { batchId, who } = await readThrough();
    await t.sql`insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status)
      select batch_id, id, 2000, 'review', 1, 0, 9000000000000 + sort_key, 'open' from tasks
      where batch_id = ${batchId} order by sort_key limit 5000`;
    const { personId, orgId } = who.actor;
    await t.sql`insert into engagements (id, project_id, person_id, via_org_id, role, status, created_at)
      select gen_random_uuid(), project_id, ${personId}, ${orgId}, 'reviewer', status, created_at from engagements
      where person_id = ${personId} limit 1`;
    await joinBatch(who, { batchId, tier: 'review' });
    const statements = await searchAll(who, batchId, 'review');
    expect(statements.length).toBeGreaterThan(5000 / LATE_WINDOW);
    for (const mode of PLAN_MODES) expect(await mostTouched(statements, mode)).toBeLessThanOrEqual(LATE);
  }, 120_000);
});
