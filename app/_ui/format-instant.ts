export type InstantStyle = 'day' | 'short-day' | 'minute' | 'second' | 'time';

const styles: Record<InstantStyle, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  'short-day': { day: 'numeric', month: 'short' },
  minute: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  second: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
  time: { hour: '2-digit', minute: '2-digit' },
};

/** An instant in a zone, day before month in words and a 24-hour clock, so that it reads one way everywhere. */
export function formatInstant(instant: Date, style: InstantStyle, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { ...styles[style], hourCycle: 'h23', timeZone: zone }).format(
    instant,
  );
}
