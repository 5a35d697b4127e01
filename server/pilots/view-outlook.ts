import type { PilotTerms } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { classLabelOf } from '#server/scores/schema-options.ts';
import { planCases } from '#server/work/plan-batch.ts';
import { choosePilotCases } from './choose-cases.ts';
import { type OutlookFacts, pilotOutlook } from './outlook-rules.ts';

/**
 * R10, where the terms are set: how likely a pilot by these terms is to decide, with the gold that its cases would really
 * have now, and what of the terms the dataset can't meet yet. Before there is gold, with what the terms ask for.
 */
export async function viewOutlook(
  ctx: OrgContext,
  input: { projectId: string; terms: PilotTerms; margin: number },
) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const { terms } = input;
  const protocol =
    (await findSignedProtocol(ctx.db, project.id)) ?? (await findLatestProtocol(ctx.db, project.id));
  const fields = new Map((protocol?.labelSchema.fields ?? []).map((field) => [field.key, field]));
  const [dataset] = await listDatasets(ctx.db, project.id);
  const active = dataset ? await listActiveGold(ctx.db, project.id, dataset.id) : [];
  let inPilot = new Set<string>();
  let cases = terms.cases;
  let problems: string[] = [];
  if (dataset) {
    const plan = await planCases(ctx.db, {
      project,
      datasetId: dataset.id,
      kind: 'pilot',
      goldMode: terms.goldMode,
      filter: {},
      sampling: { kind: 'all' },
      seed: 0,
      now: ctx.clock.now(),
    });
    const chosen = choosePilotCases({ ...terms, goldPerClass: [] }, plan.frame);
    // Gold that a training of the project shows the answers of is read as any other case (R21).
    const counts = new Set(plan.gold.map((item) => item.caseId));
    inPilot = new Set(
      terms.goldMode === 'dealt' ? plan.dealt : chosen.caseIds.filter((id) => counts.has(id)),
    );
    cases = Math.min(terms.cases, chosen.caseIds.length || terms.cases);
    problems = [...plan.faults, ...chosen.faults].map((fault) => fault.message);
  }
  const isKnown = active.length > 0 && terms.goldMode !== 'none';
  const gold = isKnown
    ? countGold(
        active.filter((item) => inPilot.has(item.caseId)),
        terms,
      )
    : askedGold(terms);
  const facts: OutlookFacts = {
    cases,
    gold,
    classesOf: (key) => classesOf(fields.get(key)),
    labelOf: (key) => fields.get(key)?.label ?? key,
    classLabelOf: (key, value) => classLabelOf(fields.get(key), value),
  };
  return {
    /** Whether gold is counted in the dataset, or supposed as the terms ask for it. */
    basis: isKnown ? ('gold' as const) : ('terms' as const),
    reads: terms.cases * terms.overlap,
    problems,
    short: terms.goldPerClass.flatMap(({ field, className, cases: asked }) => {
      const has = gold[field]?.[className] ?? 0;
      return isKnown && has < asked
        ? [{ field: facts.labelOf(field), className: facts.classLabelOf(field, className), asked, has }]
        : [];
    }),
    lines: pilotOutlook(terms, facts, input.margin),
  };
}

type Counts = Record<string, Record<string, number>>;

/** Known answers by field and class; of those that are dealt, as many as the share comes to. */
function countGold(items: Awaited<ReturnType<typeof listActiveGold>>, terms: PilotTerms): Counts {
  const share = terms.goldShareBasisPoints / 10_000;
  const most =
    terms.goldMode === 'dealt'
      ? Math.round((terms.cases * share) / Math.max(0.0001, 1 - share))
      : items.length;
  const counts: Counts = {};
  for (const { answers } of items.slice(0, most))
    for (const [field, accepted] of Object.entries(answers)) {
      if (accepted.length === 0) continue;
      const classes = counts[field] ?? {};
      counts[field] = classes;
      const key = String(accepted[0]);
      classes[key] = (classes[key] ?? 0) + 1;
    }
  return counts;
}

function askedGold(terms: PilotTerms): Counts {
  const counts: Counts = {};
  for (const { field, className, cases } of terms.goldPerClass)
    counts[field] = { ...counts[field], [className]: cases };
  return counts;
}

function classesOf(field: LabelField | undefined): string[] {
  if (field?.type === 'boolean') return ['false', 'true'];
  return (field?.options ?? []).map((option) => option.value);
}
