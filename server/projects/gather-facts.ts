import type { Queryable } from '#db/client.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { countGold } from '#server/gold/reads.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import type { ChecklistFacts } from './checklist.ts';
import { getProject } from './reads.ts';

/** Reads what both checklists look at; the same on the screen and in the refusal. */
export async function gatherFacts(q: Queryable, projectId: string, now: Date): Promise<ChecklistFacts> {
  const project = await getProject(q, projectId);
  const org = await findOrganisation(q, project.orgId);
  const gold = await countGold(q, projectId);
  return {
    project,
    now,
    orgVerified: org?.status === 'verified',
    protocol: await findLatestProtocol(q, projectId),
    signedProtocol: await findSignedProtocol(q, projectId),
    datasets: await listDatasets(q, projectId),
    activeGold: gold.active,
    fundsMinor: await balanceOf(q, {
      code: 'project_funds',
      ownerId: projectId,
      currency: project.currency,
    }),
    missingAgreements: [],
  };
}
