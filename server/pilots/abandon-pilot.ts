import { and, eq, inArray, isNull } from 'drizzle-orm';
import { pilots } from '#db/schema/pilots.ts';
import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { closePilotBatches } from './close-batches.ts';
import { getPilot, type PilotRow } from './compute-scorecard.ts';
import { tellSponsor } from './tell-sides.ts';

/**
 * A vendor gives up a pilot that it can't finish. Nothing is lost: its batches take no new claims, leases that are out may
 * be finished, what was read stays, is paid (R14) and can be scored; the sponsor decides on that. Refused with `pilot_over`
 * once it is not read any more.
 */
export async function abandonPilot(
  ctx: OrgContext,
  input: { pilotId: string; reason: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const pilot = await pilotOfVendor(tx, ctx, input.pilotId);
    const [given] = await tx.db
      .update(pilots)
      .set({ abandonedAt: tx.now, abandonReason: input.reason })
      .where(
        and(
          eq(pilots.id, pilot.id),
          isNull(pilots.abandonedAt),
          inArray(pilots.status, ['ordered', 'reading']),
        ),
      )
      .returning({ id: pilots.id });
    if (!given)
      throw new AppError({
        kind: 'conflict',
        reason: 'pilot_over',
        message:
          pilot.abandonedAt === null
            ? 'This pilot is not read any more, so there is nothing to give up. The sponsor decides on its scorecard.'
            : 'This pilot was given up already.',
      });
    await closePilotBatches(tx, { pilotId: pilot.id, reason: 'The vendor has given the pilot up.' });
    await tellSponsor(tx, pilot);
    await tx.audit({ action: 'pilots.abandoned', subject: { kind: 'pilot', id: pilot.id } });
  });
}

/** A pilot that the acting vendor was ordered; `not_found` otherwise. */
export async function pilotOfVendor(tx: CommandTx, ctx: OrgContext, pilotId: string): Promise<PilotRow> {
  const pilot = await getPilot(tx.db, pilotId);
  const { vendorOrgId } = await getContract(tx.db, pilot.contractId);
  if (vendorOrgId === ctx.actor.orgId) return pilot;
  throw new AppError({ kind: 'not_found', reason: 'pilot_not_found', message: 'There is no such pilot.' });
}
