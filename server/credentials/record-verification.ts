import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { findCredentialForUpdate, insertVerification, updateCredential } from './queries.ts';
import { applyVerification, dayOf } from './rules.ts';
import type { CredentialStatus, RecordVerificationInput, VerificationOutcome } from './schemas.ts';

const TOLD: Record<VerificationOutcome, string> = {
  verified: 'was verified at its source',
  discrepancy: 'does not agree with its source; look at the note and correct it',
  unable: 'could not be checked yet; we will try again',
  adverse: 'has an adverse finding at its source',
};

/**
 * Records one immutable check at the source (FHIR R5 VerificationResult) and moves the credential. An operator's act;
 * nobody checks their own. Errors: `not_found`, `verification_own`, `verification_stale` (someone decided in between),
 * `verification_impossible` (terminal state), `verification_dates`.
 */
export async function recordVerification(
  ctx: OrgContext,
  input: RecordVerificationInput,
): Promise<{ status: CredentialStatus }> {
  refuseFutureSource(input.sourceAsOf, dayOf(ctx.clock.now()));
  return transact(ctx, async (tx) => {
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    if (credential === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'credential_not_found',
        message: 'No such credential.',
      });
    }
    if (credential.personId === ctx.actor.personId) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'verification_own',
        message: 'Nobody verifies their own credential. Leave it to another operator.',
      });
    }
    if (credential.status !== input.seenStatus) throw stale();
    const change = applyVerification(credential, input.outcome);
    if (!change.ok) {
      throw new AppError({
        kind: 'precondition',
        reason: 'verification_impossible',
        message: change.message,
      });
    }
    const verificationId = newId();
    await insertVerification(tx.db, {
      id: verificationId,
      credentialId: credential.id,
      status: change.fhirStatus,
      statusDate: tx.now,
      primarySource: input.primarySource,
      communicationMethod: input.communicationMethod,
      level: change.level,
      evidenceSha256: input.evidenceSha256 ?? null,
      sourceAsOf: input.sourceAsOf ?? null,
      validUntil: input.validUntil ?? null,
      note: input.note ?? null,
      verifiedBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    const moved = await updateCredential(
      tx.db,
      { id: credential.id, expected: input.seenStatus },
      { status: change.status, level: change.level, updatedAt: tx.now },
    );
    if (!moved) throw stale();
    await tx.audit({
      action: 'credentials.verification_recorded',
      subject: { kind: 'credential', id: credential.id },
      detail: { verificationId, from: credential.status, to: change.status, level: change.level },
    });
    await notifyPerson(tx, {
      personId: credential.personId,
      kind: 'credential.checked',
      title: `"${credential.title}" ${TOLD[input.outcome]}`,
      href: '/work/credentials',
    });
    return { status: change.status };
  });
}

function refuseFutureSource(sourceAsOf: string | undefined, today: string): void {
  if (sourceAsOf === undefined || sourceAsOf <= today) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'verification_dates',
    message: `The source cannot be as of ${sourceAsOf}, which lies in the future.`,
    details: [
      {
        code: 'verification.source_in_future',
        path: 'sourceAsOf',
        message: 'The source cannot be as of a day in the future.',
      },
    ],
  });
}

function stale(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'verification_stale',
    message: 'Someone else has decided on this credential in the meantime. Take the next one.',
  });
}
