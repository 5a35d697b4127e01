import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { moveBatch } from './batch-queries.ts';

/** Closes a batch whose every case is done; the settlement follows. Returns false when it was closed already. */
export async function finishBatch(ctx: CommandContext, input: { batchId: string }): Promise<boolean> {
  return transact(ctx, async (tx) => {
    const moved = await moveBatch(tx.db, {
      batchId: input.batchId,
      from: ['open', 'paused'],
      to: 'closing',
      set: { statusReason: 'All cases are done.', closedAt: tx.now },
    });
    if (!moved) return false;
    await tx.audit({ action: 'work.batch_completed', subject: { kind: 'batch', id: input.batchId } });
    return true;
  });
}
