import type { CommandContext } from '#server/command/context.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { scoreFromCounts } from '#server/scores/score-from-counts.ts';

/** Reads up to which a batch is measured from the reads themselves; a larger one from its counts. */
const RAW_READS = 10_000;

export type MeasureBySize = {
  batchId: string;
  /** Reads of the batch, from the readers' own counters. */
  reads: number;
  rawReads?: number;
  /** Bootstrap resamples where reads are measured; ten thousand without. */
  resamples?: number;
};

/**
 * Scores a batch in the way that its size allows: however large it is, at most `rawReads` of its reads are in memory at once. Returns
 * how many reads it rests on; null, and nothing is stored, while a large one is not counted to the end.
 */
export async function measureBySize(ctx: CommandContext, of: MeasureBySize): Promise<number | null> {
  const { batchId, reads, rawReads = RAW_READS, resamples } = of;
  if (reads > rawReads) return (await scoreFromCounts(ctx, { batchId })) ? reads : null;
  const measures = await scoreBatch(ctx, { batchId, ...(resamples === undefined ? {} : { resamples }) });
  return measures.reads;
}
