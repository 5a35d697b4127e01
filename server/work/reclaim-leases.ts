import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { FIRST_HOLDER, type Holder, listLiveBatchIds, lockExpired } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';

/** People whose leases one transaction looks at, and leases that it takes back at most. */
const CHUNK = 500;

/** Opens the slots of leases that ran out, in every live batch, person by person of those who hold any. Safe in several processes. */
export async function reclaimLeases(ctx: CommandContext): Promise<{ reclaimed: number }> {
  let reclaimed = 0;
  await eachBatch(ctx, await listLiveBatchIds(ctx.db, {}), async (batchId) => {
    for (let after: Holder | null = FIRST_HOLDER; after !== null; ) {
      const from: Holder = after;
      const { taken, next } = await transact(ctx, async (tx) => {
        const { slots, next } = await lockExpired(tx.db, { batchId, now: tx.now, after: from, limit: CHUNK });
        await releaseSlots(tx, { batchId, slots, cause: 'expired', reason: 'lease_over' });
        return { taken: slots.length, next };
      });
      reclaimed += taken;
      after = next;
    }
  });
  return { reclaimed };
}
