import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Database } from '#db/client.ts';
import * as schema from '#db/schema/index.ts';

/** A pool of its own, as the app's role, that keeps the text of every statement sent through it. */
export function spyOnStatements(url: string): { db: Database; said: string[]; end(): Promise<void> } {
  const said: string[] = [];
  // What the driver asks for itself on every new connection is nobody's statement, and comes whenever one more is opened.
  const keep = (query: string) => {
    if (!query.includes('pg_catalog.pg_type')) said.push(query);
  };
  const sql = postgres(url, { max: 4, onnotice: () => {}, debug: (_, query) => keep(query) });
  return { db: drizzle(sql, { schema, casing: 'snake_case' }), said, end: () => sql.end() };
}
