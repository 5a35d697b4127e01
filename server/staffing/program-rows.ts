import { MOST_EXTRA_PEOPLE, type ProgramDraft } from './program-draft.ts';
import { BLOCK_HOURS, BLOCKS_PER_WEEK, casesInWeek, type RosterRole, totalDemand } from './roster-model.ts';

/** Exactly what is asked for, so that making more than that never pays. */
export function addDemand(draft: ProgramDraft): void {
  const { model } = draft;
  for (const role of Object.keys(model.demand) as RosterRole[]) {
    const total = totalDemand(model, role);
    if (total <= 0) continue;
    if (model.objective === 'time') addDemandByDeadline(draft, role, total);
    else {
      model.demand[role].forEach((items, week) => {
        const terms = draft.makers(role, week);
        if (draft.may('demand') && items > 0) {
          const short = draft.give({ what: 'demand', role, week }, items, Math.max(1, total / 100));
          terms.push([short, 1]);
          if (role === 'annotator') draft.shorts[week] = short;
        }
        draft.row(items, items, terms);
      });
    }
  }
}

function addDemandByDeadline(draft: ProgramDraft, role: RosterRole, total: number): void {
  const { model } = draft;
  const terms = model.demand[role].flatMap((_, week) => draft.makers(role, week));
  if (draft.may('demand'))
    terms.push([draft.give({ what: 'demand', role }, total, Math.max(1, total / 100)), 1]);
  draft.row(total, total, terms);
  const share = total / Math.max(1, totalDemand(model, 'annotator'));
  for (let week = 0; week < model.weeks; week += 1) {
    if (role === 'annotator') {
      const column = draft.cases[week];
      if (column !== undefined) draft.row(0, 0, [...draft.makers(role, week), [column, -model.overlap]]);
    } else {
      // Nothing is reviewed before it has been read.
      const until = Array.from({ length: week + 1 }, (_, at) => at);
      draft.row(Number.NEGATIVE_INFINITY, 0, [
        ...until.flatMap((at) => draft.makers(role, at)),
        ...until.flatMap((at) => draft.makers('annotator', at).map(([c, v]) => [c, -v * share] as const)),
      ]);
    }
  }
}

/** At least `overlap` readers; and where reads may fall short, each case that is left still takes as many. */
export function addOverlap(draft: ProgramDraft): void {
  const { model } = draft;
  if (totalDemand(model, 'annotator') <= 0) return;
  const extra = draft.extraPeople.get('annotator');
  draft.row(draft.may('demand') ? 0 : model.overlap, Number.POSITIVE_INFINITY, [
    ...draft.picksOf('annotator').map(({ column }) => [column, 1] as const),
    ...(extra ? [[extra.count, 1] as const] : []),
  ]);
  if (!draft.may('demand')) return;
  for (const { candidate, hours } of draft.picksOf('annotator')) {
    hours.forEach((column, week) => {
      const short = draft.shorts[week];
      if (column === null || short === undefined) return;
      draft.row(Number.NEGATIVE_INFINITY, casesInWeek(model, week), [
        [column, candidate.speed.annotator.value],
        [short, 1 / model.overlap],
      ]);
    });
  }
}

export function addSeats(draft: ProgramDraft): void {
  for (const seat of draft.model.seats) {
    const held: (readonly [number, number])[] = [...draft.picks.values()]
      .filter((pick) => pick.seat.key === seat.key)
      .map(({ column }) => [column, 1] as const);
    const extra = draft.extraPeople.get(seat.role);
    const isFirst = draft.model.seats.find((one) => one.role === seat.role)?.key === seat.key;
    if (extra && isFirst) held.push([extra.count, 1]);
    const terms: (readonly [number, number])[] = [...held];
    if (draft.may('seats')) {
      terms.push([
        draft.give({ what: 'seats', seat: seat.key, role: seat.role }, MOST_EXTRA_PEOPLE, 1, true),
        -1,
      ]);
      draft.row(Number.NEGATIVE_INFINITY, seat.most, terms);
      draft.row(seat.least, Number.POSITIVE_INFINITY, [
        ...held,
        [draft.give({ what: 'seats', seat: `${seat.key}:least`, role: seat.role }, seat.least, 1, true), 1],
      ]);
    } else draft.row(seat.least, seat.most, terms);
  }
}

