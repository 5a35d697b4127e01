import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { listLiveBatchIds, lockExpired } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';

/** Leases taken back in one transaction. */
const CHUNK = 500;

/** Opens the slots of leases that ran out, in every live batch, 500 per transaction. Safe in several processes. */
export async function reclaimLeases(ctx: CommandContext): Promise<{ reclaimed: number }> {
  let reclaimed = 0;
  await eachBatch(ctx, await listLiveBatchIds(ctx.db, {}), async (batchId) => {
    for (let more = true; more; ) {
      const taken = await transact(ctx, async (tx) => {
        const slots = await lockExpired(tx.db, { batchId, now: tx.now, limit: CHUNK });
        await releaseSlots(tx, { batchId, slots, cause: 'expired', reason: 'lease_over' });
        return slots.length;
      });
      reclaimed += taken;
      more = taken === CHUNK;
    }
  });
  return { reclaimed };
}
