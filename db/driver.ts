import type postgres from 'postgres';
import type { Queryable } from './client.ts';

/**
 * The driver under a pool or a transaction of drizzle's, for what drizzle does not do: statements that are prepared once per connection
 * and pipelined, and `copy`. In a transaction it is the transaction's own, so that both commit together.
 */
export function driverOf(q: Queryable): postgres.Sql {
  return (q as unknown as { session: { client: postgres.Sql } }).session.client;
}

const kept = new WeakMap<object, postgres.Sql>();
const sharded = new WeakSet<object>();

/** Says of a pool that its hot tables are spread over several machines by `batch_id` (ADR 002). */
export function markSharded(db: Queryable): void {
  sharded.add(db);
}

/** Whether each hot statement of a pool must be of one batch, since that is what tells where it is run. */
export const isSharded = (db: Queryable): boolean => sharded.has(db);

/** Sets connections of a pool aside for its hot statements. */
export function keepForHot(db: Queryable, driver: postgres.Sql): void {
  kept.set(db, driver);
}

/**
 * The driver for statements that are sent thousands of times a second in the same words: of a pool, its connections whose plans are
 * made once, for any values. PostgreSQL weighs a plan for any values against what plans for single values were reckoned to cost so far,
 * when the tables were smaller; as they grow it takes the single ones again and again, and planning takes longer than the statement
 * (half of the throughput, ADR 019). In a transaction it is the transaction's own.
 */
export function hotDriverOf(q: Queryable): postgres.Sql {
  return kept.get(q) ?? driverOf(q);
}
