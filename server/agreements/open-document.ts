import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findForParty } from './find-for-party.ts';
import { sideOf } from './rules.ts';
import { findVerification } from './term-queries.ts';

/**
 * The stored PDF of an agreement for someone of a party who may read agreements, byte for byte; `sealed` exists once both
 * have signed. Errors: `capability_missing`, `agreement_not_found`, `copy_not_there`.
 */
export async function openDocument(
  ctx: OrgContext,
  input: { agreementId: string; copy: 'original' | 'sealed' },
): Promise<StoredFile> {
  assertMayRead(ctx);
  const { agreement } = await findForParty(ctx.db, { agreementId: input.agreementId, actor: ctx.actor });
  const fileId = input.copy === 'sealed' ? agreement.sealedFileId : agreement.fileId;
  if (fileId === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'copy_not_there',
      message:
        input.copy === 'sealed'
          ? 'The sealed copy is made when both sides have signed.'
          : 'This agreement has no document here.',
    });
  }
  return readStoredFile(ctx.db, fileId);
}

/**
 * The statement of a yearly verification as a PDF, for somebody of a party of its agreement who may read agreements. Errors:
 * `capability_missing`, `verification_not_found`, `copy_not_there` (from before statements were printed).
 */
export async function openVerification(
  ctx: OrgContext,
  input: { verificationId: string; copy: 'original' | 'sealed' },
): Promise<StoredFile> {
  assertMayRead(ctx);
  const row = await findVerification(ctx.db, input.verificationId);
  if (row === null || sideOf(row, ctx.actor.orgId) === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'verification_not_found',
      message: 'There is no such verification.',
    });
  }
  const fileId = input.copy === 'sealed' ? row.sealedFileId : row.fileId;
  if (fileId === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'copy_not_there',
      message: 'This verification was signed before verifications were printed; it is kept as data alone.',
    });
  }
  return readStoredFile(ctx.db, fileId);
}

function assertMayRead(ctx: OrgContext): void {
  if (ctx.actor.capabilities.has('agreement.read')) return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'capability_missing',
    message: 'Your role does not allow reading agreements.',
  });
}
