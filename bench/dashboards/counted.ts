import { drizzle } from 'drizzle-orm/postgres-js';
import type { World } from '#bench/claims/world.ts';
import * as schema from '#db/schema/index.ts';
import { type BrokenInvariant, checkWorkInvariants } from '#server/work/check-invariants.ts';

const SCHEMA = 'counted';

/**
 * Shows the rows of some batches alone, under the names of their tables, in a schema of its own: with it on the search path every recount is
 * of these batches, whatever else the database holds. With `xmin`, by which roll-ups tell what they have counted.
 */
export async function showAlone({ admin }: World, batchIds: readonly string[]): Promise<void> {
  const ids = batchIds.map((id) => `'${id}'`).join(', ');
  const tables = await admin<{ name: string; key: string }[]>`
    select c.relname as name, a.attname as key from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
      and (a.attname = 'batch_id' or (c.relname = 'batches' and a.attname = 'id'))`;
  const views = tables.map(
    ({ name, key }) =>
      `create view ${SCHEMA}."${name}" as select xmin, * from public."${name}" where ${key} in (${ids})`,
  );
  await admin.unsafe([`create schema ${SCHEMA}`, ...views].join(';\n'));
}

/** Takes that schema away. */
export async function showNoMore({ admin }: World): Promise<void> {
  await admin.unsafe(`drop schema ${SCHEMA} cascade`);
}

/** One look: what was not as it is counted, of how many labels, in one snapshot. */
export type Look = { labels: number; broken: BrokenInvariant[] };

/** Every rule and every recount of what is shown, in one snapshot (`repeatable read`). */
export async function lookOnce({ admin }: World): Promise<Look> {
  return drizzle(admin, { schema, casing: 'snake_case' }).transaction(
    async (tx) => {
      await tx.execute(`set local search_path = ${SCHEMA}, public`);
      // Without statistics (ADR 002) the planner takes a batch for a row or two, and goes through it again for each of them: by hashes, in the
      // order in which they are written, no join is more than its rows.
      await tx.execute('set local enable_nestloop = off');
      await tx.execute('set local join_collapse_limit = 1');
      const [row] = await tx.execute<{ n: number }>('select count(*)::int as n from labels');
      return { labels: row?.n ?? 0, broken: await checkWorkInvariants(tx) };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}
