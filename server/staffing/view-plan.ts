import type { OrgContext } from '#server/command/context.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { daysAfter } from './availability-rules.ts';
import { planNotFound } from './choose-roster.ts';
import { listDaysAway } from './days-away.ts';
import { metersOf } from './roster-meters.ts';
import type { RosterFigures, RosterModel, RosterRole } from './roster-model.ts';
import { withNames } from './roster-names.ts';
import {
  findPlan,
  findVendorContract,
  findVendorPlan,
  listAssignments,
  listSeatsOfPlan,
  type PlanRow,
} from './roster-queries.ts';
import {
  type RosterFacts,
  type RosterParameters,
  rosterFacts,
  type StoredOutcome,
  solveProgress,
  storedOutcome,
} from './roster-schemas.ts';
import type { PlanFigures, PlanView } from './roster-view-schemas.ts';
import { describeConflict } from './roster-words.ts';
import { readParameters } from './stored-parameters.ts';

/** Solving takes seconds and explaining at most a minute; after this somebody should plan again. */
const STUCK_AFTER_MINUTES = 4;

/** A plan as its page shows it, solved or not; costs only for those who may see the vendor's money (R21). */
export async function viewPlan(ctx: OrgContext, input: { planId: string }): Promise<PlanView> {
  const plan = await findVendorPlan(ctx.db, ctx.actor.orgId, input.planId);
  if (!plan) throw planNotFound();
  const canSeeMoney = ctx.actor.capabilities.has('vendor.money');
  const found = await findVendorContract(ctx.db, ctx.actor.orgId, plan.contractId);
  const currency = found?.contract.currency ?? '';
  const parameters = readParameters(plan.parameters);
  const facts = plan.facts === null ? null : await withNames(ctx.db, rosterFacts.parse(plan.facts));
  const outcome = plan.outcome === null ? null : storedOutcome.parse(plan.outcome);
  const planned = outcome?.kind === 'planned' ? outcome : null;
  const base = plan.basePlanId ? await findPlan(ctx.db, plan.basePlanId) : null;
  return {
    planId: plan.id,
    contractId: plan.contractId,
    version: plan.version,
    status: plan.status,
    statusReason: plan.statusReason,
    createdAt: plan.createdAt,
    solvedAt: plan.solvedAt,
    chosenAt: plan.chosenAt,
    currency,
    parameters: canSeeMoney ? parameters : { ...parameters, budgetMinor: null },
    progress: plan.status === 'solving' ? solveProgress.nullable().parse(plan.progress) : null,
    isStuck:
      plan.status === 'solving' && plus(plan.createdAt, STUCK_AFTER_MINUTES * MINUTE) < ctx.clock.now(),
    figures: planned && figuresFor(planned.figures, parameters, canSeeMoney),
    solver: planned && {
      by: planned.by,
      gap: planned.gap,
      seconds: planned.seconds,
      fallback: planned.fallback,
    },
    meters:
      planned && facts
        ? metersOf(facts.model, planned.roster).filter((one) => canSeeMoney || one.unit !== 'money')
        : [],
    people: planned && facts ? await peopleOf(ctx, plan, facts, canSeeMoney) : [],
    holidays: planned ? await holidaysOf(ctx, plan) : [],
    leftOut: facts?.leftOut ?? [],
    conflict:
      outcome?.kind === 'infeasible' && facts
        ? conflictOf(outcome, facts, parameters, currency, canSeeMoney)
        : null,
    before: base ? beforeOf(base, canSeeMoney) : null,
  };
}

function beforeOf(base: PlanRow, canSeeMoney: boolean): PlanView['before'] {
  const outcome = base.outcome === null ? null : storedOutcome.parse(base.outcome);
  if (outcome?.kind !== 'planned') return null;
  const parameters = readParameters(base.parameters);
  return {
    planId: base.id,
    version: base.version,
    parameters: canSeeMoney ? parameters : { ...parameters, budgetMinor: null },
    figures: figuresFor(outcome.figures, parameters, canSeeMoney),
  };
}

