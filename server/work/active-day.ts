/**
 * Sets a reader's active time of the day: it begins anew with the first submit after midnight UTC. SQL for the `set` of an
 * update of readers; `at` and `ms` are expressions.
 */
export function activeToday(reader: string, ms: string, at: string): string {
  const day = `(${at} at time zone 'UTC')::date`;
  return `day_active_ms = case when ${reader}.active_day = ${day} then ${reader}.day_active_ms else 0 end + ${ms},
    active_day = ${day}`;
}
