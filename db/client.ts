import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema/index.ts';

export type Schema = typeof schema;
/** A pool of connections as the app's database role. */
export type Database = PostgresJsDatabase<Schema>;
/** An open transaction. */
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];
/** Either; for reads that run inside or outside of a transaction. */
export type Queryable = Database | Tx;

export type DatabaseHandle = { db: Database; sql: postgres.Sql; close(): Promise<void> };

/** Opens a pool. `max` bounds connections; statements that run for longer than 30 s are a bug and are cut. */
export function openDatabase(url: string, options: { max?: number; name?: string } = {}): DatabaseHandle {
  const sql = postgres(url, {
    max: options.max ?? 10,
    idle_timeout: 30,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: options.name ?? 'readroom', statement_timeout: 30_000 },
  });
  return { db: drizzle(sql, { schema, casing: 'snake_case' }), sql, close: () => sql.end({ timeout: 5 }) };
}
