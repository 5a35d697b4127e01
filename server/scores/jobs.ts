import { z } from 'zod';
import type { CommandContext } from '#server/command/context.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { defineJob } from '#server/jobs/job.ts';
import { checkMovedBatches } from './check-reads.ts';
import { listDueBatches } from './list-due.ts';
import { noticeCheckpoints } from './notice-checkpoints.ts';
import { remindDeciders } from './remind-deciders.ts';
import { renewGathered } from './renew-gathered.ts';
import { findMark } from './running-reads.ts';
import { tallyLabels } from './tally-labels.ts';
import { type Mark, policyStamp, putWatched } from './tally-queries.ts';
import { watchBatch } from './watch-batch.ts';

/** How long a batch in which an alarm could not be raised waits until all its readers are looked at again. */
const RETRY_MS = 60_000;

/** When, and under which policy, batches were last watched whole in vain. Of the last minute only. */
const inVain = new Map<string, { at: number; policy: string }>();

/**
 * Counts what is new in every batch and holds the scores that moved against the project's bounds; returns proposals opened.
 * A batch that was counted and then not watched, because the process ended or an alarm could not be raised, is watched whole the next
 * time; so is one whose project has another quality policy since. What fails then too is tried again each minute, or one alarm that
 * cannot be raised would have a whole crowd looked at every ten seconds; who moves meanwhile is watched at once.
 */
export async function keepScores(ctx: CommandContext): Promise<number> {
  let opened = 0;
  const now = ctx.clock.now().getTime();
  for (const [batchId, { at }] of inVain) if (now - at >= RETRY_MS) inVain.delete(batchId);
  await eachBatch(ctx, await listDueBatches(ctx.db, ctx.clock.now()), async (batchId) => {
    const [mark, policy] = await Promise.all([findMark(ctx.db, batchId), policyStamp(ctx.db, batchId)]);
    const isBehind = isUnwatched(mark) || mark?.watchedPolicy !== policy;
    const { changed, readerIds } = await tallyLabels(ctx, { batchId });
    const isWhole = isBehind && inVain.get(batchId)?.policy !== policy;
    if (changed === 0 && !isWhole) return;
    const at = ctx.clock.now();
    if (isWhole) inVain.set(batchId, { at: at.getTime(), policy });
    const found = await watchBatch(ctx, { batchId, readerIds: isWhole ? 'all' : readerIds });
    opened += found.opened;
    if (found.failed > 0 || isWhole !== isBehind) return;
    await putWatched(ctx.db, { batchId, at, policy });
    inVain.delete(batchId);
  });
  return opened;
}

function isUnwatched(mark: Mark | null): boolean {
  if (mark === null || mark.changedAt === null) return false;
  return mark.watchedAt === null || mark.watchedAt < mark.changedAt;
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

/** Every five seconds: batches stop at their checkpoints until the clinical lead has signed (R26). */
export const noticeCheckpointsJob = defineJob({
  name: 'scores.notice-checkpoints',
  payload: z.object({}),
  run: async (ctx) => {
    await noticeCheckpoints(ctx);
  },
  every: { seconds: 5, payload: {} },
});

/** Every ten minutes: who decides is told, once, of what is overdue (R26). */
export const remindDecidersJob = defineJob({
  name: 'scores.remind-deciders',
  payload: z.object({}),
  run: async (ctx) => {
    await remindDeciders(ctx);
  },
  every: { seconds: 600, payload: {} },
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

/** At the start and every ten minutes: figures that wait for a person and that another method has counted are counted anew. */
export const renewGatheredJob = defineJob({
  name: 'scores.renew-gathered',
  payload: z.object({}),
  run: async (ctx) => {
    await renewGathered(ctx);
  },
  every: { seconds: 600, payload: {} },
});
