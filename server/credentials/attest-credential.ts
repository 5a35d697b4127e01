import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findCredentialForUpdate, insertVerification, isMember, updateCredential } from './queries.ts';
import { dayOf, isInForce } from './rules.ts';

/**
 * A vendor vouches for a member's claim, which lifts it to `vendor_attested` (R19). A level that is already higher
 * stays. Errors: `not_found` (also for people of other organisations), `credential_not_in_force`.
 */
export async function attestCredential(ctx: OrgContext, input: { credentialId: string }): Promise<void> {
  const { actor } = requireVerifiedOrg(ctx);
  await transact(ctx, async (tx) => {
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    const own = await isMember(tx.db, {
      orgId: actor.orgId,
      personId: credential?.personId ?? actor.personId,
    });
    if (credential === null || !own) {
      throw new AppError({
        kind: 'not_found',
        reason: 'credential_not_found',
        message: 'None of your people has such a credential.',
      });
    }
    if (credential.personId === actor.personId) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'attestation_own',
        message: 'Nobody attests their own credential. Ask a colleague with the right to manage the team.',
      });
    }
    if (!isInForce(credential, tx.now)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'credential_not_in_force',
        message: `"${credential.title}" is ${credential.status} or past its last day; it cannot be attested.`,
      });
    }
    if (credential.level !== 'self_claimed') return;
    await insertVerification(tx.db, {
      id: newId(),
      credentialId: credential.id,
      status: 'attested',
      statusDate: tx.now,
      primarySource: 'Employer attestation',
      communicationMethod: 'manual',
      level: 'vendor_attested',
      sourceAsOf: dayOf(tx.now),
      verifiedBy: actor.personId,
      createdAt: tx.now,
    });
    await updateCredential(
      tx.db,
      { id: credential.id, expected: credential.status },
      { level: 'vendor_attested', updatedAt: tx.now },
    );
    await tx.audit({ action: 'credentials.attested', subject: { kind: 'credential', id: credential.id } });
  });
}
