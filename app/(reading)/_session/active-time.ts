/** Without a sign of life for so long, time stops counting (R28: work in the viewer is a sign of life). */
export const IDLE_MS = 60_000;

/** Active time on one case: what is counted, and since when the clock runs; `null` while it stands. */
export type ActiveTime = { countedMs: number; lastAt: number | null };

export const NO_TIME: ActiveTime = { countedMs: 0, lastAt: null };

const since = (time: ActiveTime, now: number) =>
  time.lastAt === null ? 0 : Math.min(Math.max(0, now - time.lastAt), IDLE_MS);

/** A sign of life: counts what passed since the one before, at most `IDLE_MS`, and goes on from `now`. */
export function noteActivity(time: ActiveTime, now: number): ActiveTime {
  return { countedMs: time.countedMs + since(time, now), lastAt: now };
}

/** The case left the screen, was hidden or locked: counts to `now`, at most `IDLE_MS`, and stands. */
export function stopTime(time: ActiveTime, now: number): ActiveTime {
  return { countedMs: time.countedMs + since(time, now), lastAt: null };
}

/** Active milliseconds up to `now`. */
export function activeMs(time: ActiveTime, now: number): number {
  return Math.round(time.countedMs + since(time, now));
}
