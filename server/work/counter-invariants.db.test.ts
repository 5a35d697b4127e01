import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { rollUpBatch } from '#server/analytics/roll-up.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { amendLabel } from './amend-label.ts';
import { checkWorkInvariants, KEPT_FROM, OF_REPEATS, PASSED_ON } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { GOLD_RECOUNT, RECOUNTS } from './counter-invariants.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { SLOT_BASE } from './rules.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';
import { takeBackFrom, withdrawGold } from './withdraw-gold.ts';

const [RELEASES, REPEATS, CORRECTIONS, SKIPS, CASES, READS, ASKED, HOURS, DAYS] = Object.keys(RECOUNTS) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** A row of slot_releases about a case that its reader holds or has handed in, from before they took it: `more` is cause and excludes. */
const RELEASED = (more: string, of: string, slotNo = 's.slot_no') => `
  insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, paid_minor)
  select s.batch_id, s.annotator_id, s.task_id, s.claimed_at - interval '1 second', gen_random_uuid(), ${slotNo}, s.tier, ${more}, 'other', 0
  from slots s where s.batch_id = $batch and s.status = '${of}' limit 1`;
const COUNTED = `with r as (update readers set claimed = claimed + 1, expired = expired + 1 where batch_id = $batch)`;
const KEPT = (of: string) => `
  insert into reader_exclusions select s.batch_id, s.annotator_id, s.task_id from slots s
  where s.batch_id = $batch and s.status = '${of}' limit 1`;

