import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { recordQualification } from './record-qualification.ts';
import type { CompleteTrainingInput } from './schemas.ts';

/** The signed-in person states to have read and understood the training; recorded with its last day. */
export async function completeTraining(
  ctx: UserContext,
  input: CompleteTrainingInput,
): Promise<{ id: string; validUntil: Date | null }> {
  return transact(ctx, (tx) => recordQualification(tx, { personId: ctx.actor.personId, kind: input.kind }));
}
