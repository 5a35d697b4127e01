import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { type AgreementRow, findAgreement } from './queries.ts';
import { hasAuthority, sideOf } from './rules.ts';

/** Whether the actor may end, suspend or resume a locked agreement: of a party, with the authority to bind it. */
export async function assertMayEnd(
  ctx: OrgContext,
  tx: CommandTx,
  locked: AgreementRow | null,
): Promise<void> {
  const side = locked === null ? null : sideOf(locked, ctx.actor.orgId);
  const whole = locked === null || side === null ? null : await findAgreement(tx.db, locked.id);
  if (whole === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'agreement_not_found',
      message: 'Your organisation has no such agreement.',
    });
  }
  const authority = hasAuthority(ctx.actor, side === 'a' ? whole.partyA : whole.partyB);
  if (!authority.allowed) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'signer_without_authority',
      message: authority.reasons[0]?.message ?? 'You may not act for this organisation.',
      details: authority.reasons,
    });
  }
}
