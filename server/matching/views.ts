import { getCall } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import { matchProject } from './match-project.ts';

/** "Why this rank": candidates for a sponsor's project. */
export async function rankForSponsor(ctx: OrgContext, input: { projectId: string; limit: number }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  return matchProject(ctx.db, project, { now: ctx.clock.now(), limit: input.limit });
}

/** "Why (not) me": the acting organisation's own gates and parts for a call. */
export async function explainForMe(ctx: OrgContext, input: { callId: string }) {
  const call = await getCall(ctx.db, input.callId);
  if (call.status === 'draft')
    throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
  const project = await getProject(ctx.db, call.projectId);
  const [mine] = await matchProject(ctx.db, project, { now: ctx.clock.now(), orgId: ctx.actor.orgId });
  return mine ?? null;
}
