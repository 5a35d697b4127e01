import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { batchFacts } from './batch-facts.ts';
import { hasWork } from './has-work.ts';
import { hotSql } from './hot-sql.ts';
import { joinBatch } from './join-batch.ts';
import { isAnyMine } from './left-queries.ts';
import { lanesToSweep } from './pool-rules.ts';
import { lookForWork, type WorkLine } from './reading-views.ts';
import { findReader } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * "Read what is most needed": joins the first batch of the acting person's list of work that has something for them, in
 * the list's order (own returned work, priority, deadline). Where they have had every case, what is open is for others; where that cannot
 * be told at once, it comes last. Refused with `no_work` and what stands in the way of the rest.
 */
export async function joinMostNeeded(
  ctx: OrgContext,
): Promise<{ batchId: string; tier: Tier; name: string }> {
  const { lines } = await lookForWork(ctx);
  for await (const { batchId, tier, name } of theirs(ctx, lines)) {
    try {
      await joinBatch(ctx, { batchId, tier });
      return { batchId, tier, name };
    } catch (error) {
      // Something changed since the list was made; the next batch may still be theirs.
      const isMeanwhile =
        error instanceof AppError && ['not_eligible', 'batch_not_open'].includes(error.reason);
      if (!isMeanwhile) throw error;
    }
  }
  throw new AppError({
    kind: 'precondition',
    reason: 'no_work',
    message:
      'There is nothing open for you just now. Your list of work says what stands in the way of the rest.',
    details: lines.filter((line) => !line.isAllowed).flatMap((line) => line.reasons.slice(0, 1)),
  });
}

/** Lines with something for the person, as far as can be told at once, then those of which it cannot. */
async function* theirs(ctx: OrgContext, lines: readonly WorkLine[]): AsyncGenerator<WorkLine> {
  const unknown: WorkLine[] = [];
  for (const line of lines.filter((one) => one.isAllowed && hasWork(one))) {
    const isTheirs = await isForThem(ctx, line);
    if (isTheirs === 'yes') yield line;
    if (isTheirs === 'unknown') unknown.push(line);
  }
  yield* unknown;
}

async function isForThem(ctx: OrgContext, line: WorkLine): Promise<'yes' | 'no' | 'unknown'> {
  const { batchId, tier } = line;
  const key = { batchId, tier, annotatorId: ctx.actor.personId };
  const reader = await findReader(ctx.db, key);
  // Who has not begun has had nothing yet; what waits for them alone is theirs.
  if (reader === null || hasWork({ ...line, openCount: 0 })) return 'yes';
  const { overlap } = await batchFacts(ctx.db, batchId);
  const pools = { from: reader.poolFrom, to: reader.poolTo };
  const lanes = tier === 'label' ? lanesToSweep(pools, overlap) : [0];
  return isAnyMine(hotSql(ctx.db), { ...key, lanes, afterKey: reader.afterKey, now: ctx.clock.now() });
}
