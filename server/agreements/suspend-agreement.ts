import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { assert, present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { assertMayEnd } from './assert-may-end.ts';
import { tellSignatories } from './notify.ts';
import { type AgreementRow, findAgreement, findAgreementForUpdate, updateAgreement } from './queries.ts';
import { transition } from './rules.ts';
import { type AgreementStatus, KIND_TITLES, type SuspendAgreementInput } from './schemas.ts';
import { suspendSuccessor } from './sign-ahead.ts';

/**
 * A side suspends an agreement with a reason: what it carries closes at once (R27), and nobody returns or destroys anything,
 * because it may go on. Its last day stays, and a renewal that
 * was signed before begins suspended. Needs the same authority and recent password as signing.
 * Errors: `reauthentication_required`, `agreement_not_found`, `signer_without_authority`, `agreement_not_active`.
 */
export async function suspendAgreement(
  ctx: OrgContext,
  input: SuspendAgreementInput,
): Promise<{ status: AgreementStatus }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const agreement = await lockForParty(ctx, tx, input.agreementId);
    const status = await move(tx, agreement, 'suspend', {
      statusReason: input.reason,
      suspendedByOrgId: ctx.actor.orgId,
    });
    await suspendSuccessor(tx, agreement, ctx.actor.orgId);
    await tx.enqueue({ name: 'agreements.revoke-access', payload: { agreementId: agreement.id } });
    await tell(tx, agreement.id, `${KIND_TITLES[agreement.kind]} is suspended`);
    return { status };
  });
}

/**
 * Takes a suspension back: only the side that suspended knows that its reason is gone. Claims and openings go by the agreement again
 * from then on. Errors: as suspending, conflict `suspended_by_other`.
 */
export async function resumeAgreement(
  ctx: OrgContext,
  input: SuspendAgreementInput,
): Promise<{ status: AgreementStatus }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const agreement = await lockForParty(ctx, tx, input.agreementId);
    if (agreement.status === 'suspended' && agreement.suspendedByOrgId !== ctx.actor.orgId) {
      throw new AppError({
        kind: 'conflict',
        reason: 'suspended_by_other',
        message: 'The other side suspended this agreement. Only that side can resume it; ask them to.',
      });
    }
    const status = await move(tx, agreement, 'resume', {
      statusReason: input.reason,
      suspendedByOrgId: null,
    });
    await suspendSuccessor(tx, agreement, null);
    await tell(tx, agreement.id, `${KIND_TITLES[agreement.kind]} holds again`);
    return { status };
  });
}

async function lockForParty(ctx: OrgContext, tx: CommandTx, agreementId: string): Promise<AgreementRow> {
  const locked = await findAgreementForUpdate(tx.db, agreementId);
  await assertMayEnd(ctx, tx, locked);
  return present(locked, 'The agreement');
}

async function move(
  tx: CommandTx,
  agreement: AgreementRow,
  event: 'suspend' | 'resume',
  change: { statusReason: string; suspendedByOrgId: string | null },
): Promise<AgreementStatus> {
  const status = transition(agreement.status, event);
  if (status === null) {
    throw new AppError({
      kind: 'conflict',
      reason: 'agreement_not_active',
      message: `This agreement is ${agreement.status.replaceAll('_', ' ')}; it cannot be ${event === 'suspend' ? 'suspended' : 'resumed'}.`,
    });
  }
  const moved = await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    { status, ...change },
  );
  assert(moved, 'The locked agreement did not move');
  await tx.audit({
    action: event === 'suspend' ? 'agreements.suspended' : 'agreements.resumed',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { reason: change.statusReason },
  });
  return status;
}

async function tell(tx: CommandTx, agreementId: string, title: string): Promise<void> {
  const whole = present(await findAgreement(tx.db, agreementId), 'The agreement');
  const kind = 'agreement.suspended';
  await tellSignatories(tx, [whole.partyA, whole.partyB], { agreementId, kind, title });
}
