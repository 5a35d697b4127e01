import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { moveBatch } from './batch-queries.ts';
import { ownBatch, wrongState } from './pause-batch.ts';

/**
 * Closes a batch early or at its end: no new reads (R27), while reviews and adjudications of what was read go on. It
 * settles by itself when nothing is under way any more.
 */
export async function closeBatch(ctx: OrgContext, input: { batchId: string; reason: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const moved = await moveBatch(tx.db, {
      batchId: input.batchId,
      from: ['open', 'paused'],
      to: 'closing',
      set: { statusReason: input.reason, closedAt: tx.now },
    });
    if (!moved) throw await wrongState(tx, input.batchId, ['open', 'paused']);
    await tx.audit({ action: 'work.batch_closed', subject: { kind: 'batch', id: input.batchId } });
  });
}

/**
 * Ends the reading of a batch in the transaction of another domain's command, whose right to it was checked there: an open
 * one takes no new claims and settles by itself; one that was never opened is settled as it is, because it holds no money and
 * no work. False when there was nothing to end.
 */
export async function endReading(
  tx: CommandTx,
  input: { batchId: string; reason: string },
): Promise<boolean> {
  const set = { statusReason: input.reason, closedAt: tx.now };
  const { batchId } = input;
  const moved =
    (await moveBatch(tx.db, { batchId, from: ['open', 'paused'], to: 'closing', set })) ??
    (await moveBatch(tx.db, { batchId, from: ['draft'], to: 'settled', set: { ...set, settledAt: tx.now } }));
  if (!moved) return false;
  await tx.audit({ action: 'work.batch_closed', subject: { kind: 'batch', id: batchId } });
  return true;
}
