import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { shutCasesOf } from '#server/datasets/shut-cases.ts';
import { slotsOut } from './held-slots.ts';
import { NOBODY } from './park-queries.ts';
import { SLOTS_PER_USE } from './rules.ts';

/** Submits of label work that bring a batch no nearer to its end. */
export type Besides = {
  /** First reads that wait for their readers' correction, that these hold to correct, or have handed in again. */
  corrected: number;
  /** Repeats handed in (R23), and those of them that were rejected, in whose place nothing is read. */
  repeats: number;
  rejectedRepeats: number;
  /** First reads that were rejected, or given by a reviewer to somebody else: another takes the place of each (R31). */
  replaced: number;
  /** First reads that nobody makes while their cases are out of work: unusable, or shut for an incident (R24). */
  givenUp: number;
};

/**
 * What was submitted in some batches besides the first reads they are to have (`slotCount` less `askedRepeats`), by the readers' own rows.
 * Of repeats that were taken, those still held are none of the submitted. Dealt gold is left in. A read is given to somebody else by
 * reviews only; where none was made, it is not looked for. Indexes: the primary keys, readers_holding_idx, slots_aside_idx,
 * slots_reserved_idx, slot_releases_returned_idx.
 */
export async function submittedBesides(
  q: Queryable,
  batchIds: readonly string[],
): Promise<Map<string, Besides>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<Besides & { batchId: string }>(sql`
    select b.id as "batchId", r.corrected + case when r.returned = 0 then 0 else (select count(*)::int from slots s
        where s.batch_id = b.id and s.aside = 'returned' and s.tier = 'label' and s.round = 1) end as corrected,
      r.repeats - case when r.repeats = 0 then 0 else (select count(*)::int from ${slotsOut(sql`b.id`, sql`h.tier = 'label'`)}
        where s.round > 1) end as repeats,
      case when r.rejected = 0 then 0 else (select count(*)::int from slots s
        where s.batch_id = b.id and s.aside = 'rejected' and s.tier = 'label' and s.round > 1) end as "rejectedRepeats",
      case when r.rejected = 0 then 0 else (select count(*)::int from slots s
        where s.batch_id = b.id and s.aside = 'rejected' and s.tier = 'label' and s.round = 1) end
      + case when r.reviewed = 0 then 0 else (select count(*)::int from slot_releases x
        where x.batch_id = b.id and x.tier = 'label' and x.cause = 'returned' and x.slot_no < ${SLOTS_PER_USE}) end as replaced,
      (select count(*)::int from slots s where s.batch_id = b.id and s.reserved_for = ${NOBODY}::uuid and s.annotator_id is null
        and s.tier = 'label' and s.round = 1 and s.slot_no < ${SLOTS_PER_USE}) as "givenUp"
    from batches b
    cross join lateral (
      select coalesce(sum(o.corrected) filter (where o.tier = 'label'), 0)::int as corrected,
        coalesce(sum(o.repeats_taken) filter (where o.tier = 'label'), 0)::int as repeats,
        coalesce(sum(o.returned) filter (where o.tier = 'label'), 0)::int as returned,
        coalesce(sum(o.rejected) filter (where o.tier = 'label'), 0)::int as rejected,
        coalesce(sum(o.submitted) filter (where o.tier = 'review'), 0)::int as reviewed
      from readers o where o.batch_id = b.id) r
    where b.id = any (${sql.param([...batchIds])}::uuid[])`);
  return new Map([...rows].map(({ batchId, ...besides }) => [batchId, besides]));
}

/**
 * Cases of some batches that are shut (R24) or that as many readers passed on as make one unusable, as their vendor is told. Gold that
 * these passed on counts too, though it stays in work, and so does a case that was read before it was shut: what differs
 * between gold and other cases would tell which is gold (R7, R21). Indexes: case_alerts_task_key, tasks_case_idx.
 */
export async function countCasesOut(q: Queryable, batchIds: readonly string[]): Promise<number> {
  if (batchIds.length === 0) return 0;
  const ids = sql`${sql.param([...batchIds])}::uuid[]`;
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select batch_id, task_id from case_alerts where batch_id = any (${ids}) and kind in ('unusable', 'gold_skipped')
      union
      select k.batch_id, k.id from batches b
      cross join lateral ${shutCasesOf(sql`b.dataset_id`)} q
      join tasks k on k.batch_id = b.id and k.case_id = q.case_id
      where b.id = any (${ids})) o`);
  return row?.n ?? 0;
}
