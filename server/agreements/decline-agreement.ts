import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { tellSignatories } from './notify.ts';
import { findAgreement, findAgreementForUpdate, updateAgreement } from './queries.ts';
import { sideOf, transition } from './rules.ts';
import { KIND_TITLES } from './schemas.ts';

/**
 * Either side refuses an agreement that is not active yet, with a reason the other side sees. Errors:
 * `agreement_not_found`, `agreement_not_open`.
 */
export async function declineAgreement(
  ctx: OrgContext,
  input: { agreementId: string; reason: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const locked = await findAgreementForUpdate(tx.db, input.agreementId);
    if (locked === null || sideOf(locked, ctx.actor.orgId) === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'agreement_not_found',
        message: 'Your organisation has no such agreement.',
      });
    }
    const status = transition(locked.status, 'decline');
    if (status === null) {
      throw new AppError({
        kind: 'conflict',
        reason: 'agreement_not_open',
        message: `This agreement is ${locked.status.replaceAll('_', ' ')}; it cannot be declined.`,
      });
    }
    await updateAgreement(
      tx.db,
      { id: locked.id, expected: locked.status },
      { status, statusReason: input.reason, endedAt: tx.now },
    );
    await tx.audit({
      action: 'agreements.declined',
      subject: { kind: 'agreement', id: locked.id },
      detail: { from: locked.status },
    });
    const { partyA, partyB } = present(await findAgreement(tx.db, locked.id), 'The agreement');
    await tellSignatories(tx, [partyA, partyB], {
      agreementId: locked.id,
      kind: 'agreement.declined',
      title: `${KIND_TITLES[locked.kind]} was declined`,
    });
  });
}
