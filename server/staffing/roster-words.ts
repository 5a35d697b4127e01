import { sayMinor } from '#server/core/money.ts';
import type { Conflict, Remedy } from './roster-conflicts.ts';
import { type RosterModel, type RosterRole, totalDemand } from './roster-model.ts';
import type { RosterParameters } from './roster-schemas.ts';

/** A way out in words, with the changed parameters that try it; null when it is not a setting of the planner. */
export type RemedyWords = {
  what: Remedy['what'];
  says: string;
  change: Partial<RosterParameters> | null;
  href: string | null;
};
export type ConflictWords = {
  headline: string;
  points: string[];
  isEither: boolean;
  remedies: RemedyWords[];
};

type Told = {
  model: RosterModel;
  parameters: RosterParameters;
  currency: string;
  names: ReadonlyMap<string, string>;
};

const ITEMS: Record<RosterRole, string> = {
  annotator: 'Reads',
  reviewer: 'Reviews',
  adjudicator: 'Adjudications',
};
const PEOPLE: Record<RosterRole, [one: string, many: string]> = {
  annotator: ['annotator', 'annotators'],
  reviewer: ['reviewer', 'reviewers'],
  adjudicator: ['adjudicator', 'adjudicators'],
};
/** What each constraint is called where several are named together. */
const NAMES: Record<Remedy['what'], string> = {
  demand: 'the work of each week',
  people: 'the people there are',
  hours: 'the hours people can give',
  seats: 'the number of seats',
  ratio: 'annotators per reviewer',
  onshore: 'the onshore share',
  budget: 'the budget',
  coverage: 'cover around the clock',
  time_zone: 'hours shared with the sponsor',
  least_hours: 'the least hours per person',
  overlap: 'reads per case',
  deadline: 'the number of weeks',
};

const count = (items: number): string => Math.ceil(items - 1e-6).toLocaleString('en-GB');
const some = (n: number, [one, many]: readonly [string, string]): string =>
  `${count(n)} ${Math.ceil(n - 1e-6) === 1 ? one : many}`;
const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;
const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/**
 * A conflict in sentences: what is short first ("Reviews are 40 short in week 3"), then what would do, each with the change of
 * the planner's settings that tries it.
 */
