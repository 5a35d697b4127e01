import { and, eq, isNull } from 'drizzle-orm';
import { createTransport } from 'nodemailer';
import { mails } from '#db/schema/notifications.ts';
import type { CommandContext } from '#server/command/context.ts';

/**
 * Sends one queued mail by SMTP_URL; without it the mail stays for the local mailbox. The text of a mail that has
 * left is emptied, because it may hold an invitation's token. Safe to repeat: a sent mail is not sent again,
 * except when the process died between the server's yes and the note of it.
 */
export async function deliverMail(ctx: CommandContext, input: { mailId: string }): Promise<void> {
  const url = process.env.SMTP_URL;
  if (!url) return;
  const waiting = and(eq(mails.id, input.mailId), isNull(mails.sentAt));
  const [mail] = await ctx.db.select().from(mails).where(waiting);
  if (mail === undefined) return;
  const transport = createTransport(url);
  try {
    await transport.sendMail({
      from: process.env.MAIL_FROM ?? 'Readroom <no-reply@readroom.localhost>',
      to: { name: '', address: mail.toAddress },
      subject: mail.subject,
      text: mail.body,
      messageId: `<${mail.id}@readroom>`,
    });
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unknown';
    await ctx.db.update(mails).set({ failure: code }).where(waiting);
    throw error;
  } finally {
    transport.close();
  }
  await ctx.db.update(mails).set({ sentAt: ctx.clock.now(), failure: null, body: '' }).where(waiting);
}
