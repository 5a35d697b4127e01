import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { hasAuthority } from './rules.ts';

/** Throws forbidden `signer_without_authority` unless the actor may bind the organisation they act for (R0). */
export async function assertAuthority(ctx: OrgContext, tx: CommandTx): Promise<void> {
  const own = present(await findOrganisation(tx.db, ctx.actor.orgId), 'The organisation of the session');
  const authority = hasAuthority(ctx.actor, own);
  if (authority.allowed) return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'signer_without_authority',
    message: authority.reasons[0]?.message ?? 'You may not sign for this organisation.',
    details: authority.reasons,
  });
}
