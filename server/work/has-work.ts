/** What a line of a person's list of work holds for them. */
type Held = {
  openCount: number;
  dueRepeats: number;
  joined: { held: number; returned: number } | null;
};

/**
 * True when there is something to take up: open cases, repeats whose day has come (R23), cases in hand, or one's own work returned. For
 * the list and for what is most needed alike.
 */
export function hasWork({ openCount, dueRepeats, joined }: Held): boolean {
  return openCount > 0 || dueRepeats > 0 || (joined?.held ?? 0) > 0 || (joined?.returned ?? 0) > 0;
}
