import { findEffectiveAgreement } from '#server/agreements/reads.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { holdDelegationOf } from './delegation-queries.ts';
import { delegateRefusal } from './delegation-rules.ts';
import type { VerifyAsDelegateInput } from './delegation-schemas.ts';
import { findOwnFile } from './document-queries.ts';
import { findCredentialForUpdate, insertVerification, isMember, updateCredential } from './queries.ts';
import { dayOf, isInForce } from './rules.ts';
import { recheckDay, verificationProblems } from './verification-rules.ts';

/** What a delegate may verify; doubts and findings are an operator's. */
const OPEN = ['claimed', 'verifying', 'verified'];

/**
 * A delegate records that a source has confirmed a member's credential: it counts as the platform's own check (R19) while the
 * delegation is not revoked. Nobody checks their own; what a source says otherwise is reported, not recorded. Errors:
 * `credential_not_found` (also people of others), `verification_own`, `not_a_delegate`, `verification_stale`,
 * `verification_invalid`, `evidence_unknown`, `delegate_cannot` (a doubt or finding, not in force, or measured here).
 */
export async function verifyAsDelegate(ctx: OrgContext, input: VerifyAsDelegateInput): Promise<void> {
  const { actor } = requireVerifiedOrg(ctx);
  refuseInvalid(input, ctx.clock.now());
  await transact(ctx, async (tx) => {
    // Before the credential, in the order in which a revocation locks.
    const delegation = await holdDelegationOf(tx.db, actor.orgId);
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    const of = { orgId: actor.orgId, personId: credential?.personId ?? actor.personId };
    if (credential === null || !(await isMember(tx.db, of)))
      throw new AppError({
        kind: 'not_found',
        reason: 'credential_not_found',
        message: 'None of your people has such a credential.',
      });
    if (credential.personId === actor.personId)
      throw new AppError({
        kind: 'forbidden',
        reason: 'verification_own',
        message: 'Nobody checks their own credential. Leave it to a colleague.',
      });
    const agreement = await findEffectiveAgreement(tx.db, {
      orgId: actor.orgId,
      kind: 'delegation',
      now: tx.now,
    });
    const gap = 'gap' in agreement ? agreement.gap.message : null;
    const refused = delegateRefusal(delegation, gap, dayOf(tx.now));
    if (refused !== null || delegation === null)
      throw new AppError({ kind: 'precondition', reason: 'not_a_delegate', message: refused ?? '' });
    if (credential.status !== input.seenStatus) throw stale();
    const isOpen = OPEN.includes(credential.status) && isInForce(credential, tx.now);
    if (!isOpen || credential.kind === 'general_exam' || credential.deskReason === 'dispute')
      throw new AppError({
        kind: 'precondition',
        reason: 'delegate_cannot',
        message: `"${credential.title}" is not a delegate’s to verify as it stands; an operator looks at it.`,
      });
    const vendor = await findOrganisation(tx.db, actor.orgId);
    const verificationId = newId();
    const evidenceSha256 = await evidenceHash(tx, input.evidenceFileId, actor.personId);
    await insertVerification(tx.db, {
      id: verificationId,
      credentialId: credential.id,
      status: 'validated',
      statusDate: tx.now,
      primarySource: input.primarySource,
      communicationMethod: input.communicationMethod,
      level: 'primary_source',
      sourceAsOf: input.sourceAsOf,
      sourceStanding: 'active',
      validUntil: input.validUntil ?? null,
      note: `Asked by ${vendor?.legalName ?? 'the vendor'} as a delegate; file ${input.fileReference}.`,
      verifiedBy: actor.personId,
      delegationId: delegation.id,
      evidenceSha256,
      evidenceFileId: input.evidenceFileId ?? null,
      createdAt: tx.now,
    });
    const moved = await updateCredential(
      tx.db,
      { id: credential.id, expected: input.seenStatus },
      {
        status: 'verified',
        level: 'primary_source',
        // A sample that waits for an operator is not answered by the delegate itself.
        ...(credential.deskReason === 'sample' ? {} : { deskSince: null, deskReason: null }),
        recheckOn: recheckDay({ ...credential, validUntil: input.validUntil, now: tx.now }),
        updatedAt: tx.now,
      },
    );
    if (!moved) throw stale();
    await tx.audit({
      action: 'credentials.verified_by_delegate',
      subject: { kind: 'credential', id: credential.id },
      detail: { verificationId, delegationId: delegation.id, evidenceSha256 },
    });
  });
}

/** The hash of the evidence that this person uploaded, taken from the file itself. */
async function evidenceHash(
  tx: CommandTx,
  fileId: string | undefined,
  personId: string,
): Promise<string | null> {
  if (fileId === undefined) return null;
  const sha256 = await findOwnFile(tx.db, { fileId, personId });
  if (sha256 !== null) return sha256;
  throw new AppError({
    kind: 'invalid',
    reason: 'evidence_unknown',
    message: 'You have uploaded no such evidence. Upload it again.',
  });
}

function refuseInvalid(input: VerifyAsDelegateInput, now: Date): void {
  const problems = verificationProblems({ ...input, outcome: 'verified' }, now);
  if (problems.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'verification_invalid',
    message: problems.map((problem) => problem.message).join(' '),
    details: problems,
  });
}

function stale(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'verification_stale',
    message: 'Someone else has decided on this credential in the meantime. Load the page again.',
  });
}
