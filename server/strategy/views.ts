import {
  listAskedPrices,
  listLeadDays,
  listMeasuredBatches,
  type MeasuredBatch,
} from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { marketOf } from '#server/matching/market-of.ts';
import { type OwnFigures, ownFigures } from '#server/own-staff/own-figures.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { leadTime, marketPrice } from './market.ts';
import { type DecisionRow, listDecisions } from './queries.ts';
import { type Quality, type StrategyInputs, type StrategyView, storedInputs } from './schemas.ts';
import { weigh } from './weigh.ts';

/**
 * How a project of the acting sponsor could be labelled: each way with cost, date and quality from the platform's own figures and
 * what the sponsor put in, what stands against it, and what is recommended. `not_found` for others.
 */
export async function viewStrategy(
  ctx: OrgContext,
  input: { projectId: string; inputs?: StrategyInputs | undefined },
): Promise<StrategyView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const datasets = await listDatasets(ctx.db, project.id);
  const heldCases = datasets.reduce((sum, dataset) => sum + dataset.caseCount, 0);
  const decisions = await listDecisions(ctx.db, project.id);
  const own = await ownFigures(ctx.db, project, now);
  const inputs = input.inputs ?? lastInputs(decisions) ?? usualInputs(project, heldCases, own);
  const reach = await marketOf(ctx, project, { cases: inputs.cases });
  const { currency, modality, anatomy } = project;
  const asked = await listAskedPrices(ctx.db, { currency, modality, anatomy, now });
  const { price, vendors, priceOf } = marketPrice(asked, {
    budgetModel: inputs.budgetModel,
    typedMinor: inputs.pricePerReadMinor,
  });
  const market = {
    ...reach,
    ...leadTime(await listLeadDays(ctx.db)),
    price,
    priceVendors: vendors,
    priceOf,
  };
  const measured = await measuredOf(ctx, project, null);
  const weighed = weigh({
    project,
    inputs,
    market,
    ownQuality: own === null ? null : accuracyOf(own.goldOk, own.goldN, 'Of your own people on such work.'),
    marketQuality: pooledAccuracy(measured) ?? alphaOf(reach.reliability),
    today: now.toISOString().slice(0, 10),
  });
  return {
    project: {
      ...project,
      overlap: project.qualityPolicy.overlap,
      heldCases,
    },
    inputs,
    market,
    ...weighed,
    decisions: decisions.map(decisionOf),
  };
}

async function measuredOf(ctx: OrgContext, project: Project, vendorOrgIds: readonly string[] | null) {
  const rows = await listMeasuredBatches(ctx.db, {
    projectId: project.id,
    sponsorOrgId: project.orgId,
    modality: project.modality,
    anatomy: project.anatomy,
    metric: 'accuracy',
    vendorOrgIds,
  });
  return rows.filter((one) => one.isLike);
}

/** Accuracy against a reference over batches of like work, each read counted once, with Wilson's 95 % interval; null without any. */
export function pooledAccuracy(batches: readonly MeasuredBatch[]): Quality | null {
  const n = batches.reduce((sum, one) => sum + one.n, 0);
  const right = Math.round(batches.reduce((sum, one) => sum + one.n * one.value, 0));
  const says = `Of single reads in ${batches.length} ${batches.length === 1 ? 'batch' : 'batches'} of such work.`;
  return accuracyOf(right, n, says);
}

function accuracyOf(right: number, n: number, says: string): Quality | null {
  if (n === 0) return null;
  const [lower, upper] = wilsonInterval(right, n) ?? [0, 1];
  return {
    measure: 'accuracy',
    value: right / n,
    lower,
    upper,
    n,
    nUnit: 'reads with a known answer',
    says,
  };
}

function alphaOf(found: { lower: number; upper: number; n: number } | null): Quality | null {
  if (found === null) return null;
  return {
    measure: 'krippendorff_alpha',
    value: null,
    lower: found.lower,
    upper: found.upper,
    n: found.n,
    nUnit: 'batches',
    says: 'Eight of ten batches of such work lie between these; no reference, so no accuracy (R8).',
  };
}

function lastInputs(decisions: readonly DecisionRow[]): StrategyInputs | null {
  const read = storedInputs.safeParse(decisions[0]?.inputs);
  return read.success ? read.data : null;
}

function usualInputs(project: Project, heldCases: number, own: OwnFigures | null): StrategyInputs {
  return {
    cases: Math.max(1, heldCases),
    needBy: project.deadline,
    budgetModel: 'per_label',
    isForSubmission: project.intendedUse === 'test_reference',
    insideShareBasisPoints: 0,
    ownStaff: {
      people: own?.people ?? 0,
      hoursPerWeek: own?.hoursPerWeek ?? 8,
      costPerHourMinor: 0n,
      readsPerHour: own?.readsPerHour ?? null,
      readyInDays: 14,
    },
    model: null,
    pricePerReadMinor: null,
  };
}

function decisionOf(row: DecisionRow): StrategyView['decisions'][number] {
  return {
    id: row.id,
    mode: row.mode,
    source: row.source,
    isAsRecommended: row.mode === row.recommendedMode && row.source === row.recommendedSource,
    ownShareBasisPoints: row.ownShareBasisPoints,
    reason: row.reason,
    decidedBy: row.decidedByName,
    decidedAt: row.decidedAt,
  };
}
