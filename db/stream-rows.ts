import type { SQL } from 'drizzle-orm';
import type { PgDialect } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import type { Database } from './client.ts';
import { driverOf } from './driver.ts';

/** Rows that come and are worked on at once. */
const ROWS = 2000;
/** How long a whole pass may take, and the memory of one sort or hash in it. */
const TIMEOUT = '10min';
const WORK_MEM = '64MB';

/**
 * The rows of a query that goes through whole tables, `ROWS` at a time; the next are asked for when `each` has taken these, so no more
 * are held. One statement, so all of it is of one moment; it takes a connection of the pool until it has ended.
 */
export async function streamRows<Row extends Record<string, unknown>>(
  db: Database,
  query: SQL,
  each: (rows: readonly Row[]) => void,
): Promise<void> {
  const { dialect } = db as unknown as { dialect: PgDialect };
  const { sql: text, params } = dialect.sqlToQuery(query);
  await driverOf(db).begin('read only', async (tx) => {
    await tx.unsafe(`set local statement_timeout = '${TIMEOUT}'; set local work_mem = '${WORK_MEM}'`);
    await tx
      .unsafe<Row[]>(text, params as postgres.ParameterOrJSON<never>[], { prepare: true })
      .cursor(ROWS, each);
  });
}
