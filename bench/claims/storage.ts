import { sql } from 'drizzle-orm';
import { measured } from '#bench/result.ts';
import type { Findings, World } from './world.ts';

const STORAGE_LIMIT_BYTES = 600;

type Sized = { name: string; parent: string; bytes: string };

/**
 * Bytes of tasks, slots and releases for each slot, and of labels for each label, indexes and all, as the run leaves them: vacuumed,
 * neither rewritten nor reindexed. Most of a million slots are still open then; what a batch weighs that is read to its end is in
 * ADR 031.
 */
export async function storage(world: World, { cases, checks }: Findings): Promise<void> {
  await world.admin`vacuum (analyze) slots, tasks, labels, slot_releases`;
  const indexes = await world.admin<Sized[]>`
    select x.relname as name, c.relname as parent, pg_relation_size(x.oid)::text as bytes from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relname in ('tasks', 'slots', 'slot_releases', 'labels') order by 2, 1`;
  const tables = await world.admin<Sized[]>`
    select c.relname as name, c.relname as parent, pg_table_size(c.oid)::text as bytes from pg_class c
    where c.relname in ('tasks', 'slots', 'slot_releases', 'labels') and c.relkind = 'r' order by 1`;
  const rows = [...tables, ...indexes];
  const [n] = await world.db.execute<{ slots: number; labels: number }>(
    sql`select (select count(*)::int from slots) as slots, (select count(*)::int from labels) as labels`,
  );
  const slots = n?.slots ?? 1;
  const labels = Math.max(1, n?.labels ?? 1);
  let perLabel = 0;
  for (const row of rows) {
    const bytes = Number(row.bytes) / (row.parent === 'labels' ? labels : slots);
    perLabel += bytes;
    cases.push(
      measured(`storage, ${row.parent}`, row.name, bytes, `B/${row.parent === 'labels' ? 'label' : 'slot'}`),
    );
  }
  checks.push({
    check: `a categorical label takes at most ${STORAGE_LIMIT_BYTES} B in tasks, slots, releases (by slot, most still open) and labels`,
    pass: perLabel <= STORAGE_LIMIT_BYTES,
    detail: `${Math.round(perLabel)} B over ${slots.toLocaleString('en')} slots and ${labels.toLocaleString('en')} labels`,
  });
}
