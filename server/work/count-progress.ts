import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import {
  countProgress,
  listProgressDue,
  listStoredProgress,
  type Progress,
  putProgress,
} from './progress-queries.ts';

export type { Progress } from './progress-queries.ts';

/** Batches of at most so many cases are counted when they are looked at: a millisecond or two, and exact. */
export const COUNTED_AT_ONCE = 2_000;
/** A page counts at most so many cases itself, however many small batches it shows. */
const MOST_AT_ONCE = 20_000;
/** Of the time at most this share goes into counting one batch: 200,000 cases in 60 ms are counted every 3 s. */
const SHARE = 0.02;

/**
 * Cases by state and reads of some batches: small ones counted now, large ones as the last pass counted them (`asOf`), so
 * that what a page costs does not grow with the work. A large batch that was never counted is counted now.
 */
export async function progressOf(
  q: Queryable,
  of: { batches: readonly { id: string; taskCount: number }[]; now: Date },
): Promise<Map<string, Progress>> {
  const now: string[] = [];
  const later: string[] = [];
  let sum = 0;
  for (const batch of of.batches.toSorted((a, b) => a.taskCount - b.taskCount)) {
    sum += batch.taskCount;
    (batch.taskCount <= COUNTED_AT_ONCE && sum <= MOST_AT_ONCE ? now : later).push(batch.id);
  }
  const stored = await listStoredProgress(q, later);
  const missing = later.filter((id) => !stored.has(id));
  return new Map([...stored, ...(await countProgress(q, { batchIds: [...now, ...missing], now: of.now }))]);
}

/** One pass: counts the large batches whose cases may have moved; returns how many. Safe in several processes. */
export async function countLargeBatches(ctx: CommandContext): Promise<number> {
  const due = await listProgressDue(ctx.db, {
    moreTasksThan: COUNTED_AT_ONCE,
    now: ctx.clock.now(),
    share: SHARE,
  });
  await eachBatch(ctx, due, (batchId) => countBatch(ctx, batchId));
  return due.length;
}

/** Counts a large batch now; what an earlier look found does not take the place of a later one's. */
export async function countBatch(ctx: CommandContext, batchId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const began = performance.now();
    const counted = await countProgress(tx.db, { batchIds: [batchId], now: tx.now });
    const progress = counted.get(batchId);
    if (progress)
      await putProgress(tx.db, { batchId, progress, tookMs: Math.ceil(performance.now() - began) });
  });
}
