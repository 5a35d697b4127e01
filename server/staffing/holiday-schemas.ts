import { z } from 'zod';

const country = z.string().regex(/^[A-Z]{2}$/, 'A country is its two-letter code, for example DE.');
const region = z.string().regex(/^[A-Za-z0-9-]{1,12}$/, 'Choose a region of the list.');
const named = z.array(z.object({ code: z.string(), name: z.string() }));

export const regionsInput = z.strictObject({ country });
export const regionsView = named;

/** `vendor`: as the vendor has set it; `own`: those of the account's country; `none`: works on them all; or another calendar. */
export const chooseHolidaysInput = z.discriminatedUnion('keeps', [
  z.strictObject({ keeps: z.literal('vendor') }),
  z.strictObject({ keeps: z.literal('own') }),
  z.strictObject({ keeps: z.literal('none') }),
  z.strictObject({ keeps: z.literal('calendar'), country, region: region.nullable() }),
]);
export const workOnHolidayInput = z.strictObject({
  on: z.iso.date('Give the day as year-month-day, for example 2026-12-25.'),
  works: z.boolean(),
});

/** `off`: no holidays are counted unless a person says so; `own`: each person's country; or one calendar for all. */
export const holidayDefaultInput = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('off') }),
  z.strictObject({ mode: z.literal('own') }),
  z.strictObject({ mode: z.literal('calendar'), country, region: region.nullable() }),
]);
export const holidayDefaultView = z.object({
  mode: z.enum(['off', 'own', 'calendar']),
  country: z.string().nullable(),
  region: z.string().nullable(),
  countries: named,
});
export type HolidayDefaultView = z.infer<typeof holidayDefaultView>;

/** What the acting person keeps, and the days of the next twelve months. */
export const holidaysView = z.object({
  keeps: z.enum(['vendor', 'own', 'none', 'calendar']),
  country: z.string().nullable(),
  region: z.string().nullable(),
  /** The calendar that counts now; null when no day is taken off. */
  calendar: z.object({ country: z.string(), region: z.string().nullable() }).nullable(),
  ownCountry: z.string().nullable(),
  countries: named,
  days: z.array(z.object({ on: z.string(), name: z.string(), works: z.boolean() })),
});
export type HolidaysView = z.infer<typeof holidaysView>;
