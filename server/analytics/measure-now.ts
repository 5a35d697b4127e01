import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getBatch, sumReaders } from '#server/work/reads.ts';
import { measureBySize } from './measure-by-size.ts';

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
  const { submitted } = await sumReaders(ctx.db, batch.id);
  const reads = await measureBySize(ctx, { batchId: batch.id, reads: submitted });
  if (reads !== null) return { reads };
  // A large batch is measured from its counts, as the job does it; before they are there, there is nothing to wait for here.
  throw new AppError({
    kind: 'unavailable',
    reason: 'not_counted_yet',
    message: 'The reads of this batch are still being counted. Measure it again in a minute.',
  });
}
