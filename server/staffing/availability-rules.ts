import { DAY, HOUR, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { isTimezone, zoneOffsetMinutes } from '#server/core/timezone.ts';
import { BLOCK_HOURS, BLOCKS_PER_WEEK } from './roster-model.ts';

/** A stretch of a day of the week, 1 Monday to 7 Sunday, in minutes after local midnight; `to` may be 1,440. */
export type Window = { day: number; fromMinute: number; toMinute: number };
/** Calendar days, both included, on which somebody does not work. No reason is asked for. */
export type Absence = { fromOn: string; toOn: string };
export type Availability = { timezone: string; hoursPerWeek: number; windows: readonly Window[] };

const MINUTES_PER_DAY = 1_440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** The UTC Monday of the week in which `at` lies, as a calendar day. */
export function mondayOf(at: Date): string {
  const day = (at.getUTCDay() + 6) % 7;
  return plus(at, -day * DAY)
    .toISOString()
    .slice(0, 10);
}

/** The calendar day so many days after another. */
export function daysAfter(day: string, days: number): string {
  return plus(new Date(`${day}T00:00:00Z`), days * DAY)
    .toISOString()
    .slice(0, 10);
}

/** Everything wrong with what somebody says about their week, in words; empty when it can be saved. */
export function availabilityProblems(input: Availability): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) => problems.push({ code, path, message });
  if (!isTimezone(input.timezone))
    add(
      'timezone_unknown',
      'timezone',
      `"${input.timezone.slice(0, 60)}" is no time zone. Choose one such as Europe/Berlin.`,
    );
  const sorted = input.windows
    .map((one, index) => ({ ...one, index }))
    .sort((a, b) => a.day - b.day || a.fromMinute - b.fromMinute);
  sorted.forEach((window, at) => {
    if (window.toMinute <= window.fromMinute)
      add(
        'window_empty',
        `windows.${window.index}`,
        'A window ends after it begins. For a night, use one window until midnight and one from midnight.',
      );
    const next = sorted[at + 1];
    if (next && next.day === window.day && next.fromMinute < window.toMinute)
      add('window_overlap', `windows.${next.index}`, 'Two windows of this day overlap. Join them.');
  });
  const offered =
    input.windows.reduce((sum, one) => sum + Math.max(0, one.toMinute - one.fromMinute), 0) / 60;
  if (input.hoursPerWeek > offered)
    add(
      'hours_beyond_windows',
      'hoursPerWeek',
      `You offer ${input.hoursPerWeek} h a week and your windows hold ${Math.round(offered * 10) / 10} h. Widen the windows, or offer fewer hours.`,
    );
  return problems;
}

const isAway = (absences: readonly Absence[], day: string) =>
  absences.some(({ fromOn, toOn }) => fromOn <= day && day <= toOn);

/**
 * Hours somebody can give in the seven days from one on, a Monday for a week of a roster: what they offer, or what their windows
 * hold on the days they are there when that is less. Public holidays that they keep come as absences (`days-away`). Matching
 * reckons the same in SQL (`free-hours`).
 */
export function hoursInWeek(availability: Availability, absences: readonly Absence[], from: string): number {
  const first = (new Date(`${from}T00:00:00Z`).getUTCDay() + 6) % 7;
  const minutes = availability.windows
    .filter((window) => !isAway(absences, daysAfter(from, (window.day - 1 - first + 7) % 7)))
    .reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0);
  return Math.min(availability.hoursPerWeek, minutes / 60);
}

/** The windows of one week as stretches of minutes after Monday midnight UTC, wrapped at the week's end; absences left out. */
export function utcStretches(
  availability: Availability,
  absences: readonly Absence[],
  monday: string,
): { from: number; to: number }[] {
  // One offset for the whole week: on the two days a year when clocks change, blocks are up to an hour off.
  const noon = plus(new Date(`${monday}T00:00:00Z`), 12 * HOUR);
  const offset = zoneOffsetMinutes(availability.timezone, noon);
  return availability.windows
    .filter((window) => !isAway(absences, daysAfter(monday, window.day - 1)))
    .flatMap(({ day, fromMinute, toMinute }) => {
      const start = (day - 1) * MINUTES_PER_DAY + fromMinute - offset;
      const from = ((start % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
      const to = from + (toMinute - fromMinute);
      return to <= MINUTES_PER_WEEK
        ? [{ from, to }]
        : [
            { from, to: MINUTES_PER_WEEK },
            { from: 0, to: to - MINUTES_PER_WEEK },
          ];
    });
}

/** Hours in each six-hour block of the week, UTC. */
export function blockHours(
  availability: Availability,
  absences: readonly Absence[],
  monday: string,
): number[] {
  const stretches = utcStretches(availability, absences, monday);
  const length = BLOCK_HOURS * 60;
  return Array.from({ length: BLOCKS_PER_WEEK }, (_, block) => {
    const [start, end] = [block * length, (block + 1) * length];
    return (
      stretches.reduce(
        (sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)),
        0,
      ) / 60
    );
  });
}

/** Hours of a usual week that lie within the sponsor's working hours, Monday to Friday 9 to 17 where the sponsor is. */
export function sharedOfficeHours(
  availability: Availability,
  sponsorTimezone: string,
  monday: string,
): number {
  const office: Availability = {
    timezone: sponsorTimezone,
    hoursPerWeek: 40,
    windows: [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 9 * 60, toMinute: 17 * 60 })),
  };
  const [own, theirs] = [utcStretches(availability, [], monday), utcStretches(office, [], monday)];
  const minutes = own
    .flatMap((a) => theirs.map((b) => Math.min(a.to, b.to) - Math.max(a.from, b.from)))
    .reduce((sum, shared) => sum + Math.max(0, shared), 0);
  return minutes / 60;
}
