import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { scoreFromCounts } from '#server/scores/score-from-counts.ts';
import { getBatch, listReaders } from '#server/work/reads.ts';
import { RAW_READS } from './score-live-batches.ts';

/**
 * Scores a batch of the acting sponsor now instead of at the next growth. Refused with `pilot_withheld` for a pilot,
 * whose card is computed when its reading is over (R15).
 */
export async function measureNow(ctx: OrgContext, input: { batchId: string }): Promise<{ reads: number }> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  if (batch.kind === 'pilot') {
    throw new AppError({
      kind: 'precondition',
      reason: 'pilot_withheld',
      message: 'A pilot is measured by its scorecard. Compute it on the pilot’s page.',
      details: [
        {
          code: 'pilot_withheld',
          message: 'Open the pilots.',
          href: `/sponsor/projects/${batch.projectId}/pilots`,
        },
      ],
    });
  }
  const readers = await listReaders(ctx.db, batch.id, 'label');
  const submitted = readers.reduce((sum, one) => sum + one.submitted, 0);
  // A large batch is measured from its counts, as the job does it; before they are there, there is nothing to wait for here.
  if (submitted > RAW_READS) {
    if (await scoreFromCounts(ctx, { batchId: batch.id })) return { reads: submitted };
    throw new AppError({
      kind: 'unavailable',
      reason: 'not_counted_yet',
      message: 'The reads of this batch are still being counted. Measure it again in a minute.',
    });
  }
  const { reads } = await scoreBatch(ctx, { batchId: batch.id });
  return { reads };
}
