import { addCandidate, addCases, addExtraPeople, addGivingKinds } from './program-columns.ts';
import {
  type BuiltProgram,
  MOST_EXTRA_HOURS,
  ProgramDraft,
  type ProgramOptions,
  pickKey,
} from './program-draft.ts';
import {
  addBudget,
  addCoverage,
  addDemand,
  addOnshore,
  addOverlap,
  addRatio,
  addSeats,
} from './program-rows.ts';
import type { Placement, Roster, RosterModel } from './roster-model.ts';

/**
 * The roster as a mixed-integer program: one yes/no per person and seat they may have, hours per person, seat and week,
 * and hours per block where coverage is asked for. One yes/no per person, seat and *week* would be a hundred times
 * as many and hopeless; hours carry the weeks.
 */
export function buildProgram(model: RosterModel, options: ProgramOptions): BuiltProgram {
  const draft = new ProgramDraft(model, options);
  addGivingKinds(draft);
  addCases(draft);
  if (draft.may('hours')) draft.extraHours = draft.give({ what: 'hours' }, MOST_EXTRA_HOURS, 1);
  for (const candidate of model.candidates) addCandidate(draft, candidate);
  addExtraPeople(draft);
  addDemand(draft);
  addOverlap(draft);
  addSeats(draft);
  addRatio(draft);
  addOnshore(draft);
  addBudget(draft);
  addCoverage(draft);
  const { program, picks, covers, cases, gives } = draft;
  return { program, picks, covers, cases, gives };
}

/** Reads a solution back: who has which seat with which hours. */
export function readRoster(built: BuiltProgram, values: ArrayLike<number>): Roster {
  const placements: Placement[] = [];
  for (const { candidate, seat, column, hours } of built.picks.values()) {
    if ((values[column] ?? 0) < 0.5) continue;
    const planned = hours.map((at) => (at === null ? 0 : Math.max(0, values[at] ?? 0)));
    placements.push({ personId: candidate.personId, seat: seat.key, hours: planned });
  }
  const cover = built.covers
    .map(({ column, ...rest }) => ({ ...rest, hours: values[column] ?? 0 }))
    .filter((one) => one.hours > 1e-9);
  return { placements, cover };
}

/** A roster as the solver's columns, to start from. */
export function writeRoster(model: RosterModel, built: BuiltProgram, roster: Roster): Float64Array {
  const values = new Float64Array(built.program.cost.length);
  for (const { personId, seat, hours } of roster.placements) {
    const pick = built.picks.get(pickKey(personId, seat));
    if (!pick) continue;
    values[pick.column] = 1;
    pick.hours.forEach((column, week) => {
      if (column !== null) values[column] = hours[week] ?? 0;
    });
  }
  const byKey = new Map(model.candidates.map((one) => [one.personId, one]));
  built.cases.forEach((column, week) => {
    const reads = roster.placements
      .filter(({ seat }) => model.seats.some((one) => one.key === seat && one.role === 'annotator'))
      .reduce(
        (sum, { personId, hours }) =>
          sum + (hours[week] ?? 0) * (byKey.get(personId)?.speed.annotator.value ?? 0),
        0,
      );
    values[column] = reads / model.overlap;
  });
  const blocks = new Map(built.covers.map((one) => [`${one.personId}|${one.week}|${one.block}`, one.column]));
  for (const { personId, week, block, hours } of roster.cover) {
    const column = blocks.get(`${personId}|${week}|${block}`);
    if (column !== undefined) values[column] = hours;
  }
  return values;
}
