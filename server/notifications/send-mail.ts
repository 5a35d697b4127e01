import { mails } from '#db/schema/notifications.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';

/**
 * Queues one plain-text mail in the caller's transaction; it leaves after the commit. The text never holds PHI.
 * Returns the mail's id.
 */
export async function queueMail(
  tx: CommandTx,
  input: { to: string; subject: string; body: string },
): Promise<string> {
  const id = newId();
  await tx.db
    .insert(mails)
    .values({ id, toAddress: input.to, subject: input.subject, body: input.body, createdAt: tx.now });
  await tx.enqueue({ name: 'notifications.send-mail', payload: { mailId: id } });
  return id;
}
