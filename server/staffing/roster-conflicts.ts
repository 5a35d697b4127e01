import { GIVING, type Giving } from './program-draft.ts';
import { ROSTER_ROLES, type RosterModel, type RosterRole, totalDemand } from './roster-model.ts';
import { buildProgram, readRoster } from './roster-program.ts';
import type { Solver } from './roster-solver.ts';

/** One way out: what would have to give, alone or with the others of its set, and by how much. */
export type Remedy = {
  what: Giving | 'overlap' | 'deadline';
  /** Items short, people, hours a week, share of reads, minor units, reads per case, weeks. */
  amount: number;
  /** By role, week, seat or person, where that is told. */
  parts: { role?: RosterRole; week?: number; seat?: string; personId?: string; amount: number }[];
  /** Ratio only: annotators to one reviewer that would do. */
  ratio?: number;
};

export type Conflict = {
  /** Seats or roles for which there is nobody at all, or too few; found before anything is solved. */
  unfilled: { seat: string; label: string; asked: number; able: number }[];
  /** Each of these alone would do. Together they name what cannot all hold. */
  either: Remedy[];
  /** When nothing alone would do: the smallest set that would. */
  together: Remedy[];
};

const SECONDS_EACH = 4;
const MOST_WEEKS_LATER = 4;
/** Doing without nearly all of the work is no way out. */
const MOST_SHORT = 0.9;

/** Kinds of constraint that this model has at all. */
function kindsOf(model: RosterModel): Giving[] {
  const has: Record<Giving, boolean> = {
    demand: true,
    people: true,
    hours: true,
    seats: true,
    ratio: model.annotatorsPerReviewer !== null && totalDemand(model, 'reviewer') > 0,
    onshore: (model.onshore?.share ?? 0) > 0,
    budget: model.budgetMinor !== null,
    coverage: (model.coverage ?? 0) > 0,
    time_zone: model.candidates.some((one) => one.seatsBarZone.length > 0),
    least_hours: model.leastHours > 0,
  };
  return GIVING.filter((kind) => has[kind]);
}

/** Seats that cannot be filled whatever else gives: fewer people meet the rule than are asked for (R: a rule nobody meets). */
export function unfilledSeats(model: RosterModel): Conflict['unfilled'] {
  const canWork = model.candidates.filter((one) =>
    one.hours.some((hours, week) => week < model.weeks && hours > 0),
  );
  const able = (keys: readonly string[]) =>
    canWork.filter((one) => keys.some((key) => one.seats.includes(key))).length;
  const bySeat = model.seats.map((seat) => ({
    seat: seat.key,
    label: seat.label,
    asked: seat.least,
    able: able([seat.key]),
  }));
  const byRole = ROSTER_ROLES.flatMap((role) => {
    if (totalDemand(model, role) <= 0) return [];
    const keys = model.seats.flatMap((seat) => (seat.role === role ? [seat.key] : []));
    const asked = role === 'annotator' ? model.overlap : 1;
    return [{ seat: role, label: ROLE_LABELS[role], asked, able: able(keys) }];
  });
  return [...bySeat, ...byRole].filter((one) => one.able < one.asked);
}

const ROLE_LABELS = {
  annotator: 'Different readers for each case',
  reviewer: 'Reviewers',
  adjudicator: 'Adjudicators',
} as const;

/**
 * Why there is no roster: each kind of constraint is let give alone, and by as little as possible; those that would do are
 * in every conflict, so together they are what cannot all hold. When none alone would do, the smallest set of kinds
 * that would, found by a price on each kind. Also tried: a read fewer per case, and up to four weeks more.
 */
export async function findConflict(
  model: RosterModel,
  solver: Solver,
  onStep?: (done: number, of: number) => void,
): Promise<Conflict> {
  const unfilled = unfilledSeats(model);
  const kinds = kindsOf(model);
  const steps = kinds.length + 3;
  const either: Remedy[] = [];
  for (const [index, kind] of kinds.entries()) {
    onStep?.(index, steps);
    const found = await relax(model, solver, [kind]);
    either.push(...(found ?? []));
  }
  onStep?.(kinds.length, steps);
  const overlap = await fewerReads(model, solver);
  if (overlap) either.push(overlap);
  onStep?.(kinds.length + 1, steps);
  const deadline = await moreWeeks(model, solver);
  if (deadline) either.push(deadline);
  onStep?.(kinds.length + 2, steps);
  const together = either.length > 0 ? [] : await relaxTogether(model, solver, kinds);
  return { unfilled, either, together };
}

