const words = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/**
 * A calendar day as notices say it, in the words that screens use for a day: `2026-11-21` is "21 Nov 2026". Takes the day as stored
 * (ISO, without time).
 *
 * @example sayDay('2026-11-21') // 21 Nov 2026
 */
export function sayDay(day: string): string {
  return words.format(new Date(`${day}T00:00:00Z`));
}
