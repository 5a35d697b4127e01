import type { CommandContext } from '#server/command/context.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { findWithholding } from '#server/pilots/reads.ts';
import { measureAgain } from './measure-again.ts';
import { listMeasuredOtherwise } from './queries.ts';

/** Batches of one pass; the rest have the next. */
const BATCHES_A_PASS = 50;

/**
 * After an upgrade: batches whose newest scores were measured by another method than today's are measured anew, whatever their state,
 * because pages say of them what today's method says (ADR 021). What is withheld (R15) waits until its reading is over; a decided pilot
 * keeps its signed card. Returns how many were measured.
 */
export async function renewScores(ctx: CommandContext): Promise<number> {
  const batchIds = await listMeasuredOtherwise(ctx.db, { limit: BATCHES_A_PASS });
  let renewed = 0;
  await eachBatch(ctx, batchIds, async (batchId) => {
    // A pilot's card covers several batches: another of them may have renewed this one in the meantime.
    const [isStill] = await listMeasuredOtherwise(ctx.db, { limit: 1, batchId });
    if (isStill === undefined) return;
    if ((await findWithholding(ctx.db, { batchId, now: ctx.clock.now() })) !== null) return;
    await measureAgain(ctx, { batchId });
    renewed += 1;
  });
  return renewed;
}
