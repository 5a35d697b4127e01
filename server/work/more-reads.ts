import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { lockBatch } from './batch-queries.ts';

/**
 * Holds a batch in its state and says whether it still reads: a case may be given one read more only then. Part of the
 * settling of cases. Lock order: batch, then tasks and slots.
 */
export async function lockLiveBatch(tx: Tx, batchId: string): Promise<boolean> {
  const batch = await lockBatch(tx, batchId, 'update');
  return batch?.status === 'open' || batch?.status === 'paused';
}

/** Counts slots that were added to a batch under way, so that progress ends at its end. Under `lockLiveBatch`. */
export async function countMoreSlots(tx: Tx, input: { batchId: string; slots: number }): Promise<void> {
  await tx.execute(
    sql`update batches set slot_count = slot_count + ${input.slots}::int where id = ${input.batchId}`,
  );
}
