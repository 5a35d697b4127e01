import { checkRoster } from './roster-check.ts';
import { type Conflict, findConflict, unfilledSeats } from './roster-conflicts.ts';
import { greedyRoster } from './roster-greedy.ts';
import { figuresOf, objectiveOf, type Roster, type RosterFigures, type RosterModel } from './roster-model.ts';
import { buildProgram, readRoster, writeRoster } from './roster-program.ts';
import type { SolveProgress, SolveResult, Solver } from './roster-solver.ts';

export type RosterOutcome =
  | {
      kind: 'planned';
      roster: Roster;
      figures: RosterFigures;
      by: 'highs' | 'greedy';
      /** Relative distance to what is proven to be the best possible; null when nothing is proven. */
      gap: number | null;
      bound: number | null;
      objective: number;
      wrongMinor: number;
      seconds: number;
      /** Why the solver's own roster is not shown, when it is not. */
      fallback: 'solver_failed' | 'out_of_time' | 'solver_wrong' | null;
    }
  | { kind: 'infeasible'; conflict: Conflict; seconds: number }
  /** Neither a roster nor a proof that there is none. */
  | { kind: 'undecided'; seconds: number };

export type PlanProgress = { phase: 'solving' | 'explaining'; share: number | null } & Partial<SolveProgress>;
export type PlanOptions = {
  seconds?: number;
  gap?: number;
  onProgress?: (at: PlanProgress) => void;
};

/** 1 % is well under what speeds are known to, and reached in seconds. */
const GAP = 0.01;
const SECONDS = 30;

/**
 * The best roster for a model, never one that breaks a rule: HiGHS's when it finds one, started from the greedy one; the
 * greedy one when HiGHS fails or has nothing in time; else what conflicts and what would have to give. Both pass the
 * same independent check. The gap shown is to a proven bound, whichever roster it is.
 */
export async function planRoster(
  model: RosterModel,
  solver: Solver,
  options: PlanOptions = {},
): Promise<RosterOutcome> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const { seconds: limit = SECONDS, gap = GAP, onProgress } = options;
  if (unfilledSeats(model).length > 0) return explain(model, solver, seconds, onProgress);
  const wrongMinor = worthOfWrongRead(model);
  const greedy = checked(model, greedyRoster(model, wrongMinor));
  const built = buildProgram(model, { wrongMinor });
  const start = greedy ? { start: writeRoster(model, built, greedy) } : {};
  let result: SolveResult | null = null;
  let failure: unknown = null;
  try {
    result = await solver.solve(built.program, { seconds: limit, gap, ...start }, (at) =>
      onProgress?.({ phase: 'solving', share: null, ...at }),
    );
  } catch (error) {
    // The greedy roster takes its place, and says so; without one the caller has to know.
    if (!greedy) throw error;
    failure = error;
  }
  const found = result?.values ? readRoster(built, result.values) : null;
  const best = checked(model, found);
  const bound = result?.status === 'infeasible' ? null : (result?.bound ?? null);
  const planned = (roster: Roster, by: 'highs' | 'greedy', fallback: PlannedFallback): RosterOutcome => {
    const objective = objectiveOf(model, roster, wrongMinor);
    return {
      kind: 'planned',
      roster,
      figures: figuresOf(model, roster),
      by,
      gap: bound === null ? null : Math.max(0, (objective - bound) / Math.max(1, Math.abs(objective))),
      bound,
      objective,
      wrongMinor,
      seconds: seconds(),
      fallback,
    };
  };
  if (best) return planned(best, 'highs', null);
  if (greedy)
    return planned(
      greedy,
      'greedy',
      failure !== null ? 'solver_failed' : found ? 'solver_wrong' : 'out_of_time',
    );
  if (result?.status === 'infeasible') return explain(model, solver, seconds, onProgress);
  return { kind: 'undecided', seconds: seconds() };
}

type PlannedFallback = Extract<RosterOutcome, { kind: 'planned' }>['fallback'];

function checked(model: RosterModel, roster: Roster | null): Roster | null {
  return roster && checkRoster(model, roster).length === 0 ? roster : null;
}

async function explain(
  model: RosterModel,
  solver: Solver,
  seconds: () => number,
  onProgress: PlanOptions['onProgress'],
): Promise<RosterOutcome> {
  const conflict = await findConflict(model, solver, (done, of) =>
    onProgress?.({ phase: 'explaining', share: done / of }),
  );
  return { kind: 'infeasible', conflict, seconds: seconds() };
}

/**
 * What a wrong read is worth: the cost of a right one, which makes "cost plus wrong reads" the same as "cost per correct
 * label" at its least. Found by repetition: at the price so far, the cheapest people for the reads; what a right read
 * of theirs costs is the next price. Two or three rounds settle it.
 */
export function worthOfWrongRead(model: RosterModel): number {
  const people = model.candidates.filter((one) => one.hours.some((hours) => hours > 0));
  const reads = model.demand.annotator.reduce((a, b) => a + b, 0);
  if (people.length === 0 || reads === 0) return 0;
  const each = people.map((one) => ({
    cost: one.costPerHour.annotator / one.speed.annotator.value,
    right: one.accuracy.value,
    room: Math.min(
      reads / model.overlap,
      one.hours.slice(0, model.weeks).reduce((a, b) => a + Math.min(b, model.mostHours), 0) *
        one.speed.annotator.value,
    ),
  }));
  let price = each.reduce((sum, one) => sum + one.cost / one.right, 0) / each.length;
  for (let round = 0; round < 5; round += 1) {
    const at = price;
    const worth = (one: (typeof each)[number]) => one.cost + at * (1 - one.right);
    let [open, cost, right] = [reads, 0, 0];
    for (const one of [...each].sort((a, b) => worth(a) - worth(b))) {
      const part = Math.min(open, one.room);
      cost += part * one.cost;
      right += part * one.right;
      open -= part;
    }
    if (right > 0) price = cost / right;
  }
  return price;
}
