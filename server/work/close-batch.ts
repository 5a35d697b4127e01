import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
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
