import type { Queryable } from '#db/client.ts';
import { decideAccess } from '#server/agreements/decide-access.ts';
import { findServicesGap } from '#server/agreements/reads.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { countGold } from '#server/gold/reads.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import type { ChecklistFacts } from './checklist.ts';
import { getProject } from './reads.ts';
import type { Project } from './schemas.ts';

/**
 * Reads what both checklists look at; the same on the screen and in the refusal. With `datasetId` only that data set is
 * looked at, as for a batch of it.
 */
export async function gatherFacts(
  q: Queryable,
  projectId: string,
  now: Date,
  datasetId?: string,
): Promise<ChecklistFacts> {
  const project = await getProject(q, projectId);
  const org = await findOrganisation(q, project.orgId);
  const gold = await countGold(q, projectId);
  const datasets = (await listDatasets(q, projectId)).filter(
    (one) => datasetId === undefined || one.id === datasetId,
  );
  return {
    project,
    now,
    orgVerified: org?.status === 'verified',
    protocol: await findLatestProtocol(q, projectId),
    signedProtocol: await findSignedProtocol(q, projectId),
    datasets,
    activeGold: gold.active,
    fundsMinor: await balanceOf(q, {
      code: 'project_funds',
      ownerId: projectId,
      currency: project.currency,
    }),
    missingAgreements: await missingAgreements(q, project, datasets[0]?.id, now),
    // The platform needs no contract with itself (R1).
    servicesGap: org?.kind === 'platform' ? null : await findServicesGap(q, { orgId: project.orgId, now }),
  };
}

/**
 * What the gate misses between the sponsor and the platform for this data (R18): the hop that every reader depends on.
 * Asked for the sponsor's own people, whose chain is that hop alone; what concerns a person is left out.
 */
async function missingAgreements(
  q: Queryable,
  project: Project,
  datasetId: string | undefined,
  now: Date,
): Promise<readonly ErrorDetail[]> {
  if (datasetId === undefined) return [];
  const decision = await decideAccess(q, {
    personId: project.createdBy,
    viaOrgId: project.orgId,
    datasetId,
    purpose: 'read',
    now,
    country: project.locationPolicy.allowedCountries[0] ?? null,
  });
  if (decision.allowed) return [];
  return decision.reasons.filter(({ code }) => /^gate\.(agreement|clause)\./.test(code));
}
