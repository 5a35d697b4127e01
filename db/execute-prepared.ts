import type { SQL } from 'drizzle-orm';
import type { PgDialect } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import type { Queryable } from './client.ts';
import { driverOf } from './driver.ts';

/**
 * `execute` for a statement that is asked all day in the same words: it is parsed and planned once per connection, and not for every
 * question, which for one that joins many tables takes longer than the answer. Only for statements whose text never varies with
 * its values: every text is kept by every connection. Inside or outside of a transaction.
 */
export async function executePrepared<Row extends Record<string, unknown> = Record<string, unknown>>(
  q: Queryable,
  statement: SQL,
): Promise<Row[]> {
  const { dialect } = q as unknown as { dialect: PgDialect };
  const { sql, params } = dialect.sqlToQuery(statement);
  return driverOf(q).unsafe<Row[]>(sql, params as postgres.ParameterOrJSON<never>[], { prepare: true });
}
