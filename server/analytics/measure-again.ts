import type { CommandContext } from '#server/command/context.ts';
import { computeScorecard } from '#server/pilots/compute-scorecard.ts';
import { findCardToRenew } from '#server/pilots/reads.ts';
import { latestScores } from '#server/scores/reads.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { COUNTED_AT_ONCE, countBatch } from '#server/work/count-progress.ts';
import { getBatch, sumReaders } from '#server/work/reads.ts';
import { checkBatch } from './checked-finals.ts';
import { measureBySize } from './measure-by-size.ts';
import { rollUpBatch } from './roll-up.ts';
import { RUNNING_RESAMPLES } from './score-live-batches.ts';

/**
 * Measures a batch again after what it was measured by has changed (gold withdrawn, a read given back on appeal, a case given back to a settled batch,
 * another method): a pilot's card that is not decided on yet is computed anew, so that nobody signs the old one; a batch that was
 * never measured waits for its time. What is counted of a large batch follows, which nothing else would count again once it is settled.
 */
export async function measureAgain(ctx: CommandContext, input: { batchId: string }): Promise<void> {
  const { batchId } = input;
  const { taskCount, goldMode } = await getBatch(ctx.db, batchId);
  const isLarge = taskCount > COUNTED_AT_ONCE;
  // A settled batch is counted no more by itself; and a large one is measured from its counts, which have to have followed.
  await tallyLabels(ctx, { batchId });
  await rollUpBatch(ctx, { batchId });
  if (isLarge) await countBatch(ctx, batchId);
  await measure(ctx, batchId);
  if (isLarge && goldMode !== 'none') await checkBatch(ctx, { batchId, waits: true });
}

async function measure(ctx: CommandContext, batchId: string): Promise<void> {
  const pilotId = await findCardToRenew(ctx.db, batchId);
  if (pilotId !== null) {
    await computeScorecard(ctx, { pilotId });
    return;
  }
  if ((await latestScores(ctx.db, batchId)).length === 0) return;
  const { submitted: reads } = await sumReaders(ctx.db, batchId);
  await measureBySize(ctx, { batchId, reads, resamples: RUNNING_RESAMPLES });
}
