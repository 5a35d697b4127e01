import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { assignmentNotFound } from './answer-assignment.ts';
import { earliestStart, gatherRoster } from './gather-roster.ts';
import { rankSubstitutes } from './rank-substitutes.ts';
import { continueFrom } from './roster-defaults.ts';
import type { Placement } from './roster-model.ts';
import { withNames } from './roster-names.ts';
import { findAssignment, findVendorContract, listAssignments } from './roster-queries.ts';
import { rosterFacts } from './roster-schemas.ts';
import { readParameters } from './stored-parameters.ts';
import { hoursIn } from './view-plan.ts';

const MOST = 10;

/**
 * Who could take the place of somebody who has dropped out of, or declined, a roster in force: ranked with reasons on what is
 * known now, and the parameters that plan again around everybody who has accepted. Changes nothing.
 */
export async function proposeSubstitutes(ctx: OrgContext, input: { assignmentId: string }) {
  const { orgId, capabilities } = ctx.actor;
  const found = await findAssignment(ctx.db, input.assignmentId);
  if (!found || found.plan.vendorOrgId !== orgId) throw assignmentNotFound();
  const { plan, assignment, seat } = found;
  if (plan.status !== 'chosen' || (assignment.status !== 'dropped' && assignment.status !== 'declined'))
    throw new AppError({
      kind: 'conflict',
      reason: 'nobody_missing',
      message: 'Nobody is missing here: the roster was planned again, or this person is still on it.',
    });
  const contract = await findVendorContract(ctx.db, orgId, plan.contractId);
  const now = ctx.clock.now();
  const parameters = readParameters(plan.parameters);
  const facts = await gatherRoster(
    ctx.db,
    { ...plan, currency: contract?.contract.currency ?? '' },
    { ...parameters, including: [] },
    { now, keeps: [] },
  );
  // What the person who is out would have made is known from the plan; they may be no candidate any more.
  const kept = await withNames(ctx.db, rosterFacts.parse(plan.facts));
  const then = kept.model.candidates.find((one) => one.personId === assignment.personId);
  if (!then) throw assignmentNotFound();
  const others = (await listAssignments(ctx.db, plan.id)).filter(
    (one) => one.status === 'accepted' || one.status === 'proposed',
  );
  const placements: Placement[] = others.map((one) => ({
    personId: one.personId,
    seat: one.seat,
    hours: hoursIn(one.hours),
  }));
  const hours = hoursIn(assignment.hours);
  const fromWeek = openFrom(plan.startOn, assignment.droppedFrom ?? plan.startOn, earliestStart(now));
  const ranked = rankSubstitutes(facts.model, placements, {
    placement: { personId: assignment.personId, seat: seat.key, hours },
    candidate: then,
    fromWeek,
  });
  const open = hours.slice(fromWeek).reduce((a, b) => a + b, 0) * then.speed[seat.role].value;
  return {
    name: then.name,
    seatLabel: seat.label,
    currency: contract?.contract.currency ?? '',
    openItems: Math.round(open),
    again: {
      ...continueFrom(parameters, earliestStart(now)),
      keepsAccepted: true,
      without: [...new Set([...parameters.without, assignment.personId])],
      including: [],
    },
    basePlanId: plan.id,
    seat: seat.key,
    people: ranked.slice(0, MOST).map((one) => ({
      personId: one.personId,
      name: one.name,
      covers: one.covers,
      hours: one.hours,
      extraPerItemMinor: capabilities.has('vendor.money') ? one.itemCost - one.itemCostBefore : null,
      reasons: one.reasons,
    })),
  };
}

/** The first week of the plan in which the work is open. */
function openFrom(startOn: string, droppedFrom: string, earliest: string): number {
  const from = droppedFrom > earliest ? droppedFrom : earliest;
  return Math.max(0, Math.floor((Date.parse(from) - Date.parse(startOn)) / (7 * DAY)));
}
