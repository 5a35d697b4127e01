import { and, count, eq, gt, isNull } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { mailLinks } from '#db/schema/identity.ts';
import type { CommandContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { hashMailToken, makeMailToken } from './mail-token.ts';
import { CONFIRMATION_MS, MAIL_LINKS_PER_HOUR, RESET_MS } from './rules.ts';

export type MailLink = typeof mailLinks.$inferSelect;
export type LinkPurpose = MailLink['purpose'];
export type LinkState = 'open' | 'used' | 'replaced' | 'expired';

const LIFETIME_MS: Record<LinkPurpose, number> = {
  confirm_address: CONFIRMATION_MS,
  reset_password: RESET_MS,
};

/** What a link is worth at this moment. */
export function mailLinkState(
  link: Pick<MailLink, 'usedAt' | 'replacedAt' | 'expiresAt'>,
  now: Date,
): LinkState {
  if (link.usedAt !== null) return 'used';
  if (link.replacedAt !== null) return 'replaced';
  return now < link.expiresAt ? 'open' : 'expired';
}

/** What the holder of a token sees before using it. Throws not_found `link_unknown`. */
export async function previewMailLink(
  ctx: CommandContext,
  input: { token: string },
): Promise<{ purpose: LinkPurpose; state: LinkState }> {
  const link = await getMailLink(ctx.db, input.token);
  return { purpose: link.purpose, state: mailLinkState(link, ctx.clock.now()) };
}

/**
 * Makes a link for an account in the caller's transaction and returns its token; the earlier ones stop working.
 * Null when the account has had its `MAIL_LINKS_PER_HOUR` already.
 */
export async function issueMailLink(
  tx: CommandTx,
  input: { userId: string; purpose: LinkPurpose },
): Promise<string | null> {
  const [recent] = await tx.db
    .select({ n: count() })
    .from(mailLinks)
    .where(
      and(
        eq(mailLinks.userId, input.userId),
        eq(mailLinks.purpose, input.purpose),
        gt(mailLinks.createdAt, plus(tx.now, -HOUR)),
      ),
    );
  if ((recent?.n ?? 0) >= MAIL_LINKS_PER_HOUR) return null;
  await replaceMailLinks(tx, input);
  const { token, hash } = makeMailToken();
  await tx.db.insert(mailLinks).values({
    id: newId(),
    userId: input.userId,
    purpose: input.purpose,
    tokenHash: hash,
    createdAt: tx.now,
    expiresAt: plus(tx.now, LIFETIME_MS[input.purpose]),
  });
  return token;
}

/** Stops the open links of one purpose. */
export async function replaceMailLinks(
  tx: CommandTx,
  input: { userId: string; purpose: LinkPurpose },
): Promise<void> {
  await tx.db
    .update(mailLinks)
    .set({ replacedAt: tx.now })
    .where(
      and(
        eq(mailLinks.userId, input.userId),
        eq(mailLinks.purpose, input.purpose),
        isNull(mailLinks.usedAt),
        isNull(mailLinks.replacedAt),
      ),
    );
}

/** Marks an open link as used; of two at once one gets through. Throws precondition `link_closed`. */
export async function takeMailLink(tx: CommandTx, linkId: string): Promise<void> {
  const rows = await tx.db
    .update(mailLinks)
    .set({ usedAt: tx.now })
    .where(
      and(
        eq(mailLinks.id, linkId),
        isNull(mailLinks.usedAt),
        isNull(mailLinks.replacedAt),
        gt(mailLinks.expiresAt, tx.now),
      ),
    )
    .returning({ id: mailLinks.id });
  if (rows.length === 0) throw linkClosed();
}

/** The link with this token. Throws not_found `link_unknown`, also when it is for another purpose. */
export async function getMailLink(q: Queryable, token: string, purpose?: LinkPurpose): Promise<MailLink> {
  const [link] = await q
    .select()
    .from(mailLinks)
    .where(eq(mailLinks.tokenHash, hashMailToken(token)));
  if (link !== undefined && (purpose === undefined || link.purpose === purpose)) return link;
  throw new AppError({
    kind: 'not_found',
    reason: 'link_unknown',
    message: 'This link is not valid. Copy it whole from the mail, or ask for a new one.',
  });
}

/** The refusal for a link that was used, replaced or is too old. */
export function linkClosed(): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'link_closed',
    message: 'This link has been used, replaced by a newer one, or is too old. Ask for a new one.',
  });
}
