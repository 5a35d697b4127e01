import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Database } from '#db/client.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { tablesWithoutBatch } from '#db/testing/batch-of-statement.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { fillElsewhere, READS, readMuch } from '#db/testing/hostile-batch.ts';
import { type HotSpy, listTooMuch, spyOnHot } from '#db/testing/hot-spy.ts';
import { overstate, PLAN_MODES } from '#db/testing/plan-rows.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { KEY_WINDOW } from './claim-queries.ts';
import { extendLease } from './extend-lease.ts';
import { flagCase } from './flag-case.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { viewCase, viewMyLeases, viewMyWork, viewProgress, viewReading } from './reading-views.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitAndNext, submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/*
 * Every statement that a reader's clicks send, as it is sent: recorded while somebody reads in a batch that the planner's
 * statistics know nothing of, who has read 50,000 cases of it, skipped 2,000 and holds 40. What reviewers, auditors and the panel send is
 * in server/labels/hot-decisions.db.test.ts.
 */

/** The window of an earlier batch's tasks (prior-look.ts); on 20,000 tasks prior-look.db.test.ts tries it. */
const LOOK = /with next as materialized/;

/** Active minutes of a day, whatever was read, where a batch has a limit of them. */
const ACTIVE_TODAY = /from readers r\s+where r.annotator_id = \$1 and r.active_day/;

/** The sum of what somebody has earned by their reads (`summed-pay.ts`). */
const PAY_BY_AGE = /as "waitingMinor"/;

/** Statements that look over batches, once a minute for a reader, and why they may. */
const OVER_BATCHES = [
  ACTIVE_TODAY,
  /from batches b left join readers|select id from batches where status/,
  /from readers r join batches o on o.id = r.batch_id/, // Batches that were joined before, whose readers are kept away here.
  /select r\.batch_id, r\.tier = 'label' and b\.kind = 'training' as is_taught/, // Gold that was met elsewhere in the project, when somebody joins and a minute later.
  LOOK, // Their tasks beside those of this one, a window at a time: two batches, a name each.
  /from batches b\s+join tasks t on t.batch_id = b.id and t.case_id =/, // A case that is quarantined, wherever it is read.
];

/** What is sent only where something is told or in the way, and has been missed before. */
const KNOWN_TO_BE_SENT = [
  LOOK,
  ACTIVE_TODAY,
  /from slot_releases\s+where batch_id = \$1 and annotator_id = \$2 and lease_id/, // What became of a lease that is over.
  /as elsewhere/, // What is left, for the words of a claim that came back empty.
  /insert into drafts[\s\S]*from slots s/, // The time that a heartbeat tells.
  /"readers"\."batch_id" = any/, // One's rows in the batches that the list of work shows.
  /insert into "readers"/, // Somebody joins.
  PAY_BY_AGE, // What one has earned, beside the list of work.
  /l\.answers, r\.comment from slots s/, // What was returned, when a case is opened.
  /s\.reserved_for is null limit 1\),[\s\S]*as "isOpen"/, // Whether anything is open when the money is spent.
];

