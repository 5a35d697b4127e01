import { and, eq, inArray } from 'drizzle-orm';
import { organisations } from '#db/schema/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';

/**
 * Corrects what the operator checks, while it has not been verified; a refused organisation is thereby handed in
 * again. What has been verified cannot be changed by its owner. Throws precondition `organisation_settled`.
 */
export async function correctOrganisation(
  ctx: OrgContext,
  input: { legalName: string; registerNumber: string; domain: string; country: string },
): Promise<{ orgId: string }> {
  const { orgId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const rows = await tx.db
      .update(organisations)
      .set({ ...input, status: 'unverified', statusReason: null })
      .where(
        and(
          eq(organisations.id, orgId),
          inArray(organisations.status, ['unverified', 'refused']),
          inArray(organisations.kind, ['sponsor', 'vendor']),
        ),
      )
      .returning({ id: organisations.id });
    if (rows.length === 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'organisation_settled',
        message: 'These facts have been checked. Ask the operator to change them.',
      });
    }
    await tx.audit({
      action: 'identity.organisation_corrected',
      subject: { kind: 'organisation', id: orgId },
    });
    return { orgId };
  });
}
