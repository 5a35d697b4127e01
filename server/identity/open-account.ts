import { violates } from '#db/errors.ts';
import { people, users } from '#db/schema/identity.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';

/**
 * Adds a pseudonymous person and their login, in the caller's transaction. The unique address decides between two
 * sign-ups at once. Throws conflict `account_exists`.
 */
export async function openAccount(
  tx: CommandTx,
  input: {
    name: string;
    email: string;
    passwordHash: string;
    country: string;
    timezone?: string | undefined;
    isEmailConfirmed: boolean;
  },
): Promise<{ personId: string; userId: string }> {
  const personId = newId();
  const userId = newId();
  await tx.db.insert(people).values({ id: personId, country: input.country, createdAt: tx.now });
  try {
    await tx.db.insert(users).values({
      id: userId,
      personId,
      email: input.email,
      name: input.name,
      passwordHash: input.passwordHash,
      timezone: input.timezone ?? 'UTC',
      emailVerifiedAt: input.isEmailConfirmed ? tx.now : null,
      createdAt: tx.now,
    });
  } catch (cause) {
    if (!violates(cause, 'users_email_key')) throw cause;
    throw new AppError({
      kind: 'conflict',
      reason: 'account_exists',
      message: 'There is an account with this address already. Sign in and add the organisation there.',
      cause,
    });
  }
  await tx.audit({ action: 'identity.account_opened', subject: { kind: 'person', id: personId } });
  await tx.enqueue({
    name: 'registers.look-at-person',
    payload: { personId },
    key: `registers.look-at-person:${personId}`,
  });
  return { personId, userId };
}

const WEAK = 'This password is easy to guess. Use a few words that are not your name or address.';

/** Throws invalid `password_weak` for a password that is little more than the name or address it protects. */
export function assertPasswordStands(password: string, owner: { name: string; email: string }): void {
  const plain = password.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const given = [owner.name, owner.email, owner.email.split('@')[0] ?? '']
    .map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))
    .filter((text) => text.length >= 3);
  const rest = given.reduce((left, text) => left.replaceAll(text, ''), plain);
  if (new Set(plain).size >= 5 && rest.length >= 6) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'password_weak',
    message: WEAK,
    details: [{ code: 'password_weak', message: WEAK, path: 'password' }],
  });
}
