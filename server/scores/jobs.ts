import { z } from 'zod';
import type { CommandContext } from '#server/command/context.ts';
import { defineJob } from '#server/jobs/job.ts';
import { checkMovedBatches } from './check-reads.ts';
import { listDueBatches } from './list-due.ts';
import { tallyLabels } from './tally-labels.ts';
import { watchBatch } from './watch-batch.ts';

/** Counts what is new in every batch and holds the scores that moved against the project's bounds; returns proposals opened. */
export async function keepScores(ctx: CommandContext): Promise<number> {
  let opened = 0;
  for (const batchId of await listDueBatches(ctx.db, ctx.clock.now())) {
    const { changed, readerIds } = await tallyLabels(ctx, { batchId });
    if (changed > 0) opened += await watchBatch(ctx, { batchId, readerIds });
  }
  return opened;
}

/** Every ten seconds: running scores follow the labels; bounds and drift are watched (R26). */
export const keepScoresJob = defineJob({
  name: 'scores.keep-scores',
  payload: z.object({}),
  run: async (ctx) => {
    await keepScores(ctx);
  },
  every: { seconds: 10, payload: {} },
});

/** Every five minutes: unusual mixes, extremes and times are flagged with their evidence. */
export const checkReadsJob = defineJob({
  name: 'scores.check-reads',
  payload: z.object({}),
  run: async (ctx) => {
    await checkMovedBatches(ctx);
  },
  every: { seconds: 300, payload: {} },
});
