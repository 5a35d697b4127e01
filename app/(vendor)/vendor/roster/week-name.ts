const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A week by its Monday, short enough for a column: "7 Dec". */
export function weekName(monday: string): string {
  return DAY.format(new Date(`${monday}T00:00:00Z`));
}

/** The Mondays of a plan. */
export function mondaysFrom(startOn: string, weeks: number): string[] {
  const start = Date.parse(`${startOn}T00:00:00Z`);
  return Array.from({ length: weeks }, (_, week) =>
    new Date(start + week * 7 * 86_400_000).toISOString().slice(0, 10),
  );
}
