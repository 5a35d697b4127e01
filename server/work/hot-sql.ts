import type postgres from 'postgres';
import type { Database, Tx } from '#db/client.ts';
import { postgresFault } from '#db/errors.ts';

/** Runs prepared statements, inside or outside of a transaction. Instants go in as ISO strings, JSON as text. */
export type HotSql = postgres.Sql;

/**
 * The driver under `db`, for the statements of claim and submit: through it they are prepared once per connection and
 * pipelined. Everything else goes through drizzle.
 */
export function hotSql(db: Database): HotSql {
  return (db as Database & { $client: HotSql }).$client;
}

/** The same inside a command's transaction, so that hot statements and others commit together. */
export function hotSqlOf(tx: Tx): HotSql {
  return (tx as unknown as { session: { client: HotSql } }).session.client;
}

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
