import {
  BLOCK_HOURS,
  BLOCKS_PER_WEEK,
  type Candidate,
  type Cover,
  casesInWeek,
  figuresOf,
  type Placement,
  type Roster,
  type RosterModel,
  type RosterRole,
  type Seat,
  TOLERANCE,
  totalDemand,
  usableHours,
} from './roster-model.ts';

type Chosen = { candidate: Candidate; seat: Seat; hours: number[] };

/**
 * A roster without the solver, for when it fails or its time is up: reviewers first, because fewer people can be one, then
 * the cheapest annotators until every week is made, with the onshore share before the rest. Deterministic and quick;
 * null when this way leads nowhere, which proves nothing. Whoever uses it checks it like any other roster.
 */
export function greedyRoster(model: RosterModel, wrongMinor: number): Roster | null {
  const chosen: Chosen[] = [];
  const roles: RosterRole[] = ['adjudicator', 'reviewer', 'annotator'];
  for (const { personId, seat } of model.fixed) choose(model, chosen, personId, seat);
  for (const role of roles) if (!fillRole(model, chosen, role, wrongMinor)) return null;
  if (!mendRatio(model, chosen, wrongMinor)) return null;
  for (const role of roles) if (!spread(model, chosen, role, wrongMinor)) return null;
  const placements: Placement[] = chosen.map(({ candidate, seat, hours }) => ({
    personId: candidate.personId,
    seat: seat.key,
    hours,
  }));
  const cover = coverBlocks(model, chosen);
  if (cover === null) return null;
  const roster = { placements, cover };
  const { costMinor } = figuresOf(model, roster);
  if (model.budgetMinor !== null && costMinor > model.budgetMinor * (1 + 1e-9) + TOLERANCE) return null;
  const isWorthWhile = chosen.every(
    ({ hours }) => hours.reduce((a, b) => a + b, 0) >= model.leastHours - TOLERANCE,
  );
  return isWorthWhile ? roster : null;
}

function choose(model: RosterModel, chosen: Chosen[], personId: string, seatKey: string): void {
  const candidate = model.candidates.find((one) => one.personId === personId);
  const seat = model.seats.find((one) => one.key === seatKey);
  if (candidate && seat) chosen.push({ candidate, seat, hours: new Array<number>(model.weeks).fill(0) });
}

/** What an item of a role costs from this person, wrong reads included. */
function itemCost(candidate: Candidate, role: RosterRole, wrongMinor: number): number {
  const wrong = role === 'annotator' ? wrongMinor * (1 - candidate.accuracy.value) : 0;
  return candidate.costPerHour[role] / candidate.speed[role].value + wrong;
}

/** Items a person can make in a week: their hours, and as an annotator no case twice. */
function capacity(model: RosterModel, candidate: Candidate, role: RosterRole, week: number): number {
  const items = usableHours(model, candidate, week) * candidate.speed[role].value;
  return role === 'annotator' && model.objective === 'cost'
    ? Math.min(items, casesInWeek(model, week))
    : items;
}

/** Adds people until the role's work fits into their weeks, its least number of seats is filled, and the onshore part too. */
function fillRole(model: RosterModel, chosen: Chosen[], role: RosterRole, wrongMinor: number): boolean {
  const seats = model.seats.filter((seat) => seat.role === role);
  const needs = totalDemand(model, role) > 0;
  const isTaken = (personId: string) => chosen.some(({ candidate }) => candidate.personId === personId);
  const held = (seat: Seat) => chosen.filter((one) => one.seat.key === seat.key).length;
  const offers = (isOnshore: boolean) =>
    model.candidates
      .filter((one) => !isOnshore || one.country === model.onshore?.country)
      .flatMap((candidate) =>
        seats.filter((s) => candidate.seats.includes(s.key)).map((seat) => ({ candidate, seat })),
      )
      .filter(({ candidate }) => candidate.hours.some((hours, week) => week < model.weeks && hours > 0))
      .sort(
        (a, b) =>
          itemCost(a.candidate, role, wrongMinor) - itemCost(b.candidate, role, wrongMinor) ||
          (a.candidate.personId < b.candidate.personId ? -1 : 1),
      );
  const take = (isOnshore: boolean, isEnough: () => boolean, only?: Seat): void => {
    for (const { candidate, seat } of offers(isOnshore)) {
      if (isEnough()) return;
      if (isTaken(candidate.personId) || held(seat) >= seat.most || (only && seat.key !== only.key)) continue;
      choose(model, chosen, candidate.personId, seat.key);
    }
  };
  for (const seat of seats) take(false, () => held(seat) >= seat.least, seat);
  if (!needs) return true;
  const own = () => chosen.filter(({ seat }) => seat.role === role);
  if (role === 'annotator') {
    if (model.onshore && model.onshore.share > 0) {
      const { share, country } = model.onshore;
      const onshore = () => own().filter(({ candidate }) => candidate.country === country);
      take(true, () => fits(model, onshore(), role, share));
    }
    take(false, () => own().length >= model.overlap && fits(model, own(), role, 1));
    if (own().length < model.overlap) return false;
  } else take(false, () => fits(model, own(), role, 1));
  return fits(model, own(), role, 1);
}

