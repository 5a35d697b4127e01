import {
  BLOCK_HOURS,
  BLOCKS_PER_WEEK,
  figuresOf,
  type Roster,
  type RosterModel,
  totalDemand,
  usableHours,
} from './roster-model.ts';

/** A constraint with how far a roster is from it. */
export type Meter = {
  key: string;
  label: string;
  value: number;
  limit: number;
  bound: 'at_least' | 'at_most';
  unit: 'items' | 'people' | 'hours' | 'share' | 'money';
};

/** Every constraint a roster was made under, with where it stands; money last, for those who may see it. */
export function metersOf(model: RosterModel, roster: Roster): Meter[] {
  const figures = figuresOf(model, roster);
  const meters: Meter[] = [];
  const add = (
    key: string,
    label: string,
    value: number,
    limit: number,
    bound: Meter['bound'],
    unit: Meter['unit'],
  ) => meters.push({ key, label, value, limit, bound, unit });
  add('reads', 'Reads', figures.made.annotator, totalDemand(model, 'annotator'), 'at_least', 'items');
  if (totalDemand(model, 'reviewer') > 0)
    add('reviews', 'Reviews', figures.made.reviewer, totalDemand(model, 'reviewer'), 'at_least', 'items');
  add(
    'readers',
    'Different readers for each case',
    figures.people.annotator,
    model.overlap,
    'at_least',
    'people',
  );
  for (const seat of model.seats) {
    const held = roster.placements.filter((one) => one.seat === seat.key).length;
    if (seat.least > 0)
      add(`least-${seat.key}`, `${seat.label}, at least`, held, seat.least, 'at_least', 'people');
    add(`most-${seat.key}`, `${seat.label}, at most`, held, seat.most, 'at_most', 'people');
  }
  if (model.annotatorsPerReviewer !== null && totalDemand(model, 'reviewer') > 0)
    add(
      'ratio',
      'Annotators to the reviewers there are',
      figures.people.annotator,
      model.annotatorsPerReviewer * figures.people.reviewer,
      'at_most',
      'people',
    );
  if (model.onshore && figures.onshoreShare !== null)
    add(
      'onshore',
      `Reads made in ${model.onshore.country}`,
      figures.onshoreShare,
      model.onshore.share,
      'at_least',
      'share',
    );
  add(
    'hours',
    'Hours of those who are on it',
    figures.hours,
    offeredHours(model, roster),
    'at_most',
    'hours',
  );
  if (model.coverage !== null && model.coverage > 0)
    add(
      'coverage',
      'Hours of cover in the thinnest block',
      thinnestBlock(model, roster),
      BLOCK_HOURS * model.coverage,
      'at_least',
      'hours',
    );
  if (model.budgetMinor !== null)
    add('budget', 'Budget', figures.costMinor, model.budgetMinor, 'at_most', 'money');
  return meters;
}

function offeredHours(model: RosterModel, roster: Roster): number {
  const on = new Set(roster.placements.map((one) => one.personId));
  return model.candidates
    .filter((one) => on.has(one.personId))
    .reduce((all, one) => {
      let sum = all;
      for (let week = 0; week < model.weeks; week += 1) sum += usableHours(model, one, week);
      return sum;
    }, 0);
}

function thinnestBlock(model: RosterModel, roster: Roster): number {
  const hours = new Array<number>(model.weeks * BLOCKS_PER_WEEK).fill(0);
  for (const one of roster.cover) {
    const at = one.week * BLOCKS_PER_WEEK + one.block;
    hours[at] = (hours[at] ?? 0) + one.hours;
  }
  return Math.min(...hours);
}
