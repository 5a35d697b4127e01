import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { moveBid } from './decide-bid.ts';
import { lockLapsedBids } from './queries.ts';

const PER_TRANSACTION = 100;

/**
 * Ends bids whose price is held no longer (R13). An award looks at the moment itself, so nothing depends on when this runs.
 * Returns how many were ended.
 */
export async function expireBids(ctx: CommandContext): Promise<number> {
  let ended = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const lapsed = await lockLapsedBids(tx.db, { now: tx.now, limit: PER_TRANSACTION });
      for (const bidId of lapsed)
        await moveBid(tx, {
          bidId,
          action: 'expire',
          reason: 'The offer ended: its price is held until 30 days after the verdict.',
        });
      return lapsed.length;
    });
    ended += count;
    if (count < PER_TRANSACTION) return ended;
  }
}
