import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId, newIds } from '#server/core/ids.ts';
import { listCaseIds } from '#server/datasets/reads.ts';
import { type ActiveGold, listActiveGold } from '#server/gold/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import { insertBatchRow, insertGoldAnswers, insertTasks } from './batch-queries.ts';
import { batchFaults, noAdjudication } from './batch-rules.ts';
import { defaultOverlapRule, maxReads, overlapFaults, readsAt, slotsOf } from './overlap-rules.ts';
import { resolveClaimRules } from './resolve-claim-rules.ts';
import { isRepeated, shuffled } from './rules.ts';
import { type CreateBatchInput, createBatchInput } from './schemas.ts';

/** Tasks loaded per statement, so that no statement holds back clean-up for more than a moment. */
const CHUNK = 5000;

/** What `insertBatch` takes: as `createBatch`, for another domain's transaction (a pilot order, an award). */
export type InsertBatchInput = CreateBatchInput & {
  currency?: string;
  /** Cases that stay out, known ones too: what the readers have met before (a pilot's extension, R10). */
  withoutCases?: ReadonlySet<string>;
  /** Only this person may read it (a calibration, R26). */
  reservedFor?: string;
};

/**
 * Makes a draft batch of a project of the acting sponsor: its tasks in a seeded shuffled order, their slots, the known
 * answers of its gold. Refuses with `batch_invalid` and everything that is wrong. Opening it is the next step.
 */
export async function createBatch(ctx: OrgContext, input: CreateBatchInput): Promise<{ batchId: string }> {
  const parsed = createBatchInput.parse(input);
  return transact(ctx, async (tx) => {
    await getProjectForOrg(tx.db, ctx.actor.orgId, parsed.projectId);
    const underContract = parsed.contractId ? await termsOfContract(tx, parsed.contractId, parsed) : {};
    return insertBatch(tx, { ...parsed, ...underContract, createdBy: ctx.actor.personId });
  });
}

