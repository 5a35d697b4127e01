import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { rolesOfPerson } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { insertAttestation, revokeUnconfirmed } from './attestation-queries.ts';
import { CONFIRM_HREF } from './gate-words.ts';
import { readAttestationText } from './reads.ts';
import { attestationValidUntil } from './rules.ts';
import type { AttestPersonInput } from './schemas.ts';

/**
 * An organisation attests that one of its people is its workforce, employed or under direct control, and when they were
 * trained in privacy (R19). It counts once the person has confirmed it, until 12 months after the training. A newer one
 * replaces one that was not confirmed. Errors: `person_not_member`, `training_date`.
 */
export async function attestPerson(
  ctx: OrgContext,
  input: AttestPersonInput,
): Promise<{ id: string; validUntil: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const validUntil = attestationValidUntil(input.privacyTrainingOn);
  assertTraining(input.privacyTrainingOn, validUntil, today);
  return transact(ctx, async (tx) => {
    const roles = await rolesOfPerson(tx.db, actor.orgId, input.personId);
    if (actor.orgKind === 'independent' || roles.length === 0) {
      throw new AppError({
        kind: 'not_found',
        reason: 'person_not_member',
        message:
          actor.orgKind === 'independent'
            ? 'An independent annotator is nobody’s workforce and signs agreements instead (R20).'
            : 'This person does not belong to your organisation. Invite them first.',
      });
    }
    await revokeUnconfirmed(tx.db, { orgId: actor.orgId, personId: input.personId, now: tx.now });
    const id = newId();
    await insertAttestation(tx.db, {
      id,
      orgId: actor.orgId,
      personId: input.personId,
      relation: input.relation,
      privacyTrainingOn: input.privacyTrainingOn,
      attestedBy: actor.personId,
      attestedAt: tx.now,
      validUntil,
      textVersion: (await readAttestationText(tx.db)).version,
    });
    await tx.audit({
      action: 'agreements.person_attested',
      subject: { kind: 'attestation', id },
      detail: { personId: input.personId, relation: input.relation, validUntil },
    });
    await notifyPerson(tx, {
      personId: input.personId,
      orgId: actor.orgId,
      kind: 'attestation.to_confirm',
      title: 'Confirm that you work under your organisation’s control',
      href: CONFIRM_HREF,
    });
    return { id, validUntil };
  });
}

function assertTraining(trainedOn: string, validUntil: string, today: string): void {
  if (trainedOn <= today && validUntil >= today) return;
  const message =
    trainedOn > today
      ? 'The privacy training lies in the future. Attest it after it was done.'
      : `The privacy training of ${trainedOn} is older than 12 months. Repeat it first.`;
  throw new AppError({
    kind: 'invalid',
    reason: 'training_date',
    message,
    details: [{ code: 'attestation.training', path: 'privacyTrainingOn', message }],
  });
}