describe('counters are held against what they count', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let who: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 8,
      fields: [gradeField()],
      gold: { 0: { grade: ['1'] }, 1: { grade: ['2'] }, 2: { grade: ['1'] } },
    });
    batchId = await makeBatch(scene, { overlap: 1, goldMode: 'embedded', prefetch: 20 });
    [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 8 });
    const [skipped, given, lapsed] = await ordinary(leases.map((lease) => lease.leaseId));
    await skipTask(who, { batchId, leaseId: skipped!, reason: 'other' });
    await releaseLeases(who, { batchId, leaseIds: [given!] });
    const labelIds: string[] = [];
    for (const { leaseId } of leases) {
      if ([skipped, given, lapsed].includes(leaseId)) continue;
      const labelId = randomUUID();
      await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1000 });
      labelIds.push(labelId);
    }
    for (const labelId of labelIds)
      await amendLabel(who, {
        batchId,
        labelId,
        newLabelId: randomUUID(),
        answers: { grade: '2' },
        activeMs: 1,
      });
    scene.clock.advance(HOUR);
    await reclaimLeases(system());
    await rollUpBatch(system(), { batchId });
    // What was given back and what ran out come back, the latter this once (ADR 036).
    const claim = async () => (await claimNextTasks(who, { batchId, tier: 'label', limit: 8 })).leases;
    expect([...(await claim()), ...(await claim())]).toHaveLength(2);
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const ordinary = async (leaseIds: string[]) =>
    (
      await t.sql`select s.lease_id from slots s where s.batch_id = ${batchId} and s.lease_id = any(${leaseIds}::uuid[])
        and not exists (select 1 from gold_answers g where g.batch_id = s.batch_id and g.task_id = s.task_id)`
    ).map((row) => row.lease_id as string);

  /** The rules that are broken while `change` has been made, which is then undone. */
  async function brokenBy(change: string): Promise<string[]> {
    const found: string[] = [];
    const undo = new Error('undo');
    await t.db
      .transaction(async (tx) => {
        await tx.execute(sql.raw(change.replaceAll('$batch', `'${batchId}'`)));
        found.push(...(await checkWorkInvariants(tx)).map((one) => one.rule));
        throw undo;
      })
      .catch((error) => expect(error).toBe(undo));
    return found;
  }

  test('they hold for a reader who read gold and other cases, amended, skipped, gave back and let run out', async () => {
    const [row] =
      await t.sql`select skipped, expired, released, gold_n, gold_ok from readers where batch_id = ${batchId}`;
    expect(row).toEqual({ skipped: 1, expired: 1, released: 1, gold_n: 3, gold_ok: 1 });
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test.each([
    [RELEASES, 'update readers set skipped = skipped - 1, expired = expired + 1 where batch_id = $batch'],
    [RELEASES, 'update readers set expired = expired - 1, released = released + 1 where batch_id = $batch'],
    [GOLD_RECOUNT, 'update readers set gold_n = gold_n + 1 where batch_id = $batch'],
    [GOLD_RECOUNT, 'update readers set gold_ok = gold_ok + 1 where batch_id = $batch'],
    [GOLD_RECOUNT, 'update gold_answers set withdrawn_at = now() where batch_id = $batch'],
    [REPEATS, 'update readers set repeats_taken = repeats_taken + 1 where batch_id = $batch'],
    [CORRECTIONS, 'update readers set corrected = corrected + 1 where batch_id = $batch'],
    [SKIPS, 'update tasks set skips = skips + 1 where batch_id = $batch'],
    [CASES, 'update batches set task_count = task_count + 1 where id = $batch'],
    [CASES, 'update batches set gold_count = gold_count + 1 where id = $batch'],
    [READS, 'update batches set slot_count = slot_count - 1 where id = $batch'],
    [ASKED, 'update batches set asked_repeats = 1, slot_count = slot_count + 1 where id = $batch'],
    [ASKED, 'update readers set repeat_rounds = 2 where batch_id = $batch'],
    [HOURS, 'update read_hours set active_ms = active_ms + 1 where batch_id = $batch'],
    [HOURS, 'delete from read_hours where batch_id = $batch'],
    [DAYS, `update answer_days set n = n - 1 where batch_id = $batch and answer = '2'`],
    [DAYS, `insert into answer_days values ($batch, 'grade', '2026-01-01', '3', 1)`],
    [PASSED_ON, COUNTED + RELEASED(`'expired', true`, 'leased')],
    [PASSED_ON, COUNTED + RELEASED(`'expired', true`, 'submitted')],
    [PASSED_ON, RELEASED(`'returned', true`, 'leased')],
    [PASSED_ON, RELEASED(`'returned', false`, 'leased', `${SLOT_BASE.review}`)],
    [OF_REPEATS, COUNTED + RELEASED(`'expired', true`, 'leased', `${SLOT_BASE.repeat}`)],
    [KEPT_FROM, KEPT('leased')],
  ])('%s: seen when broken (%s)', async (rule, change) => {
    expect(await brokenBy(change)).toEqual([rule]);
  });

  test.each([
    [
      'a case that ran out once is in the hands of the same reader',
      COUNTED + RELEASED(`'expired', false`, 'leased'),
    ],
    ['a case is kept from whoever has read it already', KEPT('submitted')],
  ])('none is broken when %s (R23, ADR 036)', async (_, change) => {
    expect(await brokenBy(change)).toEqual([]);
  });

  test('a withdrawn answer counts until what its readers owe to it is taken back, and no longer (R7)', async () => {
    const [gold] =
      await t.sql`select gold_item_id as "goldItemId" from gold_answers g where batch_id = ${batchId}
      and answers ->> 'grade' like '%2%'`;
    const goldItemId = gold!.goldItemId as string;
    const found: unknown[] = [];
    const undo = new Error('undo');
    await t.db
      .transaction(async (db) => {
        await withdrawGold(
          { ...({} as Parameters<typeof withdrawGold>[0]), db, now: scene.clock.now() },
          { goldItemId },
        );
        found.push(await checkWorkInvariants(db));
        await takeBackFrom(db, { batchId, goldItemId, limit: 10 });
        found.push(await checkWorkInvariants(db));
        found.push(
          (await db.execute(sql`select gold_n, gold_ok from readers where batch_id = ${batchId}`))[0],
        );
        throw undo;
      })
      .catch((error) => expect(error).toBe(undo));
    expect(found).toEqual([[], [], { gold_n: 2, gold_ok: 0 }]);
  });
});