/** Whether these people can make a share of each week's demand (by time: of the total). */
function fits(model: RosterModel, people: readonly Chosen[], role: RosterRole, share: number): boolean {
  const made = (week: number) =>
    people.reduce((sum, { candidate }) => sum + capacity(model, candidate, role, week), 0);
  if (model.objective === 'cost')
    return model.demand[role].every((items, week) => made(week) >= items * share - TOLERANCE);
  const total = model.demand[role].reduce((sum, _, week) => sum + made(week), 0);
  return total >= totalDemand(model, role) * share * 1.2;
}

/** Adds the cheapest reviewers until there are enough for the annotators. */
function mendRatio(model: RosterModel, chosen: Chosen[], wrongMinor: number): boolean {
  const most = model.annotatorsPerReviewer;
  if (most === null || totalDemand(model, 'reviewer') <= 0) return true;
  const count = (role: RosterRole) => chosen.filter(({ seat }) => seat.role === role).length;
  const missing = () => Math.ceil(count('annotator') / most) - count('reviewer');
  const seats = model.seats.filter((seat) => seat.role === 'reviewer');
  const spare = model.candidates
    .filter(({ personId }) => !chosen.some(({ candidate }) => candidate.personId === personId))
    .sort((a, b) => itemCost(a, 'reviewer', wrongMinor) - itemCost(b, 'reviewer', wrongMinor));
  for (const candidate of spare) {
    if (missing() <= 0) break;
    const seat = seats.find(
      (one) =>
        candidate.seats.includes(one.key) && chosen.filter((c) => c.seat.key === one.key).length < one.most,
    );
    if (seat && candidate.hours.some((hours) => hours > 0))
      choose(model, chosen, candidate.personId, seat.key);
  }
  return missing() <= 0;
}

/** Hands out the weeks' work: everybody's least hours first, then the cheapest, onshore people as far as their share asks. */
function spread(model: RosterModel, chosen: Chosen[], role: RosterRole, wrongMinor: number): boolean {
  const own = chosen.filter(({ seat }) => seat.role === role);
  const total = totalDemand(model, role);
  if (total <= 0) return true;
  if (own.length === 0) return false;
  own.sort((a, b) => itemCost(a.candidate, role, wrongMinor) - itemCost(b.candidate, role, wrongMinor));
  if (model.objective === 'time') return spreadByTime(model, chosen, own, role, total);
  for (let week = 0; week < model.weeks; week += 1) {
    const items = model.demand[role][week] ?? 0;
    const left = new Map(own.map((one) => [one, capacity(model, one.candidate, role, week)]));
    let open = items;
    const give = (one: Chosen, most: number) => {
      const part = Math.max(0, Math.min(open, most, left.get(one) ?? 0));
      one.hours[week] = (one.hours[week] ?? 0) + part / one.candidate.speed[role].value;
      left.set(one, (left.get(one) ?? 0) - part);
      open -= part;
      return part;
    };
    const share = items / total;
    for (const one of own) give(one, model.leastHours * share * one.candidate.speed[role].value * (1 + 1e-9));
    if (role === 'annotator' && model.onshore) {
      const { country } = model.onshore;
      const isOnshore = (one: Chosen) => one.candidate.country === country;
      let wanted =
        model.onshore.share * items -
        own
          .filter(isOnshore)
          .reduce((s, one) => s + (one.hours[week] ?? 0) * one.candidate.speed[role].value, 0);
      for (const one of own.filter(isOnshore)) wanted -= give(one, Math.max(0, wanted));
      if (wanted > TOLERANCE) return false;
    }
    for (const one of own) give(one, open);
    if (open > TOLERANCE) return false;
  }
  return true;
}