describe('what a reader’s clicks ask of the database', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: HotSpy;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      max: 10,
      leavesBroken: { rules: 'all', because: 'makes fifty thousand reads by hand, without their labels' },
    });
    scene = await makeWorkScene(t.db, {
      cases: 42,
      gold: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [i, { grade: ['2'] }])),
    });
    await t.admin.unsafe('analyze slots, tasks, readers, terms, slot_releases, labels, drafts, gold_answers');
    // Known answers of other batches, so that reading all of them is no bargain.
    await t.sql`insert into gold_answers (batch_id, task_id, gold_item_id, answers)
      select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{}' from generate_series(1, 20000)`;
    spy = spyOnHot(t.url);
    await read(
      spy.db,
      await alsoReadsElsewhere(
        await hostileBatch({ goldMode: 'none', claimRules: { maxActiveMinutesPerDay: 600 } }, true),
      ),
    );
    await read(
      spy.db,
      await readMuchElsewhere(await hostileBatch({ goldMode: 'dealt', goldShareBasisPoints: 5000 })),
    );
    await read(spy.db, await hostileBatch({ goldMode: 'dealt', goldShareBasisPoints: 5000, rounds: 2 }));
  }, 120_000);
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  /** A batch made after the last ANALYZE, with a person who has been at it for weeks. */
  async function hostileBatch(more: object, isWide = false): Promise<{ batchId: string; who: OrgContext }> {
    const batchId = await makeBatch(scene, { overlap: 3, prefetch: 20, ...more });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await readMuch(t.sql, { batchId, personId: who.actor.personId, overlap: 3, held: 40, isWide });
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

  /** Its reader has read as much in another batch of the project, where its gold could have come to them. */
  async function readMuchElsewhere(of: { batchId: string; who: OrgContext }) {
    const { personId } = of.who.actor;
    const other = await makeBatch(scene, { overlap: 3 });
    const columns = await writableColumns(t.sql, 'readers');
    await t.sql`insert into readers (${t.sql.unsafe(columns)}) select ${t.sql.unsafe(columns)} from (
      select (jsonb_populate_record(r, jsonb_build_object('batch_id', ${other}::uuid, 'last_seen_at', 'infinity', 'held', '{}'))).* from readers r
      where r.batch_id = ${of.batchId} and r.annotator_id = ${personId}) copied`;
    await readMuch(t.sql, { batchId: other, personId, overlap: 3, held: 0, isWide: false });
    await fillElsewhere(t.sql, { batchId: of.batchId, personId });
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
    await spy.during(async () => {
      const { leases } = await claimNextTasks(who, { ...key, limit: 8 });
      expect(leases.length).toBeGreaterThan(6);
      const [one, two, three, four, five, six, seven] = leases.map((lease) => lease.leaseId) as [
        string,
        ...string[],
      ];
      await holdRealCase(batchId, one);
      expect(await viewCase(who, { batchId, leaseId: one })).toMatchObject({ leaseId: one, returned: null });
      const first = label();
      // Twice, as every heartbeat after the first finds the row that it made.
      for (let beat = 1; beat <= 2; beat += 1) {
        scene.clock.advance(SECOND);
        const active = [one, two!].map((leaseId) => ({ leaseId, activeMs: beat * 500 }));
        await extendLease(who, { batchId, leaseIds: [one, two!], active });
      }
      await saveDraft(who, { batchId, leaseId: one, answers: { grade: '1' }, activeMs: 3 });
      await submitLabel(who, { batchId, leaseId: one, ...first });
      await amendLabel(who, {
        batchId,
        labelId: first.labelId,
        newLabelId: randomUUID(),
        answers: { grade: '1' },
        activeMs: 1,
      });
      await submitAndNext(who, { batchId, leaseId: two!, ...label(), limit: 1 });
      await flagCase(who, { batchId, leaseId: three!, kind: 'ask', note: 'Which of the two?' });
      await skipTask(who, { batchId, leaseId: three!, reason: 'unreadable' });
      await releaseLeases(who, { batchId, leaseIds: [four!] });
      await claimNextTasks(who, { ...key, limit: 1 });
      await askOfLost(who, { batchId, lost: four!, submitted: one });
      await viewProgress(who, key);
      await viewReading(who, key);
      await claimInVain(who, key);
      await viewMyLeases(who, key);
      await lookForWork(who, batchId);
      scene.clock.advance(2 * MINUTE);
      await submitAndNext(who, { batchId, leaseId: five!, ...label(), limit: 1 });
      await flagCase(who, { batchId, leaseId: six!, kind: 'phi_seen', note: 'A name is burnt in.' });
      await flagCase(who, { batchId, leaseId: seven!, kind: 'technical', note: 'The view is cut off.' });
      // What was funded is spoken for.
      await t.sql`update batches set reserved_minor = 1 where id = ${batchId}`;
      scene.clock.advance(2 * MINUTE);
      expect((await claimNextTasks(who, { ...key, limit: 1 })).reasons).toMatchObject([
        { code: 'budget.spent' },
      ]);
      await reclaimLeases(systemContext({ db, clock: scene.clock, name: 'test', requestId: randomUUID() }));
    });
  }

  /** What is held was made by hand, without cases: puts one that can be opened under a lease. */
  async function holdRealCase(batchId: string, leaseId: string): Promise<void> {
    const caseId = scene.dataset.cases[41]!.id;
    await t.sql`update tasks set case_id = gen_random_uuid() where batch_id = ${batchId} and case_id = ${caseId}`;
    await t.sql`update tasks set case_id = ${caseId} where batch_id = ${batchId}
      and id = (select task_id from slots where batch_id = ${batchId} and lease_id = ${leaseId})`;
  }

  /** The list of work of whoever reads here, and somebody new who takes up what is most needed. */
  async function lookForWork(who: OrgContext, batchId: string): Promise<void> {
    const { lines } = await viewMyWork(who);
    expect(lines.find((line) => line.batchId === batchId)).toMatchObject({ isAllowed: true });
    const newcomer = { ...(await makeWorker(scene)), db: who.db };
    expect(await joinMostNeeded(newcomer)).toMatchObject({ tier: 'label' });
  }

  /** What a device that was away asks about leases that are over meanwhile. */
  async function askOfLost(
    who: OrgContext,
    of: { batchId: string; lost: string; submitted: string },
  ): Promise<void> {
    const { batchId, lost, submitted } = of;
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 5 };
    const ends = await extendLease(who, { batchId, leaseIds: [lost, submitted] });
    expect(ends.map((one) => one.leaseUntil)).toEqual([null, null]);
    await saveDraft(who, { batchId, leaseId: lost, answers: { grade: '1' }, activeMs: 3 });
    await expect(submitLabel(who, { batchId, leaseId: lost, ...label })).rejects.toMatchObject({
      reason: 'lease_over',
    });
    await expect(submitLabel(who, { batchId, leaseId: submitted, ...label })).rejects.toMatchObject({
      reason: 'lease_unknown',
    });
  }

  /** A claim of somebody who holds as many cases as anybody may. */
  async function claimInVain(who: OrgContext, key: { batchId: string; tier: 'label' }): Promise<void> {
    const hold = (more: number) =>
      t.sql`update readers set claimed = claimed + ${more}::int where batch_id = ${key.batchId}`;
    await hold(1000);
    expect((await claimNextTasks(who, { ...key, limit: 1 })).reasons).toMatchObject([{ code: 'work.held' }]);
    await hold(-1000);
  }

  test('Citus: every hot table that a statement names is held to one batch, save those listed that look over a person’s batches', () => {
    const statements = spy.statements();
    expect(statements.length).toBeGreaterThan(40);
    for (const one of KNOWN_TO_BE_SENT) expect(statements.some(({ query }) => one.test(query))).toBe(true);
    const astray = statements
      .filter(({ query }) => !OVER_BATCHES.some((known) => known.test(query)))
      .map(({ query }) => ({ query, without: tablesWithoutBatch(query) }));
    expect(astray.filter((one) => one.without.length > 0)).toEqual([]);
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
      'is_holding',
      'is_unposted',
      'joined_at',
      'reader_no',
      'tier',
    ]);
  });

  test.each(PLAN_MODES)(
    'no hot one touches more than 100 rows, and no other more than is said of it, whatever the planner believes (%s)',
    async (mode) => {
      expect(await listTooMuch(t.admin, spy.statements(), mode, allowed)).toEqual([]);
    },
  );

  test.each(PLAN_MODES)(
    'nor when it takes the tables for fifty times as full as they are (%s)',
    async (mode) => {
      await overstate(t.admin);
      expect(await listTooMuch(t.admin, spy.statements(), mode, allowed)).toEqual([]);
    },
  );
});

