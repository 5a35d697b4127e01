import { rosterPlans, rosterSeats } from '#db/schema/staffing-rosters.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { isTimezone } from '#server/core/timezone.ts';
import { peopleOfTeam, teamUnknown } from '#server/identity/reads.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { earliestStart } from './gather-roster.ts';
import {
  countSolving,
  findVendorContract,
  findVendorPlan,
  lockContractPlans,
  nextVersion,
} from './roster-queries.ts';
import type { DraftRosterInput, RosterParameters } from './roster-schemas.ts';
import { storeParameters } from './stored-parameters.ts';

/** Plans of a vendor that may wait for the solver together: each takes a core for seconds. */
const MOST_AT_ONCE = 3;
/** Weeks after which nobody's calendar says anything yet. */
const LATEST_START_WEEKS = 52;

/**
 * Asks for a roster of one of the acting vendor's contracts. It is numbered and waits for the solver, which works as a job:
 * the plan's page shows how far it is. Nothing is asked of anybody until a plan is chosen. `team_unknown` for another's team.
 */
export async function draftRoster(
  ctx: OrgContext,
  input: DraftRosterInput,
): Promise<{ planId: string; version: number }> {
  const { orgId, personId } = ctx.actor;
  const { parameters } = input;
  return transact(ctx, async (tx) => {
    const found = await findVendorContract(tx.db, orgId, input.contractId);
    if (!found) throw contractNotFound();
    if (found.contract.status !== 'active')
      throw new AppError({
        kind: 'precondition',
        reason: 'contract_not_active',
        message: 'This contract has ended; there is nothing left to staff.',
      });
    const base = input.basePlanId ? await findVendorPlan(tx.db, orgId, input.basePlanId) : null;
    if (input.basePlanId && base?.contractId !== input.contractId)
      throw new AppError({ kind: 'not_found', reason: 'plan_not_found', message: 'There is no such plan.' });
    const problems = parameterProblems(parameters, tx.now);
    if (problems.length > 0)
      throw new AppError({
        kind: 'invalid',
        reason: 'roster_refused',
        message: problems[0]?.message ?? 'Some of it cannot be.',
        details: problems,
      });
    const { teamId } = parameters;
    if (teamId !== null && (await peopleOfTeam(tx.db, { orgId, teamId })) === null) throw teamUnknown();
    await lockContractPlans(tx.db, input.contractId);
    if ((await countSolving(tx.db, orgId, tx.now)) >= MOST_AT_ONCE)
      throw new AppError({
        kind: 'limit',
        reason: 'rosters_waiting',
        message: `${MOST_AT_ONCE} of your plans are being solved already. Wait for one of them, then plan again.`,
      });
    const planId = newId();
    const version = await nextVersion(tx.db, input.contractId);
    await tx.db.insert(rosterPlans).values({
      id: planId,
      vendorOrgId: orgId,
      projectId: found.contract.projectId,
      contractId: input.contractId,
      version,
      basePlanId: base?.id ?? null,
      startOn: parameters.startOn,
      weeks: parameters.readsByWeek.length,
      parameters: storeParameters(parameters),
      createdBy: personId,
      createdAt: tx.now,
    });
    for (const seat of parameters.seats)
      await tx.db.insert(rosterSeats).values({ id: newId(), planId, ...seat });
    await tx.enqueue({ name: 'staffing.solve-roster', payload: { planId } });
    await tx.audit({
      action: 'staffing.roster_drafted',
      subject: { kind: 'roster_plan', id: planId },
      detail: { contractId: input.contractId, version },
    });
    return { planId, version };
  });
}

export function contractNotFound(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'contract_not_found',
    message: 'There is no such contract.',
  });
}

/** What no schema can see: days against today, seats against the work. */
function parameterProblems(parameters: RosterParameters, now: Date): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) => problems.push({ code, path, message });
  const earliest = earliestStart(now);
  if (new Date(`${parameters.startOn}T00:00:00Z`).getUTCDay() !== 1)
    add('start_not_monday', 'startOn', 'A roster starts on a Monday. Choose one.');
  if (parameters.startOn < earliest)
    add('start_past', 'startOn', `This week has passed. The earliest Monday is ${sayDay(earliest)}.`);
  if (Date.parse(parameters.startOn) > now.getTime() + LATEST_START_WEEKS * 7 * 86_400_000)
    add(
      'start_far',
      'startOn',
      'That is more than a year ahead. Nobody’s calendar says anything about it yet.',
    );
  if (!isTimezone(parameters.sponsorTimezone))
    add(
      'timezone_unknown',
      'sponsorTimezone',
      `"${parameters.sponsorTimezone}" is no time zone. Choose one such as America/New_York.`,
    );
  if (!parameters.seats.some((seat) => seat.role === 'annotator'))
    add('no_annotators', 'seats', 'There are reads to make and no annotators’ seats. Add one.');
  if (parameters.reviewShareBasisPoints > 0 && !parameters.seats.some((seat) => seat.role === 'reviewer'))
    add(
      'no_reviewers',
      'seats',
      'There are reads to review and no reviewers’ seats. Add one, or review none.',
    );
  if (parameters.readsByWeek.some((reads) => reads > 0 && reads < parameters.overlap))
    add(
      'reads_below_overlap',
      'readsByWeek',
      `A case takes ${parameters.overlap} reads; a week has fewer than that.`,
    );
  return problems;
}
