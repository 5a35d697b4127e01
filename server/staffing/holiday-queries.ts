import { and, eq, gte, inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { people } from '#db/schema/identity.ts';
import { holidayChoices, holidayDefaults, workedHolidays } from '#db/schema/staffing-rosters.ts';
import type { HolidayChoice, HolidayDefault } from './holiday-rules.ts';

/** What a vendor has set for its people; null when it has said nothing. */
export async function findHolidayDefault(q: Queryable, orgId: string): Promise<HolidayDefault | null> {
  const [row] = await q
    .select({ country: holidayDefaults.country, region: holidayDefaults.region })
    .from(holidayDefaults)
    .where(eq(holidayDefaults.orgId, orgId));
  return row ?? null;
}

/** What these people keep, with their own country, by person. */
export async function listHolidayChoices(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, { choice: HolidayChoice | null; ownCountry: string | null }>> {
  if (personIds.length === 0) return new Map();
  const rows = await q
    .select({
      personId: people.id,
      ownCountry: people.country,
      keeps: holidayChoices.keeps,
      country: holidayChoices.country,
      region: holidayChoices.region,
    })
    .from(people)
    .leftJoin(holidayChoices, eq(holidayChoices.personId, people.id))
    .where(inArray(people.id, [...personIds]));
  return new Map(
    rows.map(({ personId, ownCountry, keeps, country, region }) => [
      personId,
      { ownCountry, choice: keeps === null ? null : { keeps, country, region } },
    ]),
  );
}

/** The holidays on which these people work, from a day on, by person. Index: the primary key. */
export async function listWorkedHolidays(
  q: Queryable,
  personIds: readonly string[],
  from: string,
): Promise<Map<string, Set<string>>> {
  if (personIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(workedHolidays)
    .where(and(inArray(workedHolidays.personId, [...personIds]), gte(workedHolidays.onDay, from)));
  const found = new Map<string, Set<string>>();
  for (const { personId, onDay } of rows) found.set(personId, (found.get(personId) ?? new Set()).add(onDay));
  return found;
}
