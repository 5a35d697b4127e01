/** What somebody on a roster does. Adjudication is the panel's (R25), so a vendor's roster never has it. */
export const ROSTER_ROLES = ['annotator', 'reviewer', 'adjudicator'] as const;
export type RosterRole = (typeof ROSTER_ROLES)[number];

/** Parts of a day for round-the-clock coverage: four of six hours, UTC, from Monday midnight. */
export const BLOCK_HOURS = 6;
export const BLOCKS_PER_WEEK = 28;

/** A figure with its interval; `n` is 0 when it is assumed. */
export type Estimate = { value: number; lower: number; upper: number; n: number };

/** Places to fill that share a role and a rule. */
export type Seat = { key: string; role: RosterRole; label: string; least: number; most: number };

export type Candidate = {
  personId: string;
  name: string;
  country: string | null;
  /** Keys of the seats whose rule, location and time zone the person meets. */
  seats: readonly string[];
  /** Seats that nothing but the asked-for time zone overlap keeps from them. */
  seatsBarZone: readonly string[];
  /** Hours the person can give by week, absences and other bookings taken off; some weeks longer than the plan, for what-ifs. */
  hours: readonly number[];
  /** Items per hour by role. */
  speed: Readonly<Record<RosterRole, Estimate>>;
  /** Chance that a read is right. */
  accuracy: Estimate;
  /** What an hour costs by role, in minor units; a rate per read is turned into hours by the speed. */
  costPerHour: Readonly<Record<RosterRole, number>>;
  /** Hours in each block of each week (`week * 28 + block`); only read when coverage is asked for. */
  blocks: readonly number[];
};

/** Everything a plan depends on. Plain data: it is stored with the plan, hashed, and handed to the solver's thread. */
export type RosterModel = {
  weeks: number;
  /** `cost`: per correct label, each week's demand in its week. `time`: the same total as early as possible. */
  objective: 'cost' | 'time';
  /** Independent reads per case; nobody reads a case twice (R23). */
  overlap: number;
  seats: readonly Seat[];
  candidates: readonly Candidate[];
  /** Items by role and week: reads, reviews, adjudications. */
  demand: Readonly<Record<RosterRole, readonly number[]>>;
  /** Least share of reads made in a country. */
  onshore: { country: string; share: number } | null;
  /** At most this many annotators to one reviewer; null when not asked for. */
  annotatorsPerReviewer: number | null;
  /** Hours a week nobody is planned beyond, whatever they offer. */
  mostHours: number;
  /** Hours over the whole plan below which a seat is not worth a person's while. */
  leastHours: number;
  /** Minor units; null without a limit. */
  budgetMinor: number | null;
  /** Readers at work in every block of the week; null when not asked for. */
  coverage: number | null;
  /** People who stay where they are: those who have accepted, when a plan is made again around them. */
  fixed: readonly { personId: string; seat: string }[];
};

/** One person in one seat, with hours by week. */
export type Placement = { personId: string; seat: string; hours: readonly number[] };
/** Hours of a person's that keep a block covered. */
export type Cover = { personId: string; week: number; block: number; hours: number };
export type Roster = { placements: readonly Placement[]; cover: readonly Cover[] };

/** How far the numbers of the solver may be off before something counts as broken. */
export const TOLERANCE = 1e-4;

/** Hours of a candidate that may be planned in a week. */
export function usableHours(
  model: Pick<RosterModel, 'mostHours'>,
  candidate: Candidate,
  week: number,
): number {
  return Math.max(0, Math.min(candidate.hours[week] ?? 0, model.mostHours));
}

/** Cases read in a week of a plan by cost: each takes `overlap` reads. */
export function casesInWeek(model: Pick<RosterModel, 'demand' | 'overlap'>, week: number): number {
  return (model.demand.annotator[week] ?? 0) / model.overlap;
}

/** Sum of the demand of a role over the plan. */
export function totalDemand(model: Pick<RosterModel, 'demand'>, role: RosterRole): number {
  return model.demand[role].reduce((sum, items) => sum + items, 0);
}

