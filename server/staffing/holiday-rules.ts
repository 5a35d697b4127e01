import { type Absence, daysAfter } from './availability-rules.ts';
import type { HolidayCalendar } from './public-holidays.ts';

/** What somebody said of public holidays: keeps those of a calendar (null: of the own country), or none. */
export type HolidayChoice = { keeps: boolean; country: string | null; region: string | null };
/** What a vendor said for its people: a country for all of them, or with null each one's own. */
export type HolidayDefault = { country: string | null; region: string | null };

/**
 * Whose public holidays count as days away: what the person has chosen, else what the vendor has set for its people, else
 * nobody's, since nobody has said anything. "The own country" is that of the account; where it is not known no day is taken off.
 */
export function calendarOf(
  choice: HolidayChoice | null,
  vendor: HolidayDefault | null,
  ownCountry: string | null,
): HolidayCalendar | null {
  if (choice !== null && !choice.keeps) return null;
  const said = choice ?? vendor;
  if (said === null) return null;
  if (said.country !== null) return { country: said.country, region: said.region };
  return ownCountry === null ? null : { country: ownCountry, region: null };
}

/** Holidays as days away, without those on which the person works. */
export function holidaysAway(holidays: readonly { on: string }[], worked: ReadonlySet<string>): Absence[] {
  return holidays.filter(({ on }) => !worked.has(on)).map(({ on }) => ({ fromOn: on, toOn: on }));
}

/** Share of the working days (Monday to Friday) from one day to another, both included, that are among the days away; 0 without any. */
export function shareAway(days: readonly Absence[], from: string, to: string): number {
  let [working, away] = [0, 0];
  for (let day = from; day <= to; day = daysAfter(day, 1)) {
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    if (weekday > 4) continue;
    working += 1;
    if (days.some(({ fromOn, toOn }) => fromOn <= day && day <= toOn)) away += 1;
  }
  return working === 0 ? 0 : away / working;
}
