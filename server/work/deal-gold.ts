import type { Dealt } from './claim-together.ts';
import type { HotSql } from './hot-sql.ts';

/** How much readers were dealt so far; who has not joined is left out. Index: the primary key. */
export async function findDealt(
  sql: HotSql,
  p: { batchId: string; annotatorIds: readonly string[]; locks: boolean },
): Promise<Dealt[]> {
  const rows = await sql`
    select annotator_id, dealt, gold_next, reader_no from readers
    where batch_id = ${p.batchId} and annotator_id = any(${[...p.annotatorIds]}::uuid[]) and tier = 'label'
    ${p.locks ? sql`for update` : sql``}`;
  return rows.map((row) => ({
    annotatorId: row.annotator_id,
    dealt: row.dealt,
    goldNext: row.gold_next,
    readerNo: row.reader_no,
  }));
}

/** Counts what was dealt beside gold: reads, and places of the pool that held nothing for the reader. Index: the primary key. */
export async function countDealt(
  sql: HotSql,
  p: { batchId: string; annotatorId: string; ordinals: number; placesUsed: number },
): Promise<void> {
  await sql`
    update readers r set dealt = r.dealt + ${p.ordinals}::int, gold_next = r.gold_next + ${p.placesUsed}::int
    where r.batch_id = ${p.batchId} and r.annotator_id = ${p.annotatorId} and r.tier = 'label'`;
}
