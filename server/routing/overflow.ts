import { contractsOf } from '#server/bids/reads.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { type CallOff, callOffProblems, recordCallOffs } from '#server/contracts/call-off.ts';
import { newId } from '#server/core/ids.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { sumUnitWork } from '#server/own-staff/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import {
  countUnread,
  findFirstRead,
  listSharedBatches,
  moveReads,
  sumReadsOf,
} from '#server/work/hand-off-reads.ts';
import { orderedUnit } from '#server/work/own-staff-terms.ts';
import { type Pool, poolList } from '#server/work/pool-rules.ts';
import { type Batch, lockOpenBatch } from '#server/work/reads.ts';
import { findRule, insertHandOff, listWaiting, setFirstRead } from './queries.ts';
import { overflowOf, shareOut } from './rules.ts';
import type { RoutingRule } from './schemas.ts';

/**
 * Looks at every open batch that own staff shares with vendors, and hands over what its project's rule says is overdue; then notes the
 * first reads of earlier hand-offs. Idempotent: what was handed over is own staff's no more.
 */
export async function handOverOverdue(ctx: CommandContext): Promise<{ handedOver: number }> {
  let handedOver = 0;
  for (let after: string | null = null; ; ) {
    const ids: string[] = await listSharedBatches(ctx.db, { after, limit: PAGE });
    await eachBatch(ctx, ids, async (id) => {
      handedOver += await handOverBatch(ctx, id);
    });
    after = ids.at(-1) ?? null;
    if (ids.length < PAGE) break;
  }
  await noteFirstReads(ctx);
  return { handedOver };
}

/** Batches looked for at once. */
const PAGE = 500;

type Numbered = Pool & { no: number };
type Due = {
  batch: Batch & { dueAt: Date; openedAt: Date };
  rule: RoutingRule;
  unit: NonNullable<Awaited<ReturnType<typeof orderedUnit>>>;
  pools: Numbered[];
  awards: Awaited<ReturnType<typeof contractsOf>>;
  submitted: number;
  readsPerHour: number | null;
  protocolVersion: number;
};

async function handOverBatch(ctx: CommandContext, batchId: string): Promise<number> {
  return transact(ctx, async (tx) => {
    const due = await gatherDue(tx, batchId);
    if (due === null) return 0;
    let moved = 0;
    for (const own of due.pools.filter((pool) => pool.orgId === due.unit.orgId))
      moved += await handOverPool(tx, due, { own, movedBefore: moved });
    if (moved > 0)
      await tx.audit({
        action: 'routing.handed_over',
        subject: { kind: 'batch', id: batchId },
        detail: { projectId: due.batch.projectId, reads: moved },
      });
    return moved;
  });
}

/** What a decision on a batch rests on; null where no rule or no own staff speaks to it, or it is no longer open. */
async function gatherDue(tx: CommandTx, batchId: string): Promise<Due | null> {
  const batch = await lockOpenBatch(tx.db, batchId);
  if (batch === null || batch.dueAt === null || batch.openedAt === null) return null;
  const project = await getProject(tx.db, batch.projectId);
  const found = await findRule(tx.db, project.id);
  const unit = await orderedUnit(tx.db, project);
  if (found === null || unit === null) return null;
  const awards = (await contractsOf(tx.db, { projectId: project.id })).filter(
    (one) => one.kind === 'award' && one.status === 'active',
  );
  const here = await sumReadsOf(tx.db, { batchId, orgId: unit.orgId });
  const { modality, anatomy } = project;
  const like = here.activeMs > 0 ? null : await sumUnitWork(tx.db, { orgId: unit.orgId, modality, anatomy });
  const { reads, activeMs } = like ?? { reads: here.submitted, activeMs: here.activeMs };
  return {
    batch: { ...batch, dueAt: batch.dueAt, openedAt: batch.openedAt },
    rule: found.rule,
    unit,
    pools: (poolList.parse(batch.pools) ?? []).map((pool, i) => ({ ...pool, no: i + 1 })),
    awards,
    submitted: here.submitted,
    protocolVersion: (await getProtocolVersion(tx.db, batch.protocolVersionId)).version,
    readsPerHour: activeMs === 0 ? null : (reads * 3_600_000) / activeMs,
  };
}

