import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import {
  auditPlan,
  checkpointShares,
  missRule,
  overlapRule,
  reviewRules,
} from '#server/projects/tier-schemas.ts';
import { listApart } from './apart-queries.ts';
import { canAdjudicate, WATCHED_KINDS } from './batch-rules.ts';
import { cloneRefusal } from './clone-rules.ts';
import { type DraftMade, draftAndLoad, type InsertBatchInput } from './create-batch.ts';
import { ownBatch } from './pause-batch.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import type { CloneBatchInput } from './schemas.ts';
import { selection } from './selection-schemas.ts';
import { endedVendors, sharersOf, sharingAwards } from './vendor-shares.ts';

/**
 * Makes a draft with the settings of another batch: over the same cases, or over others that its filter and sampling give.
 * It gets its own order (the same cases that are read by a list keep that), and the contract's price of today; where vendors share
 * it, the shares and prices of their awards of today. Refused with `batch_not_cloned` where `cloneRefusal` says why and where a
 * vendor's award has ended, and like any new batch with everything that is wrong.
 */
export async function cloneBatch(ctx: OrgContext, input: CloneBatchInput): Promise<DraftMade> {
  return draftAndLoad(ctx, async (tx) => {
    const batch = await ownBatch(tx, ctx, input.batchId);
    const refusal = await cloneRefusal(tx.db, batch);
    if (refusal !== null)
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_not_cloned',
        message: refusal.message,
        details: [refusal],
      });
    const had = await casesOf(tx, batch.id);
    const chosen = batch.selection === null ? null : selection.parse(batch.selection);
    const copied = settingsToCopy(batch);
    const shared = await sharesToCopy(tx, batch);
    const apartFrom = await listApart(tx.db, batch);
    const settings = {
      ...copied,
      ...(apartFrom.length > 0 ? { apartFromBatchIds: apartFrom.map((one) => one.id) } : {}),
      claimRules: { ...copied.claimRules, ...shared },
      name: input.name,
      parentBatchId: batch.id,
      hasReviewRulesOfOther: true,
    };
    const apart = {
      excludePriorReaders: input.excludePriorReaders ?? batch.excludePriorReaders,
      ...(batch.excludedBatchIds ? { excludedBatchIds: batch.excludedBatchIds } : {}),
    };
    if (input.cases === 'others') {
      return {
        ...settings,
        ...apart,
        // Of the same split, or again of none: others of another split would be another choice.
        filter: { ...chosen?.filter, split: batch.split },
        ...(chosen ? { sampling: chosen.sampling } : {}),
        withoutCases: await casesToLeaveOut(tx, batch, had),
      };
    }
    const strata = had.flatMap((one) => (one.stratum === null ? [] : [[one.caseId, one.stratum] as const]));
    const caseIds = had.filter((one) => !one.isDealtGold).map((one) => one.caseId);
    return {
      ...settings,
      ...apart,
      caseIds,
      // The list that gave the order is not kept, the order is: the first has the highest priority.
      ...(batch.caseOrder === 'priority'
        ? {
            claimRules: {
              ...settings.claimRules,
              casePriorities: caseIds.map((caseId, place) => ({ caseId, priority: caseIds.length - place })),
            },
          }
        : {}),
      copied: { selection: chosen, stratumOf: new Map(strata) },
    };
  });
}

/**
 * What "others" leaves out: every case of the batch but the gold dealt into it, which the clone deals again (least to those who
 * have met it, `met-gold.ts`). A case that is gold no more would be ordinary, so it stays out.
 */
async function casesToLeaveOut(
  tx: CommandTx,
  batch: Batch,
  had: Awaited<ReturnType<typeof casesOf>>,
): Promise<Set<string>> {
  const dealsAgain = batch.goldMode === 'dealt' && had.some((one) => one.isDealtGold);
  const active = dealsAgain ? await listActiveGold(tx.db, batch.projectId, batch.datasetId) : [];
  const isGold = new Set(active.map((one) => one.caseId));
  return new Set(had.filter((one) => !(one.isDealtGold && isGold.has(one.caseId))).map((one) => one.caseId));
}

