import type { batches } from '#db/schema/work-batches.ts';
import type { Project } from '#server/projects/schemas.ts';
import { noAdjudication, WATCHED_KINDS } from './batch-rules.ts';
import type { InsertBatchInput } from './create-batch.ts';
import { defaultOverlapRule, maxReads, slotsOf } from './overlap-rules.ts';
import type { CasePlan } from './plan-batch.ts';
import { LEASE_SECONDS, PREFETCH } from './schemas.ts';
import type { Selection } from './selection-schemas.ts';

/** What a new batch's settings come to: what was asked for, else the project's quality policy. */
export function settingsOf(project: Project, input: InsertBatchInput) {
  const policy = project.qualityPolicy;
  const isPanel = input.kind === 'self_label';
  const goldMode = input.goldMode ?? (isPanel ? 'none' : policy.gold.mode);
  const isWatched = WATCHED_KINDS.includes(input.kind);
  const overlap = input.overlap ?? policy.overlap;
  const overlapRule = input.overlapRule ?? defaultOverlapRule(input.kind, policy.overlapRule);
  return {
    overlap,
    overlapRule,
    maxOverlap: maxReads(overlap, overlapRule),
    reviewRules: input.reviewRules ?? (isWatched ? policy.reviewRules : []),
    checkpointBasisPoints: input.checkpointBasisPoints ?? (isWatched ? policy.checkpointBasisPoints : []),
    auditPlan: input.audit === undefined ? (isWatched ? policy.audit : null) : input.audit,
    missRule: input.misses === undefined ? (isWatched ? policy.misses : null) : input.misses,
    rounds: input.rounds ?? 1,
    goldMode,
    goldShareBasisPoints:
      goldMode === 'dealt' ? (input.goldShareBasisPoints ?? policy.gold.shareBasisPoints) : 0,
    reviewShareBasisPoints: input.reviewShareBasisPoints ?? (isWatched ? policy.reviewShareBasisPoints : 0),
    adjudicationRule: (input.isAdjudicated ?? isWatched) ? policy.adjudication : noAdjudication,
    consensusMethod: input.consensusMethod ?? policy.consensusMethod,
    leaseSeconds: input.leaseSeconds ?? LEASE_SECONDS,
    prefetch: input.prefetch ?? PREFETCH,
    pricePerReadMinor: input.pricePerReadMinor,
    pricePerReviewMinor: input.pricePerReviewMinor ?? input.pricePerReadMinor,
    currency: project.currency,
    feeBasisPoints: input.feeBasisPoints ?? project.platformFeeBasisPoints,
    assisted: input.assisted ?? (isPanel ? false : policy.assisted),
    reviewPeriodDays: input.reviewPeriodDays ?? project.reviewPeriodDays,
    needsTraining: input.needsTraining ?? false,
    repeatShareBasisPoints: input.claimRules?.repeatShareBasisPoints ?? 10_000,
  };
}

/** The row of a draft whose tasks are still to be loaded. */
export function batchRow(
  project: Project,
  input: InsertBatchInput & { createdBy?: string | undefined },
  made: {
    batchId: string;
    seed: number;
    protocolVersionId: string;
    plan: CasePlan;
    selection: Selection;
    /** What the claim rules put into the row. */
    claims: Partial<typeof batches.$inferInsert>;
    allowedEngagementIds: string[] | null;
    now: Date;
  },
): typeof batches.$inferInsert {
  const settings = settingsOf(project, input);
  const { plan } = made;
  return {
    ...settings,
    id: made.batchId,
    projectId: project.id,
    contractId: input.contractId ?? null,
    vendorOrgId: input.vendorOrgId ?? null,
    datasetId: input.datasetId,
    protocolVersionId: made.protocolVersionId,
    name: input.name,
    kind: input.kind,
    dataClass: project.dataClass,
    independenceGroup: input.independenceGroup ?? null,
    reservedFor: input.reservedFor ?? null,
    seed: made.seed,
    taskCount: plan.ordinary.length,
    slotCount: slotsOf(plan.ordinary.length, settings.overlap, settings.overlapRule),
    goldCount: plan.dealt.length,
    split: plan.split,
    allowedEngagementIds: made.allowedEngagementIds,
    selection: made.selection,
    parentBatchId: input.parentBatchId ?? null,
    generalExamId: input.generalExamId ?? null,
    excludePriorReaders: input.excludePriorReaders ?? 'none',
    excludedBatchIds: input.excludePriorReaders === 'listed' ? (input.excludedBatchIds ?? []) : null,
    apartFromBatchIds: input.apartFromBatchIds?.length ? [...new Set(input.apartFromBatchIds)] : null,
    loadState: 'loading',
    createdBy: input.createdBy ?? null,
    createdAt: made.now,
    ...made.claims,
  };
}
