import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { listApart, listElsewhere } from './apart-queries.ts';
import { cloneRefusal } from './clone-rules.ts';
import { type ConsensusChoice, consensusChoice } from './consensus-choice.ts';
import { type Progress, progressOf } from './count-progress.ts';
import { missingFunds } from './cover-reserve.ts';
import { type Besides, submittedBesides } from './first-reads-queries.ts';
import { stopsOf } from './hold-claims.ts';
import { spokenFor } from './join-queries.ts';
import { overlapRuleOf } from './overlap-rules.ts';
import {
  type Batch,
  type BatchTotals,
  getBatch,
  listBatches,
  listReaders,
  sumReaders,
  sumReadersOf,
} from './reads.ts';
import { replacedProtocolOf } from './replaced-protocol.ts';
import { selectionView } from './selection-view.ts';
import { listStranded } from './stranded-turns.ts';
import { type batchesElsewhereInput, SHOWN_ELSEWHERE } from './view-schemas.ts';

/** A batch as its sponsor sees it. */
export type BatchView = ReturnType<typeof toView>;

function toView(batch: Batch, { givenUp }: Besides) {
  return {
    id: batch.id,
    projectId: batch.projectId,
    datasetId: batch.datasetId,
    vendorOrgId: batch.vendorOrgId,
    name: batch.name,
    kind: batch.kind,
    status: batch.status,
    statusReason: batch.statusReason,
    overlap: batch.overlap,
    overlapRule: overlapRuleOf(batch),
    checkpointId: batch.checkpointId,
    stops: stopsOf(batch),
    goldMode: batch.goldMode,
    reviewShareBasisPoints: batch.reviewShareBasisPoints,
    consensusMethod: batch.consensusMethod,
    pricePerReadMinor: batch.pricePerReadMinor,
    currency: batch.currency,
    reservedMinor: batch.reservedMinor,
    taskCount: batch.taskCount,
    slotCount: batch.slotCount,
    firstReadsNeeded: batch.slotCount - batch.askedRepeats - givenUp,
    goldCount: batch.goldCount,
    split: batch.split,
    loadState: batch.loadState,
    loadedCount: batch.loadedCount,
    parentBatchId: batch.parentBatchId,
    excludePriorReaders: batch.excludePriorReaders,
    allowedCount: batch.allowedEngagementIds?.length ?? null,
    createdAt: batch.createdAt,
    openedAt: batch.openedAt,
    closedAt: batch.closedAt,
    settledAt: batch.settledAt,
  };
}

/**
 * What is counted of a batch for everyone who may read its project: progress and money. What readers got right on gold is
 * quality, which a pilot holds back (R15) and the analytics show with n and interval.
 */
function shownTotals(
  batch: Batch,
  { sums, besides, progress }: { sums: BatchTotals; besides: Besides; progress: Progress | undefined },
): Omit<BatchTotals, 'goldN' | 'goldOk'> & { firstReads: number } {
  const { goldN: _n, goldOk: _ok, ...totals } = sums;
  // Dealt gold comes on top of a batch's own cases and brings it no nearer to its end, also once it is withdrawn (R7): there these
  // are counted, and elsewhere the readers' counters, which are exact at any moment.
  const isDealt = batch.goldMode === 'dealt';
  const submitted = isDealt ? (progress?.readsDone ?? 0) : totals.submitted;
  const replaced = isDealt ? 0 : besides.corrected + besides.replaced;
  const firstReads = Math.max(
    0,
    Math.min(submitted - replaced - besides.repeats, batch.slotCount - batch.askedRepeats - besides.givenUp),
  );
  return { ...totals, submitted, firstReads };
}

const NOTHING: Besides = { corrected: 0, repeats: 0, rejectedRepeats: 0, replaced: 0, givenUp: 0 };

