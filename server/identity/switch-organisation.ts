import { eq } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { rolesOfPerson } from './reads.ts';

/** Makes this session act for another of the person's organisations. Throws not_found `organisation_unknown`. */
export async function switchOrganisation(
  ctx: UserContext,
  input: { orgId: string },
): Promise<{ orgId: string }> {
  return transact(ctx, async (tx) => {
    const roles = await rolesOfPerson(tx.db, input.orgId, ctx.actor.personId);
    if (roles.length === 0) {
      throw new AppError({
        kind: 'not_found',
        reason: 'organisation_unknown',
        message: 'You are not a member of such an organisation.',
      });
    }
    await tx.db
      .update(sessions)
      .set({ activeOrgId: input.orgId })
      .where(eq(sessions.id, ctx.actor.sessionId));
    await tx.audit({
      action: 'identity.organisation_switched',
      subject: { kind: 'organisation', id: input.orgId },
    });
    return { orgId: input.orgId };
  });
}
