import type postgres from 'postgres';
import type { Database, Queryable } from '#db/client.ts';
import { hotDriverOf } from '#db/driver.ts';
import { postgresFault } from '#db/errors.ts';

/** Runs prepared statements, inside or outside of a transaction. Instants go in as ISO strings, JSON as text. */
export type HotSql = postgres.Sql;

/**
 * The driver under `q`, for the statements of claim and submit: through it they are prepared once per connection and pipelined.
 * Everything else goes through drizzle. In a command's transaction it is that transaction's, so that both commit together.
 */
export const hotSql: (q: Queryable) => HotSql = hotDriverOf;

/** People whose claims, or submissions, go to the database as one statement. */
export const MOST_TOGETHER = 16;
/** Groups of claims, and of submissions, that one process has under way over all batches: so many connections they take. */
export const GROUPS_AT_ONCE = 12;
/** Of them, those of one batch: the database works on one while another waits for its commit to reach the disk. */
export const GROUPS_AT_ONCE_EACH = 4;

const RETRIED = new Set(['40001', '40P01']);

/** One transaction of hot statements; deadlocks and serialisation failures are tried again, at most twice. */
export async function transactHot<T>(db: Database, body: (sql: HotSql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await hotSql(db).begin((sql) => body(sql as unknown as HotSql))) as T;
    } catch (error) {
      const fault = postgresFault(error);
      if (attempt < 3 && fault && RETRIED.has(fault.code)) continue;
      throw error;
    }
  }
}
