import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { decisionsOn, insertDecisions, lockHits } from './screening-queries.ts';

/**
 * The person of a confirmed hit says why it is not them; an operator other than the one who confirmed it answers. Errors:
 * `hit_not_found` (also another's), `hit_decided` (lifted already), `objection_open` (one waits for its answer).
 */
export async function objectToExclusion(
  ctx: UserContext,
  input: { hitId: string; statement: string },
): Promise<void> {
  const { personId } = ctx.actor;
  await transact(ctx, async (tx) => {
    const [hit] = await lockHits(tx.db, [input.hitId]);
    if (hit === undefined || hit.personId !== personId) {
      throw new AppError({
        kind: 'not_found',
        reason: 'hit_not_found',
        message: 'There is no such exclusion.',
      });
    }
    if (hit.status !== 'confirmed') {
      throw new AppError({
        kind: 'conflict',
        reason: 'hit_decided',
        message: 'This exclusion does not stand any more; there is nothing to object to.',
      });
    }
    const last = (await decisionsOn(tx.db, [hit.id])).at(-1);
    if (last?.decision === 'objected') {
      throw new AppError({
        kind: 'conflict',
        reason: 'objection_open',
        message: 'Your objection is with the operators; they answer within a week.',
      });
    }
    await insertDecisions(tx.db, [
      {
        id: newId(),
        hitId: hit.id,
        decision: 'objected',
        reason: input.statement,
        decidedBy: personId,
        decidedAt: tx.now,
      },
    ]);
    await tx.audit({
      action: 'registers.exclusion_objected',
      subject: { kind: 'person', id: personId },
      detail: { hitId: hit.id },
    });
  });
}
