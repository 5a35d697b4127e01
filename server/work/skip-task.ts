import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { batchFacts } from './batch-facts.ts';
import { concludeExam } from './conclude-exam.ts';
import { escalateSkip } from './escalate-case.ts';
import { hotSql } from './hot-sql.ts';
import { leaseGone } from './lease-errors.ts';
import { lockLeases } from './lease-queries.ts';
import { releaseSlots } from './release-slots.ts';
import { IMAGE_REASONS, type SKIP_REASONS } from './schemas.ts';
import { findRelease } from './submit-queries.ts';

/**
 * Passes a case on with a reason: it goes to others and never comes back to this person. Unpaid; but a returned read stands as
 * it was first submitted, and the reviewer decides on it again (R31). Enough people who pass a case on for its images make it
 * unusable (R24). Passing on what one has passed on already changes nothing and is no failure: its answer was lost on the way.
 */
export async function skipTask(
  ctx: OrgContext,
  input: {
    batchId: string;
    leaseId: string;
    reason: (typeof SKIP_REASONS)[number];
    note?: string | undefined;
  },
): Promise<void> {
  const isHeld = await transact(ctx, async (tx) => {
    const slots = await lockLeases(tx.db, {
      batchId: input.batchId,
      annotatorId: ctx.actor.personId,
      leaseIds: [input.leaseId],
    });
    if (slots.length === 0) return false;
    await releaseSlots(tx, {
      batchId: input.batchId,
      slots,
      cause: 'skipped',
      reason: input.reason,
      note: input.note ?? null,
    });
    const [slot] = slots;
    if (slot?.tier === 'label' && IMAGE_REASONS.includes(input.reason))
      await escalateSkip(tx, { batchId: input.batchId, taskId: slot.taskId });
    return true;
  });
  if (!isHeld) {
    const given = await findRelease(hotSql(ctx.db), { ...input, annotatorId: ctx.actor.personId });
    if (given?.cause !== 'skipped') throw leaseGone();
  }
  const { kind } = await batchFacts(ctx.db, input.batchId);
  if (kind === 'exam' || kind === 'training')
    await concludeExam(ctx, { batchId: input.batchId, annotatorId: ctx.actor.personId });
}
