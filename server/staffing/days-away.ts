import type { Queryable } from '#db/client.ts';
import type { Absence } from './availability-rules.ts';
import { findHolidayDefault, listHolidayChoices, listWorkedHolidays } from './holiday-queries.ts';
import { calendarOf, holidaysAway, shareAway } from './holiday-rules.ts';
import { type Holiday, publicHolidays } from './public-holidays.ts';
import { listAbsences } from './roster-queries.ts';

/**
 * Days on which these people do not work for a vendor, by person: what they said, and the public holidays that count for them.
 * `holidays` are those that the vendor has set itself; which ones a person has chosen is theirs alone.
 */
export type DaysAway = Map<string, { away: Absence[]; holidays: Holiday[] }>;

/**
 * Absences and public holidays from one day to another, both included. Whose holidays count is each person's choice, else the
 * vendor's default; those on which a person works are left out. One statement each for all of them.
 */
export async function listDaysAway(
  q: Queryable,
  of: { orgId: string; personIds: readonly string[]; from: string; to: string },
): Promise<DaysAway> {
  const { personIds, from, to } = of;
  const [absences, byDefault, choices, worked] = await Promise.all([
    listAbsences(q, personIds, from),
    findHolidayDefault(q, of.orgId),
    listHolidayChoices(q, personIds),
    listWorkedHolidays(q, personIds, from),
  ]);
  const own = Map.groupBy(absences, (one) => one.personId);
  const found: DaysAway = new Map();
  for (const personId of personIds) {
    const said = choices.get(personId);
    const calendar = calendarOf(said?.choice ?? null, byDefault, said?.ownCountry ?? null);
    const kept = calendar === null ? [] : await publicHolidays(calendar, from, to);
    const works = worked.get(personId) ?? new Set<string>();
    const holidays = kept.filter(({ on }) => !works.has(on));
    found.set(personId, {
      holidays: said?.choice ? [] : holidays,
      away: [
        ...(own.get(personId) ?? []).map(({ fromOn, toOn }) => ({ fromOn, toOn })),
        ...holidaysAway(kept, works),
      ],
    });
  }
  return found;
}

/**
 * Hours a week that named people can give on average from one day to another, days away taken off: what a promise of hours comes
 * to in that time.
 */
export async function hoursLeft(
  q: Queryable,
  of: {
    orgId: string;
    seats: readonly { personId: string; hoursPerWeek: number }[];
    from: string;
    to: string;
  },
): Promise<number> {
  const personIds = [...new Set(of.seats.map((seat) => seat.personId))];
  const days = await listDaysAway(q, { ...of, personIds });
  return of.seats.reduce(
    (sum, { personId, hoursPerWeek }) =>
      sum + hoursPerWeek * (1 - shareAway(days.get(personId)?.away ?? [], of.from, of.to)),
    0,
  );
}
