import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findEvidence, hasBidWith } from './queries.ts';

/**
 * A document for its vendor, for an operator, or for a sponsor with a live bid of that vendor where the vendor opened it.
 * Everybody else gets `evidence_not_found`, whether it exists or not.
 */
export async function openEvidence(ctx: OrgContext, input: { evidenceId: string }): Promise<StoredFile> {
  const { actor } = ctx;
  const row = await findEvidence(ctx.db, input.evidenceId);
  const isOwn = row?.orgId === actor.orgId && actor.capabilities.has('vendor.read');
  const isOperator = actor.capabilities.has('operator.verify');
  const isShown =
    row?.isOpenToSponsors === true &&
    (row.status === 'reviewed' || row.status === 'uploaded') &&
    actor.capabilities.has('bid.compare') &&
    (await hasBidWith(ctx.db, { vendorOrgId: row.orgId, sponsorOrgId: actor.orgId, now: ctx.clock.now() }));
  if (row === null || !(isOwn || isOperator || isShown))
    throw new AppError({
      kind: 'not_found',
      reason: 'evidence_not_found',
      message: 'There is no such document.',
    });
  return readStoredFile(ctx.db, row.fileId);
}
