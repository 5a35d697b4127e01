import type postgres from 'postgres';
import { writableColumns } from './writable-columns.ts';

/** Cases that one person has worked on in a batch, as the worst of readers has. */
export const READS = 50_000;
/** Cases behind them that nobody has come to. */
const AHEAD = 6000;
/** Cases behind them that the person has passed on. */
const SKIPPED = 2000;
/** Sort key of the first: the batch's own cases come before it. */
const FIRST = 100;

/**
 * Makes a batch hostile, in bulk and after the last ANALYZE: 50,000 cases that the person has read or holds, thousands that they passed on
 * or that are open. With `isWide` the other reads of what they have read are open too. The labels are not made.
 */
export async function readMuch(
  sql: postgres.Sql,
  of: { batchId: string; personId: string; overlap: number; held: number; isWide: boolean },
): Promise<void> {
  const { batchId, personId } = of;
  const end = FIRST + READS;
  await sql`insert into tasks (batch_id, id, case_id, sort_key, status, reads_needed)
    select ${batchId}::uuid, gen_random_uuid(), gen_random_uuid(), n, 'open', ${of.overlap}::int
    from generate_series(${FIRST}::int, ${end + AHEAD - 1}::int) n`;
  await sql`insert into slots (batch_id, task_id, slot_no, tier, lane, sort_key, status, annotator_id, lease_id, lease_until, terms_no)
    select t.batch_id, t.id, k, 'label', k + 1, t.sort_key, o.status,
      case when o.status <> 'open' then ${personId}::uuid end, case when o.status <> 'open' then gen_random_uuid() end,
      case when o.status <> 'open' then '2100-01-01T00:00:00Z'::timestamptz end, case when o.status <> 'open' then 1 end
    from tasks t cross join generate_series(0, ${of.overlap - 1}::int) k
    cross join lateral (select case when k > 0 or t.sort_key >= ${end} then 'open'
      when t.sort_key >= ${end - of.held}::int then 'leased' else 'submitted' end as status) o
    where t.batch_id = ${batchId} and not t.is_dealt_gold and t.sort_key >= ${FIRST} and (k = 0 or t.sort_key >= ${end} or ${of.isWide}::boolean)`;
  await sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, paid_minor)
    select batch_id, ${personId}, id, '2026-01-01T00:00:00Z', gen_random_uuid(), 0, 'label', 'skipped', true, 'other', 0
    from tasks where batch_id = ${batchId} and not is_dealt_gold and sort_key >= ${end + AHEAD - SKIPPED}::int`;
  await sql`update readers set after_key = ${end - 1}, claimed = ${READS}, submitted = ${READS - of.held},
    held = array(select task_id from slots where batch_id = ${batchId} and annotator_id = ${personId} and tier = 'label' and status = 'leased')
    where batch_id = ${batchId} and annotator_id = ${personId} and tier = 'label'`;
}

/** 50,000 cases on which the person has worked at another tier, of those that `readMuch` made; `slotNo` as that tier numbers its slots. */
export async function checkMuch(
  sql: postgres.Sql,
  of: { batchId: string; personId: string; tier: 'review' | 'audit' | 'adjudicate'; slotNo: number },
): Promise<void> {
  const { batchId, personId } = of;
  await sql`insert into slots (batch_id, task_id, slot_no, tier, lane, sort_key, status, annotator_id, lease_id, lease_until, terms_no)
    select batch_id, id, ${of.slotNo}::int, ${of.tier}, 0, sort_key, 'accepted', ${personId}::uuid, gen_random_uuid(),
      '2026-01-01T00:00:00Z', 1
    from tasks where batch_id = ${batchId} and not is_dealt_gold and sort_key between ${FIRST} and ${FIRST + READS - 1}`;
  await sql`update readers set claimed = ${READS}, submitted = ${READS} where batch_id = ${batchId}
    and annotator_id = ${personId} and tier = ${of.tier}`;
}

/** Thousands of other people in other batches, as the person has joined this one: without statistics the planner gives some to each. */
export async function fillElsewhere(
  sql: postgres.Sql,
  of: { batchId: string; personId: string },
): Promise<void> {
  const columns = await writableColumns(sql, 'readers');
  await sql`insert into readers (${sql.unsafe(columns)}) select ${sql.unsafe(columns)} from (
    select (jsonb_populate_record(r, jsonb_build_object('batch_id', gen_random_uuid(), 'annotator_id', gen_random_uuid(), 'held', '{}'))).*
    from readers r cross join generate_series(1, 9000) n
    where r.batch_id = ${of.batchId} and r.annotator_id = ${of.personId} and r.tier = 'label') copied`;
}
