import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { HOT_TABLES } from '#db/append-only.ts';
import type { Database } from '#db/client.ts';
import * as schema from '#db/schema/index.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched, type Said } from '#db/testing/plan-rows.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { newIds } from '#server/core/ids.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { extendLease } from './extend-lease.ts';
import { insertTasks } from './load-queries.ts';
import { planLanes } from './pool-rules.ts';
import { viewMyLeases, viewProgress } from './reading-views.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitAndNext, submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/*
 * Every statement that a reader's clicks send, as it is sent: recorded while somebody reads in a batch that the planner's
 * statistics know nothing of, who has read 10,000 cases of it, skipped 2,000 and holds 40.
 */

const TASKS = 20_000;
/** What the recorded run has added, and would be in the way of running it again. */
const FORGET = `delete from slot_releases where at > '2026-06-01T00:00:00Z'`;
const touches = new RegExp(`\\b(from|join|update|into)\\s+"?(${HOT_TABLES.join('|')})"?\\b`, 'i');
const oneBatch = /batch_id"?\s*=\s*(any \()?\$\d+|\(\s*"?batch_id"?.*\)\s*(values\s*\(\$\d+|select \$\d+)/is;

/** The window of an earlier batch's tasks (prior-look.ts); on 20,000 tasks prior-look.db.test.ts tries it. */
const LOOK = /with next as materialized/;

/** Statements that look over batches, once a minute for a reader, and why they may. */
const OVER_BATCHES = [
  /from readers r\s+where r.annotator_id = \$1 and r.active_day/, // Active minutes of a day, whatever was read.
  /from batches b left join readers|select id from batches where status/,
  /from readers r join batches o on o.id = r.batch_id/, // Batches that were joined before, whose readers are kept away here.
  LOOK, // Their tasks beside those of this one, a window at a time: two batches, a name each.
];

