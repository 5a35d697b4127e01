import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { pilotAnnexes, pilots } from '#db/schema/pilots.ts';
import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { getProject } from '#server/projects/reads.ts';

export const annexCopyInput = z.object({ signatureId: z.uuid(), copy: z.enum(['json', 'pdf']) });

/**
 * The signed record of a pilot, byte for byte, for its two sides: whoever compares bids at the sponsor, and the vendor whose
 * pilot it was (R16). `annex_not_found` for everybody else.
 */
export async function openAnnex(ctx: OrgContext, input: z.infer<typeof annexCopyInput>): Promise<StoredFile> {
  const [row] = await ctx.db
    .select({ annex: pilotAnnexes, projectId: pilots.projectId, orderId: pilots.contractId })
    .from(pilotAnnexes)
    .innerJoin(pilots, eq(pilots.id, pilotAnnexes.pilotId))
    .where(eq(pilotAnnexes.signatureId, input.signatureId));
  if (!row || !(await isParty(ctx, row)))
    throw new AppError({
      kind: 'not_found',
      reason: 'annex_not_found',
      message: 'There is no such record of a pilot.',
    });
  return readStoredFile(ctx.db, input.copy === 'json' ? row.annex.jsonFileId : row.annex.pdfFileId);
}

async function isParty(ctx: OrgContext, row: { projectId: string; orderId: string }): Promise<boolean> {
  const { orgId, capabilities } = ctx.actor;
  if ((await getProject(ctx.db, row.projectId)).orgId === orgId) return capabilities.has('bid.compare');
  const { vendorOrgId } = await getContract(ctx.db, row.orderId);
  return vendorOrgId === orgId && capabilities.has('vendor.read');
}
