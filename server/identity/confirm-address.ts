import { and, eq, isNull } from 'drizzle-orm';
import { users } from '#db/schema/identity.ts';
import type { CommandContext, UserContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { appLink } from './app-link.ts';
import { getMailLink, issueMailLink, linkClosed, mailLinkState, takeMailLink } from './mail-link.ts';
import { findAccount } from './queries.ts';

/**
 * Confirms the address of an account by the link that was sent to it; the same link again changes nothing.
 * Errors: not_found `link_unknown`, precondition `link_closed`.
 */
export async function confirmAddress(
  ctx: CommandContext,
  input: { token: string },
): Promise<{ personId: string }> {
  return transact(ctx, async (tx) => {
    const link = await getMailLink(tx.db, input.token, 'confirm_address');
    const account = present(await findAccount(tx.db, link.userId), 'The account of a link');
    if (account.status !== 'active') throw linkClosed();
    if (mailLinkState(link, tx.now) === 'used' && account.emailVerifiedAt !== null) {
      return { personId: account.personId };
    }
    await takeMailLink(tx, link.id);
    await markConfirmed(tx, account.id);
    return { personId: account.personId };
  });
}

/** Notes that the address is the person's own, in the caller's transaction. */
export async function markConfirmed(tx: CommandTx, userId: string): Promise<void> {
  const rows = await tx.db
    .update(users)
    .set({ emailVerifiedAt: tx.now })
    .where(and(eq(users.id, userId), isNull(users.emailVerifiedAt)))
    .returning({ id: users.id });
  if (rows.length === 0) return;
  await tx.audit({ action: 'identity.address_confirmed', subject: { kind: 'user', id: userId } });
}

/** Sends the confirmation once more, at most 3 an hour; `isSent` is false above that and when it is confirmed already. */
export async function resendConfirmation(ctx: UserContext): Promise<{ isSent: boolean }> {
  return transact(ctx, async (tx) => {
    const account = present(await findAccount(tx.db, ctx.actor.userId), 'The account of a session');
    if (account.emailVerifiedAt !== null) return { isSent: false };
    return { isSent: await mailConfirmation(tx, account) };
  });
}

/** Queues the mail with the link, in the caller's transaction; false when there were too many of late. */
export async function mailConfirmation(
  tx: CommandTx,
  account: { id: string; email: string; name: string },
): Promise<boolean> {
  const token = await issueMailLink(tx, { userId: account.id, purpose: 'confirm_address' });
  if (token === null) return false;
  await queueMail(tx, {
    to: account.email,
    subject: 'Confirm your address for Readroom',
    body: `Hello ${account.name},

confirm that this address is yours: ${appLink(`/confirm/${token}`)}

Until then you can look around and draft, but not sign, bid or take work. The link works for 7 days.

If you did not open an account, do nothing; nobody can sign, bid or work with your address.`,
  });
  return true;
}
