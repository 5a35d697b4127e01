import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { listBegun } from './draft-queries.ts';
import { lockLeases } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';

/**
 * Gives unread cases back, as when the page is left or closed. They may come again. Leases that are over are passed over, and with
 * `keepsBegun` those under which something was put down.
 */
export async function releaseLeases(
  ctx: OrgContext,
  input: { batchId: string; leaseIds: readonly string[]; keepsBegun?: boolean },
): Promise<{ released: number }> {
  return transact(ctx, async (tx) => {
    const held = await lockLeases(tx.db, { ...input, annotatorId: ctx.actor.personId });
    const begun = input.keepsBegun ? await listBegun(tx.db, input) : new Set<string>();
    const slots = held.filter((slot) => !begun.has(slot.leaseId));
    await releaseSlots(tx, { batchId: input.batchId, slots, cause: 'closed', reason: 'closed' });
    return { released: slots.length };
  });
}
