import { contractsOf } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { countByContract } from '#server/work/reads.ts';

/** The awards of a project of the acting sponsor (R13) that batches can be opened under, newest first. */
export async function listAwards(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const contracts = (await contractsOf(ctx.db, { projectId: project.id })).filter(
    (contract) => contract.kind === 'award',
  );
  const vendors = await organisationsById(
    ctx.db,
    contracts.map((contract) => contract.vendorOrgId),
  );
  const batches = await countByContract(ctx.db, project.id);
  return contracts.map((contract) => ({
    contractId: contract.id,
    vendorOrgId: contract.vendorOrgId,
    vendor: vendors.get(contract.vendorOrgId)?.legalName ?? 'Vendor',
    status: contract.status,
    shareBasisPoints: contract.shareBasisPoints,
    pricePerReadMinor: contract.pricePerReadMinor,
    feeBasisPoints: contract.feeBasisPoints,
    currency: contract.currency,
    batches: batches.get(contract.id) ?? 0,
    createdAt: contract.createdAt,
  }));
}
