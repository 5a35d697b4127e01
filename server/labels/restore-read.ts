import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { acceptRejectedSlot } from '#server/work/accept-slots.ts';
import { fundRestored } from '#server/work/fund-restored.ts';
import { holdCase } from '#server/work/hold-case.ts';
import { countMoreSlots } from '#server/work/more-reads.ts';
import { recheckSharedReaders } from '#server/work/prior-reading.ts';
import type { Batch } from '#server/work/reads.ts';
import { insertReviews } from './decide-queries.ts';
import { finalLabelsOfTasks } from './reads.ts';
import { BY_APPEAL } from './schemas.ts';
import { setTaskStatus } from './settle-queries.ts';
import { settleWithWhatItHas, sourcesOf, standsWith } from './settle-what-is-left.ts';

/**
 * R31: a rejected read whose rejection was overturned is accepted, paid and counts again, beside the read that took its place. Its case
 * is settled anew where its reads alone have settled it and the batch still is under way; what a person decided, or a settled batch
 * says, stands, with the read among its sources and its cost. Scores follow. Part of `decideAppeal`, which holds the batch. Lock order:
 * slots, readers, task, ledger.
 */
export async function restoreRead(
  tx: CommandTx,
  p: {
    batch: Batch;
    taskId: string;
    slotNo: number;
    labelId: string;
    /** Who decided the appeal, and why. */
    by: string;
    comment: string;
  },
): Promise<void> {
  const { batch, taskId, slotNo } = p;
  const at = { batchId: batch.id, taskId };
  await holdCase(tx.db, at);
  const restored = await acceptRejectedSlot(tx, { ...at, slotNo });
  if (restored === null) {
    throw new AppError({
      kind: 'conflict',
      reason: 'label_decided',
      message: 'This read is not rejected any more.',
    });
  }
  await fundRestored(tx, batch, restored.costMinor);
  await insertReviews(tx.db, [
    {
      batchId: batch.id,
      id: newId(),
      taskId,
      labelId: p.labelId,
      reviewerId: p.by,
      slotNo: BY_APPEAL,
      outcome: 'accept',
      comment: p.comment,
      createdAt: tx.now,
    },
  ]);
  // Repeats were taken out of what is needed when they were rejected, other reads replaced: either way it is one more than is asked for.
  if (restored.round === 1) await countMoreSlots(tx.db, { batchId: batch.id, slots: 1 });
  const task = await addRead(tx.db, at);
  await settleAnew(tx, { batch, ...task, taskId });
  await tx.enqueue({
    name: 'analytics.measure-again',
    payload: { batchId: batch.id },
    key: `analytics.measure-again:${batch.id}`,
  });
}

/** The case has one read more than it asked for. */
async function addRead(
  tx: Tx,
  at: { batchId: string; taskId: string },
): Promise<{ status: string; caseId: string; isChecked: boolean }> {
  const [row] = await tx.execute<{ status: string; caseId: string; isChecked: boolean }>(sql`
    update tasks t set reads_done = reads_done + 1, reads_needed = reads_needed + 1
    where batch_id = ${at.batchId} and id = ${at.taskId}
    returning status, case_id as "caseId", exists (select 1 from slots s where s.batch_id = t.batch_id and s.task_id = t.id
      and s.tier = 'audit' and s.status in ('open', 'leased')) as "isChecked"`);
  return row ?? { status: 'unusable', caseId: '', isChecked: false };
}

async function settleAnew(
  tx: CommandTx,
  p: { batch: Batch; taskId: string; caseId: string; status: string; isChecked: boolean },
): Promise<void> {
  const { batch, taskId } = p;
  const at = { batchId: batch.id, taskId };
  const isSettled = batch.status === 'settled';
  const final = (await finalLabelsOfTasks(tx.db, batch.id, [taskId])).get(taskId) ?? null;
  if (p.status === 'final' && final !== null) {
    if (isSettled || p.isChecked || sourcesOf.parse(final.sources).decidedBy !== null)
      return standsWith(tx, p, final);
    await recheckSharedReaders(tx.db, batch, [taskId]);
    return setTaskStatus(tx.db, { ...at, to: 'labelled' });
  }
  // In a settled batch nothing moves a case on any more: the one read that it has been given back is what it has.
  if (isSettled && ['open', 'labelled'].includes(p.status)) await settleWithWhatItHas(tx, p);
}
