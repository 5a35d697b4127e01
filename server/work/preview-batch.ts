import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { canAdjudicate, costCeiling } from './batch-rules.ts';
import { planDraft } from './create-batch.ts';
import { withOwnStaffTerms } from './own-staff-terms.ts';
import type { CasePlan } from './plan-batch.ts';
import { type Pool, poolList } from './pool-rules.ts';
import { type CreateBatchInput, createBatchInput } from './schemas.ts';
import { type Candidate, dimensionValue, weightOf } from './selection-rules.ts';
import type { SelectionPreview } from './selection-schemas.ts';

/** Values of a dimension shown one by one; the rest is summed up. */
const MOST_VALUES = 12;
const REST = 'all others';

/**
 * What `createBatch` would make of the same input: how many fit, how many are chosen, of what, with which weights, at what
 * cost at most, and everything that keeps it from being made. Changes nothing. With the same seed it is the same draw.
 */
export async function previewBatch(ctx: OrgContext, input: CreateBatchInput): Promise<SelectionPreview> {
  const parsed = createBatchInput.parse(input);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, parsed.projectId);
  const under = await withOwnStaffTerms(ctx.db, project, parsed);
  const { plan, settings, claims, faults, warnings } = await planDraft(ctx.db, project, under, {
    seed: parsed.seed ?? 0,
    now: ctx.clock.now(),
  });
  const { pools, ...dearest } = claims.columns;
  const costed = {
    ...settings,
    pricePerReadMinor: dearest.pricePerReadMinor ?? settings.pricePerReadMinor,
    feeBasisPoints: dearest.feeBasisPoints ?? settings.feeBasisPoints,
    taskCount: plan.ordinary.length,
    goldCount: plan.dealt.length,
  };
  return {
    population: plan.frame.length,
    chosen: plan.ordinary.length,
    patients: new Set(plan.ordinary.map((one) => one.patientKey)).size,
    dealtGold: plan.dealt.length,
    strata: plan.strata?.map((one) => ({ ...one, weight: weightOf(one) })) ?? null,
    split: plan.split,
    isSequestered: plan.isSequestered,
    composition: compositionOf(plan),
    excludedAtIntake: plan.excludedAtIntake,
    faults: faults.map(({ code, message, path, href }) => ({
      code,
      message,
      ...(path === undefined ? {} : { path }),
      ...(href === undefined ? {} : { href }),
    })),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
    shares: await sharesShown(ctx.db, poolList.parse(pools ?? null)),
    ceilingMinor: costCeiling(costed, canAdjudicate(settings.adjudicationRule)),
    currency: project.currency,
  };
}

/** What the direct share (R17) is called among the vendors’ names. */
export const DIRECT = 'People on their own account';

/** Reads of each vendor that shares the batch; null when the reads are anybody's. */
async function sharesShown(q: Queryable, pools: readonly Pool[] | null): Promise<SelectionPreview['shares']> {
  if (pools === null) return null;
  const orgIds = [...new Set(pools.map((one) => one.orgId))];
  const names = await organisationsById(
    q,
    orgIds.filter((id) => id !== null),
  );
  const reads = (own: readonly Pool[]) => own.reduce((sum, one) => sum + one.slots, 0);
  return orgIds.map((orgId) => {
    const own = pools.filter((one) => one.orgId === orgId);
    return {
      vendor: own.some((one) => one.isDirect)
        ? DIRECT
        : orgId === null
          ? null
          : (names.get(orgId)?.legalName ?? 'A vendor'),
      reads: reads(own),
      keptOnshore: reads(own.filter((one) => one.isOnshore)),
    };
  });
}

/** Counts of the chosen beside all that fit: by site, every subgroup column, every known class. */
function compositionOf(plan: CasePlan): SelectionPreview['composition'] {
  const subgroups = new Set(plan.frame.flatMap((one) => Object.keys(one.subgroups)));
  const fields = new Set(plan.frame.flatMap((one) => Object.keys(one.classes)));
  const dimensions = [
    'site',
    ...[...subgroups].map((name) => `subgroup:${name}`),
    ...[...fields].map((name) => `class:${name}`),
  ];
  return dimensions.slice(0, 24).map((name) => ({ name, values: countsOf(plan, name) }));
}

function countsOf(plan: CasePlan, dimension: string): SelectionPreview['composition'][number]['values'] {
  const count = (of: readonly Candidate[]) => {
    const counts = new Map<string, number>();
    for (const one of of) {
      const value = dimensionValue(one, dimension);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  };
  const chosen = count(plan.ordinary);
  const all = [...count(plan.frame)]
    .map(([value, population]) => ({ value, cases: chosen.get(value) ?? 0, population }))
    .sort((a, b) => b.population - a.population || (a.value < b.value ? -1 : 1));
  const rest = all.slice(MOST_VALUES);
  if (rest.length === 0) return all;
  const sum = (pick: (one: (typeof all)[number]) => number) =>
    rest.reduce((total, one) => total + pick(one), 0);
  return [
    ...all.slice(0, MOST_VALUES),
    { value: REST, cases: sum((one) => one.cases), population: sum((one) => one.population) },
  ];
}
