import type postgres from 'postgres';
import type { Queryable } from './client.ts';

/**
 * The driver under a pool or a transaction of drizzle's, for what drizzle does not do: statements that are prepared once per connection
 * and pipelined, and `copy`. In a transaction it is the transaction's own, so that both commit together.
 */
export function driverOf(q: Queryable): postgres.Sql {
  return (q as unknown as { session: { client: postgres.Sql } }).session.client;
}
