import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { hasWork } from './has-work.ts';
import { joinBatch } from './join-batch.ts';
import { lookForWork } from './reading-views.ts';
import type { Tier } from './rules.ts';

/**
 * "Read what is most needed": joins the first batch of the acting person's list of work that has something for them, in
 * the list's order (own returned work, priority, deadline). Refused with `no_work` and what stands in the way of the rest.
 */
export async function joinMostNeeded(
  ctx: OrgContext,
): Promise<{ batchId: string; tier: Tier; name: string }> {
  const { lines } = await lookForWork(ctx);
  for (const { batchId, tier, name } of lines.filter((line) => line.isAllowed && hasWork(line))) {
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
