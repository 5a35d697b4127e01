import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { getProject } from '#server/projects/reads.ts';
import { daysAfter } from './availability-rules.ts';
import { earliestStart, gatherRoster, hashFacts } from './gather-roster.ts';
import { keptPeople } from './kept-people.ts';
import { checkRoster } from './roster-check.ts';
import { figuresOf } from './roster-model.ts';
import {
  type AssignmentRow,
  findChosenPlan,
  findVendorContract,
  findVendorPlan,
  listAssignments,
  lockContractPlans,
  moveAssignment,
  movePlan,
  type PlanRow,
  withdrawProposals,
} from './roster-queries.ts';
import { type RosterParameters, storedOutcome } from './roster-schemas.ts';
import { readParameters } from './stored-parameters.ts';

/** Costs may have moved by this much since the plan was made before it counts as another plan. */
const COST_TOLERANCE = 0.01;

type Assignment = Awaited<ReturnType<typeof listAssignments>>[number];

/**
 * Puts a plan in force and asks its people: a plan proposes, a person accepts. Refused with what changed when it does not hold
 * any more on what is known now (`plan_stale`), and when it bends what only the sponsor can (`plan_what_if`). It
 * takes the place of the roster before; whoever had accepted that one is not asked again for the same or fewer hours.
 */
export async function chooseRoster(
  ctx: OrgContext,
  input: { planId: string },
): Promise<{ asked: number; kept: number }> {
  const { orgId, personId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const seen = await findVendorPlan(tx.db, orgId, input.planId);
    if (!seen) throw planNotFound();
    await lockContractPlans(tx.db, seen.contractId);
    const plan = await findVendorPlan(tx.db, orgId, input.planId);
    if (plan?.status !== 'planned')
      throw new AppError({
        kind: 'conflict',
        reason: 'plan_not_ready',
        message:
          plan?.status === 'chosen'
            ? 'This plan is in force already.'
            : 'Only a plan that holds together can be chosen. Plan again.',
      });
    await refuseWhatDoesNotHold(tx, plan);
    const before = await findChosenPlan(tx.db, plan.contractId);
    const held = before ? await listAssignments(tx.db, before.id) : [];
    if (before) {
      await withdrawProposals(tx.db, before.id, tx.now);
      await movePlan(tx.db, before.id, 'chosen', { status: 'superseded', endedAt: tx.now });
    }
    await movePlan(tx.db, plan.id, 'planned', { status: 'chosen', chosenAt: tx.now, chosenBy: personId });
    const assignments = await listAssignments(tx.db, plan.id);
    let kept = 0;
    for (const one of assignments) {
      const earlier = held.find((other) => other.personId === one.personId && other.status === 'accepted');
      if (earlier && before && asksNoMore(plan, one, before, earlier)) {
        kept += 1;
        const { engagementId, decidedAt } = earlier;
        await moveAssignment(tx.db, one.id, ['planned'], { status: 'accepted', engagementId, decidedAt });
        continue;
      }
      await moveAssignment(tx.db, one.id, ['planned'], { status: 'proposed' });
      await ask(tx, orgId, one, 'You are asked to take a place on a roster: accept or decline it');
    }
    const gone = held.filter(
      (one) =>
        (one.status === 'accepted' || one.status === 'proposed') &&
        !assignments.some((other) => other.personId === one.personId),
    );
    for (const one of gone) await ask(tx, orgId, one, 'A roster you were on was planned again without you');
    await tx.audit({
      action: 'staffing.roster_chosen',
      subject: { kind: 'roster_plan', id: plan.id },
      detail: { contractId: plan.contractId, version: plan.version, asked: assignments.length - kept, kept },
    });
    return { asked: assignments.length - kept, kept };
  });
}

export function planNotFound(): AppError {
  return new AppError({ kind: 'not_found', reason: 'plan_not_found', message: 'There is no such plan.' });
}

async function ask(tx: CommandTx, orgId: string, one: Assignment, title: string): Promise<void> {
  await notifyPerson(tx, {
    personId: one.personId,
    orgId,
    kind: 'roster_proposal',
    title,
    href: '/work/availability',
    detail: { assignmentId: one.id },
  });
}

/** The same role, and no calendar week with more hours than were accepted. */
function asksNoMore(plan: PlanRow, now: Assignment, before: PlanRow, then: Assignment): boolean {
  if (now.role !== then.role) return false;
  const accepted = byMonday(before.startOn, then);
  return [...byMonday(plan.startOn, now)].every(
    ([monday, hours]) => hours <= (accepted.get(monday) ?? 0) + 0.01,
  );
}

