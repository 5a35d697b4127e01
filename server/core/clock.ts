/** Where the time comes from; injected, so that tests and simulations decide what time it is. */
export type Clock = { now(): Date };

/** The wall clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told to move; for tests, seeds and simulations. */
export function manualClock(
  start: Date | string,
): Clock & { advance(ms: number): void; set(to: Date): void } {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms;
    },
    set: (to) => {
      at = to.getTime();
    },
  };
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `date` moved by `ms` milliseconds. */
export function plus(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
