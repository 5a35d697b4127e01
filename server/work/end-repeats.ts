import { sql } from 'drizzle-orm';
import type { CommandTx } from '#server/command/transaction.ts';
import { PARKED } from './park-queries.ts';
import type { Batch } from './reads.ts';
import { isGone } from './returned-reads.ts';

/** Repeats in one transaction. */
const CHUNK = 500;

/**
 * Ends the repeats that wait for readers who have left (R23): nobody else can make them, and their cases would wait for them for ever. As
 * after a skip they are not waited for, nor their later rounds where the whole batch is read in rounds, and the case goes on with the reads
 * that it has. Of a case that is out of work they end when it comes back; one that is held ends once it is given back. In a batch under way, under
 * no other lock; at most 500, returns how many. Lock order: slots, readers, tasks. Indexes: engagements_project_idx, slots_reserved_idx.
 */
export async function endRepeatsOfGone(
  tx: CommandTx,
  batch: Pick<Batch, 'id' | 'projectId' | 'rounds'>,
): Promise<number> {
  const ended = await tx.db.execute<{ taskId: string; slotNo: number; personId: string; round: number }>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo", s.reserved_for as "personId", s.round
    from readers r join slots s on s.batch_id = r.batch_id and s.reserved_for = r.annotator_id and s.tier = r.tier
    where r.batch_id = ${batch.id} and r.tier = 'label' and r.repeats > 0 and s.annotator_id is null and s.round > 1
      and s.sort_key < ${PARKED.toString()}::bigint
      and r.annotator_id in (select x.person_id from engagements x where x.project_id = ${batch.projectId} and x.status = 'ended')
      and ${isGone('r')}
    order by s.task_id, s.slot_no limit ${CHUNK} for update of s skip locked`);
  if (ended.length === 0) return 0;
  const rows = [...ended];
  await tx.db.execute(sql`
    update slots s set status = 'superseded', annotator_id = s.reserved_for
    from unnest(${sql.param(rows.map((one) => one.taskId))}::uuid[], ${sql.param(rows.map((one) => one.slotNo))}::int[])
      as u (task_id, slot_no)
    where s.batch_id = ${batch.id} and s.task_id = u.task_id and s.slot_no = u.slot_no`);
  const byReader = Map.groupBy(rows, (one) => one.personId);
  for (const [personId, own] of [...byReader].sort(([a], [b]) => (a < b ? -1 : 1)))
    await tx.db.execute(sql`update readers set repeats = repeats - ${own.length}::int
      where batch_id = ${batch.id} and annotator_id = ${personId} and tier = 'label'`);
  const byTask = Map.groupBy(rows, (one) => one.taskId);
  for (const [taskId, own] of [...byTask].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const lost = own.reduce((sum, { round }) => sum + Math.max(1, batch.rounds - round + 1), 0);
    await tx.db.execute(sql`update tasks set reads_needed = reads_needed - ${lost}::int,
        status = case when status = 'open' and reads_done >= reads_needed - ${lost}::int then 'labelled' else status end
      where batch_id = ${batch.id} and id = ${taskId}`);
  }
  return rows.length;
}
