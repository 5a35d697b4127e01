import { and, desc, eq } from 'drizzle-orm';
import { mails } from '#db/schema/notifications.ts';
import type { CommandContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';

/**
 * True where mail is read in the app instead of being sent: no SMTP_URL, and either not in production or switched
 * on by the launcher's laptop defaults (READROOM_LOCAL_MAILBOX=1).
 */
export function isMailboxLocal(environment: Record<string, string | undefined> = process.env): boolean {
  if (environment.SMTP_URL) return false;
  const mode = environment.READROOM_MODE ?? 'production';
  return mode !== 'production' || environment.READROOM_LOCAL_MAILBOX === '1';
}

export type LocalMail = { id: string; to: string; subject: string; body: string; createdAt: Date };

/** The newest mails of a laptop installation, of everybody or of one address. Throws not_found `no_mailbox` elsewhere. */
export async function readLocalMailbox(
  ctx: CommandContext,
  input: { to?: string | undefined; limit: number },
): Promise<LocalMail[]> {
  if (!isMailboxLocal()) {
    throw new AppError({
      kind: 'not_found',
      reason: 'no_mailbox',
      message: 'Mail leaves this installation; there is no local mailbox.',
    });
  }
  return ctx.db
    .select({
      id: mails.id,
      to: mails.toAddress,
      subject: mails.subject,
      body: mails.body,
      createdAt: mails.createdAt,
    })
    .from(mails)
    .where(and(input.to === undefined ? undefined : eq(mails.toAddress, input.to)))
    .orderBy(desc(mails.createdAt), desc(mails.id))
    .limit(input.limit);
}
