import { eq } from 'drizzle-orm';
import { users } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { replaceMailLinks } from './mail-link.ts';
import { assertPasswordStands } from './open-account.ts';
import { hashPassword } from './password.ts';
import { clearSignInTries, revokeSessions } from './queries.ts';
import { confirmPassword } from './reauthenticate.ts';

/**
 * Sets a new password, ends every other session of the person and tells them by mail.
 * Errors: invalid `password_wrong`, `password_weak`, limit `sign_in_throttled`.
 */
export async function changePassword(
  ctx: UserContext,
  input: { currentPassword: string; newPassword: string },
): Promise<{ sessionsEnded: number }> {
  const account = await confirmPassword(ctx, input.currentPassword);
  assertPasswordStands(input.newPassword, account);
  const passwordHash = await hashPassword(input.newPassword);
  return transact(ctx, async (tx) => {
    await tx.db.update(users).set({ passwordHash }).where(eq(users.id, account.id));
    await replaceMailLinks(tx, { userId: account.id, purpose: 'reset_password' });
    await clearSignInTries(tx.db, account.email);
    const sessionsEnded = await revokeSessions(tx.db, {
      userId: account.id,
      now: tx.now,
      reason: 'password_changed',
      except: ctx.actor.sessionId,
    });
    await tx.audit({ action: 'identity.password_changed', subject: { kind: 'user', id: account.id } });
    await queueMail(tx, {
      to: account.email,
      subject: 'Your Readroom password was changed',
      body: 'Your password was changed and your other sessions were ended. If it was not you, write to the operator at once.',
    });
    return { sessionsEnded };
  });
}
