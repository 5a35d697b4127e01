import { and, asc, eq, lte } from 'drizzle-orm';
import { contracts } from '#db/schema/bids.ts';
import { pilots } from '#db/schema/pilots.ts';
import { moveBid } from '#server/bids/decide-bid.ts';
import { getBid, getContract } from '#server/bids/reads.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { closeAccess } from './close-access.ts';
import { RETRY_AFTER_DAYS, RETRY_WITHIN_DAYS } from './rules.ts';
import { tellLapsed } from './tell-sides.ts';

const PER_RUN = 200;

/**
 * Ends retries that were granted and not ordered in time (R16): the vendor's access closes as after a pilot that was declined, its
 * bid ends, and the call waits for it no longer. Each in a transaction of its own that holds the pilot's row, as an order of the
 * retry does: of the two the first counts. Returns how many lapsed.
 */
export async function lapseRetries(ctx: CommandContext): Promise<number> {
  // An order that is still active: after lapsing it is completed, so that nothing lapses twice.
  const due = await ctx.db
    .select({ id: pilots.id })
    .from(pilots)
    .innerJoin(contracts, and(eq(contracts.id, pilots.contractId), eq(contracts.status, 'active')))
    .where(isOverdue(ctx.clock.now()))
    .orderBy(asc(pilots.decidedAt))
    .limit(PER_RUN);
  let lapsed = 0;
  for (const { id } of due) if (await transact(ctx, (tx) => lapse(tx, id))) lapsed += 1;
  return lapsed;
}

async function lapse(tx: CommandTx, pilotId: string): Promise<boolean> {
  const [pilot] = await tx.db
    .select()
    .from(pilots)
    .where(and(eq(pilots.id, pilotId), isOverdue(tx.now)))
    .for('update');
  if (!pilot || (await getContract(tx.db, pilot.contractId)).status !== 'active') return false;
  await closeAccess(tx, pilot, 'The retry that was granted was not ordered in time.');
  const { status } = await getBid(tx.db, pilot.bidId);
  if (status === 'piloting')
    await moveBid(tx, {
      bidId: pilot.bidId,
      action: 'expire',
      reason: `The retry of its pilot was not ordered within ${RETRY_WITHIN_DAYS} days (R16).`,
    });
  await tellLapsed(tx, pilot);
  await tx.audit({ action: 'pilots.retry_lapsed', subject: { kind: 'pilot', id: pilotId } });
  return true;
}

const isOverdue = (now: Date) =>
  and(
    eq(pilots.status, 'decided'),
    eq(pilots.decision, 'retry'),
    lte(pilots.decidedAt, plus(now, -(RETRY_AFTER_DAYS + RETRY_WITHIN_DAYS) * DAY)),
  );
