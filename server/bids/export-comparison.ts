import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { bidComparison } from './comparison-schemas.ts';
import { renderComparison } from './render-comparison.ts';
import { compareBids } from './view-comparison.ts';

/**
 * The sponsor's comparison as a PDF, with the figures of the moment. Needs the right to compare bids, asked here because a
 * download has no procedure; refused while there is nothing to compare, sealed bids included.
 */
export async function exportComparison(
  ctx: OrgContext,
  input: { projectId: string },
): Promise<{ bytes: Uint8Array; fileName: string }> {
  if (!ctx.actor.capabilities.has('bid.compare'))
    throw new AppError({
      kind: 'forbidden',
      reason: 'capability_missing',
      message: 'Your role does not include comparing bids.',
    });
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const compared = bidComparison.parse(await compareBids(ctx, input));
  if (compared.call === null || compared.bids.length === 0)
    throw new AppError({
      kind: 'precondition',
      reason: 'nothing_to_compare',
      message: 'There is no bid to compare yet. While bids are sealed, they are not shown.',
    });
  const sponsor = await findOrganisation(ctx.db, project.orgId);
  const bytes = await renderComparison({
    project: project.title,
    sponsor: sponsor?.legalName ?? 'Sponsor',
    at: ctx.clock.now(),
    compared,
  });
  const { callId } = compared.call;
  await transact(ctx, (tx) =>
    tx.audit({
      action: 'bids.comparison_exported',
      subject: { kind: 'call', id: callId },
      detail: { bids: compared.bids.length },
    }),
  );
  return { bytes, fileName: `comparison-of-bids-${callId}.pdf` };
}
