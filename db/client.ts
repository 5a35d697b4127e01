import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { keepForHot, markSharded } from './driver.ts';
import * as schema from './schema/index.ts';

export type Schema = typeof schema;
/** A pool of connections as the app's database role. */
export type Database = PostgresJsDatabase<Schema>;
/** An open transaction. */
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];
/** Either; for reads that run inside or outside of a transaction. */
export type Queryable = Database | Tx;

export type DatabaseHandle = { db: Database; sql: postgres.Sql; close(): Promise<void> };

/** Plans for any values; and by keys always, however few rows a table had when they were made. */
const PLANNED_ONCE = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' };

/**
 * Opens a pool. `max` bounds connections; statements that run for longer than 30 s are a bug and are cut. Where cases are claimed and
 * handed in (`isRead`), half of the connections are for those statements (`hotDriverOf`). `isSharded`: groups of them are of one batch each.
 */
export function openDatabase(
  url: string,
  options: { max?: number; name?: string; isRead?: boolean; isSharded?: boolean } = {},
): DatabaseHandle {
  const { max = 10, name = 'readroom', isRead = false, isSharded = false } = options;
  const open = (connections: number, more: object = {}) => {
    const driver = postgres(url, {
      max: connections,
      idle_timeout: 30,
      connect_timeout: 10,
      onnotice: () => {},
      connection: { application_name: name, statement_timeout: 30_000, ...more },
    });
    // Also where drizzle's own statements are not sent: it settles how the driver writes JSON and instants.
    return { driver, db: drizzle(driver, { schema, casing: 'snake_case' }) };
  };
  const forHot = isRead ? Math.floor(max / 2) : 0;
  const { driver: sql, db } = open(max - forHot);
  const hot = forHot > 0 ? open(forHot, PLANNED_ONCE).driver : null;
  if (hot !== null) keepForHot(db, hot);
  if (isSharded) markSharded(db);
  const close = async () => {
    await Promise.all([sql.end({ timeout: 5 }), hot?.end({ timeout: 5 })]);
  };
  return { db, sql, close };
}
