import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { mailConfirmation } from './confirm-address.ts';
import { foundOrganisation } from './found-organisation.ts';
import { assertPasswordStands, openAccount } from './open-account.ts';
import { hashPassword } from './password.ts';
import type { SignUpInput } from './schemas.ts';

/**
 * Opens an account and signs up an organisation with it (R0): a sponsor, a vendor, or the person as an independent
 * annotator. The organisation is `unverified`, and a mail asks to confirm the address. Signing in is a call
 * of its own.
 *
 * Errors: conflict `account_exists`, invalid `password_weak`.
 */
export async function signUp(
  ctx: CommandContext,
  input: SignUpInput,
): Promise<{ personId: string; orgId: string }> {
  const { account, organisation } = input;
  assertPasswordStands(account.password, account);
  // Hashed before the transaction opens: 30 ms of one core is no time to hold a connection.
  const passwordHash = await hashPassword(account.password);
  return transact(ctx, async (tx) => {
    const { personId, userId } = await openAccount(tx, {
      name: account.name,
      email: account.email,
      country: account.country,
      timezone: account.timezone,
      passwordHash,
      isEmailConfirmed: false,
    });
    await mailConfirmation(tx, { id: userId, email: account.email, name: account.name });
    const founder = { personId, name: account.name, country: account.country };
    return { personId, orgId: await foundOrganisation(tx, founder, organisation) };
  });
}
