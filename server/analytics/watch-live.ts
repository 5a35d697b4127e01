import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { poolList } from '#server/work/pool-rules.ts';
import { getBatch } from '#server/work/reads.ts';
import { readLive } from './live-queries.ts';
import { type LiveViewer, partOf } from './live-rules.ts';
import type { LiveView } from './schemas.ts';

/**
 * As whom the person may watch a batch: the sponsor of its project with `project.read`, or with `vendor.read` the vendor that reads
 * it, or one of those that share it, each its own part; a draft is the sponsor's alone. Another's batch is `not_found`, a role without the right `forbidden`.
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
    const isOfPool = (poolList.parse(batch.pools) ?? []).some((one) => one.orgId === actor.orgId);
    if (batch.status !== 'draft' && batch.vendorOrgId === actor.orgId) return 'vendor';
    if (batch.status !== 'draft' && isOfPool) return partOf(actor.orgId);
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  }
  await getProjectForOrg(ctx.db, actor.orgId, batch.projectId);
  return 'sponsor';
}

/** How a batch stands at this instant, as the person may see it: the same that the live stream sends. */
export async function viewLive(ctx: OrgContext, input: { batchId: string }): Promise<LiveView> {
  const watched = { ...input, viewer: await liveViewerOf(ctx, input.batchId) };
  const view = (await readLive(ctx.db, { watched: [watched], now: ctx.clock.now() }))(watched);
  if (view === null)
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  return view;
}