export function describeConflict(conflict: Conflict, told: Told): ConflictWords {
  const isEither = conflict.either.length > 0;
  const remedies = isEither ? conflict.either : conflict.together;
  const points = [...conflict.unfilled.map(unfilledWords), ...shortWords(conflict)];
  const names = [...new Set(remedies.map((one) => NAMES[one.what]))];
  const cannot = `${capital(list(names))} cannot all be met.`;
  return {
    headline: points[0] ?? (names.length > 0 ? cannot : 'These demands cannot be met together.'),
    points: [...points.slice(1), ...(names.length > 1 && points.length > 0 ? [cannot] : [])],
    isEither,
    remedies: remedies.flatMap((one) => {
      const says = remedyWords(one, told);
      return says === null
        ? []
        : [
            {
              what: one.what,
              says,
              change: changeFor(one, told),
              href: one.what === 'people' ? '/vendor/team' : null,
            },
          ];
    }),
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function unfilledWords(one: Conflict['unfilled'][number]): string {
  if (one.able === 0)
    return `${one.label}: ${one.asked} asked for, and nobody of yours who has hours meets the rule.`;
  return `${one.label}: ${one.asked} asked for, and only ${one.able} of your people with hours ${one.able === 1 ? 'meets' : 'meet'} the rule.`;
}

function shortWords(conflict: Conflict): string[] {
  const demand = [...conflict.either, ...conflict.together].find((one) => one.what === 'demand');
  const parts = demand?.parts ?? [];
  const byRole = Map.groupBy(parts, (part) => part.role ?? 'annotator');
  return [...byRole].map(([role, short]) => {
    const total = short.reduce((sum, part) => sum + part.amount, 0);
    const weeks = short.flatMap((part) => (part.week === undefined ? [] : [part.week + 1]));
    const where = weeks.length === 0 ? '' : ` in ${weekWords(weeks)}`;
    return `${ITEMS[role]} are ${count(total)} short${where}.`;
  });
}

function remedyWords(one: Remedy, { model, parameters, currency, names }: Told): string | null {
  switch (one.what) {
    case 'demand':
      return `${capital(list(lessWords(one)))}.`;
    case 'people':
      return `${list(one.parts.map((part) => moreWords(part)))} of the usual speed and hours.`;
    case 'hours':
      return `Up to ${Math.ceil(one.amount * 2) / 2} h more a week from each person.`;
    case 'seats':
      return `${capital(list(one.parts.map((part) => seatWords(part, model))))}.`;
    case 'ratio':
      return `${one.ratio ?? ''} annotators to one reviewer instead of ${parameters.annotatorsPerReviewer}.`;
    case 'onshore':
      return `${percent(onshoreLeft(one, model))} of the reads onshore instead of ${percent(model.onshore?.share ?? 0)}.`;
    case 'budget':
      return `${sayMinor({ amountMinor: BigInt(Math.ceil(one.amount)), currency })} ${currency} more budget.`;
    case 'coverage':
      return `${count(one.amount)} h of the week without full cover.`;
    case 'time_zone':
      return `Fewer shared hours with the sponsor’s office, for ${list(one.parts.map((part) => names.get(part.personId ?? '') ?? 'somebody'))}.`;
    case 'least_hours':
      return `Fewer hours at the least: ${Math.max(0, Math.floor(parameters.leastHours - largest(one)))} over the plan instead of ${parameters.leastHours}.`;
    case 'overlap':
      return `${one.amount} ${one.amount === 1 ? 'read' : 'reads'} per case instead of ${model.overlap}.`;
    case 'deadline':
      return `${one.amount} ${one.amount === 1 ? 'week' : 'weeks'} more for the same work.`;
  }
}

function moreWords(part: Remedy['parts'][number]): string {
  const [single, many] = PEOPLE[part.role ?? 'annotator'];
  return `${count(part.amount)} more ${Math.ceil(part.amount - 1e-6) === 1 ? single : many}`;
}

/** "week 3", "weeks 2 and 5", "weeks 1 to 6". */
function weekWords(weeks: readonly number[]): string {
  const [first, last] = [weeks[0] ?? 0, weeks.at(-1) ?? 0];
  if (weeks.length === 1) return `week ${first}`;
  const isRun = weeks.length > 2 && last - first === weeks.length - 1;
  return `weeks ${isRun ? `${first} to ${last}` : list(weeks.map(String))}`;
}

/** What would not be done; the same for several weeks is said once. */
function lessWords(one: Remedy): string[] {
  const alike = Map.groupBy(one.parts, (part) => `${part.role ?? 'annotator'}|${count(part.amount)}`);
  return [...alike.values()].map((parts) => {
    const [first] = parts;
    const weeks = parts.flatMap((part) => (part.week === undefined ? [] : [part.week + 1]));
    const items = `${count(first?.amount ?? 0)} ${ITEMS[first?.role ?? 'annotator'].toLowerCase()} fewer`;
    if (weeks.length === 0) return items;
    return `${items} in ${weeks.length > 1 ? 'each of ' : ''}${weekWords(weeks)}`;
  });
}

const largest = (one: Remedy): number => Math.max(0, ...one.parts.map((part) => part.amount));

function seatWords(part: Remedy['parts'][number], model: RosterModel): string {
  const isLeast = part.seat?.endsWith(':least') ?? false;
  const key = part.seat?.replace(/:least$/, '');
  const label = model.seats.find((seat) => seat.key === key)?.label ?? 'a role';
  return isLeast
    ? `${some(part.amount, ['seat', 'seats'])} of “${label}” that may stay empty`
    : `${some(part.amount, ['seat', 'seats'])} more for “${label}”`;
}

function onshoreLeft(one: Remedy, model: RosterModel): number {
  return Math.max(0, (model.onshore?.share ?? 0) - one.amount / Math.max(1, totalDemand(model, 'annotator')));
}

/** The settings that try a remedy, rounded to the safe side. */
function changeFor(one: Remedy, { model, parameters }: Told): Partial<RosterParameters> | null {
  switch (one.what) {
    case 'demand':
      return lessWork(one, parameters, model);
    case 'people':
      return null;
    case 'hours': {
      const capped = model.candidates.some((c) => c.hours.some((hours) => hours > parameters.mostHours));
      const mostHours = Math.min(80, Math.ceil(parameters.mostHours + one.amount));
      return capped && mostHours > parameters.mostHours ? { mostHours } : null;
    }
    case 'seats':
      return { seats: parameters.seats.map((seat) => widened(seat, one)) };
    case 'ratio':
      return one.ratio === undefined ? null : { annotatorsPerReviewer: one.ratio };
    case 'onshore':
      return { onshoreShareBasisPoints: Math.floor(onshoreLeft(one, model) * 10_000) };
    case 'budget':
      return { budgetMinor: (parameters.budgetMinor ?? 0n) + BigInt(Math.ceil(one.amount * 1.001)) };
    case 'coverage':
      return { coverage: (parameters.coverage ?? 1) > 1 ? (parameters.coverage ?? 1) - 1 : null };
    case 'time_zone':
      return { sharedOfficeHours: 0 };
    case 'least_hours':
      return { leastHours: Math.max(0, Math.floor(parameters.leastHours - largest(one))) };
    case 'overlap':
      return {
        overlap: one.amount,
        readsByWeek: parameters.readsByWeek.map((reads) => Math.round((reads / model.overlap) * one.amount)),
      };
    case 'deadline':
      return { readsByWeek: spreadOver(parameters.readsByWeek, parameters.readsByWeek.length + one.amount) };
  }
}

/** The same total over so many weeks, in whole reads. */
export function spreadOver(readsByWeek: readonly number[], weeks: number): number[] {
  const total = readsByWeek.reduce((a, b) => a + b, 0);
  const each = Math.floor(total / weeks);
  return Array.from({ length: weeks }, (_, week) => each + (week < total - each * weeks ? 1 : 0));
}

function widened(seat: RosterParameters['seats'][number], one: Remedy): RosterParameters['seats'][number] {
  const of = (key: string) => Math.ceil(one.parts.find((part) => part.seat === key)?.amount ?? 0);
  return {
    ...seat,
    most: Math.min(500, seat.most + of(seat.key)),
    least: Math.max(0, seat.least - of(`${seat.key}:least`)),
  };
}

function lessWork(one: Remedy, parameters: RosterParameters, model: RosterModel): Partial<RosterParameters> {
  const short = (role: RosterRole, week: number) =>
    one.parts.find((part) => (part.role ?? 'annotator') === role && part.week === week)?.amount ?? 0;
  const readsByWeek = parameters.readsByWeek.map((reads, week) =>
    Math.max(0, Math.floor(reads - short('annotator', week))),
  );
  const reviewed = parameters.readsByWeek.map((reads, week) => {
    const reviews = model.demand.reviewer[week] ?? 0;
    return reads > 0 ? (reviews - short('reviewer', week)) / reads : 1;
  });
  const isReviews = one.parts.some((part) => part.role === 'reviewer');
  return {
    ...(one.parts.some((part) => (part.role ?? 'annotator') === 'annotator') ? { readsByWeek } : {}),
    ...(isReviews
      ? { reviewShareBasisPoints: Math.max(0, Math.floor(Math.min(...reviewed) * 10_000) - 1) }
      : {}),
  };
}
