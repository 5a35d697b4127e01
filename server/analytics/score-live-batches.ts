import type { CommandContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { listScoreCandidates } from './queries.ts';
import { isScoreDue } from './rules.ts';

/** Bootstrap resamples of the running scores; a scorecard takes ten thousand. The method of each score says which. */
const RESAMPLES = 2000;

/** Scores every running batch that has grown enough since its last score, and those just settled. Returns how many. */
export async function scoreLiveBatches(ctx: CommandContext): Promise<number> {
  const due = (await listScoreCandidates(ctx.db, plus(ctx.clock.now(), -DAY))).filter(isScoreDue);
  for (const { batchId } of due) await scoreBatch(ctx, { batchId, resamples: RESAMPLES });
  return due.length;
}
