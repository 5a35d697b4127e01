import { createHash } from 'node:crypto';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { assertAuthority } from './assert-authority.ts';
import { printVerification } from './print-verification.ts';
import { findAgreement, findAgreementForUpdate } from './queries.ts';
import { addMonths, asksVerification, sideOf, VERIFICATION_MONTHS } from './rules.ts';
import type { VerifySafeguardsInput } from './schemas.ts';
import { insertVerification } from './term-queries.ts';

/**
 * The yearly written verification of a business associate that its technical safeguards are in place, with the analysis
 * of a named expert (proposed 45 CFR 164.314(a)(2), built to now). Signed by the lower party, printed and sealed as agreements are, and
 * kept for good. Errors:
 * `reauthentication_required`, `agreement_not_found`, `verification_unfit`, `signer_without_authority`.
 */
export async function verifySafeguards(
  ctx: OrgContext,
  input: VerifySafeguardsInput,
): Promise<{ id: string; validUntil: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const agreement = await findAgreementForUpdate(tx.db, input.agreementId);
    if (agreement === null || sideOf(agreement, actor.orgId) === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'agreement_not_found',
        message: 'Your organisation has no such agreement.',
      });
    }
    const isStanding = ['active', 'suspended', 'termination_noticed'].includes(agreement.status);
    if (agreement.partyBOrgId !== actor.orgId || !asksVerification(agreement.kind) || !isStanding) {
      throw new AppError({
        kind: 'precondition',
        reason: 'verification_unfit',
        message: 'Safeguards are verified by the business associate, for an agreement that is in force.',
      });
    }
    await assertAuthority(ctx, tx);
    const { agreementId, ...said } = input;
    const statement = { ...said, inPlace: [...new Set(input.inPlace)].sort() };
    const statementSha256 = createHash('sha256')
      .update(JSON.stringify({ agreementId, ...statement, signedAt: tx.now.toISOString() }))
      .digest('hex');
    const id = newId();
    const validUntil = addMonths(tx.now.toISOString().slice(0, 10), VERIFICATION_MONTHS);
    const whole = present(await findAgreement(tx.db, agreementId), 'The agreement');
    const printed = await printVerification(ctx, tx, { id, whole, statement, validUntil });
    await insertVerification(tx.db, {
      id,
      agreementId,
      orgId: actor.orgId,
      statement,
      statementSha256,
      signedBy: actor.personId,
      authMethod: authMethodOf(actor),
      signedAt: tx.now,
      validUntil,
      fileId: printed.fileId,
      sealedFileId: printed.sealedFileId,
    });
    await tx.audit({
      action: 'agreements.safeguards_verified',
      subject: { kind: 'agreement', id: agreementId },
      detail: { verificationId: id, statementSha256, documentSha256: printed.documentSha256, validUntil },
    });
    return { id, validUntil };
  });
}