function figuresFor(figures: RosterFigures, parameters: RosterParameters, canSeeMoney: boolean): PlanFigures {
  const { made } = figures;
  const money = (amount: number | null) =>
    canSeeMoney && amount !== null ? BigInt(Math.round(amount)) : null;
  const earned = made.annotator * Number(parameters.pricePerReadMinor);
  return {
    reads: Math.round(made.annotator),
    readsLower: Math.floor(figures.readsLower),
    readsUpper: Math.ceil(figures.readsUpper),
    reviews: Math.round(made.reviewer),
    people: figures.people.annotator + figures.people.reviewer,
    hours: figures.hours,
    accuracy: made.annotator > 0 ? figures.correctReads / made.annotator : null,
    costMinor: money(figures.costMinor),
    costPerCorrectMinor: money(figures.costPerCorrectMinor),
    marginMinor: money(earned - figures.costMinor),
    onshoreShare: figures.onshoreShare,
    lastWeek: figures.madeByWeek.annotator.findLastIndex((items) => items > 0.5) + 1,
  };
}

async function peopleOf(
  ctx: OrgContext,
  plan: PlanRow,
  facts: RosterFacts,
  canSeeMoney: boolean,
): Promise<PlanView['people']> {
  const [assignments, seats] = await Promise.all([
    listAssignments(ctx.db, plan.id),
    listSeatsOfPlan(ctx.db, plan.id),
  ]);
  const candidates = new Map(facts.model.candidates.map((one) => [one.personId, one]));
  const labels = new Map(seats.map((seat) => [seat.key, seat.label]));
  return assignments.map((one) => {
    const candidate = candidates.get(one.personId);
    const hours = hoursIn(one.hours);
    const total = hours.reduce((a, b) => a + b, 0);
    const role: RosterRole = one.role;
    return {
      assignmentId: one.id,
      personId: one.personId,
      name: candidate?.name ?? 'Former member',
      country: candidate?.country ?? null,
      seat: one.seat,
      seatLabel: labels.get(one.seat) ?? one.seat,
      role: one.role,
      status: one.status,
      hours,
      offered: (candidate?.hours ?? [])
        .slice(0, plan.weeks)
        .map((time) => Math.min(time, facts.model.mostHours)),
      items: total * (candidate?.speed[role].value ?? 0),
      costMinor: canSeeMoney && candidate ? BigInt(Math.round(total * candidate.costPerHour[role])) : null,
      assumed: (facts.assumed.find((other) => other.personId === one.personId)?.what ?? []).filter(
        (what) => canSeeMoney || what !== 'cost',
      ),
      droppedFrom: one.droppedFrom,
    };
  });
}

/** The public holidays that the vendor has set for each person of the plan, in its weeks; of the others their hours say enough. */
async function holidaysOf(ctx: OrgContext, plan: PlanRow): Promise<PlanView['holidays']> {
  const days = await listDaysAway(ctx.db, {
    orgId: plan.vendorOrgId,
    personIds: (await listAssignments(ctx.db, plan.id)).map((one) => one.personId),
    from: plan.startOn,
    to: daysAfter(plan.startOn, plan.weeks * 7 - 1),
  });
  return [...days.values()].map((one) => one.holidays).filter((kept) => kept.length > 0);
}

/** The hours of an assignment's row. */
export function hoursIn(stored: unknown): number[] {
  return Array.isArray(stored) ? stored.map(Number) : [];
}

function conflictOf(
  outcome: Extract<StoredOutcome, { kind: 'infeasible' }>,
  facts: RosterFacts,
  parameters: RosterParameters,
  currency: string,
  canSeeMoney: boolean,
): PlanView['conflict'] {
  const model: RosterModel = facts.model;
  const names = new Map(model.candidates.map((one) => [one.personId, one.name]));
  const either = outcome.conflict.either.map(exactRemedy);
  const together = outcome.conflict.together.map(exactRemedy);
  const words = describeConflict(
    { unfilled: outcome.conflict.unfilled, either, together },
    { model, parameters, currency, names },
  );
  return {
    ...words,
    remedies: words.remedies.map((one) => {
      const isHidden = one.what === 'budget' && !canSeeMoney;
      return {
        what: one.what,
        says: isHidden ? 'More budget; ask somebody who may see your costs.' : one.says,
        change: one.change && !isHidden ? { ...parameters, ...one.change } : null,
        href: one.href,
      };
    }),
  };
}

type StoredRemedy = Extract<StoredOutcome, { kind: 'infeasible' }>['conflict']['either'][number];

/** Without the keys that JSON does not know: an absent part is absent. */
function exactRemedy({ ratio, parts, ...rest }: StoredRemedy) {
  return {
    ...rest,
    ...(ratio === undefined ? {} : { ratio }),
    parts: parts.map(({ role, week, seat, personId, amount }) => ({
      amount,
      ...(role === undefined ? {} : { role }),
      ...(week === undefined ? {} : { week }),
      ...(seat === undefined ? {} : { seat }),
      ...(personId === undefined ? {} : { personId }),
    })),
  };
}
