import type { Queryable } from '#db/client.ts';
import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { ContractRow } from './queries.ts';
import type { ContractSide } from './schemas.ts';

/**
 * An award with its project and the side that the acting organisation is on; `contract_not_found` for everybody else, and
 * for pilot orders, which are small, fixed, and have no versions.
 */
export async function findContract(
  q: Queryable,
  ctx: OrgContext,
  contractId: string,
): Promise<{
  contract: ContractRow;
  project: Project;
  side: ContractSide;
  orgs: Record<ContractSide, string>;
}> {
  const contract = await getContract(q, contractId);
  const project = await getProject(q, contract.projectId);
  const orgs = { sponsor: project.orgId, vendor: contract.vendorOrgId };
  const side =
    orgs.sponsor === ctx.actor.orgId ? 'sponsor' : orgs.vendor === ctx.actor.orgId ? 'vendor' : null;
  if (side === null || contract.kind !== 'award')
    throw new AppError({
      kind: 'not_found',
      reason: 'contract_not_found',
      message: 'Your organisation has no such contract.',
    });
  return { contract, project, side, orgs };
}
