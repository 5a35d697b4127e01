import { eq } from 'drizzle-orm';
import { users } from '#db/schema/identity.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { appLink } from './app-link.ts';
import { markConfirmed } from './confirm-address.ts';
import { getMailLink, issueMailLink, linkClosed, mailLinkState, takeMailLink } from './mail-link.ts';
import { assertPasswordStands } from './open-account.ts';
import { hashPassword } from './password.ts';
import { clearSignInTries, findAccount, findAccountByEmail, revokeSessions } from './queries.ts';

/**
 * Asks for a link to a new password. Whether the address belongs to an account is looked up by a job, so the answer
 * and the time it takes are the same for every address. Asking again before the job has run changes nothing.
 */
export async function requestPasswordReset(
  ctx: CommandContext,
  input: { email: string },
): Promise<{ isAsked: true }> {
  await transact(ctx, (tx) =>
    tx.enqueue({
      name: 'identity.send-password-reset',
      payload: { email: input.email },
      key: `password-reset ${input.email}`,
    }),
  );
  return { isAsked: true };
}

/** Mails the link, good for one hour, when there is an active account with this address; at most 3 an hour. */
export async function sendPasswordReset(ctx: CommandContext, input: { email: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const account = await findAccountByEmail(tx.db, input.email);
    if (account?.status !== 'active') return;
    const token = await issueMailLink(tx, { userId: account.id, purpose: 'reset_password' });
    if (token === null) return;
    await queueMail(tx, {
      to: account.email,
      subject: 'Set a new password for Readroom',
      body: `Hello ${account.name},

set a new password within an hour: ${appLink(`/reset/${token}`)}

The link works once. Setting a new password ends every session.

If you did not ask for it, do nothing; your password stays as it is.`,
    });
    await tx.audit({ action: 'identity.password_reset_mailed', subject: { kind: 'user', id: account.id } });
  });
}

/**
 * Sets a new password by the link in the mail, ends every session of the person and tells them. Holding the link
 * also confirms the address. A link works once, whoever is first.
 *
 * Errors: not_found `link_unknown`, precondition `link_closed`, invalid `password_weak`.
 */
export async function resetPassword(
  ctx: CommandContext,
  input: { token: string; newPassword: string },
): Promise<{ sessionsEnded: number }> {
  const link = await getMailLink(ctx.db, input.token, 'reset_password');
  if (mailLinkState(link, ctx.clock.now()) !== 'open') throw linkClosed();
  const account = present(await findAccount(ctx.db, link.userId), 'The account of a link');
  if (account.status !== 'active') throw linkClosed();
  assertPasswordStands(input.newPassword, account);
  const passwordHash = await hashPassword(input.newPassword);
  return transact(ctx, async (tx) => {
    await takeMailLink(tx, link.id);
    await tx.db.update(users).set({ passwordHash }).where(eq(users.id, account.id));
    await markConfirmed(tx, account.id);
    await clearSignInTries(tx.db, account.email);
    const sessionsEnded = await revokeSessions(tx.db, {
      userId: account.id,
      now: tx.now,
      reason: 'password_reset',
    });
    await tx.audit({ action: 'identity.password_reset', subject: { kind: 'user', id: account.id } });
    await queueMail(tx, {
      to: account.email,
      subject: 'Your Readroom password was changed',
      body: 'A new password was set by the link in your mail, and all your sessions were ended. If it was not you, write to the operator at once.',
    });
    return { sessionsEnded };
  });
}