/** What no hot statement may exceed. */
const MOST_ROWS = 100;

/**
 * Recorded statements that are no hot ones, since no claim, submit or heartbeat sends them and no page asks for them by itself: why each is
 * sent, and how many rows it may touch.
 */
const NOT_HOT: readonly { test: RegExp; rows: number }[] = [
  // A sweep, of its window: each task of an earlier batch once, when somebody joins and when they are looked at again (`prior-look.ts`).
  { test: LOOK, rows: KEY_WINDOW + MOST_ROWS },
  // The list of work and the page of earnings, when their reader opens them. All else there is told by the counters of the reader's row; how many
  // reads are old enough to be shown as accepted only the reads tell (R21), once some can be. They are gone through at most every ten
  // minutes for a person in a process, and then as little as all that they have read (`COUNTED_SECONDS`).
  { test: PAY_BY_AGE, rows: READS + MOST_ROWS },
  // All known answers of a batch, which a process asks for once and remembers (`goldOf`): some 80 here, as many as its gold elsewhere.
  {
    test: /^select "batch_id", "task_id", "gold_item_id", .* where "gold_answers"."batch_id" = \$1$/,
    rows: MOST_ROWS,
  },
];

const allowed = (query: string): number => NOT_HOT.find((one) => one.test.test(query))?.rows ?? MOST_ROWS;
