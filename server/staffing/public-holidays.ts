import type Holidays from 'date-holidays';

/** A day that a country or region keeps, as a calendar day there. */
export type Holiday = { on: string; name: string };
/** Whose calendar: ISO 3166-1 alpha-2, and the library's code of a region within; null for the country as a whole. */
export type HolidayCalendar = { country: string; region: string | null };

const DAY_MS = 86_400_000;
const OPTIONS = { languages: ['en'], types: ['public' as const] };
/** A calendar's years are reckoned once: a bench asks for the same few again and again. */
const MOST_KEPT = 500;
const kept = new Map<string, readonly Holiday[]>();

/** The calendars are large, so they are read when somebody first asks. */
let loading: Promise<typeof Holidays> | null = null;
function library(): Promise<typeof Holidays> {
  loading ??= import('date-holidays').then((module) => module.default);
  return loading;
}

/** The public holidays of a year by day, each day once; empty for a country without a calendar. */
async function holidaysOfYear(of: HolidayCalendar, year: number): Promise<readonly Holiday[]> {
  const key = `${of.country}/${of.region ?? ''}/${year}`;
  const known = kept.get(key);
  if (known) return known;
  const Calendar = await library();
  const calendar =
    of.region === null ? new Calendar(of.country, OPTIONS) : new Calendar(of.country, of.region, OPTIONS);
  const byDay = new Map<string, string>();
  for (const one of calendar.getHolidays(year)) {
    // The day as it is called there; some begin at sunset of the eve, which is nobody's day off.
    const first = Date.parse(`${one.date.slice(0, 10)}T00:00:00Z`);
    const days = Math.max(1, Math.round((one.end.getTime() - one.start.getTime()) / DAY_MS));
    for (let at = 0; at < days; at += 1) {
      const on = new Date(first + at * DAY_MS).toISOString().slice(0, 10);
      if (!byDay.has(on)) byDay.set(on, one.name);
    }
  }
  const found = [...byDay].map(([on, name]) => ({ on, name })).sort((a, b) => (a.on < b.on ? -1 : 1));
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, found);
  return found;
}

/**
 * The public holidays from one day to another, both included, in order. Bank, school and optional holidays, and days that are
 * only observed, are left out: they are working days for most. Empty for a country that has no calendar.
 *
 * @example await publicHolidays({ country: 'DE', region: 'BY' }, '2026-12-20', '2026-12-31') // 25 and 26 December
 */
export async function publicHolidays(of: HolidayCalendar, from: string, to: string): Promise<Holiday[]> {
  const years = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year += 1) years.push(year);
  const all = (await Promise.all(years.map((year) => holidaysOfYear(of, year)))).flat();
  return all.filter(({ on }) => from <= on && on <= to);
}

/** Countries that have a calendar, and the regions of one, by name. */
export async function calendarCountries(): Promise<{ code: string; name: string }[]> {
  const Calendar = await library();
  return named(new Calendar().getCountries('en'));
}

/** Regions of a country whose holidays differ; empty where they do not. */
export async function calendarRegions(country: string): Promise<{ code: string; name: string }[]> {
  const Calendar = await library();
  return named(new Calendar().getStates(country, 'en') ?? {});
}

/** Whether there is such a calendar. */
export async function isCalendar(of: HolidayCalendar): Promise<boolean> {
  if (!(await calendarCountries()).some((one) => one.code === of.country)) return false;
  return of.region === null || (await calendarRegions(of.country)).some((one) => one.code === of.region);
}

const named = (of: Record<string, string>) =>
  Object.entries(of)
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
