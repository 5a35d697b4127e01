import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { readLiveCounts } from './live-queries.ts';
import { type LiveViewer, liveView } from './live-rules.ts';
import type { LiveView } from './schemas.ts';

/**
 * As whom the person may watch a batch: the sponsor of its project with `project.read`, or the vendor that reads it with
 * `vendor.read`; a draft is the sponsor's alone. Another's batch is `not_found`, a role without the right `forbidden`.
 */
export async function liveViewerOf(ctx: OrgContext, batchId: string): Promise<LiveViewer> {
  const { actor } = ctx;
  const isVendor = actor.orgKind === 'vendor';
  if (!actor.capabilities.has(isVendor ? 'vendor.read' : 'project.read')) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'capability_missing',
      message: 'Your role does not allow this.',
    });
  }
  const batch = await getBatch(ctx.db, batchId);
  if (isVendor) {
    if (batch.vendorOrgId === actor.orgId && batch.status !== 'draft') return 'vendor';
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  }
  await getProjectForOrg(ctx.db, actor.orgId, batch.projectId);
  return 'sponsor';
}

/** How a batch stands at this instant, as the person may see it: the same that the live stream sends. */
export async function viewLive(ctx: OrgContext, input: { batchId: string }): Promise<LiveView> {
  const viewer = await liveViewerOf(ctx, input.batchId);
  return readLive(ctx.db, { ...input, viewer, now: ctx.clock.now() });
}

async function readLive(
  q: Queryable,
  of: { batchId: string; viewer: LiveViewer; now: Date },
): Promise<LiveView> {
  const counts = (await readLiveCounts(q, { batchIds: [of.batchId], now: of.now })).get(of.batchId);
  if (!counts)
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  return liveView(of.viewer, counts, of.now);
}