/** As `createBatch` inside a transaction of the caller, who has checked that the project is theirs. */
export async function insertBatch(
  tx: CommandTx,
  input: InsertBatchInput & { createdBy?: string },
): Promise<{ batchId: string; taskCount: number; slotCount: number }> {
  const project = await getProject(tx.db, input.projectId);
  const policy = project.qualityPolicy;
  const overlap = input.overlap ?? policy.overlap;
  const goldMode = input.goldMode ?? (input.kind === 'self_label' ? 'none' : policy.gold.mode);
  const met = input.withoutCases ?? new Set<string>();
  const gold = (goldMode === 'none' ? [] : await listActiveGold(tx.db, project.id, input.datasetId)).filter(
    (item) => !met.has(item.caseId),
  );
  const cases = await chooseCases(tx, input, goldMode, gold);
  const protocolVersionId = input.protocolVersionId ?? (await protocolOf(tx, project));
  const batchId = newId();
  const seed = input.seed ?? Number.parseInt(batchId.slice(-7), 16);
  const rounds = input.rounds ?? 1;
  const isGold = new Set(gold.map((item) => item.caseId));
  const claims = await resolveClaimRules(tx, {
    project,
    kind: input.kind,
    rules: input.claimRules ?? {},
    overlap,
    rounds,
    goldMode,
    cases: cases.ordinary,
    goldCases: cases.ordinary.filter((id) => isGold.has(id)).length,
    seed,
  });
  const assisted = input.assisted ?? (input.kind === 'self_label' ? false : policy.assisted);
  const overlapRule = input.overlapRule ?? defaultOverlapRule(input.kind, policy.overlapRule);
  const consensusMethod = input.consensusMethod ?? policy.consensusMethod;
  const { intendedUse } = project;
  refuseIf([
    ...batchFaults({ project, ...input, overlap, assisted, cases: cases.ordinary.length, protocolVersionId }),
    ...claims.faults,
    ...overlapFaults({
      intendedUse,
      kind: input.kind,
      overlap,
      rounds,
      consensusMethod,
      isShared: claims.columns.pools != null,
      rule: overlapRule,
    }),
  ]);
  const isWork = ['production', 'relabel'].includes(input.kind);
  const isAdjudicated = input.isAdjudicated ?? isWork;
  const slotCount = slotsOf(cases.ordinary.length, overlap, overlapRule);
  await insertBatchRow(tx.db, {
    id: batchId,
    projectId: project.id,
    contractId: input.contractId ?? null,
    vendorOrgId: input.vendorOrgId ?? null,
    datasetId: input.datasetId,
    protocolVersionId: protocolVersionId ?? '',
    name: input.name,
    kind: input.kind,
    overlap,
    overlapRule,
    maxOverlap: maxReads(overlap, overlapRule),
    reviewRules: input.reviewRules ?? (isWork ? policy.reviewRules : []),
    checkpointBasisPoints: input.checkpointBasisPoints ?? (isWork ? policy.checkpointBasisPoints : []),
    missRule: input.misses === undefined ? (isWork ? policy.misses : null) : input.misses,
    rounds,
    goldMode,
    goldShareBasisPoints:
      goldMode === 'dealt' ? (input.goldShareBasisPoints ?? policy.gold.shareBasisPoints) : 0,
    reviewShareBasisPoints: input.reviewShareBasisPoints ?? (isWork ? policy.reviewShareBasisPoints : 0),
    adjudicationRule: isAdjudicated ? policy.adjudication : noAdjudication,
    consensusMethod,
    leaseSeconds: input.leaseSeconds ?? 900,
    prefetch: input.prefetch ?? 3,
    pricePerReadMinor: input.pricePerReadMinor,
    pricePerReviewMinor: input.pricePerReviewMinor ?? input.pricePerReadMinor,
    currency: project.currency,
    feeBasisPoints: input.feeBasisPoints ?? project.platformFeeBasisPoints,
    assisted,
    dataClass: project.dataClass,
    independenceGroup: input.independenceGroup ?? null,
    reservedFor: input.reservedFor ?? null,
    reviewPeriodDays: input.reviewPeriodDays ?? project.reviewPeriodDays,
    needsTraining: input.needsTraining ?? false,
    seed,
    taskCount: cases.ordinary.length,
    slotCount,
    goldCount: cases.dealt.length,
    createdBy: input.createdBy ?? null,
    createdAt: tx.now,
    ...claims.columns,
  });
  const goldByCase = new Map(gold.map((item) => [item.caseId, item]));
  const isRepeatedTask = (taskId: string) =>
    isRepeated({ seed, taskId, shareBasisPoints: input.claimRules?.repeatShareBasisPoints ?? 10_000 });
  await load(tx, {
    batchId,
    cases: claims.ordered,
    lanes: claims.lanes,
    overlap,
    firstReads: (place) => readsAt(place, overlap, overlapRule),
    readsNeeded: (taskId, first) => first * (isRepeatedTask(taskId) ? rounds : 1),
    dealt: false,
    goldByCase,
  });
  await load(tx, {
    batchId,
    cases: shuffled(cases.dealt, seed),
    lanes: [],
    overlap: 0,
    firstReads: () => 0,
    readsNeeded: () => 0,
    dealt: true,
    goldByCase,
  });
  await tx.audit({
    action: 'work.batch_created',
    subject: { kind: 'batch', id: batchId },
    detail: { projectId: project.id, kind: input.kind, tasks: cases.ordinary.length, overlap, goldMode },
  });
  return { batchId, taskCount: cases.ordinary.length, slotCount };
}

/** Under a contract its vendor, price and fee hold (R2, R13), whatever the form says. */
async function termsOfContract(
  tx: CommandTx,
  contractId: string,
  input: { projectId: string; pricePerReadMinor: bigint },
): Promise<{ vendorOrgId: string; feeBasisPoints: number }> {
  const contract = await getContract(tx.db, contractId);
  const isLive = contract.projectId === input.projectId && contract.status === 'active';
  refuseIf(
    isLive
      ? []
      : [
          {
            code: 'batch.contract',
            path: 'contractId',
            message: 'The project has no such contract in force.',
          },
        ],
  );
  refuseIf(
    contract.pricePerReadMinor === input.pricePerReadMinor
      ? []
      : [
          {
            code: 'batch.price_of_contract',
            path: 'pricePerReadMinor',
            message: 'The price per read is that of the contract; it changes by an amendment only (R13).',
          },
        ],
  );
  return { vendorOrgId: contract.vendorOrgId, feeBasisPoints: contract.feeBasisPoints };
}

