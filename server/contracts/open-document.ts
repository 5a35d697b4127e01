import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findContract } from './find-contract.ts';
import { findVersion } from './queries.ts';

/**
 * The printed version of a contract for one of its sides, byte for byte; `sealed` exists once both have signed. Errors:
 * `contract_not_found`, `copy_not_there`, `capability_missing`.
 */
export async function openContractDocument(
  ctx: OrgContext,
  input: { versionId: string; copy: 'original' | 'sealed' },
): Promise<StoredFile> {
  const { capabilities } = ctx.actor;
  if (!capabilities.has('project.read') && !capabilities.has('vendor.read'))
    throw new AppError({
      kind: 'forbidden',
      reason: 'capability_missing',
      message: 'Your role does not allow reading contracts.',
    });
  const version = await findVersion(ctx.db, input.versionId);
  const none = () =>
    new AppError({
      kind: 'not_found',
      reason: 'contract_not_found',
      message: 'Your organisation has no such contract.',
    });
  if (!version) throw none();
  await findContract(ctx.db, ctx, version.contractId);
  const fileId = input.copy === 'sealed' ? version.sealedFileId : version.fileId;
  if (fileId === null)
    throw new AppError({
      kind: 'not_found',
      reason: 'copy_not_there',
      message: 'The sealed copy is made when both sides have signed.',
    });
  return readStoredFile(ctx.db, fileId);
}