function byMonday(startOn: string, one: Pick<AssignmentRow, 'hours'>): Map<string, number> {
  const hours = Array.isArray(one.hours) ? one.hours.map(Number) : [];
  return new Map(hours.map((time, week) => [daysAfter(startOn, week * 7), time]));
}

async function refuseWhatDoesNotHold(tx: CommandTx, plan: PlanRow): Promise<void> {
  const outcome = storedOutcome.parse(plan.outcome);
  const found = await findVendorContract(tx.db, plan.vendorOrgId, plan.contractId);
  const parameters = readParameters(plan.parameters);
  if (outcome.kind !== 'planned' || !found) throw planNotFound();
  const changed: ErrorDetail[] = [];
  const note = (message: string) => changed.push({ code: 'plan_stale', message });
  if (found.contract.status !== 'active') note('The contract has ended.');
  if (plan.startOn < earliestStart(tx.now)) note(`Its first week, of ${sayDay(plan.startOn)}, has passed.`);
  const fresh = await gatherRoster(tx.db, { ...plan, currency: found.contract.currency }, parameters, {
    now: tx.now,
    keeps: parameters.keepsAccepted ? await keptPeople(tx.db, plan.contractId) : [],
  });
  if (hashFacts(fresh) !== plan.factsSha256) {
    for (const { personId } of outcome.roster.placements) {
      const out = fresh.leftOut.find((one) => one.personId === personId);
      if (out) note(`${out.name}: ${out.reasons.join(' ')}`);
    }
    const gone = new Set(fresh.leftOut.map((one) => one.personId));
    const left = outcome.roster.placements.filter((one) => !gone.has(one.personId));
    // What is short because somebody is gone is said by their going.
    if (left.length === outcome.roster.placements.length)
      for (const violation of checkRoster(fresh.model, outcome.roster)) note(violation.message);
    const cost = figuresOf(fresh.model, outcome.roster).costMinor;
    const shift = Math.abs(cost - outcome.figures.costMinor) / Math.max(1, outcome.figures.costMinor);
    if (left.length === outcome.roster.placements.length && shift > COST_TOLERANCE)
      note(
        `Rates or speeds have changed: it would cost ${(100 * shift).toFixed(0)} % ${cost > outcome.figures.costMinor ? 'more' : 'less'}.`,
      );
  }
  if (changed.length > 0)
    throw new AppError({
      kind: 'conflict',
      reason: 'plan_stale',
      message: `This plan does not hold any more. ${changed
        .map((one) => one.message)
        .slice(0, 3)
        .join(' ')} Plan again.`,
      details: changed,
    });
  const bent = await sponsorsRules(tx, parameters, found.contract);
  if (bent.length > 0)
    throw new AppError({
      kind: 'precondition',
      reason: 'plan_what_if',
      message: `This plan is to look at only: ${bent.map((one) => one.message).join(' ')}`,
      details: bent,
    });
}

/** What a plan asks less of than the sponsor's project does; only an amendment of the project can lower it (R13). */
async function sponsorsRules(
  tx: CommandTx,
  parameters: RosterParameters,
  contract: { projectId: string; kind: 'pilot_order' | 'award'; pricePerReadMinor: bigint },
): Promise<ErrorDetail[]> {
  const { locationPolicy, qualityPolicy } = await getProject(tx.db, contract.projectId);
  const bent: ErrorDetail[] = [];
  if (parameters.pricePerReadMinor !== contract.pricePerReadMinor)
    bent.push({
      code: 'price_not_contract',
      path: 'pricePerReadMinor',
      message: 'The price per read is not the contract’s, and that is binding (R13).',
    });
  const asked = locationPolicy.onshoreShareBasisPoints;
  const isOnshore = parameters.onshoreCountry === locationPolicy.onshoreCountry;
  if (asked > 0 && (!isOnshore || parameters.onshoreShareBasisPoints < asked))
    bent.push({
      code: 'onshore_below_policy',
      path: 'onshoreShareBasisPoints',
      message: `The sponsor asks for ${asked / 100} % of the reads in ${locationPolicy.onshoreCountry}; only the sponsor can lower it.`,
    });
  // A pilot's overlap is its terms', and its batch keeps to them.
  if (contract.kind === 'award' && parameters.overlap < qualityPolicy.overlap)
    bent.push({
      code: 'overlap_below_policy',
      path: 'overlap',
      message: `The project takes ${qualityPolicy.overlap} reads per case; only the sponsor can lower it.`,
    });
  return bent;
}
