import { isDeepStrictEqual } from 'node:util';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { holdAccepted } from '#server/datasets/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { areOfSameSponsor } from './apart-queries.ts';
import { areOfProject, insertBatchRow } from './batch-queries.ts';
import { batchRow, settingsOf } from './batch-row.ts';
import { batchFaults } from './batch-rules.ts';
import { isOfOtherProject, protocolOf, protocolOther, termsOfContract } from './contract-of-batch.ts';
import { idleMisses, idleReviewRules } from './idle-review-rules.ts';
import { beginLoad, CHUNKS_AT_ONCE, chunksOf, loadBatch, loadChunk } from './load-batch.ts';
import { overlapFaults, slotsOf } from './overlap-rules.ts';
import { withOwnStaffTerms } from './own-staff-terms.ts';
import { type CasePlan, planCases } from './plan-batch.ts';
import { refuseIf } from './refuse-batch.ts';
import { type RoutedShares, resolveClaimRules } from './resolve-claim-rules.ts';
import { shuffled } from './rules.ts';
import { type CreateBatchInput, createBatchInput } from './schemas.ts';
import type { CaseFilter, Sampling, Selection } from './selection-schemas.ts';
import { sittingOf } from './sittings.ts';
import { lockKnownCases } from './taught-gold.ts';

/** What `insertBatch` takes: as `createBatch`, for another domain's transaction (a pilot order, an award). */
export type InsertBatchInput = Omit<CreateBatchInput, 'independenceGroup'> & {
  /** All pilots of a call: a person is in one of them (R15). */
  independenceGroup?: string | null | undefined;
  /** Read by the sponsor's own staff under its order (`withOwnStaffTerms`). */
  isOwnStaff?: boolean;
  /** Own staff's part of a batch that it shares with vendors, and theirs, by contract (routing). */
  routedShares?: RoutedShares;
  /** Why own staff cannot read it. */
  ownStaffFault?: ErrorDetail;
  currency?: string;
  /** Cases that stay out, known ones too: what the readers have met before (a pilot's extension, R10). */
  withoutCases?: ReadonlySet<string>;
  /** Only this person may read it (a calibration, R26). */
  reservedFor?: string;
  /** Of a clone: its review rules are those of the batch that it is made from, so one that cannot apply here is only said. */
  hasReviewRulesOfOther?: boolean;
  /** Of a clone with the same cases: how they were drawn, and the stratum of each. */
  copied?: { selection: Selection | null; stratumOf: ReadonlyMap<string, number> };
};

export type MadeBatch = {
  batchId: string;
  taskCount: number;
  slotCount: number;
  /** Cases that were asked for and are quarantined (R24), so they stay out. */
  quarantined: number;
};

export type DraftMade = Pick<MadeBatch, 'batchId' | 'quarantined'> & { isLoaded: boolean };

/**
 * Makes a draft batch of a project of the acting sponsor: its tasks in a seeded shuffled order, their slots, the known
 * answers of its gold. Refuses with `batch_invalid` and everything that is wrong. A large one is loaded by a job, chunk
 * by chunk (`isLoaded` false): nobody meets it before it is whole. Opening it is the next step. Of what was asked for,
 * `quarantined` cases stay out (R24).
 */
export async function createBatch(ctx: OrgContext, input: CreateBatchInput): Promise<DraftMade> {
  const parsed = createBatchInput.parse(input);
  return draftAndLoad(ctx, async () => parsed);
}

/** As `createBatch`, from an input that is worked out in the same transaction (a clone). */
export async function draftAndLoad(
  ctx: OrgContext,
  inputOf: (tx: CommandTx) => Promise<InsertBatchInput>,
): Promise<DraftMade> {
  const made = await transact(ctx, async (tx) => draftForSponsor(tx, ctx.actor, await inputOf(tx)));
  if (made.isSmall) await loadBatch(ctx, { batchId: made.batchId });
  return { batchId: made.batchId, isLoaded: made.isSmall, quarantined: made.quarantined };
}

/**
 * Makes a draft in the transaction of another command of the acting sponsor and asks a job to load it; one that `isSmall` the caller
 * may load at once when it has committed.
 */
export async function draftForSponsor(
  tx: CommandTx,
  actor: { orgId: string; personId: string },
  input: InsertBatchInput,
): Promise<MadeBatch & { isSmall: boolean }> {
  const project = await getProjectForOrg(tx.db, actor.orgId, input.projectId);
  const underContract = input.contractId ? await termsOfContract(tx, input.contractId, input) : {};
  const draft = await draftBatch(tx, project, {
    ...(await withOwnStaffTerms(tx.db, project, input)),
    ...underContract,
    createdBy: actor.personId,
  });
  // Also when it is loaded at once: a process that dies half-way leaves the rest to the job.
  const isSmall = chunksOf(draft) <= CHUNKS_AT_ONCE;
  await tx.enqueue({
    name: 'work.load-batch',
    payload: { batchId: draft.batchId },
    key: `load-batch:${draft.batchId}`,
    ...(isSmall ? { runAt: new Date(tx.now.getTime() + 60_000) } : {}),
  });
  return { ...draft, isSmall };
}

