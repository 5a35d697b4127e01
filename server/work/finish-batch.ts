import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { moveBatch } from './batch-queries.ts';
import { lockLiveBatch } from './more-reads.ts';

/**
 * Closes a batch whose every case is done; the settlement follows. It is counted again once the batch is held, because cases may have
 * been added or reads rejected since. Returns false when it is not done, or was closed already.
 */
export async function finishBatch(
  ctx: CommandContext,
  input: { batchId: string; isDone: (q: Queryable) => Promise<boolean> },
): Promise<boolean> {
  return transact(ctx, async (tx) => {
    if (!(await lockLiveBatch(tx.db, input.batchId)) || !(await input.isDone(tx.db))) return false;
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
