import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { listDisputed, listPostings } from './service-level-queries.ts';
import { resultLine } from './views.ts';

/** Disputes of service credits that wait for an operator, oldest first. */
export async function disputes(ctx: OrgContext) {
  const rows = await listDisputed(ctx.db, 100);
  return Promise.all(
    rows.map(async ({ result, contract }) => {
      const [project, batch] = await Promise.all([
        getProject(ctx.db, contract.projectId),
        getBatch(ctx.db, result.batchId),
      ]);
      const names = await organisationsById(ctx.db, [project.orgId, contract.vendorOrgId]);
      return {
        ...resultLine({ ...result, batch: batch.name }),
        contractId: contract.id,
        project: project.title,
        sponsor: names.get(project.orgId)?.legalName ?? '',
        vendor: names.get(contract.vendorOrgId)?.legalName ?? '',
        currency: result.currency,
        disputedAt: result.disputedAt,
      };
    }),
  );
}

/** Service credits taken from the acting vendor's balance, newest first. */
export async function ownDeductions(ctx: OrgContext) {
  return (await listPostings(ctx.db, { payeeOrgId: ctx.actor.orgId })).map(postingLine);
}

const postingLine = (row: Awaited<ReturnType<typeof listPostings>>[number]) => ({
  transferId: row.transferId,
  batch: row.batch,
  project: row.project,
  amountMinor: BigInt(row.amountMinor),
  currency: row.currency,
  postedAt: new Date(row.postedAt),
  contractId: row.contractId,
});