/**
 * As `createBatch` inside a transaction of the caller, who has checked that the project is theirs: whole when it returns.
 * Meant for pilots and calibrations, which have at most 20,000 cases.
 */
export async function insertBatch(
  tx: CommandTx,
  input: InsertBatchInput & { createdBy?: string },
): Promise<MadeBatch> {
  const draft = await draftBatch(tx, await getProject(tx.db, input.projectId), input);
  while (!(await loadChunk(tx, draft.batchId)).isDone);
  const { batchId, taskCount, slotCount, quarantined } = draft;
  return { batchId, taskCount, slotCount, quarantined };
}

/** The filter and sampling that an input comes to. */
export function selectionOf(input: Pick<CreateBatchInput, 'filter' | 'sampling' | 'split' | 'caseLimit'>): {
  filter: CaseFilter;
  sampling: Sampling;
} {
  const { split } = input;
  const filter: CaseFilter = { ...input.filter, ...(split === undefined ? {} : { split }) };
  const all: Sampling =
    input.caseLimit === undefined ? { kind: 'all' } : { kind: 'first', count: input.caseLimit };
  const chosen = input.sampling as Sampling | undefined;
  return { filter, sampling: chosen ?? all };
}

/** What is asked of the draft beyond its cases. */
export async function faultsOf(
  q: Queryable,
  project: Project,
  input: InsertBatchInput,
  plan: CasePlan,
): Promise<{ faults: ErrorDetail[]; protocolVersionId: string | null }> {
  const isOther = await isOfOtherProject(q, project.id, input.protocolVersionId);
  // Nothing of another project is looked at, not even to refuse it better.
  const protocolVersionId = isOther ? null : (input.protocolVersionId ?? (await protocolOf(q, project)));
  const { overlap, assisted } = settingsOf(project, input);
  const faults = [
    ...plan.faults,
    ...(isOther ? [protocolOther()] : []),
    ...(input.ownStaffFault ? [input.ownStaffFault] : []),
    ...batchFaults({
      project,
      ...input,
      overlap,
      assisted,
      cases: plan.ordinary.length,
      protocolVersionId,
      consensusMethod: input.consensusMethod ?? project.qualityPolicy.consensusMethod,
    }),
  ];
  if (input.excludePriorReaders === 'listed' && (input.excludedBatchIds ?? []).length === 0)
    faults.push({
      code: 'batch.excluded_none',
      path: 'excludedBatchIds',
      message: 'Choose the batches whose readers are to be kept away.',
    });
  if (!(await areOfSameSponsor(q, { orgId: project.orgId, batchIds: input.apartFromBatchIds ?? [] })))
    faults.push({
      code: 'batch.batch_unknown',
      path: 'apartFromBatchIds',
      message: 'You have no such batch whose readers could be kept apart.',
    });
  const named = [...(input.excludedBatchIds ?? []), ...(input.parentBatchId ? [input.parentBatchId] : [])];
  if (named.length > 0 && !(await areOfProject(q, project.id, named)))
    faults.push({
      code: 'batch.batch_unknown',
      path: 'excludedBatchIds',
      message: 'The project has no such batch.',
    });
  // What has no cases, or no protocol, for a better reason need not be told so as well.
  const hasReason = plan.faults.length > 0;
  return {
    faults: faults.filter(
      ({ code }) => !(hasReason && code === 'batch.no_cases') && !(isOther && code === 'batch.no_protocol'),
    ),
    protocolVersionId,
  };
}

/** Everything that a draft comes to and all that keeps it from being made: the same for a preview and for the making. Changes nothing. */
export async function planDraft(
  q: Queryable,
  project: Project,
  asked: InsertBatchInput,
  at: { seed: number; now: Date },
) {
  const { input, faults: ofSitting } = await sittingOf(q, project, asked);
  const settings = settingsOf(project, input);
  const { goldMode, overlap } = settings;
  const chosen = selectionOf(input);
  const plan = await planCases(q, { project, ...input, ...chosen, goldMode, ...at });
  const { faults, protocolVersionId } = await faultsOf(q, project, input, plan);
  const isGold = new Set(plan.gold.map((item) => item.caseId));
  const claims = await resolveClaimRules(q, {
    project,
    kind: input.kind,
    rules: input.claimRules ?? {},
    routedShares: input.routedShares,
    overlap,
    rounds: settings.rounds,
    goldMode,
    datasetId: input.datasetId,
    cases: plan.ordinary,
    goldCases: plan.ordinary.filter((one) => isGold.has(one.id)).length,
    ...at,
  });
  const schema =
    protocolVersionId === null ? null : (await getProtocolVersion(q, protocolVersionId)).labelSchema;
  const ofOverlap = overlapFaults({
    ...settings,
    intendedUse: project.intendedUse,
    kind: input.kind,
    isShared: claims.columns.pools != null,
    rule: settings.overlapRule,
    schema,
  });
  const isKept = input.hasReviewRulesOfOther ?? false;
  const ofReview = idleReviewRules({
    ...settings,
    schema,
    rules: reviewRules.parse(settings.reviewRules),
    ofPolicy: project.qualityPolicy.reviewRules,
    isKept,
    frame: plan.frame,
    chosen: plan.ordinary,
  });
  const ofMisses = idleMisses(settings.missRule, {
    schema,
    isKept: isKept || isDeepStrictEqual(settings.missRule, project.qualityPolicy.misses),
  });
  return {
    input,
    settings,
    chosen,
    plan,
    claims,
    protocolVersionId,
    faults: [...ofSitting, ...faults, ...claims.faults, ...ofOverlap, ...ofReview.faults, ...ofMisses.faults],
    warnings: [...plan.warnings, ...ofReview.warnings, ...ofMisses.warnings],
  };
}