export type RosterFigures = {
  costMinor: number;
  /** Items made by role, and by role and week. */
  made: Record<RosterRole, number>;
  madeByWeek: Record<RosterRole, number[]>;
  correctReads: number;
  costPerCorrectMinor: number | null;
  /** Reads if everybody is as slow, or as quick, as their interval allows. */
  readsLower: number;
  readsUpper: number;
  hours: number;
  people: Record<RosterRole, number>;
  onshoreShare: number | null;
  /** Mean week of the reads, counted from 1; what `time` makes small. */
  meanWeek: number | null;
};

/**
 * What a roster comes to. Cost per correct label divides all it costs, reviews included, by the reads that are expected to
 * be right over the overlap: a final label takes `overlap` reads (R12).
 */
export function figuresOf(model: RosterModel, roster: Roster): RosterFigures {
  const byRole = () => ({ annotator: 0, reviewer: 0, adjudicator: 0 });
  const weeks = () => new Array<number>(model.weeks).fill(0);
  const people = new Map(model.candidates.map((one) => [one.personId, one]));
  const roleOf = new Map(model.seats.map((seat) => [seat.key, seat.role]));
  const made = byRole();
  const count = byRole();
  const madeByWeek = { annotator: weeks(), reviewer: weeks(), adjudicator: weeks() };
  let [cost, correct, lower, upper, hours, onshore, weighted] = [0, 0, 0, 0, 0, 0, 0];
  for (const placement of roster.placements) {
    const person = people.get(placement.personId);
    const role = roleOf.get(placement.seat);
    if (!person || !role) continue;
    count[role] += 1;
    for (let week = 0; week < model.weeks; week += 1) {
      const time = placement.hours[week] ?? 0;
      const items = time * person.speed[role].value;
      hours += time;
      cost += time * person.costPerHour[role];
      made[role] += items;
      madeByWeek[role][week] = (madeByWeek[role][week] ?? 0) + items;
      if (role !== 'annotator') continue;
      correct += items * person.accuracy.value;
      lower += time * person.speed.annotator.lower;
      upper += time * person.speed.annotator.upper;
      weighted += items * (week + 1);
      if (person.country !== null && person.country === model.onshore?.country) onshore += items;
    }
  }
  return {
    costMinor: cost,
    made,
    madeByWeek,
    correctReads: correct,
    costPerCorrectMinor: correct > 0 ? cost / (correct / model.overlap) : null,
    readsLower: lower,
    readsUpper: upper,
    hours,
    people: count,
    onshoreShare: model.onshore && made.annotator > 0 ? onshore / made.annotator : null,
    meanWeek: made.annotator > 0 ? weighted / made.annotator : null,
  };
}

/**
 * The number a plan makes small. By cost: what it costs plus what its wrong reads are worth (`wrongMinor` each), which at
 * `wrongMinor` = cost per correct read is the least cost per correct label. By time: the mean week, in units of
 * the cost so that the cheaper of two equally quick plans wins.
 */
export function objectiveOf(model: RosterModel, roster: Roster, wrongMinor: number): number {
  const { costMinor, made, correctReads } = figuresOf(model, roster);
  const byCost = costMinor + wrongMinor * (made.annotator - correctReads);
  return model.objective === 'cost' ? byCost : byCost + timeCost(model, roster, wrongMinor);
}

/** What a week of waiting is worth per item, so that time comes before cost. */
export function waitMinor(wrongMinor: number): number {
  return 4 * Math.max(1, wrongMinor);
}

function timeCost(model: RosterModel, roster: Roster, wrongMinor: number): number {
  const { madeByWeek } = figuresOf(model, roster);
  const each = waitMinor(wrongMinor);
  return Object.values(madeByWeek).reduce(
    (sum, weeks) => sum + weeks.reduce((part, items, week) => part + items * (week + 1) * each, 0),
    0,
  );
}
