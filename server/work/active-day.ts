/**
 * Sets a reader's active time of the day: it begins anew with the first submit after midnight UTC. SQL for the `set` of an
 * update of readers; `at` and `ms` are expressions.
 */
export function activeToday(reader: string, ms: string, at: string): string {
  const day = `(${at} at time zone 'UTC')::date`;
  return `day_active_ms = case when ${reader}.active_day = ${day} then ${reader}.day_active_ms else 0 end + ${ms},
    active_day = ${day}`;
}

/**
 * Active time that a device says was spent since an instant, in ms: no more than has passed by the server's clock, never below zero.
 * What is earned in an hour, and what is topped up, goes by it. SQL; `ms`, `since` and `at` are expressions.
 */
export function passedAtMost(ms: string, since: string, at: string): string {
  return `greatest(0, least(${ms}, extract(epoch from ${at} - ${since}) * 1000))::int`;
}
