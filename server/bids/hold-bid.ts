import { and, eq } from 'drizzle-orm';
import { bids } from '#db/schema/bids.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/**
 * Sets until when the price of a bid whose pilot is under way is held (R13): see `heldUntil`. A bid in another state is
 * left alone: what has expired, was declined or is awarded does not come back to life.
 */
export async function holdBid(tx: CommandTx, input: { bidId: string; until: Date }): Promise<void> {
  await tx.db
    .update(bids)
    .set({ validUntil: input.until, updatedAt: tx.now })
    .where(and(eq(bids.id, input.bidId), eq(bids.status, 'piloting')));
}
