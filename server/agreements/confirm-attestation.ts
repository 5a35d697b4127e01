import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { findAttestationForUpdate, updateAttestation } from './attestation-queries.ts';

/**
 * The person confirms what an organisation attests of them; only they can (R19). Confirming twice changes nothing.
 * Errors: `attestation_not_found` (also somebody else's, or taken back), `attestation_expired`.
 */
export async function confirmAttestation(
  ctx: UserContext,
  input: { attestationId: string },
): Promise<{ confirmedAt: Date }> {
  return transact(ctx, async (tx) => {
    const found = await findAttestationForUpdate(tx.db, input.attestationId);
    if (found === null || found.personId !== ctx.actor.personId || found.revokedAt !== null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'attestation_not_found',
        message: 'There is nothing for you to confirm under this address.',
      });
    }
    if (found.confirmedAt !== null) return { confirmedAt: found.confirmedAt };
    if (found.validUntil < tx.now.toISOString().slice(0, 10)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'attestation_expired',
        message:
          'The privacy training it rests on is older than 12 months. Ask your organisation for a new one.',
      });
    }
    await updateAttestation(tx.db, found.id, { confirmedAt: tx.now });
    await tx.audit({
      action: 'agreements.attestation_confirmed',
      subject: { kind: 'attestation', id: found.id },
      detail: { orgId: found.orgId },
    });
    return { confirmedAt: tx.now };
  });
}
