import { and, eq, inArray, sql } from 'drizzle-orm';
import { pilotBatches, pilots } from '#db/schema/pilots.ts';
import { batches } from '#db/schema/work-batches.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { endReading } from '#server/work/close-batch.ts';
import { listPilotBatches } from './reads.ts';

/**
 * Ends the reading of a pilot's batches: open ones take no new claims and settle by themselves once what is out is in, and
 * everything read is paid (R14, R27); one that nobody could start yet is settled as it is. Returns how many were ended.
 */
export async function closePilotBatches(
  tx: CommandTx,
  input: { pilotId: string; reason: string },
): Promise<number> {
  let ended = 0;
  for (const { batchId } of await listPilotBatches(tx.db, input.pilotId))
    if (await endReading(tx, { batchId, reason: input.reason })) ended += 1;
  return ended;
}

/**
 * Ends the reading of pilots whose agreed time, from the day they could be read, is up, so that every bidder had the same (R15). Each in a transaction of its
 * own; returns how many were ended.
 */
export async function closeOverduePilots(ctx: CommandContext): Promise<number> {
  const now = ctx.clock.now().toISOString();
  const overdue = await ctx.db
    .selectDistinct({ pilotId: pilots.id })
    .from(pilots)
    .innerJoin(pilotBatches, eq(pilotBatches.pilotId, pilots.id))
    .innerJoin(batches, eq(batches.id, pilotBatches.batchId))
    .where(
      and(
        inArray(batches.status, ['open', 'paused']),
        sql`${batches.openedAt} + (${pilots.terms} ->> 'timeLimitDays')::int * interval '1 day' <= ${now}::timestamptz`,
      ),
    )
    .limit(500);
  let ended = 0;
  for (const { pilotId } of overdue)
    ended += await transact(ctx, (tx) =>
      closePilotBatches(tx, { pilotId, reason: 'The time that was agreed for the pilot is up.' }),
    );
  return ended;
}
