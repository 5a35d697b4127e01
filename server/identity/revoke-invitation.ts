import { and, eq, isNull } from 'drizzle-orm';
import { invitations } from '#db/schema/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';

/** Takes back an open invitation of one's own organisation. Throws not_found `invitation_unknown`. */
export async function revokeInvitation(
  ctx: OrgContext,
  input: { invitationId: string },
): Promise<{ invitationId: string }> {
  return transact(ctx, async (tx) => {
    const rows = await tx.db
      .update(invitations)
      .set({ revokedAt: tx.now })
      .where(
        and(
          eq(invitations.id, input.invitationId),
          eq(invitations.orgId, ctx.actor.orgId),
          isNull(invitations.acceptedAt),
          isNull(invitations.revokedAt),
        ),
      )
      .returning({ id: invitations.id });
    if (rows.length === 0) {
      throw new AppError({
        kind: 'not_found',
        reason: 'invitation_unknown',
        message: 'There is no open invitation like that. It may have been accepted meanwhile.',
      });
    }
    await tx.audit({
      action: 'identity.invitation_revoked',
      subject: { kind: 'invitation', id: input.invitationId },
    });
    return { invitationId: input.invitationId };
  });
}
