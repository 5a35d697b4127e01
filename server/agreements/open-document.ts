import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findForParty } from './find-for-party.ts';

/**
 * The stored PDF of an agreement for someone of a party who may read agreements, byte for byte; `sealed` exists once both
 * have signed. Errors: `capability_missing`, `agreement_not_found`, `copy_not_there`.
 */
export async function openDocument(
  ctx: OrgContext,
  input: { agreementId: string; copy: 'original' | 'sealed' },
): Promise<StoredFile> {
  if (!ctx.actor.capabilities.has('agreement.read')) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'capability_missing',
      message: 'Your role does not allow reading agreements.',
    });
  }
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
