import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '#db/client.ts';

const CHUNK = 500;

/** Many rows in statements of so many each. */
export async function bulk<T extends PgTable>(
  db: Database,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK)
    await db.insert(table).values([...rows.slice(from, from + CHUNK)]);
}