describe('what a reader’s clicks ask of the database', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: postgres.Sql;
  const said: Said[] = [];
  let isListening = false;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 10,
      leavesBroken: 'makes ten thousand reads by hand, without their labels',
    });
    scene = await makeWorkScene(t.db, {
      cases: 42,
      gold: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i, { grade: ['2'] }])),
    });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels, drafts, gold_answers');
    spy = postgres(t.url, {
      max: 4,
      onnotice: () => {},
      debug: (_connection, query, parameters) => {
        if (isListening && touches.test(query)) said.push({ query, parameters: parameters as unknown[] });
      },
    });
    const db: Database = drizzle(spy, { schema, casing: 'snake_case' });
    await read(db, await alsoReadsElsewhere(await hostileBatch({ goldMode: 'none' })));
    await read(db, await hostileBatch({ goldMode: 'dealt', goldShareBasisPoints: 5000 }));
    await read(db, await hostileBatch({ goldMode: 'dealt', goldShareBasisPoints: 5000, rounds: 2 }));
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  /** A batch made after the last ANALYZE, with a person who has been at it for weeks. */
  async function hostileBatch(more: object): Promise<{ batchId: string; who: OrgContext }> {
    const batchId = await makeBatch(scene, { overlap: 3, prefetch: 20, ...more });
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
    const { personId } = who.actor;
    await t.sql`update slots set status = case when sort_key < 9960 then 'submitted' else 'leased' end, terms_no = 1,
      annotator_id = ${personId}, lease_id = gen_random_uuid(), lease_until = ${'2100-01-01T00:00:00Z'}
      where batch_id = ${batchId} and lane = 1 and sort_key < 10000`;
    await t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes,
        reason, paid_minor)
      select batch_id, ${personId}, id, ${'2026-01-01T00:00:00Z'}, gen_random_uuid(), 0, 'label', 'skipped', true, 'other', 0
      from tasks where batch_id = ${batchId} and sort_key between 12000 and 14000`;
    await t.sql`update readers set after_key = 9999, claimed = 10000, submitted = 9960 where batch_id = ${batchId}
      and annotator_id = ${personId}`;
    return { batchId, who };
  }

  /** Its reader joined another batch before, which keeps the readers of this one away; its only case is final. */
  async function alsoReadsElsewhere(of: { batchId: string; who: OrgContext }) {
    const earlier = await makeBatch(scene, { caseLimit: 1, excludePriorReaders: 'siblings' });
    const columns = await writableColumns(t.sql, 'readers');
    await t.sql`insert into readers (${t.sql.unsafe(columns)}) select ${t.sql.unsafe(columns)} from (
      select (jsonb_populate_record(r, jsonb_build_object('batch_id', ${earlier}::uuid, 'joined_at', 'epoch'))).* from readers r
      where r.batch_id = ${of.batchId} and r.annotator_id = ${of.who.actor.personId}) copied`;
    await t.sql`update tasks set status = 'final' where batch_id = ${earlier}`;
    return of;
  }

  /** Everything that one does at a desk. */
  async function read(
    db: Database,
    { batchId, who: as }: { batchId: string; who: OrgContext },
  ): Promise<void> {
    const who: OrgContext = { ...as, db };
    const key = { batchId, tier: 'label' as const };
    const label = () => ({ labelId: randomUUID(), answers: { grade: '2' }, activeMs: 5 });
    isListening = true;
    const { leases } = await claimNextTasks(who, { ...key, limit: 8 });
    expect(leases.length).toBeGreaterThan(4);
    const [one, two, three, four, five] = leases.map((lease) => lease.leaseId) as [
      string,
      string,
      string,
      string,
      string,
    ];
    await extendLease(who, { batchId, leaseIds: [one, two] });
    await saveDraft(who, { batchId, leaseId: one, answers: { grade: '1' }, activeMs: 3 });
    await submitLabel(who, { batchId, leaseId: one, ...label() });
    await submitAndNext(who, { batchId, leaseId: two, ...label(), limit: 1 });
    await skipTask(who, { batchId, leaseId: three, reason: 'unreadable' });
    await releaseLeases(who, { batchId, leaseIds: [four] });
    await claimNextTasks(who, { ...key, limit: 1 });
    await viewProgress(who, key);
    await viewMyLeases(who, key);
    scene.clock.advance(2 * MINUTE);
    await submitAndNext(who, { batchId, leaseId: five, ...label(), limit: 1 });
    await reclaimLeases(systemContext({ db, clock: scene.clock, name: 'test', requestId: randomUUID() }));
    isListening = false;
  }

  const statements = () => [...new Map(said.map((one) => [one.query, one])).values()];

  test('Citus: every statement on a hot table names one batch, save those listed that look over a person’s batches', () => {
    expect(statements().length).toBeGreaterThan(25);
    expect(statements().some(({ query }) => LOOK.test(query))).toBe(true);
    const astray = statements().filter(
      ({ query }) => !oneBatch.test(query) && !OVER_BATCHES.some((known) => known.test(query)),
    );
    expect(astray.map((one) => one.query)).toEqual([]);
  });

  test('no index on readers holds what a claim or a submit counts, so that their updates are heap-only', async () => {
    const rows = await t.admin<{ column: string }[]>`
      select distinct a.attname as column from pg_index i
      join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.refobjid = i.indrelid and d.refobjsubid > 0
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
      where i.indrelid = 'readers'::regclass union
      select distinct a.attname from pg_index i join pg_constraint k on k.conindid = i.indexrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (k.conkey) where i.indrelid = 'readers'::regclass`;
    expect(rows.map((row) => row.column).sort()).toEqual([
      'annotator_id',
      'batch_id',
      'is_unposted',
      'joined_at',
      'reader_no',
      'tier',
    ]);
  });

  test.each(PLAN_MODES)(
    'none touches more than its rows, whatever the planner believes (%s)',
    async (mode) => {
      const tooMuch: { rows: number; query: string }[] = [];
      for (const { query, parameters } of statements()) {
        if (!/^\s*(with|select|update|insert|delete)/i.test(query)) continue;
        const rows = await rowsTouched(t.admin, { query, parameters }, mode, FORGET);
        if (rows > allowed(query)) tooMuch.push({ rows, query });
      }
      expect(tooMuch).toEqual([]);
    },
  );
});

/** 100 rows; what a person holds is asked for whole (the page that opens again), and so are leases that ran out. */
function allowed(query: string): number {
  const isOwnLeases = /order by exists \(select 1 from drafts/.test(query);
  const isReclaim = /for update of s skip locked/.test(query) && /lease_until <= /.test(query);
  return isOwnLeases || isReclaim ? 3000 : 100;
}
