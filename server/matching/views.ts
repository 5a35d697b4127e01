import { getCallForOrg } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import type { RankedCandidate } from './candidate-words.ts';
import { estimateReach, reachFacts } from './estimate-reach.ts';
import { matchIndex } from './live-index.ts';
import { matchIndependent, matchPeople, matchVendors, requestOf } from './match-project.ts';
import { PEOPLE_GATES } from './people-facts.ts';
import { listReliabilities } from './vendor-queries.ts';

/** "Why this rank": vendors, and people on their own account, for a sponsor's project. */
export async function rankForSponsor(
  ctx: OrgContext,
  input: { projectId: string; limit: number },
): Promise<RankedCandidate[]> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const index = await matchIndex(ctx);
  const request = await requestOf(ctx.db, project, { now, limit: input.limit });
  const vendors = await matchVendors(ctx.db, project, { index, request, now, limit: input.limit });
  const people = await matchPeople(ctx.db, { index, request: { ...request, among: 'independents' } });
  return [...vendors, ...people];
}

/** "Why (not) me": the acting organisation's own gates and parts for a call. */
export async function explainForMe(
  ctx: OrgContext,
  input: { callId: string },
): Promise<RankedCandidate | null> {
  const call = await getCallForOrg(ctx.db, { callId: input.callId, orgId: ctx.actor.orgId });
  const project = await getProject(ctx.db, call.projectId);
  const { orgId } = ctx.actor;
  const now = ctx.clock.now();
  const index = await matchIndex(ctx);
  const request = await requestOf(ctx.db, project, { now, limit: 1 });
  const [vendor] = await matchVendors(ctx.db, project, { index, request, now, limit: 1, orgId });
  return vendor ?? (await matchIndependent(ctx.db, project, { index, request, orgId, now }));
}

/** Who could read a project of the acting sponsor, how long it would take, and which gate keeps how many out. */
export async function reachOfProject(
  ctx: OrgContext,
  input: { projectId: string; priceMinor: number | null },
) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const { people } = await matchIndex(ctx);
  const request = await requestOf(ctx.db, project, { now, limit: 1 });
  const datasets = await listDatasets(ctx.db, project.id);
  const cases = datasets.reduce((sum, dataset) => sum + dataset.caseCount, 0);
  const { asked, byGate } = people.gates(request);
  const leftOut = people.countLeftOut(asked, byGate);
  const reach = estimateReach(reachFacts(people, request, input.priceMinor), {
    cases,
    overlap: project.qualityPolicy.overlap,
    priceMinor: input.priceMinor,
    reliabilities: await listReliabilities(ctx.db, { modality: project.modality, anatomy: project.anatomy }),
  });
  return {
    ...reach,
    cases,
    overlap: project.qualityPolicy.overlap,
    leftOut: PEOPLE_GATES.map((gate) => ({ gate, ...leftOut[gate] })),
    weights: request.weights,
  };
}
