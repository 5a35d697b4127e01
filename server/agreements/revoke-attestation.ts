import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { findAttestationForUpdate, updateAttestation } from './attestation-queries.ts';

/**
 * The organisation takes back an attestation, for example when a person leaves. From that moment the gate refuses the
 * person wherever it is needed, and leases there are revoked (R27). Taking back twice changes nothing. Errors: `attestation_not_found`.
 */
export async function revokeAttestation(ctx: OrgContext, input: { attestationId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const found = await findAttestationForUpdate(tx.db, input.attestationId);
    if (found === null || found.orgId !== ctx.actor.orgId) {
      throw new AppError({
        kind: 'not_found',
        reason: 'attestation_not_found',
        message: 'Your organisation has made no such attestation.',
      });
    }
    if (found.revokedAt !== null) return;
    await updateAttestation(tx.db, found.id, { revokedAt: tx.now });
    await tx.audit({
      action: 'agreements.attestation_revoked',
      subject: { kind: 'attestation', id: found.id },
      detail: { personId: found.personId },
    });
    await tx.enqueue({
      name: 'agreements.revoke-access',
      payload: { personId: found.personId, viaOrgId: found.orgId },
    });
  });
}