/** Decides on one pool of own staff, and gives what is too much to vendors whose pools are kept for the same readers. */
async function handOverPool(
  tx: CommandTx,
  due: Due,
  of: { own: Numbered; movedBefore: number },
): Promise<number> {
  const { batch, unit, awards } = due;
  const isAwarded = (pool: Pool) => awards.some((one) => one.vendorOrgId === pool.orgId);
  const vendors = due.pools.filter((pool) => pool.isOnshore === of.own.isOnshore && isAwarded(pool));
  const decided = overflowOf({
    rule: due.rule,
    own: { hoursPerWeek: unit.hoursPerWeek, readsPerHour: due.readsPerHour },
    unread: await countUnread(tx.db, { batchId: batch.id, poolNo: of.own.no }),
    submitted: due.submitted,
    since: batch.openedAt,
    now: tx.now,
    dueAt: batch.dueAt,
  });
  if (decided === null || vendors.length === 0) return 0;
  const parts = shareOut(decided.reads, weightsOf(vendors, awards));
  let moved = 0;
  for (const [i, vendor] of vendors.entries()) {
    const reads = parts[i] ?? 0;
    if (reads === 0 || vendor.orgId === null) continue;
    const callOff = await callOffOf(tx, due, { vendor, reads });
    if (callOff === null) continue;
    const firstKey = BigInt(tx.now.getTime()) * 1000n + BigInt(of.movedBefore + moved);
    const n = await moveReads(tx.db, {
      batchId: batch.id,
      fromPool: of.own.no,
      toPool: vendor.no,
      reads,
      firstKey,
    });
    if (n === 0) continue;
    moved += n;
    await recordCallOffs(tx, { batchId: batch.id, callOffs: [{ ...callOff, reads: n }] });
    await insertHandOff(tx.db, {
      id: newId(),
      projectId: batch.projectId,
      batchId: batch.id,
      fromOrgId: unit.orgId,
      toOrgId: vendor.orgId,
      reason: decided.reason,
      says: decided.says,
      reads: n,
      firstKey,
      lastKey: firstKey + BigInt(n) - 1n,
      decidedAt: tx.now,
    });
  }
  return moved;
}

/** What a hand-off calls off from the vendor's award; null where its volume, its ceiling or a repricing stands against it. */
async function callOffOf(
  tx: CommandTx,
  { batch, awards, protocolVersion }: Due,
  of: { vendor: Pool; reads: number },
): Promise<CallOff | null> {
  const award = awards.find((one) => one.vendorOrgId === of.vendor.orgId);
  if (award === undefined) return null;
  const { pricePerReadMinor } = of.vendor;
  const callOff = {
    contractId: award.id,
    reads: of.reads,
    pricePerReadMinor: pricePerReadMinor === null ? batch.pricePerReadMinor : BigInt(pricePerReadMinor),
  };
  const problems = await callOffProblems(tx, { callOffs: [callOff], protocolVersion });
  return problems.length === 0 ? callOff : null;
}

/** The vendors' shares by their awards. */
function weightsOf(
  vendors: readonly Pool[],
  awards: readonly { vendorOrgId: string; shareBasisPoints: number }[],
): { weight: number }[] {
  return vendors.map((pool) => ({
    weight: awards
      .filter((one) => one.vendorOrgId === pool.orgId)
      .reduce((sum, one) => sum + one.shareBasisPoints, 0),
  }));
}

/** Writes when the other side handed in its first read of what it was given. */
async function noteFirstReads(ctx: CommandContext): Promise<void> {
  for (const one of await listWaiting(ctx.db)) {
    const keys =
      one.firstKey === null || one.lastKey === null ? null : { first: one.firstKey, last: one.lastKey };
    const firstReadAt = await findFirstRead(ctx.db, { batchId: one.batchId, orgId: one.toOrgId, keys });
    if (firstReadAt !== null) await transact(ctx, (tx) => setFirstRead(tx.db, { id: one.id, firstReadAt }));
  }
}