/** Splits the chosen cases into ordinary tasks and, when gold is dealt at claim, the pool to deal from. */
async function chooseCases(
  tx: CommandTx,
  input: InsertBatchInput,
  goldMode: string,
  gold: readonly ActiveGold[],
): Promise<{ ordinary: string[]; dealt: string[] }> {
  const met = input.withoutCases ?? new Set<string>();
  const all = (await listCaseIds(tx.db, input.datasetId, { split: input.split })).filter(
    (id) => !met.has(id),
  );
  const isGold = new Set(gold.map((item) => item.caseId));
  const wanted = input.caseIds === undefined ? null : new Set(input.caseIds);
  const chosen = wanted === null ? all : all.filter((id) => wanted.has(id));
  if (wanted !== null && chosen.length !== wanted.size) {
    refuseIf([
      {
        code: 'batch.cases_unknown',
        path: 'caseIds',
        message: `${wanted.size - chosen.length} of the ${wanted.size} cases are not in this dataset.`,
      },
    ]);
  }
  if (goldMode === 'dealt') {
    const ordinary = chosen.filter((id) => !isGold.has(id));
    return { ordinary: ordinary.slice(0, input.caseLimit ?? ordinary.length), dealt: [...isGold] };
  }
  if (input.caseLimit === undefined || input.caseLimit >= chosen.length)
    return { ordinary: chosen, dealt: [] };
  const goldFirst = [...chosen.filter((id) => isGold.has(id)), ...chosen.filter((id) => !isGold.has(id))];
  return { ordinary: goldFirst.slice(0, input.caseLimit), dealt: [] };
}

/** Ids are minted in the shuffled order and loaded in it: neighbours in time are neighbours on disk. */
async function load(
  tx: CommandTx,
  input: {
    batchId: string;
    cases: readonly string[];
    /** Lane of each slot, task by task. */
    lanes: readonly number[];
    overlap: number;
    /** The label slots that the case at a place of the order begins with. */
    firstReads: (place: number) => number;
    readsNeeded: (taskId: string, first: number) => number;
    dealt: boolean;
    goldByCase: ReadonlyMap<string, ActiveGold>;
  },
): Promise<void> {
  for (let from = 0; from < input.cases.length; from += CHUNK) {
    const caseIds = input.cases.slice(from, from + CHUNK);
    const taskIds = newIds(caseIds.length);
    const firstReads = caseIds.map((_, index) => input.firstReads(from + index));
    await insertTasks(tx.db, {
      batchId: input.batchId,
      from,
      caseIds,
      taskIds,
      overlap: input.overlap,
      lanes: input.lanes.slice(from * input.overlap, (from + caseIds.length) * input.overlap),
      firstReads,
      readsNeeded: taskIds.map((taskId, index) => input.readsNeeded(taskId, firstReads[index] ?? 0)),
      dealt: input.dealt,
    });
    const known = caseIds.flatMap((caseId, index) => {
      const item = input.goldByCase.get(caseId);
      const taskId = taskIds[index];
      return item && taskId ? [{ taskId, goldItemId: item.goldItemId, answers: item.answers }] : [];
    });
    await insertGoldAnswers(tx.db, input.batchId, known);
  }
}

async function protocolOf(tx: CommandTx, project: Project): Promise<string | null> {
  const version =
    (await findSignedProtocol(tx.db, project.id)) ?? (await findLatestProtocol(tx.db, project.id));
  return version?.id ?? null;
}

function refuseIf(faults: readonly ErrorDetail[]): void {
  if (faults.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'batch_invalid',
    message: `This batch cannot be made: ${faults.map((fault) => fault.message).join(' ')}`,
    details: faults,
  });
}