/** As early as hours allow; each week's cases are what the readers can do without reading one twice. */
function spreadByTime(
  model: RosterModel,
  chosen: readonly Chosen[],
  own: readonly Chosen[],
  role: RosterRole,
  total: number,
): boolean {
  let open = total;
  let read = 0;
  let made = 0;
  const reads = totalDemand(model, 'annotator');
  const annotators = chosen.filter(({ seat }) => seat.role === 'annotator');
  if (role !== 'annotator') {
    // Reviews wait for the reads of their week, which are spread last; they take the last weeks, where all is read.
    for (let week = model.weeks - 1; week >= 0 && open > TOLERANCE; week -= 1)
      for (const one of own)
        open -= hand(one, role, week, Math.min(open, capacity(model, one.candidate, role, week)));
    return open <= TOLERANCE && annotators.length > 0 && reads > 0;
  }
  for (let week = 0; week < model.weeks && open > TOLERANCE; week += 1) {
    const room = own.map((one) => capacity(model, one.candidate, role, week));
    const cases = Math.min(casesWithin(room, model.overlap), open / model.overlap);
    let todo = cases * model.overlap;
    own.forEach((one, index) => {
      const part = Math.min(todo, cases, room[index] ?? 0);
      hand(one, role, week, part);
      todo -= part;
    });
    made += cases * model.overlap - todo;
    open = total - made;
    read += made;
  }
  return open <= TOLERANCE && read > 0;
}

function hand(one: Chosen, role: RosterRole, week: number, items: number): number {
  one.hours[week] = (one.hours[week] ?? 0) + items / one.candidate.speed[role].value;
  return items;
}

/** Most cases that can be read `overlap` times each when person i has room for `room[i]` and none reads one twice. */
function casesWithin(room: readonly number[], overlap: number): number {
  let [low, high] = [0, room.reduce((a, b) => a + b, 0) / overlap];
  for (let step = 0; step < 60; step += 1) {
    const cases = (low + high) / 2;
    const reads = room.reduce((sum, one) => sum + Math.min(one, cases), 0);
    if (reads >= cases * overlap) low = cases;
    else high = cases;
  }
  return low;
}

/** Keeps every block covered out of the planned hours, the block with fewest people first; null when that does not do. */
function coverBlocks(model: RosterModel, chosen: readonly Chosen[]): Cover[] | null {
  if (model.coverage === null || model.coverage <= 0) return [];
  const covers: Cover[] = [];
  const own = chosen.filter(({ seat }) => seat.role === 'annotator');
  for (let week = 0; week < model.weeks; week += 1) {
    const left = new Map(own.map((one) => [one, one.hours[week] ?? 0]));
    const inBlock = (one: Chosen, block: number) => one.candidate.blocks[week * BLOCKS_PER_WEEK + block] ?? 0;
    const blocks = Array.from({ length: BLOCKS_PER_WEEK }, (_, block) => block).sort(
      (a, b) =>
        own.filter((one) => inBlock(one, a) > 0).length - own.filter((one) => inBlock(one, b) > 0).length ||
        a - b,
    );
    for (const block of blocks) {
      let open = BLOCK_HOURS * model.coverage;
      const able = own
        .filter((one) => inBlock(one, block) > 0)
        .sort((a, b) => flexibility(a, week) - flexibility(b, week));
      for (const one of able) {
        const hours = Math.min(open, left.get(one) ?? 0, inBlock(one, block));
        if (hours <= 0) continue;
        covers.push({ personId: one.candidate.personId, week, block, hours });
        left.set(one, (left.get(one) ?? 0) - hours);
        open -= hours;
      }
      if (open > TOLERANCE) return null;
    }
  }
  return covers;
}

function flexibility(one: Chosen, week: number): number {
  return one.candidate.blocks
    .slice(week * BLOCKS_PER_WEEK, (week + 1) * BLOCKS_PER_WEEK)
    .filter((hours) => hours > 0).length;
}
