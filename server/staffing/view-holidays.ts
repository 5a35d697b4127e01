import type { OrgContext, UserContext } from '#server/command/context.ts';
import { daysAfter } from './availability-rules.ts';
import { findHolidayDefault, listHolidayChoices, listWorkedHolidays } from './holiday-queries.ts';
import { calendarOf } from './holiday-rules.ts';
import type { HolidayDefaultView, HolidaysView } from './holiday-schemas.ts';
import { calendarCountries, publicHolidays } from './public-holidays.ts';

/** Days ahead that a person sees. */
const AHEAD = 365;

/** Whose public holidays the acting person keeps, and which days of the next twelve months those are. */
export async function viewHolidays(ctx: UserContext): Promise<HolidaysView> {
  const { personId, orgId } = ctx.actor;
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const [said, byDefault, worked, countries] = await Promise.all([
    listHolidayChoices(ctx.db, [personId]),
    orgId === null ? null : findHolidayDefault(ctx.db, orgId),
    listWorkedHolidays(ctx.db, [personId], today),
    calendarCountries(),
  ]);
  const { choice, ownCountry } = said.get(personId) ?? { choice: null, ownCountry: null };
  const calendar = calendarOf(choice, byDefault, ownCountry);
  const days = calendar === null ? [] : await publicHolidays(calendar, today, daysAfter(today, AHEAD));
  const works = worked.get(personId);
  return {
    keeps: choice === null ? 'vendor' : !choice.keeps ? 'none' : choice.country === null ? 'own' : 'calendar',
    country: choice?.country ?? null,
    region: choice?.region ?? null,
    calendar,
    ownCountry,
    countries,
    days: days.map((one) => ({ ...one, works: works?.has(one.on) ?? false })),
  };
}

/** What the acting vendor has set for its people. */
export async function viewHolidayDefault(ctx: OrgContext): Promise<HolidayDefaultView> {
  const [byDefault, countries] = await Promise.all([
    findHolidayDefault(ctx.db, ctx.actor.orgId),
    calendarCountries(),
  ]);
  return {
    mode: byDefault === null ? 'off' : byDefault.country === null ? 'own' : 'calendar',
    country: byDefault?.country ?? null,
    region: byDefault?.region ?? null,
    countries,
  };
}
