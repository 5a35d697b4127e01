import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { listBatchesWithDrafts, removeDraftsBeyond } from './draft-queries.ts';

/** Drafts that one transaction looks at. */
const CHUNK = 1000;
/** How long the draft of a case that was handed in or skipped is kept: whoever was offline may still send it again. */
const KEPT_DAYS = 1;
/**
 * How long after its settlement a batch keeps what was never handed in: what ran out, and what the gate sealed and paid for by the time
 * in it (R27), for as long as that can be questioned (R31: a week to appeal, a week to answer, and as long again).
 */
const KEPT_DAYS_SETTLED = 30;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Removes drafts that have served: a day after the case was handed in or skipped, and all others 30 days after the batch was settled. A
 * draft under a live lease, one that ran out and one that was sealed stay until then; a batch on legal hold keeps all. A
 * thousand a transaction; safe to repeat, in several processes.
 */
export async function removeDrafts(ctx: CommandContext): Promise<{ removed: number }> {
  const now = ctx.clock.now();
  const kept = new Map((await listBatchesWithDrafts(ctx.db)).map((one) => [one.batchId, one.settledAt]));
  let removed = 0;
  await eachBatch(ctx, [...kept.keys()], async (batchId) => {
    const settledAt = kept.get(batchId) ?? null;
    const isOver = settledAt !== null && plus(settledAt, KEPT_DAYS_SETTLED * DAY) <= now;
    for (let after: string | null = FIRST; after !== null; ) {
      const from: string = after;
      const step = await transact(ctx, (tx) =>
        removeDraftsBeyond(tx.db, {
          batchId,
          after: from,
          limit: CHUNK,
          before: plus(now, -KEPT_DAYS * DAY),
          isOver,
        }),
      );
      removed += step.removed;
      after = step.last;
    }
  });
  return { removed };
}
