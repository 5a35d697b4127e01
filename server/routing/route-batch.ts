import type { Queryable } from '#db/client.ts';
import { contractsOf } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getDataset } from '#server/datasets/reads.ts';
import { sumUnitWork } from '#server/own-staff/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { DataClass, Project } from '#server/projects/schemas.ts';
import { draftForSponsor, type InsertBatchInput, planDraft } from '#server/work/create-batch.ts';
import { loadBatch } from '#server/work/load-batch.ts';
import { orderedUnit, withOwnStaffTerms } from '#server/work/own-staff-terms.ts';
import { poolList } from '#server/work/pool-rules.ts';
import { findRule, insertHandOff } from './queries.ts';
import { type OwnCapacity, ownReadsToBegin, poolShares, staysInside } from './rules.ts';
import type { RouteBatchInput, RoutePreview, RoutingRule } from './schemas.ts';

type Planned = Omit<RoutePreview, 'faults'> & {
  faults: ErrorDetail[];
  inside: InsertBatchInput | null;
  rest: InsertBatchInput | null;
  unitId: string;
  /** Vendors' reads from the start, by organisation. */
  outside: { orgId: string; reads: number }[];
};

/** What a routed batch of the acting sponsor would come to. Changes nothing. */
export async function previewRoute(ctx: OrgContext, input: RouteBatchInput): Promise<RoutePreview> {
  const planned = await planRoute(ctx.db, await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId), {
    ...input,
    now: ctx.clock.now(),
  });
  const { insideCases, restCases, ownReads, vendorReads, says, faults, warnings } = planned;
  return { insideCases, restCases, ownReads, vendorReads, says, faults, warnings };
}

/**
 * Makes the batches that the project's rule comes to: one for own staff alone, of the cases that stay inside, and one that own staff
 * and the vendors share. Both or none; refused with `route_refused` and everything that is wrong. What goes to vendors from the start
 * is written down as a hand-off.
 */
export async function routeBatch(
  ctx: OrgContext,
  input: RouteBatchInput,
): Promise<{ insideBatchId: string | null; restBatchId: string | null }> {
  const made = await transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const planned = await planRoute(tx.db, project, { ...input, now: tx.now });
    if (planned.faults.length > 0)
      throw new AppError({
        kind: 'precondition',
        reason: 'route_refused',
        message: `These batches cannot be made: ${planned.faults.map((one) => one.message).join(' ')}`,
        details: planned.faults,
      });
    const inside = planned.inside && (await draftForSponsor(tx, ctx.actor, planned.inside));
    const rest = planned.rest && (await draftForSponsor(tx, ctx.actor, planned.rest));
    for (const one of planned.outside)
      if (rest !== null)
        await insertHandOff(tx.db, {
          id: newId(),
          projectId: project.id,
          batchId: rest.batchId,
          fromOrgId: planned.unitId,
          toOrgId: one.orgId,
          reason: 'made',
          says: planned.says,
          reads: one.reads,
          decidedAt: tx.now,
        });
    await tx.audit({
      action: 'routing.batches_made',
      subject: { kind: 'project', id: project.id },
      detail: {
        insideBatchId: inside?.batchId ?? null,
        restBatchId: rest?.batchId ?? null,
        ownReads: planned.ownReads,
        vendorReads: planned.vendorReads,
      },
    });
    return [inside, rest];
  });
  for (const one of made) if (one?.isSmall) await loadBatch(ctx, { batchId: one.batchId });
  return { insideBatchId: made[0]?.batchId ?? null, restBatchId: made[1]?.batchId ?? null };
}

type Known = {
  unit: NonNullable<Awaited<ReturnType<typeof orderedUnit>>>;
  rule: RoutingRule;
  dataClass: DataClass;
};
type Award = Awaited<ReturnType<typeof contractsOf>>[number];

async function planRoute(
  q: Queryable,
  project: Project,
  input: RouteBatchInput & { now: Date },
): Promise<Planned> {
  const known = await knownOrLacks(q, project, input);
  if ('lacks' in known) return refused(known.lacks);
  const { unit, rule, dataClass } = known;
  const common = commonInput(project, unit, input);
  const at = { seed: input.seed, now: input.now };
  const whole = await planDraft(q, project, await withOwnStaffTerms(q, project, common), at);
  if (whole.faults.length > 0) return refused(whole.faults);
  const { overlap } = whole.settings;
  const [insideIds, restIds] = [true, false].map((inside) =>
    whole.plan.ordinary.filter((one) => staysInside(rule, one, dataClass) === inside).map((one) => one.id),
  ) as [string[], string[]];
  const awards = await awardsOf(q, project.id);
  const restReads = restIds.length * overlap;
  const begin = ownReadsToBegin({
    rule,
    own: await capacityOf(q, project, unit),
    insideReads: insideIds.length * overlap,
    restReads,
    now: input.now,
    dueAt: input.dueAt,
  });
  const split = whole.plan.split === null ? {} : { split: whole.plan.split };
  const inside =
    insideIds.length === 0
      ? null
      : { ...common, ...split, name: `${input.name}, inside`, caseIds: insideIds };
  const own = awards.length === 0 ? { ...common } : sharedInput(common, { unit, awards, begin, restReads });
  const rest = restIds.length === 0 ? null : { ...own, ...split, caseIds: restIds };
  const checked = rest && (await planDraft(q, project, await withOwnStaffTerms(q, project, rest), at));
  const outside = outsideOf(checked?.claims.columns.pools, awards);
  const vendorReads = outside.reduce((sum, one) => sum + one.reads, 0);
  return {
    insideCases: insideIds.length,
    restCases: restIds.length,
    ownReads: restReads - vendorReads,
    vendorReads,
    says: awards.length === 0 && rest !== null ? NO_AWARD : begin.says,
    faults: checked?.faults ?? [],
    // Of all the cases: what one of the two batches lacks, the other may have.
    warnings: whole.warnings.map(({ code, message }) => ({ code, message })),
    inside,
    rest,
    unitId: unit.orgId,
    outside,
  };
}

