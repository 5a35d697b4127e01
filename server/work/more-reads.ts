import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { AppError } from '#server/core/errors.ts';
import { lockBatch } from './batch-queries.ts';
import { insertPriorReaders } from './load-queries.ts';
import { canExtend, overlapRuleOf } from './overlap-rules.ts';
import { recheckSharedReaders } from './prior-reading.ts';
import type { Batch } from './reads.ts';
import { SLOTS_PER_USE } from './rules.ts';

/**
 * Holds a batch in its state and says whether it still reads: a case may be given one read more, or back to its author, only
 * then. Part of the settling of cases, and of reviews (`share`: they write nothing of the batch). Lock order: batch, then tasks and slots.
 */
export async function lockLiveBatch(
  tx: Tx,
  batchId: string,
  how: 'share' | 'update' = 'update',
): Promise<boolean> {
  const batch = await lockBatch(tx, batchId, how);
  return batch?.status === 'open' || batch?.status === 'paused';
}

/** Counts slots that were added to a batch under way, so that progress ends at its end. Under `lockLiveBatch`. */
export async function countMoreSlots(tx: Tx, input: { batchId: string; slots: number }): Promise<void> {
  await tx.execute(
    sql`update batches set slot_count = slot_count + ${input.slots}::int where id = ${input.batchId}`,
  );
}

/**
 * Cases are given one read more. Whichever was final before and was undone (R22) could be read in another batch meanwhile: who
 * has met it there does not get it here, and who reads in both is looked at again. Index: the primary key of final_labels.
 */
export async function keepPriorReadersAway(tx: Tx, batch: Batch, taskIds: readonly string[]): Promise<void> {
  const rows = await tx.execute<{ id: string }>(sql`
    select u.id from unnest(${sql.param([...taskIds])}::uuid[]) as u (id)
    where exists (select 1 from final_labels where batch_id = ${batch.id} and task_id = u.id)`);
  const wereFinal = [...rows].map((row) => row.id);
  if (wereFinal.length === 0) return;
  await insertPriorReaders(tx, batch, wereFinal);
  await recheckSharedReaders(tx, batch, wereFinal);
}

/**
 * A read of a case was undone (R22): takes the one read more back that the case was given beyond its overlap while all others are in,
 * unless somebody has taken it; of a case that was put aside as unusable nothing, which comes back as it was. What its reads say now asks
 * for it anew, or not. Under an update lock of the batch, and one of the task. Index: the primary key of slots.
 */
export async function takeBackExtraRead(tx: Tx, batch: Batch, taskId: string): Promise<void> {
  if (!canExtend(overlapRuleOf(batch))) return;
  const [taken] = await tx.execute<{ n: number }>(sql`
    with extra as (
      select s.slot_no from slots s
      where s.batch_id = ${batch.id} and s.task_id = ${taskId} and s.tier = 'label' and s.status = 'open' and s.round = 1
        and s.slot_no < ${SLOTS_PER_USE}::int and s.label_id is null and s.earlier_label_id is null and s.reserved_for is null
        and (select t.status from tasks t where t.batch_id = ${batch.id} and t.id = ${taskId}) = 'open'
        and ${batch.overlap}::int <= (select count(*) from slots o where o.batch_id = ${batch.id} and o.task_id = ${taskId}
          and o.tier = 'label' and o.round = 1 and o.status in ('submitted', 'accepted'))
        and not exists (select from slots o where o.batch_id = ${batch.id} and o.task_id = ${taskId} and o.tier = 'label'
          and o.slot_no <> s.slot_no and o.status not in ('submitted', 'accepted', 'superseded'))
      for update skip locked),
    gone as (
      delete from slots s using extra e
      where s.batch_id = ${batch.id} and s.task_id = ${taskId} and s.slot_no = e.slot_no returning 1),
    fewer as (
      update tasks set reads_needed = reads_needed - 1, status = 'labelled'
      where batch_id = ${batch.id} and id = ${taskId} and exists (select from gone))
    select count(*)::int as n from gone`);
  if (taken?.n === 1) await countMoreSlots(tx, { batchId: batch.id, slots: -1 });
}

/** A batch, locked, to which checks of its final labels are added; `not_found` when there is none. */
export async function lockForChecks(tx: Tx, batchId: string): Promise<Batch> {
  const batch = await lockBatch(tx, batchId, 'update');
  if (batch !== null) return batch;
  throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
}

/** Adds to what the ledger holds for a batch (R29), in the transaction that reserves it. Under a lock of the batch. */
export async function countMoreReserve(
  tx: Tx,
  input: { batchId: string; amountMinor: bigint },
): Promise<void> {
  await tx.execute(sql`update batches set reserved_minor = reserved_minor + ${input.amountMinor.toString()}::bigint
    where id = ${input.batchId}`);
}
