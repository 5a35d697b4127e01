import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { PARKED } from './park-queries.ts';

/**
 * Takes back the repeats of reads that do not stand any more (rejected, or given to somebody else): nobody is asked for the
 * second of a pair whose first is gone. Where the whole batch is read in rounds, whoever reads the case instead of a first
 * read brings its own repeats, so the task goes on waiting for those; after a repeat nobody does, so its later rounds are not
 * waited for. Lock order: slots, readers, tasks.
 */
export async function dropRepeats(
  tx: Tx,
  input: { batchId: string; taskId: string; reads: readonly { annotatorId: string; round: number }[] },
): Promise<void> {
  if (input.reads.length === 0) return;
  const ids = sql.param(input.reads.map((read) => read.annotatorId));
  const rounds = sql.param(input.reads.map((read) => read.round));
  await tx.execute(sql`
    with gone as (
      delete from slots where batch_id = ${input.batchId} and task_id = ${input.taskId} and tier = 'label' and round > 1
        and status = 'open' and reserved_for = any(${ids}::uuid[])
      returning reserved_for, sort_key),
    counted as (
      update readers r set repeats = r.repeats - g.n
      from (select reserved_for, (count(*) filter (where sort_key < ${PARKED.toString()}::bigint))::int as n from gone group by 1) g
      where r.batch_id = ${input.batchId} and r.annotator_id = g.reserved_for and r.tier = 'label'),
    whole as (select rounds from batches where id = ${input.batchId})
    update tasks set reads_needed = reads_needed - case when (select rounds from whole) = 1
        then (select count(*)::int from gone)
        else (select coalesce(sum(greatest(0, (select rounds from whole) - u.round)), 0)::int
          from unnest(${rounds}::int[]) as u (round) where u.round > 1) end
    where batch_id = ${input.batchId} and id = ${input.taskId}`);
}

/**
 * Takes back those of some repeats, just given back, whose read before was rejected while they were held: they could never be taken again.
 * Where the whole batch is read in rounds nobody waited for them any more. Lock order: slots, readers, tasks.
 */
export async function dropOrphanedRepeats(
  tx: Tx,
  input: { batchId: string; repeats: readonly { taskId: string; slotNo: number }[] },
): Promise<void> {
  if (input.repeats.length === 0) return;
  await tx.execute(sql`
    with gone as (
      delete from slots s using unnest(${sql.param(input.repeats.map((one) => one.taskId))}::uuid[],
        ${sql.param(input.repeats.map((one) => one.slotNo))}::int[]) as u (task_id, slot_no)
      where s.batch_id = ${input.batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no and s.status = 'open'
        and (select true from slots b where b.batch_id = ${input.batchId} and b.annotator_id = s.reserved_for
          and b.task_id = s.task_id and b.tier = s.tier and b.round = s.round - 1
          and b.status not in ('rejected', 'superseded') limit 1) is null
      returning s.task_id, s.reserved_for, s.tier),
    counted as (
      update readers r set repeats = r.repeats - g.n
      from (select reserved_for, tier, count(*)::int as n from gone group by 1, 2 order by 1) g
      where r.batch_id = ${input.batchId} and r.annotator_id = g.reserved_for and r.tier = g.tier)
    update tasks t set reads_needed = t.reads_needed - g.n,
      status = case when t.status = 'open' and t.reads_done >= t.reads_needed - g.n then 'labelled' else t.status end
    from (select task_id, count(*)::int as n from gone group by 1 order by 1) g
    where t.batch_id = ${input.batchId} and t.id = g.task_id
      and (select b.rounds from batches b where b.id = ${input.batchId}) = 1`);
}
