import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { reviews } from '#db/schema/labels.ts';
import { tasks } from '#db/schema/work.ts';

/** The task of a case under decision, locked so that the settling job keeps off. */
export async function lockTask(
  tx: Tx,
  input: { batchId: string; taskId: string },
): Promise<{ taskId: string; caseId: string; status: string } | null> {
  const [row] = await tx
    .select({ taskId: tasks.id, caseId: tasks.caseId, status: tasks.status })
    .from(tasks)
    .where(and(eq(tasks.batchId, input.batchId), eq(tasks.id, input.taskId)))
    .for('update');
  return row ?? null;
}

export async function insertReviews(tx: Tx, rows: readonly (typeof reviews.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(reviews).values([...rows]);
}

/** Gives submitted labels back to their authors; who is counted has one more returned slot to claim. */
export async function returnSlots(
  tx: Tx,
  input: { batchId: string; taskId: string; slotNos: readonly number[] },
): Promise<void> {
  for (const slotNo of [...input.slotNos].sort((a, b) => a - b)) {
    await tx.execute(sql`
      with back as (
        update slots set status = 'returned', lease_id = null, lease_until = null
        where batch_id = ${input.batchId} and task_id = ${input.taskId} and slot_no = ${slotNo} and status = 'submitted'
        returning annotator_id, tier)
      update readers r set returned = returned + 1 from back
      where r.batch_id = ${input.batchId} and r.annotator_id = back.annotator_id and r.tier = back.tier`);
  }
}

/** A label in force with its slot, for a rejection: certain once the case is held. */
export async function findLabelSlot(
  tx: Tx,
  input: { batchId: string; labelId: string },
): Promise<{ taskId: string; slotNo: number; status: string; round: number; annotatorId: string } | null> {
  const [row] = await tx.execute<{
    taskId: string;
    slotNo: number;
    status: string;
    round: number;
    annotatorId: string;
  }>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo", s.status, s.round, s.annotator_id as "annotatorId"
    from labels l join slots s on s.batch_id = l.batch_id and s.task_id = l.task_id and s.slot_no = l.slot_no
      and s.label_id = l.id
    where l.batch_id = ${input.batchId} and l.id = ${input.labelId} and l.tier = 'label'`);
  return row ?? null;
}
