import type { CommandContext } from '#server/command/context.ts';
import { computeScorecard } from '#server/pilots/compute-scorecard.ts';
import { findCardToRenew } from '#server/pilots/reads.ts';
import { latestScores } from '#server/scores/reads.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';

/** Bootstrap resamples of scores that were running ones; a scorecard takes ten thousand. */
const RESAMPLES = 2000;

/**
 * Measures a batch again after what it was measured by has changed (gold withdrawn): a pilot's card that is not decided on
 * yet is computed anew, so that nobody signs the old one; a batch that was never measured waits for its time.
 */
export async function measureAgain(ctx: CommandContext, input: { batchId: string }): Promise<void> {
  const pilotId = await findCardToRenew(ctx.db, input.batchId);
  if (pilotId !== null) await computeScorecard(ctx, { pilotId });
  else if ((await latestScores(ctx.db, input.batchId)).length > 0)
    await scoreBatch(ctx, { batchId: input.batchId, resamples: RESAMPLES });
}
