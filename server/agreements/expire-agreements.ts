import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { endAgreement } from './end-agreement.ts';
import { listDueForEnd } from './queries.ts';

const PER_TRANSACTION = 100;

/**
 * Ends agreements whose end day has come: those under notice are terminated, the rest expire; what they carried is
 * revoked. The gate looks at the day itself, so nothing stays open until this runs. Returns how many were ended.
 */
export async function expireAgreements(ctx: CommandContext): Promise<number> {
  let ended = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const due = await listDueForEnd(tx.db, tx.now.toISOString().slice(0, 10), PER_TRANSACTION);
      for (const agreement of due) {
        await endAgreement(
          tx,
          agreement,
          agreement.status === 'termination_noticed' ? 'terminate' : 'expire',
        );
      }
      return due.length;
    });
    ended += count;
    if (count < PER_TRANSACTION) return ended;
  }
}
