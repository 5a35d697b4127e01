import { findDirectShareOf, workOfProjectCall } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { directShareNeed } from './direct-share-rules.ts';
import { sumDirectReads, sumOffers } from './offer-queries.ts';

/**
 * What of a project's direct share (R17) is unfilled: its reads, what is placed in batches and read, what people on their own
 * account have accepted a week or are asked for, and what is needed a week until the deadline. Null without a direct share.
 */
export async function viewDirectShare(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const share = await findDirectShareOf(ctx.db, project.id);
  if (share === null) return null;
  const { reads } = await workOfProjectCall(ctx.db, { callId: share.callId, project });
  const [accepted, waiting] = [
    await sumOffers(ctx.db, { projectId: project.id, status: 'accepted' }),
    await sumOffers(ctx.db, { projectId: project.id, status: 'offered' }),
  ];
  const { placed, read } = await sumDirectReads(ctx.db, project.id);
  const { deadline } = project;
  const facts = {
    reads,
    shareBasisPoints: share.shareBasisPoints,
    placed,
    read,
    accepted,
    waiting,
    today: ctx.clock.now().toISOString().slice(0, 10),
    deadline,
  };
  return {
    shareBasisPoints: share.shareBasisPoints,
    pricePerReadMinor: share.pricePerReadMinor,
    currency: project.currency,
    placed,
    read,
    accepted,
    waiting,
    deadline,
    ...directShareNeed(facts),
  };
}
