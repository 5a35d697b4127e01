import { MOST_EXTRA_HOURS, MOST_EXTRA_PEOPLE, type ProgramDraft, pickKey } from './program-draft.ts';
import {
  type Candidate,
  casesInWeek,
  type Seat,
  totalDemand,
  usableHours,
  waitMinor,
} from './roster-model.ts';

export function addGivingKinds(draft: ProgramDraft): void {
  if (!draft.options.fewestKinds) return;
  for (const what of draft.options.giving ?? []) {
    const column = draft.column(0, 1, true);
    draft.program.cost[column] = 1_000;
    draft.kinds.set(what, column);
  }
}

/** By time, how many cases a week takes is the plan's to say; by cost it is given. */
export function addCases(draft: ProgramDraft): void {
  if (draft.model.objective !== 'time') return;
  const all = totalDemand(draft.model, 'annotator') / draft.model.overlap;
  draft.cases = Array.from({ length: draft.model.weeks }, () => draft.column(0, all));
  draft.row(
    all,
    all,
    draft.cases.map((column) => [column, 1]),
  );
}

export function addCandidate(draft: ProgramDraft, candidate: Candidate): void {
  const { model } = draft;
  const seats = draft.may('time_zone') ? [...candidate.seats, ...candidate.seatsBarZone] : candidate.seats;
  const own: number[] = [];
  for (const seat of model.seats) {
    if (!seats.includes(seat.key)) continue;
    // Whoever cannot give an hour would only sit there to make up numbers.
    if (!candidate.hours.some((hours, week) => week < model.weeks && hours > 0)) continue;
    const isFixed = model.fixed.some((one) => one.personId === candidate.personId && one.seat === seat.key);
    const column = draft.column(0, 1, true, isFixed ? 1 : 0);
    own.push(column);
    const hours = Array.from({ length: model.weeks }, (_, week) =>
      addHours(draft, candidate, seat, column, week),
    );
    draft.picks.set(pickKey(candidate.personId, seat.key), { candidate, seat, column, hours });
    addLeastHours(draft, column, hours);
    if (!candidate.seats.includes(seat.key)) {
      const letIn = draft.give({ what: 'time_zone', personId: candidate.personId, seat: seat.key }, 1, 1);
      draft.row(Number.NEGATIVE_INFINITY, 0, [
        [column, 1],
        [letIn, -1],
      ]);
    }
  }
  // One seat a person: whoever reviews has not read the case (R23).
  if (own.length > 1)
    draft.row(
      0,
      1,
      own.map((column) => [column, 1]),
    );
}

/** Hours of a person in a seat and week, no more than they have and no more than nobody-twice-on-a-case leaves. */
function addHours(
  draft: ProgramDraft,
  candidate: Candidate,
  seat: Seat,
  pick: number,
  week: number,
): number | null {
  const { model } = draft;
  const { role } = seat;
  const speed = candidate.speed[role].value;
  const isByTime = model.objective === 'time';
  const isLabelling = role === 'annotator';
  const own = usableHours(model, candidate, week);
  const cases = isLabelling && !isByTime ? casesInWeek(model, week) / speed : Number.POSITIVE_INFINITY;
  const most = Math.min(own, cases);
  const extra = draft.extraHours === null || (candidate.hours[week] ?? 0) <= 0 ? 0 : MOST_EXTRA_HOURS;
  const ceiling = Math.min(own + extra, 168, cases);
  if (ceiling <= 0) return null;
  const waiting = isByTime ? speed * (week + 1) * waitMinor(draft.options.wrongMinor) : 0;
  const wrong = isLabelling ? draft.options.wrongMinor * speed * (1 - candidate.accuracy.value) : 0;
  const column = draft.column(candidate.costPerHour[role] + wrong + waiting, ceiling);
  draft.row(Number.NEGATIVE_INFINITY, 0, [
    [column, 1],
    [pick, -ceiling],
  ]);
  if (draft.extraHours !== null && extra > 0 && most < ceiling)
    draft.row(Number.NEGATIVE_INFINITY, most, [
      [column, 1],
      [draft.extraHours, -1],
    ]);
  const casesColumn = draft.cases[week];
  if (isLabelling && casesColumn !== undefined)
    draft.row(Number.NEGATIVE_INFINITY, 0, [
      [column, speed],
      [casesColumn, -1],
    ]);
  return column;
}

function addLeastHours(draft: ProgramDraft, pick: number, hours: readonly (number | null)[]): void {
  const { leastHours } = draft.model;
  if (leastHours <= 0) return;
  const worked = hours.flatMap((column) => (column === null ? [] : [[column, 1] as const]));
  const terms: (readonly [number, number])[] = [...worked, [pick, -leastHours]];
  if (draft.may('least_hours'))
    terms.push([draft.give({ what: 'least_hours' }, leastHours, Math.max(1, leastHours)), 1]);
  draft.row(0, Number.POSITIVE_INFINITY, terms);
}

/** People the vendor does not have, of the usual speed, hours and cost: what "two more reviewers" would be worth. */
export function addExtraPeople(draft: ProgramDraft): void {
  if (!draft.may('people')) return;
  const { model } = draft;
  for (const role of new Set(model.seats.map((seat) => seat.role))) {
    if (totalDemand(model, role) <= 0) continue;
    const pool = model.candidates.filter((one) => one.hours.some((hours) => hours > 0));
    const speed = middle(pool.map((one) => one.speed[role].value)) ?? 1;
    const week = Math.min(
      model.mostHours,
      middle(pool.map((one) => Math.max(...one.hours))) ?? model.mostHours,
    );
    const count = draft.give({ what: 'people', role }, MOST_EXTRA_PEOPLE, 1, true);
    const hours = Array.from({ length: model.weeks }, (_, at) => {
      const cases =
        role === 'annotator' && model.objective === 'cost' ? casesInWeek(model, at) / speed : week;
      const most = Math.min(week, cases);
      const column = draft.column(0, most * MOST_EXTRA_PEOPLE);
      draft.row(Number.NEGATIVE_INFINITY, 0, [
        [column, 1],
        [count, -most],
      ]);
      return column;
    });
    const cost = middle(pool.map((one) => one.costPerHour[role])) ?? 0;
    draft.extraPeople.set(role, { count, hours, speed, cost });
  }
}

function middle(values: readonly number[]): number | null {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
