import { and, eq } from 'drizzle-orm';
import { calls } from '#db/schema/bids.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { withdrawAuditors } from '#server/staffing/withdraw-auditors.ts';
import { countBids, lockEndedCalls } from './call-queries.ts';
import { tellSponsor } from './tell-organisations.ts';

const PER_TRANSACTION = 50;

/**
 * Writes down that calls have ended and tells their sponsors how many bids there are to look at. Every rule looks at the
 * moment itself, so nothing depends on when this runs. Returns how many were ended.
 */
export async function endCalls(ctx: CommandContext): Promise<number> {
  let ended = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const due = await lockEndedCalls(tx.db, { now: tx.now, limit: PER_TRANSACTION });
      for (const { call, project } of due) {
        await tx.db
          .update(calls)
          .set({ status: 'closed', endedAt: call.closesAt })
          .where(and(eq(calls.id, call.id), eq(calls.status, 'open')));
        // Nobody is told by it who bids any more.
        await withdrawAuditors(tx, call.projectId);
        const { handedIn } = await countBids(tx.db, call.id);
        const what = handedIn === 1 ? '1 bid is' : `${handedIn} bids are`;
        await tellSponsor(tx, project.orgId, {
          kind: 'bids.call_ended',
          title: `The call of “${project.title}” has ended; ${what} there to compare.`,
          href: `/sponsor/projects/${project.id}/bids`,
        });
        await tx.audit({
          action: 'bids.call_closed',
          subject: { kind: 'call', id: call.id },
          detail: { handedIn },
        });
      }
      return due.length;
    });
    ended += count;
    if (count < PER_TRANSACTION) return ended;
  }
}
