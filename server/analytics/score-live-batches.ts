import type { CommandContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { measureBySize } from './measure-by-size.ts';
import { listScoreCandidates, type ScoreCandidate } from './queries.ts';
import { isScoreDue } from './rules.ts';

/** Bootstrap resamples of the running scores; a scorecard takes ten thousand. The method of each score says which. */
export const RUNNING_RESAMPLES = 2000;
/** Batches of one pass; the rest, those never scored first, have the next, half a minute later. */
const BATCHES_A_PASS = 20;
/** Batches that are looked at in one statement. */
const PAGE = 500;

/**
 * Scores every running batch that has grown enough since its last score, and those just settled. However large a batch is, at
 * most `rawReads` of its reads are in memory at once. Returns how many were scored; one that fails keeps no other from it.
 */
export async function scoreLiveBatches(
  ctx: CommandContext,
  { pageSize = PAGE, ...limits }: { rawReads?: number; pageSize?: number } = {},
): Promise<number> {
  const due = (await listDue(ctx, pageSize))
    .sort((a, b) => (a.scoredAt?.getTime() ?? 0) - (b.scoredAt?.getTime() ?? 0))
    .slice(0, BATCHES_A_PASS);
  const readsOf = new Map(due.map((one) => [one.batchId, one.reads]));
  let scored = 0;
  await eachBatch(ctx, [...readsOf.keys()], async (batchId) => {
    const reads = readsOf.get(batchId) ?? 0;
    const of = { batchId, reads, resamples: RUNNING_RESAMPLES, ...limits };
    if ((await measureBySize(ctx, of)) !== null) scored += 1;
  });
  return scored;
}

/** Every batch that has grown enough, however many are under way. */
async function listDue(ctx: CommandContext, limit: number): Promise<ScoreCandidate[]> {
  const since = plus(ctx.clock.now(), -DAY);
  const due: ScoreCandidate[] = [];
  for (let after: string | null = null; ; ) {
    const page: ScoreCandidate[] = await listScoreCandidates(ctx.db, { since, after, limit });
    due.push(...page.filter(isScoreDue));
    if (page.length < limit) return due;
    after = page.at(-1)?.batchId ?? null;
  }
}
