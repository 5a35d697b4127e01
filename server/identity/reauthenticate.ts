import { eq } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { checkSecondFactor } from './check-second-factor.ts';
import { isPasswordRight } from './password.ts';
import { type Account, clearSignInTries, findAccount } from './queries.ts';
import { isSecondFactorFresh, REAUTHENTICATION_MS } from './rules.ts';
import { admitPasswordTry } from './sign-in.ts';

/**
 * Confirms by password, and by a code where the account has a second factor, that it is still the same person; signing
 * is possible for the next 5 minutes. A code that was given in this session less than 5 minutes ago is enough.
 * Errors: invalid `password_wrong`, limit `sign_in_throttled`, and those of `checkSecondFactor`.
 */
export async function reauthenticate(
  ctx: UserContext,
  input: { password: string; code?: string | undefined },
): Promise<{ until: Date }> {
  const account = await confirmPassword(ctx, input.password);
  await clearSignInTries(ctx.db, account.email);
  const code = input.code?.trim() ?? '';
  const isFresh = code === '' && isSecondFactorFresh(ctx.actor, ctx.clock.now());
  const given = isFresh ? 'none' : await checkSecondFactor(ctx, { userId: account.id, code });
  return transact(ctx, async (tx) => {
    await tx.db
      .update(sessions)
      .set({ reauthenticatedAt: tx.now, ...(given === 'none' ? {} : { secondFactorAt: tx.now }) })
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
