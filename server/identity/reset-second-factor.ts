import { eq } from 'drizzle-orm';
import { users } from '#db/schema/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { revokeSessions } from './queries.ts';
import { assertReauthenticated } from './rules.ts';
import { deleteSecondFactor } from './second-factor-queries.ts';

/**
 * An operator takes the second factor off somebody who has lost both the app and the recovery codes, after making sure
 * who they are; every session of theirs ends and they are told by mail. Nobody resets their own. Errors:
 * `reauthentication_required`, not_found `person_unknown`, precondition `second_factor_off`, forbidden
 * `second_factor_own`.
 */
export async function resetSecondFactor(
  ctx: OrgContext,
  input: { personId: string; reason: string },
): Promise<{ sessionsEnded: number }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  if (input.personId === ctx.actor.personId) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'second_factor_own',
      message: 'Another operator resets yours. With a recovery code you can take it off yourself.',
    });
  }
  return transact(ctx, async (tx) => {
    const [user] = await tx.db.select().from(users).where(eq(users.personId, input.personId)).for('update');
    if (user === undefined || user.status === 'erased') {
      throw new AppError({
        kind: 'not_found',
        reason: 'person_unknown',
        message: 'There is no such person.',
      });
    }
    if (!(await deleteSecondFactor(tx.db, user.id))) {
      throw new AppError({
        kind: 'precondition',
        reason: 'second_factor_off',
        message: 'This person has no authenticator app; there is nothing to reset.',
      });
    }
    const sessionsEnded = await revokeSessions(tx.db, {
      userId: user.id,
      now: tx.now,
      reason: 'second_factor_reset',
    });
    await tx.audit({
      action: 'identity.second_factor_reset',
      subject: { kind: 'user', id: user.id },
      detail: { reason: input.reason, sessionsEnded },
    });
    await queueMail(tx, {
      to: user.email,
      subject: 'The second factor of your Readroom account was reset',
      body: 'An operator took the authenticator app off your account and ended your sessions. Sign in with your password and set it up again. If you did not ask for it, write to the operator at once.',
    });
    return { sessionsEnded };
  });
}
