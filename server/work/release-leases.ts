import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { lockLeases } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';

/** Gives unread cases back, as when the page is closed. They may come again. Leases that are over are passed over. */
export async function releaseLeases(
  ctx: OrgContext,
  input: { batchId: string; leaseIds: readonly string[] },
): Promise<{ released: number }> {
  return transact(ctx, async (tx) => {
    const slots = await lockLeases(tx.db, { ...input, annotatorId: ctx.actor.personId });
    await releaseSlots(tx, { batchId: input.batchId, slots, cause: 'closed', reason: 'closed' });
    return { released: slots.length };
  });
}
