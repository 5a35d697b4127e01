import { availability } from '#db/schema/staffing-rosters.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { availabilityProblems } from './availability-rules.ts';
import type { AvailabilityInput } from './roster-schemas.ts';

/**
 * Says when the acting person can work. It is theirs alone to say; rosters made from now on go by it, and hours that they
 * have accepted stay accepted. Everything that is wrong is listed at once (`availability_refused`).
 */
export async function setAvailability(
  ctx: UserContext,
  input: AvailabilityInput,
): Promise<{ savedAt: Date }> {
  const problems = availabilityProblems(input);
  if (problems.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'availability_refused',
      message: problems[0]?.message ?? 'Some of it cannot be.',
      details: problems,
    });
  }
  const { personId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const row = { ...input, updatedAt: tx.now };
    await tx.db
      .insert(availability)
      .values({ personId, ...row })
      .onConflictDoUpdate({ target: availability.personId, set: row });
    await tx.audit({
      action: 'staffing.availability_set',
      subject: { kind: 'person', id: personId },
      detail: { hoursPerWeek: input.hoursPerWeek },
    });
    return { savedAt: tx.now };
  });
}