/** The batches of one of the acting sponsor's projects, newest first, with their totals. */
export async function viewBatches(ctx: OrgContext, input: { projectId: string }) {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const rows = await listBatches(ctx.db, input.projectId);
  const batchIds = rows.map((batch) => batch.id);
  const sums = await sumReadersOf(ctx.db, { batchIds, tier: 'label' });
  const besides = await submittedBesides(ctx.db, batchIds);
  const progress = await progressOf(ctx.db, { batches: rows, now: ctx.clock.now() });
  const vendors = await organisationsById(
    ctx.db,
    rows.flatMap((batch) => batch.vendorOrgId ?? []),
  );
  return rows.flatMap((batch) => {
    const own = sums.get(batch.id);
    const vendorName = vendors.get(batch.vendorOrgId ?? '')?.legalName ?? null;
    if (!own) return [];
    const counted = {
      sums: own,
      besides: besides.get(batch.id) ?? NOTHING,
      progress: progress.get(batch.id),
    };
    return [{ ...toView(batch, counted.besides), vendorName, totals: shownTotals(batch, counted) }];
  });
}

/** Whose people can be kept apart from those of a batch of this project (R23): the batches of the sponsor's other projects that fit what is searched, at most 50 and whether there are more, and those named. */
export async function viewElsewhere(ctx: OrgContext, input: z.output<typeof batchesElsewhereInput>) {
  const { orgId } = ctx.actor;
  await getProjectForOrg(ctx.db, orgId, input.projectId);
  return listElsewhere(ctx.db, { ...input, orgId, limit: SHOWN_ELSEWHERE });
}

/** The choice counts gold, so it is quality: for who may see that, and of a pilot its card alone says such things (R15). */
function choiceOf(ctx: OrgContext, batch: Batch): ConsensusChoice | null {
  if (batch.kind === 'pilot' || !ctx.actor.capabilities.has('quality.read')) return null;
  return consensusChoice.nullable().parse(batch.consensusChoice);
}

const atLeastZero = (minor: bigint) => (minor > 0n ? minor : 0n);

/** One batch with the states of its tasks and its readers by alias (R21: names are the vendor's). */
export async function viewBatch(ctx: OrgContext, input: { batchId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  const [sums, besides, progress, readers] = await Promise.all([
    sumReaders(ctx.db, batch.id),
    submittedBesides(ctx.db, [batch.id]),
    progressOf(ctx.db, { batches: [batch], now: ctx.clock.now() }),
    listReaders(ctx.db, batch.id),
  ]);
  const protocol = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const counted = { sums, besides: besides.get(batch.id) ?? NOTHING, progress: progress.get(batch.id) };
  return {
    ...toView(batch, counted.besides),
    // What would come back if it closed now: nothing under way is taken from anybody (R29).
    refundableMinor:
      batch.status === 'settled'
        ? 0n
        : atLeastZero(batch.reservedMinor - (await spokenFor(ctx.db, batch.id))),
    missingFundsMinor: await missingFunds(ctx.db, batch),
    stranded: await listStranded(ctx.db, batch, ctx.clock.now()),
    labelFields: protocol.labelSchema.fields,
    replacedProtocol: await replacedProtocolOf(ctx, batch, protocol),
    selection: await selectionView(ctx, { batch, project, fields: protocol.labelSchema.fields }),
    caseOrder: batch.caseOrder,
    cloneRefusal: await cloneRefusal(ctx.db, batch),
    apartFrom: (await listApart(ctx.db, batch)).map((one) => ({
      ...one,
      isNamedHere: batch.apartFromBatchIds?.includes(one.id) ?? false,
    })),
    totals: shownTotals(batch, counted),
    consensusChoice: choiceOf(ctx, batch),
    tasks: progress.get(batch.id)?.tasks ?? {},
    readers: readers.map((r) => ({
      alias: r.alias,
      tier: r.tier,
      status: r.status,
      // What a machine says to somebody in calibration is about figures, which a pilot holds back (R15).
      statusReason: r.status === 'paused' ? r.statusReason : null,
      claimed: r.claimed,
      submitted: r.submitted,
      skipped: r.skipped,
      accepted: r.accepted,
      rejected: r.rejected,
      activeMs: r.activeMs,
      lastSeenAt: r.lastSeenAt,
    })),
  };
}
