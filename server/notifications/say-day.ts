const dayWords = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

const minuteWords = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/**
 * A calendar day as notices and messages say it, in the words that screens use for a day. Takes the day as stored (ISO, without
 * time), or an instant, whose day in UTC it says.
 *
 * @example sayDay('2026-11-21') // 21 Nov 2026
 */
export function sayDay(day: string | Date): string {
  return dayWords.format(typeof day === 'string' ? new Date(`${day}T00:00:00Z`) : day);
}

/**
 * An instant to the minute, where a sentence is read by people in different zones: it names its zone.
 *
 * @example sayMinute(new Date('2026-11-21T14:05:09Z')) // 21 Nov 2026, 14:05 UTC
 */
export function sayMinute(at: Date): string {
  return `${minuteWords.format(at)} UTC`;
}
