const formats = new Map<string, Intl.DateTimeFormat | null>();

/** Making a format takes a hundred times as long as using it; null for a zone that this machine does not know. */
function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | null = null;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    // Not a zone: remembered as such.
  }
  formats.set(zone, format);
  return format;
}

/** True for a zone this machine knows, by its IANA name. */
export function isTimezone(zone: string): boolean {
  return formatOf(zone) !== null;
}

/** Minutes that a zone is ahead of UTC at an instant, negative to the west; 0 for a zone that nobody knows. */
export function zoneOffsetMinutes(zone: string, at: Date): number {
  const parts = formatOf(zone)?.formatToParts(at);
  const name = parts?.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