export function addRatio(draft: ProgramDraft): void {
  const most = draft.model.annotatorsPerReviewer;
  if (most === null || totalDemand(draft.model, 'reviewer') <= 0) return;
  const [annotators, reviewers] = [draft.extraPeople.get('annotator'), draft.extraPeople.get('reviewer')];
  const terms: (readonly [number, number])[] = [
    ...draft.picksOf('annotator').map(({ column }) => [column, 1] as const),
    ...draft.picksOf('reviewer').map(({ column }) => [column, -most] as const),
    ...(annotators ? [[annotators.count, 1] as const] : []),
    ...(reviewers ? [[reviewers.count, -most] as const] : []),
  ];
  if (draft.may('ratio')) terms.push([draft.give({ what: 'ratio' }, MOST_EXTRA_PEOPLE, 1, true), -1]);
  draft.row(Number.NEGATIVE_INFINITY, 0, terms);
}

export function addOnshore(draft: ProgramDraft): void {
  const { model } = draft;
  if (!model.onshore || model.onshore.share <= 0) return;
  const { country, share } = model.onshore;
  const total = totalDemand(model, 'annotator');
  const extra = draft.extraPeople.get('annotator');
  const terms: (readonly [number, number])[] = draft
    .picksOf('annotator')
    .filter(({ candidate }) => candidate.country === country)
    .flatMap(({ candidate, hours }) =>
      hours.flatMap((column) =>
        column === null ? [] : [[column, candidate.speed.annotator.value] as const],
      ),
    );
  if (extra) terms.push(...extra.hours.map((column) => [column, extra.speed] as const));
  if (draft.may('demand'))
    terms.push(...draft.shorts.flatMap((column) => (column === undefined ? [] : [[column, share] as const])));
  if (draft.may('onshore'))
    terms.push([draft.give({ what: 'onshore' }, share * total, Math.max(1, total / 100)), 1]);
  draft.row(share * total, Number.POSITIVE_INFINITY, terms);
}

export function addBudget(draft: ProgramDraft): void {
  const { budgetMinor } = draft.model;
  if (budgetMinor === null) return;
  const terms: (readonly [number, number])[] = [...draft.picks.values()].flatMap(
    ({ candidate, seat, hours }) =>
      hours.flatMap((column) =>
        column === null ? [] : [[column, candidate.costPerHour[seat.role]] as const],
      ),
  );
  for (const { hours, cost } of draft.extraPeople.values())
    terms.push(...hours.map((column) => [column, cost] as const));
  if (draft.may('budget'))
    terms.push([draft.give({ what: 'budget' }, budgetMinor * 100 + 1e9, Math.max(1, budgetMinor / 100)), -1]);
  draft.row(Number.NEGATIVE_INFINITY, budgetMinor, terms);
}

/** Hours of the annotators by block: no more than they work in the week, and enough in every block. */
export function addCoverage(draft: ProgramDraft): void {
  const { model } = draft;
  if (model.coverage === null || model.coverage <= 0) return;
  for (let week = 0; week < model.weeks; week += 1) {
    const byBlock = Array.from({ length: BLOCKS_PER_WEEK }, (): number[] => []);
    for (const { candidate, hours } of draft.picksOf('annotator')) {
      const worked = hours[week];
      if (worked === null || worked === undefined) continue;
      const own = byBlock.flatMap((columns, block) => {
        const most = candidate.blocks[week * BLOCKS_PER_WEEK + block] ?? 0;
        if (most <= 0) return [];
        const column = draft.column(0, most);
        columns.push(column);
        draft.covers.push({ personId: candidate.personId, week, block, column });
        return [[column, 1] as const];
      });
      if (own.length > 0) draft.row(Number.NEGATIVE_INFINITY, 0, [...own, [worked, -1]]);
    }
    byBlock.forEach((columns, block) => {
      const terms: (readonly [number, number])[] = columns.map((column) => [column, 1]);
      if (draft.may('coverage'))
        terms.push([
          draft.give(
            { what: 'coverage', week, role: 'annotator', seat: String(block) },
            6 * (model.coverage ?? 0),
            1,
          ),
          1,
        ]);
      draft.row(BLOCK_HOURS * (model.coverage ?? 0), Number.POSITIVE_INFINITY, terms);
    });
  }
}
