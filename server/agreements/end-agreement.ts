import type { CommandTx } from '#server/command/transaction.ts';
import { assert, present } from '#server/core/assert.ts';
import { openDuties } from './end-duties.ts';
import { type AgreementRow, updateAgreement } from './queries.ts';
import { retainUntil, transition } from './rules.ts';
import type { AgreementStatus } from './schemas.ts';

/**
 * Ends a locked agreement, asks for the leases it carried to be revoked (R27) and everybody who held data for its return
 * or destruction, in the caller's transaction.
 */
export async function endAgreement(
  tx: CommandTx,
  agreement: AgreementRow,
  event: 'terminate' | 'expire',
): Promise<AgreementStatus> {
  const status = present(transition(agreement.status, event), 'The way to the end');
  const lastDay = agreement.effectiveUntil ?? tx.now.toISOString().slice(0, 10);
  const moved = await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    {
      status,
      endedAt: tx.now,
      retainUntil: retainUntil(agreement.createdAt.toISOString().slice(0, 10), lastDay),
    },
  );
  assert(moved, 'The locked agreement did not move');
  await tx.audit({
    action: `agreements.${status}`,
    subject: { kind: 'agreement', id: agreement.id },
    detail: { from: agreement.status },
  });
  await openDuties(tx, agreement);
  await tx.enqueue({ name: 'agreements.revoke-access', payload: { agreementId: agreement.id } });
  return status;
}