/** What gives when these kinds may, by as little as possible; null when even then there is no roster. */
async function relax(model: RosterModel, solver: Solver, kinds: readonly Giving[]): Promise<Remedy[] | null> {
  const giving = new Set(kinds);
  const built = buildProgram(model, { wrongMinor: 0, giving, fewestKinds: kinds.length > 1 });
  const result = await solver.solve(built.program, { seconds: SECONDS_EACH, gap: 0.01 });
  const { values } = result;
  if (!values) return null;
  const allDemand = ROSTER_ROLES.reduce((sum, role) => sum + totalDemand(model, role), 0);
  const remedies = kinds.flatMap((what): Remedy[] => {
    const parts = built.gives
      .filter((give) => give.what === what)
      .map(({ column, what: _, ...where }) => ({ ...where, amount: values[column] ?? 0 }))
      .filter((part) => part.amount > 1e-5);
    const amount = parts.reduce((sum, part) => sum + part.amount, 0);
    if (parts.length === 0 || (what === 'demand' && amount > MOST_SHORT * allDemand)) return [];
    if (what !== 'ratio') return [{ what, amount, parts }];
    const { placements } = readRoster(built, values);
    const count = (role: RosterRole) =>
      placements.filter(({ seat }) => model.seats.some((one) => one.key === seat && one.role === role))
        .length;
    const reviewers = count('reviewer');
    return reviewers === 0 ? [] : [{ what, amount, parts, ratio: Math.ceil(count('annotator') / reviewers) }];
  });
  return remedies.length > 0 ? remedies : null;
}

/** The fewest kinds that do it together; leaving work undone only when nothing else does. */
async function relaxTogether(
  model: RosterModel,
  solver: Solver,
  kinds: readonly Giving[],
): Promise<Remedy[]> {
  const others = kinds.filter((kind) => kind !== 'demand');
  return (await relax(model, solver, others)) ?? (await relax(model, solver, kinds)) ?? [];
}

async function isFeasible(model: RosterModel, solver: Solver): Promise<boolean> {
  if (unfilledSeats(model).length > 0) return false;
  const { program } = buildProgram(model, { wrongMinor: 0 });
  return (await solver.solve(program, { seconds: SECONDS_EACH, gap: 1e6 })).values !== null;
}

/** The same cases with fewer reads each; null when even one read each is too many. */
async function fewerReads(model: RosterModel, solver: Solver): Promise<Remedy | null> {
  for (let overlap = model.overlap - 1; overlap >= 1; overlap -= 1) {
    const annotator = model.demand.annotator.map((items) => (items / model.overlap) * overlap);
    if (await isFeasible({ ...model, overlap, demand: { ...model.demand, annotator } }, solver))
      return { what: 'overlap', amount: overlap, parts: [] };
  }
  return null;
}

/** The same work over more weeks; null when four more do not help, or are not known. */
async function moreWeeks(model: RosterModel, solver: Solver): Promise<Remedy | null> {
  const known = Math.min(...model.candidates.map((one) => one.hours.length), model.weeks + MOST_WEEKS_LATER);
  for (let weeks = model.weeks + 1; weeks <= known; weeks += 1) {
    const over = (items: readonly number[]) => {
      const total = items.reduce((a, b) => a + b, 0);
      return Array.from({ length: weeks }, () => total / weeks);
    };
    const { annotator, reviewer, adjudicator } = model.demand;
    const demand = { annotator: over(annotator), reviewer: over(reviewer), adjudicator: over(adjudicator) };
    if (await isFeasible({ ...model, weeks, demand }, solver))
      return { what: 'deadline', amount: weeks - model.weeks, parts: [] };
  }
  return null;
}