async function draftBatch(
  tx: CommandTx,
  project: Project,
  asked: InsertBatchInput & { createdBy?: string | undefined },
): Promise<MadeBatch & { dealt: number; overlap: number }> {
  const batchId = newId();
  const seed = asked.seed ?? Number.parseInt(batchId.slice(-7), 16);
  if (settingsOf(project, asked).goldMode === 'embedded') await lockKnownCases(tx.db, project.id);
  // Or its intake could be opened, and a case excluded, between the choice of the cases and the batch that keeps it from being opened.
  await holdAccepted(tx.db, asked.datasetId);
  const draft = await planDraft(tx.db, project, asked, { seed, now: tx.now });
  const { settings, chosen, plan, claims, protocolVersionId } = draft;
  const input = { ...draft.input, createdBy: asked.createdBy };
  const { goldMode, overlap } = settings;
  refuseIf(draft.faults);
  const cases = plan.ordinary.map((one) => one.id);
  const copied = input.copied && copiedSelection(input.copied, cases);
  await insertBatchRow(
    tx.db,
    batchRow(project, input, {
      batchId,
      seed,
      protocolVersionId: protocolVersionId ?? '',
      plan,
      selection: copied ?? {
        ...chosen,
        strata: plan.strata,
        population: plan.frame.length,
      },
      allowedEngagementIds: allowedOf(input, plan),
      claims: claims.columns,
      now: tx.now,
    }),
  );
  const stratumOf = input.copied?.stratumOf ?? new Map(cases.map((id, i) => [id, plan.stratumOf[i] ?? 0]));
  const isSample = input.copied ? stratumOf.size > 0 : plan.strata !== null;
  await beginLoad(tx, {
    batchId,
    ordinary: claims.ordered,
    strata: !isSample ? [] : claims.ordered.map((id) => stratumOf.get(id) ?? 0),
    // Without pools a slot's lane is its number; nothing need be kept.
    lanes: claims.columns.pools ? claims.lanes : [],
    dealt: shuffled(plan.dealt, seed),
    gold: plan.gold,
  });
  await tx.audit({
    action: 'work.batch_created',
    subject: { kind: 'batch', id: batchId },
    detail: {
      projectId: project.id,
      kind: input.kind,
      tasks: cases.length,
      overlap,
      goldMode,
      split: plan.split !== null,
      quarantined: plan.quarantined,
    },
  });
  return {
    batchId,
    taskCount: cases.length,
    slotCount: slotsOf(cases.length, overlap, settings.overlapRule),
    quarantined: plan.quarantined,
    dealt: plan.dealt.length,
    overlap,
  };
}

/** How the cases of a clone were drawn: of each stratum those that it has, because what is quarantined (R24) stays out and weighs nothing. */
function copiedSelection(
  { selection, stratumOf }: NonNullable<InsertBatchInput['copied']>,
  cases: readonly string[],
): Selection | null {
  if (selection?.strata == null) return selection;
  const drawn = Map.groupBy(cases, (id) => stratumOf.get(id));
  const strata = selection.strata.map((one, place) => ({ ...one, drawn: drawn.get(place)?.length ?? 0 }));
  return { ...selection, strata };
}

/**
 * Who alone may join. Test data is sequestered: nobody, until the sponsor lists them, but the sponsor's panel in its own batch and
 * the people of the order in a pilot, who are known by what they are engaged for (`decideAllowed`).
 */
function allowedOf(input: InsertBatchInput, plan: CasePlan): string[] | null {
  if (input.allowedEngagementIds !== undefined) return input.allowedEngagementIds;
  const isMadeFor = input.kind === 'pilot' || input.kind === 'self_label' || input.reservedFor !== undefined;
  return plan.isSequestered && !isMadeFor ? [] : null;
}