/** The awards by which the vendors of a shared batch would share its clone: those in force now. */
async function sharesToCopy(
  tx: CommandTx,
  batch: Batch,
): Promise<{ contractIds?: string[]; hasDirectShare?: boolean; maxReadsPerVendor?: number | null }> {
  const pools = poolList.parse(batch.pools) ?? [];
  const direct = pools.some((one) => one.isDirect) ? { hasDirectShare: true } : {};
  const orgIds = sharersOf(batch);
  if (orgIds.length === 0) return direct;
  const awards = await sharingAwards(tx.db, batch.projectId);
  const contractIds = orgIds.flatMap((orgId) => {
    const own = awards.find((one) => one.vendorOrgId === orgId);
    return own ? [own.id] : [];
  });
  if (contractIds.length === orgIds.length)
    return { contractIds, ...direct, maxReadsPerVendor: batch.maxReadsPerVendor };
  const ended = await endedVendors(tx.db, batch);
  throw new AppError({
    kind: 'precondition',
    reason: 'batch_not_cloned',
    message: `${ended.join(' and ')} ${ended.length === 1 ? 'has' : 'have'} no award in force any more, so the shares of this batch cannot be kept. Create a batch under the awards that are in force.`,
  });
}

/** The cases of a batch in the order in which they are read, known gold included. Index: tasks_pkey. */
async function casesOf(
  tx: CommandTx,
  batchId: string,
): Promise<{ caseId: string; stratum: number | null; isDealtGold: boolean }[]> {
  const rows = await tx.db.execute<{ caseId: string; stratum: number | null; isDealtGold: boolean }>(sql`
    select case_id as "caseId", stratum, is_dealt_gold as "isDealtGold" from tasks where batch_id = ${batchId}
    order by sort_key, id`);
  return [...rows];
}

function settingsToCopy(batch: Batch): Omit<InsertBatchInput, 'name'> {
  return {
    projectId: batch.projectId,
    datasetId: batch.datasetId,
    kind: batch.kind,
    contractId: batch.contractId,
    vendorOrgId: batch.vendorOrgId,
    overlap: batch.overlap,
    overlapRule: overlapRule.parse(batch.overlapRule),
    rounds: batch.rounds,
    goldMode: batch.goldMode,
    ...(batch.goldMode === 'dealt' ? { goldShareBasisPoints: batch.goldShareBasisPoints } : {}),
    reviewShareBasisPoints: batch.reviewShareBasisPoints,
    reviewRules: reviewRules.parse(batch.reviewRules),
    // A panel or an exam may have shares from before they were refused; a clone has none.
    checkpointBasisPoints: WATCHED_KINDS.includes(batch.kind)
      ? checkpointShares.parse(batch.checkpointBasisPoints)
      : [],
    misses: missRule.nullable().parse(batch.missRule),
    audit: auditPlan.nullable().parse(batch.auditPlan),
    isAdjudicated: canAdjudicate(adjudicationRule.parse(batch.adjudicationRule)),
    consensusMethod: batch.consensusMethod,
    leaseSeconds: batch.leaseSeconds,
    prefetch: batch.prefetch,
    pricePerReadMinor: batch.pricePerReadMinor,
    pricePerReviewMinor: batch.pricePerReviewMinor,
    feeBasisPoints: batch.feeBasisPoints,
    assisted: batch.assisted,
    independenceGroup: batch.independenceGroup,
    reviewPeriodDays: batch.reviewPeriodDays,
    needsTraining: batch.needsTraining,
    generalExamId: batch.generalExamId,
    ...(batch.allowedEngagementIds ? { allowedEngagementIds: batch.allowedEngagementIds } : {}),
    claimRules: {
      priority: batch.priority,
      maxReadsPerReader: batch.maxReadsPerReader,
      maxReaderShareBasisPoints: batch.maxReaderShareBasisPoints,
      maxActiveMinutesPerDay: batch.maxActiveMinutesPerDay,
      leastReadSeconds: batch.leastReadSeconds,
      goldExposureLimit: batch.goldExposureLimit,
      needsExam: batch.needsExam,
      examWaiver: batch.examWaiver,
      ...(batch.rounds > 1
        ? {
            repeatAfterDays: batch.repeatAfterDays,
            repeatShareBasisPoints: batch.repeatShareBasisPoints,
          }
        : {}),
      ...(batch.kind === 'exam'
        ? { passLevelBasisPoints: batch.passLevelBasisPoints, retryAfterDays: batch.retryAfterDays }
        : {}),
    },
  };
}
