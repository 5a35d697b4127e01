import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findSample, hasBidWith } from './queries.ts';

/**
 * The file of a sample or case study for its vendor, and while it is shown for a sponsor with a live bid of that vendor.
 * Everybody else gets `sample_not_found`, whether it exists or not; so does who asks for a sample without a file.
 */
export async function openSample(ctx: OrgContext, input: { sampleId: string }): Promise<StoredFile> {
  const { actor } = ctx;
  const row = await findSample(ctx.db, input.sampleId);
  const isOwn = row?.orgId === actor.orgId && actor.capabilities.has('vendor.read');
  const isShown =
    row?.withdrawnAt === null &&
    actor.capabilities.has('bid.compare') &&
    (await hasBidWith(ctx.db, { vendorOrgId: row.orgId, sponsorOrgId: actor.orgId, now: ctx.clock.now() }));
  if (row === null || row.fileId === null || !(isOwn || isShown)) throw sampleNotFound();
  return readStoredFile(ctx.db, row.fileId);
}

export const sampleNotFound = () =>
  new AppError({
    kind: 'not_found',
    reason: 'sample_not_found',
    message: 'There is no such sample, or it has no file.',
  });
