import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { listOperators } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import { findRejection, insertAppeal } from './queries.ts';
import { APPEAL_DESK, answerDue, appealUntil } from './rules.ts';
import type { AppealInput } from './schemas.ts';

/**
 * R31: the author of a rejected read appeals, once, within seven days of the rejection, with their reason; whoever they belong to by
 * now. The operators are told; the answer is due within seven days.
 */
export async function appealRejection(ctx: UserContext, input: AppealInput): Promise<{ dueAt: Date }> {
  return transact(ctx, async (tx) => {
    const rejection = await findRejection(tx.db, input);
    if (rejection === null || rejection.annotatorId !== ctx.actor.personId) {
      throw new AppError({
        kind: 'not_found',
        reason: 'rejection_not_found',
        message: 'None of your reads of that number was rejected.',
      });
    }
    const until = appealUntil(rejection.rejectedAt);
    if (tx.now > until) {
      throw new AppError({
        kind: 'precondition',
        reason: 'appeal_late',
        message: `This rejection could be appealed until ${sayMinute(until)}, seven days after it.`,
      });
    }
    const dueAt = answerDue(tx.now);
    const { batchId, labelId, reason } = input;
    const isNew = await insertAppeal(tx.db, {
      batchId,
      labelId,
      annotatorId: ctx.actor.personId,
      reason,
      createdAt: tx.now,
      dueAt,
    });
    if (!isNew) {
      throw new AppError({
        kind: 'conflict',
        reason: 'appealed_already',
        message: 'You have appealed this rejection already; a rejection is appealed once.',
      });
    }
    for (const operator of await listOperators(tx.db))
      await notifyPerson(tx, {
        ...operator,
        href: APPEAL_DESK,
        kind: 'appeal.opened',
        title: 'A reader appeals a rejection; the answer is due within 7 days',
        detail: { batchId, labelId },
      });
    await tx.audit({
      action: 'appeals.opened',
      subject: { kind: 'label', id: labelId },
      detail: { batchId, dueAt: dueAt.toISOString() },
    });
    return { dueAt };
  });
}