const NO_AWARD = 'No award is in force, so nothing can overflow: own staff has all of it.';

/** Nothing would be made, for these reasons. */
const refused = (faults: ErrorDetail[]): Planned => ({
  insideCases: 0,
  restCases: 0,
  ownReads: 0,
  vendorReads: 0,
  says: '',
  faults,
  warnings: [],
  inside: null,
  rest: null,
  unitId: '',
  outside: [],
});

async function knownOrLacks(
  q: Queryable,
  project: Project,
  input: RouteBatchInput & { now: Date },
): Promise<Known | { lacks: ErrorDetail[] }> {
  const unit = await orderedUnit(q, project);
  const found = await findRule(q, project.id);
  const dataset = await getDataset(q, input.datasetId);
  const lacks: ErrorDetail[] = [];
  const add = (code: string, message: string, href?: string) =>
    lacks.push({ code: `routing.${code}`, message, ...(href ? { href } : {}) });
  if (unit === null)
    add('no_order', 'There is no agreed order with own staff.', `/sponsor/projects/${project.id}/own-staff`);
  if (found === null) add('no_rule', 'Say first what stays with own staff.');
  if (input.dueAt <= input.now) add('due_past', 'The due date has passed. Give one that lies ahead.');
  if (dataset.projectId !== project.id) add('dataset', 'The project has no such dataset.');
  if (unit === null || found === null || lacks.length > 0) return { lacks };
  return { unit, rule: found.rule, dataClass: dataset.dataClass };
}

function commonInput(project: Project, unit: Known['unit'], input: RouteBatchInput): InsertBatchInput {
  return {
    projectId: project.id,
    datasetId: input.datasetId,
    name: input.name,
    kind: 'production',
    vendorOrgId: unit.orgId,
    pricePerReadMinor: unit.pricePerReadMinor,
    seed: input.seed,
    claimRules: { dueAt: input.dueAt },
    ...(input.overlap === undefined ? {} : { overlap: input.overlap }),
    ...(input.split === undefined ? {} : { split: input.split }),
  };
}

/** What own staff and vendors share: own staff's part as its hours hold, the rest by the awards. */
function sharedInput(
  common: InsertBatchInput,
  of: { unit: Known['unit']; awards: readonly Award[]; begin: { reads: number }; restReads: number },
): InsertBatchInput {
  const { unit, awards } = of;
  const shares = poolShares(
    of.begin.reads,
    of.restReads,
    awards.map((one) => one.shareBasisPoints),
  );
  const { vendorOrgId: _, ...shared } = common;
  return {
    ...shared,
    // A varying overlap would upset the shares.
    overlapRule: { mode: 'fixed' },
    pricePerReadMinor: awards[0]?.pricePerReadMinor ?? unit.pricePerReadMinor,
    claimRules: { ...common.claimRules, contractIds: awards.map((one) => one.id) },
    routedShares: {
      own: {
        orgId: unit.orgId,
        name: unit.name,
        shareBasisPoints: shares.own,
        pricePerReadMinor: unit.pricePerReadMinor,
      },
      byContract: new Map(awards.map((one, i) => [one.id, shares.vendors[i] ?? 0])),
    },
  };
}

async function awardsOf(q: Queryable, projectId: string): Promise<Award[]> {
  return (await contractsOf(q, { projectId })).filter(
    (one) => one.kind === 'award' && one.status === 'active' && one.shareBasisPoints > 0,
  );
}

async function capacityOf(q: Queryable, project: Project, unit: Known['unit']): Promise<OwnCapacity> {
  const { modality, anatomy } = project;
  const work = await sumUnitWork(q, { orgId: unit.orgId, modality, anatomy });
  const readsPerHour = work.activeMs === 0 ? null : (work.reads * 3_600_000) / work.activeMs;
  return { hoursPerWeek: unit.hoursPerWeek, readsPerHour };
}

/** Vendors' reads from the start, by their pools. */
function outsideOf(pools: unknown, awards: readonly Award[]): Planned['outside'] {
  const all = poolList.parse(pools ?? null) ?? [];
  return awards.flatMap((one) => {
    const own = all.filter((pool) => pool.orgId === one.vendorOrgId);
    const reads = own.reduce((sum, pool) => sum + pool.slots, 0);
    return reads > 0 ? [{ orgId: one.vendorOrgId, reads }] : [];
  });
}
