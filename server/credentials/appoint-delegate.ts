import { violates } from '#db/errors.ts';
import { findEffectiveAgreement } from '#server/agreements/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { insertDelegation, lockDelegation, moveDelegation } from './delegation-queries.ts';
import { auditProblems, delegationEnd, nextDelegationStatus } from './delegation-rules.ts';
import type { AppointDelegateInput, ChangeDelegationInput } from './delegation-schemas.ts';
import { dayOf } from './rules.ts';
import { takeBackChecks } from './take-back-checks.ts';
import { tellDelegate } from './tell-delegate.ts';

/**
 * Makes a vendor a delegate for a year from its audit (R19). An operator's act. Errors: `vendor_not_found`,
 * `delegation_invalid` (the audit, each problem a detail), `delegation_agreement` (none in force), `delegate_already`.
 */
export async function appointDelegate(
  ctx: OrgContext,
  input: AppointDelegateInput,
): Promise<{ delegationId: string }> {
  requirePlatform(ctx);
  const now = ctx.clock.now();
  const problems = auditProblems(input, dayOf(now));
  if (problems.length > 0)
    throw new AppError({
      kind: 'invalid',
      reason: 'delegation_invalid',
      message: problems.map((one) => one.message).join(' '),
      details: problems,
    });
  const org = await findOrganisation(ctx.db, input.orgId);
  if (org === null || org.kind !== 'vendor' || org.status !== 'verified')
    throw new AppError({
      kind: 'not_found',
      reason: 'vendor_not_found',
      message: 'There is no such verified vendor.',
    });
  const agreement = await findEffectiveAgreement(ctx.db, { orgId: org.id, kind: 'delegation', now });
  if ('gap' in agreement)
    throw new AppError({
      kind: 'precondition',
      reason: 'delegation_agreement',
      message: agreement.gap.message,
      details: [{ ...agreement.gap, href: '/operator/agreements' }],
    });
  const delegationId = newId();
  try {
    await transact(ctx, async (tx) => {
      await insertDelegation(tx.db, {
        ...input,
        id: delegationId,
        agreementId: agreement.id,
        validUntil: delegationEnd(input.auditedOn),
        appointedBy: ctx.actor.personId,
        createdAt: tx.now,
        statusAt: tx.now,
      });
      await tx.audit({
        action: 'credentials.delegate_appointed',
        subject: { kind: 'organisation', id: org.id },
        detail: { delegationId, filesAudited: input.filesAudited, filesPassed: input.filesPassed },
      });
      await tellDelegate(tx, org.id, {
        id: `${delegationId}:active`,
        title: 'You are a delegate: your checks at the source count as the platform’s own',
      });
    });
  } catch (error) {
    if (!violates(error, 'delegations_live_key')) throw error;
    throw new AppError({
      kind: 'conflict',
      reason: 'delegate_already',
      message: 'This vendor is a delegate already. Revoke that delegation first, or let it run out.',
      cause: error,
    });
  }
  return { delegationId };
}

/**
 * Suspends, reinstates or revokes a delegation. Suspended, it checks nothing more and what it checked stands; revoked, what rests
 * on its checks counts as the vendor's word until the sources are asked again. Errors: `delegation_not_found`,
 * `delegation_change` (not in this state).
 */
export async function changeDelegation(
  ctx: OrgContext,
  input: ChangeDelegationInput,
): Promise<{ takenBack: number }> {
  requirePlatform(ctx);
  const { delegationId, change, reason } = input;
  await transact(ctx, async (tx) => {
    const row = await lockDelegation(tx.db, delegationId);
    if (row === null) throw noDelegation();
    const status = nextDelegationStatus(row.status, change);
    if (status === null)
      throw new AppError({
        kind: 'conflict',
        reason: 'delegation_change',
        message: `This delegation is ${row.status}; it cannot be ${CHANGED[change]}.`,
      });
    await moveDelegation(tx.db, { id: row.id, status, reason, now: tx.now });
    await record(tx, { orgId: row.orgId, delegationId, change, reason });
  });
  return { takenBack: change === 'revoke' ? await takeBackChecks(ctx, delegationId) : 0 };
}

const CHANGED = { suspend: 'suspended', reinstate: 'reinstated', revoke: 'revoked' } as const;

async function record(tx: CommandTx, of: ChangeDelegationInput & { orgId: string }): Promise<void> {
  const { orgId, delegationId, change, reason } = of;
  await tx.audit({
    action: `credentials.delegation_${CHANGED[change]}`,
    subject: { kind: 'organisation', id: orgId },
    detail: { delegationId, reason },
  });
  await tellDelegate(tx, orgId, {
    id: `${delegationId}:${change}:${tx.now.toISOString()}`,
    title: `Your delegation of credential checks was ${CHANGED[change]}: ${reason}`,
  });
}

export function requirePlatform(ctx: OrgContext): void {
  if (ctx.actor.orgKind !== 'platform') throw noDelegation();
}

export function noDelegation(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'delegation_not_found',
    message: 'There is no such delegation.',
  });
}
