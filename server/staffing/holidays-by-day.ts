import type { Holiday } from './public-holidays.ts';

/** A public holiday that so many of some people keep by what their vendor has set. */
export type SharedHoliday = { on: string; name: string; people: number };

/**
 * The public holidays of people day by day, so that fewer hours in a week have a name. Only those that the vendor has set itself are
 * given to it: which ones a person has chosen is theirs alone. A day that two calendars call otherwise has both names.
 */
export function holidaysByDay(kept: readonly (readonly Holiday[])[]): SharedHoliday[] {
  const days = new Map<string, { names: Set<string>; people: number }>();
  for (const holidays of kept)
    for (const { on, name } of holidays) {
      const day = days.get(on) ?? { names: new Set(), people: 0 };
      days.set(on, { names: day.names.add(name), people: day.people + 1 });
    }
  return [...days]
    .map(([on, { names, people }]) => ({ on, name: [...names].sort().join(' · '), people }))
    .sort((a, b) => (a.on < b.on ? -1 : 1));
}
