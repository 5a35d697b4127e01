import { eq } from 'drizzle-orm';
import { rosterAssignments, rosterPlans } from '#db/schema/staffing-rosters.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { errorFields, log } from '#server/log.ts';
import { gatherRoster, hashFacts } from './gather-roster.ts';
import { keptPeople } from './kept-people.ts';
import { withoutNames } from './roster-names.ts';
import { type PlanProgress, planRoster, type RosterOutcome } from './roster-plan.ts';
import { findPlan, findVendorContract, listSeatsOfPlan, movePlan } from './roster-queries.ts';
import type { RosterFacts } from './roster-schemas.ts';
import { openSolver, type Solver } from './roster-solver.ts';
import { readParameters } from './stored-parameters.ts';

/** How often at most the plan's row is told how far the solver is. */
const TELL_EVERY_MS = 700;

/**
 * Solves a plan that waits for it: what is known of people is read once and kept with the plan, the solver works in its own
 * thread, and the roster or what conflicts is written back. Safe to repeat: a plan that is not waiting any more is left
 * alone. A solver that fails for good leaves the plan `failed` with a sentence, never in waiting.
 */
export async function solveRoster(
  ctx: CommandContext,
  input: { planId: string; solver?: Solver },
): Promise<void> {
  const plan = await findPlan(ctx.db, input.planId);
  if (plan?.status !== 'solving') return;
  const solver = input.solver ?? openSolver();
  try {
    const parameters = readParameters(plan.parameters);
    const found = await findVendorContract(ctx.db, plan.vendorOrgId, plan.contractId);
    const facts = await gatherRoster(
      ctx.db,
      { ...plan, currency: found?.contract.currency ?? '' },
      parameters,
      {
        now: ctx.clock.now(),
        keeps: parameters.keepsAccepted ? await keptPeople(ctx.db, plan.contractId) : [],
      },
    );
    const outcome = await planRoster(facts.model, solver, { onProgress: teller(ctx, plan.id) });
    await store(ctx, plan.id, facts, outcome);
  } catch (error) {
    log.error({ planId: plan.id, ...errorFields(error) }, 'roster not solved');
    await giveUp(
      ctx,
      plan.id,
      'The solver failed. Plan again; if it fails again, tell the operator the plan’s number.',
    );
  } finally {
    if (!input.solver) await solver.close();
  }
}

function teller(ctx: CommandContext, planId: string): (at: PlanProgress) => void {
  let toldAt = 0;
  return (at) => {
    const now = performance.now();
    if (now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    const progress = { phase: at.phase, share: at.share, gap: at.gap ?? null, seconds: at.seconds ?? 0 };
    // How far it is may be lost; the result never is.
    void ctx.db
      .update(rosterPlans)
      .set({ progress })
      .where(eq(rosterPlans.id, planId))
      .catch((error: unknown) => log.warn({ planId, ...errorFields(error) }, 'roster progress not told'));
  };
}

async function store(
  ctx: CommandContext,
  planId: string,
  facts: RosterFacts,
  outcome: RosterOutcome,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const status =
      outcome.kind === 'planned' ? 'planned' : outcome.kind === 'infeasible' ? 'infeasible' : 'failed';
    const moved = await movePlan(tx.db, planId, 'solving', {
      status,
      facts: withoutNames(facts),
      factsSha256: hashFacts(facts),
      outcome,
      progress: null,
      solvedAt: tx.now,
      statusReason:
        outcome.kind === 'undecided'
          ? 'No roster was found in time, and no proof that there is none. Ask for less, or give it fewer seats to choose among.'
          : null,
    });
    if (!moved) return;
    if (outcome.kind === 'planned') {
      const seatIds = new Map((await listSeatsOfPlan(tx.db, planId)).map((seat) => [seat.key, seat.id]));
      const rows = outcome.roster.placements.flatMap(({ personId, seat, hours }) => {
        const seatId = seatIds.get(seat);
        return seatId === undefined
          ? []
          : [{ id: newId(), planId, seatId, personId, hours: hours.map(round), createdAt: tx.now }];
      });
      if (rows.length > 0) await tx.db.insert(rosterAssignments).values(rows);
    }
    await tx.audit({
      action: `staffing.roster_${status}`,
      subject: { kind: 'roster_plan', id: planId },
      detail: outcome.kind === 'planned' ? { by: outcome.by, gap: outcome.gap } : {},
    });
  });
}

const round = (hours: number): number => Math.round(hours * 1e4) / 1e4;

/** Ends the waiting of a plan that will not be solved. */
async function giveUp(ctx: CommandContext, planId: string, statusReason: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const moved = await movePlan(tx.db, planId, 'solving', {
      status: 'failed',
      statusReason,
      progress: null,
      solvedAt: tx.now,
    });
    if (moved)
      await tx.audit({ action: 'staffing.roster_failed', subject: { kind: 'roster_plan', id: planId } });
  });
}
