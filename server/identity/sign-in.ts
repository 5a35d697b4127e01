import { sessions } from '#db/schema/identity.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { checkSecondFactor } from './check-second-factor.ts';
import { isPasswordRight } from './password.ts';
import { clearSignInTries, countSignInTry, findAccountByEmail, findHomeOrgId } from './queries.ts';
import { SESSION_ABSOLUTE_MS, SIGN_IN_FAILURES_PER_HOUR } from './rules.ts';
import { normaliseEmail } from './schemas.ts';

/**
 * Checks address, password and, where the account has a second factor, its code, and opens a server-side session. An unknown address, a wrong password and a
 * suspended account get the same answer after the same work. The try is counted before the password is looked
 * at, in a transaction of its own, so that parallel guesses cannot slip under the limit and a refusal stays counted.
 *
 * Errors: unauthenticated `sign_in_failed`, limit `sign_in_throttled`; once the password is right, those of
 * `checkSecondFactor`.
 */
export async function signIn(
  ctx: CommandContext,
  input: {
    email: string;
    password: string;
    /** Of the authenticator app, or a recovery code. */
    code?: string | null;
    userAgent?: string | null;
    country?: string | null;
  },
): Promise<{ sessionId: string; userId: string; personId: string }> {
  const email = normaliseEmail(input.email);
  await admitPasswordTry(ctx, email);
  const account = await findAccountByEmail(ctx.db, email);
  const usable = account?.status === 'active' ? account : null;
  const isRight = await isPasswordRight(usable?.passwordHash ?? null, input.password);
  if (usable === null || !isRight) {
    await transact(ctx, (tx) =>
      tx.audit({ action: 'identity.sign_in_refused', subject: { kind: 'user', id: account?.id ?? null } }),
    );
    throw new AppError({
      kind: 'unauthenticated',
      reason: 'sign_in_failed',
      message: 'The e-mail address or the password is not right.',
    });
  }
  await clearSignInTries(ctx.db, email);
  const secondFactor = await checkSecondFactor(ctx, { userId: usable.id, code: input.code ?? null });
  return transact(ctx, async (tx) => {
    const sessionId = newId();
    await tx.db.insert(sessions).values({
      id: sessionId,
      userId: usable.id,
      activeOrgId: await findHomeOrgId(tx.db, usable.personId),
      createdAt: tx.now,
      lastSeenAt: tx.now,
      absoluteUntil: plus(tx.now, SESSION_ABSOLUTE_MS),
      reauthenticatedAt: tx.now,
      secondFactorAt: secondFactor === 'none' ? null : tx.now,
      userAgent: input.userAgent?.slice(0, 300) ?? null,
      country: input.country ?? null,
    });
    await tx.audit({
      action: 'identity.signed_in',
      subject: { kind: 'user', id: usable.id },
      detail: { sessionId, secondFactor },
    });
    return { sessionId, userId: usable.id, personId: usable.personId };
  });
}

/** Counts one password try for an address; throws limit `sign_in_throttled` above 10 in an hour, known address or not. */
export async function admitPasswordTry(ctx: CommandContext, email: string): Promise<void> {
  const tries = await countSignInTry(ctx.db, email, ctx.clock.now());
  if (tries <= SIGN_IN_FAILURES_PER_HOUR) return;
  throw new AppError({
    kind: 'limit',
    reason: 'sign_in_throttled',
    message: 'Too many wrong passwords for this address. Wait until the next full hour and try again.',
  });
}
