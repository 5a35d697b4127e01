import { eq } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { isPasswordRight } from './password.ts';
import { type Account, clearSignInTries, findAccount } from './queries.ts';
import { REAUTHENTICATION_MS } from './rules.ts';
import { admitPasswordTry } from './sign-in.ts';

/**
 * Confirms by password that it is still the same person; signing is possible for the next 5 minutes.
 * Errors: invalid `password_wrong`, limit `sign_in_throttled`.
 */
export async function reauthenticate(
  ctx: UserContext,
  input: { password: string },
): Promise<{ until: Date }> {
  const account = await confirmPassword(ctx, input.password);
  return transact(ctx, async (tx) => {
    await clearSignInTries(tx.db, account.email);
    await tx.db
      .update(sessions)
      .set({ reauthenticatedAt: tx.now })
      .where(eq(sessions.id, ctx.actor.sessionId));
    await tx.audit({
      action: 'identity.reauthenticated',
      subject: { kind: 'user', id: ctx.actor.userId },
    });
    return { until: plus(tx.now, REAUTHENTICATION_MS) };
  });
}

/** The account when `password` is its own; tries count as sign-in tries do. Errors as `reauthenticate`. */
export async function confirmPassword(ctx: UserContext, password: string): Promise<Account> {
  const account = present(await findAccount(ctx.db, ctx.actor.userId), 'The account of a session');
  await admitPasswordTry(ctx, account.email);
  if (await isPasswordRight(account.passwordHash, password)) return account;
  throw new AppError({
    kind: 'invalid',
    reason: 'password_wrong',
    message: 'That is not your password.',
    details: [{ code: 'password_wrong', message: 'That is not your password.', path: 'password' }],
  });
}
