import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** Submits of label work that bring a batch no nearer to its end. */
export type Besides = {
  /** Reads that their readers took back and handed in again, or hold. */
  corrected: number;
  /** Repeats handed in (R23). */
  repeats: number;
  /** First reads that were rejected: another takes the place of each (R31). */
  rejected: number;
};

/**
 * What was submitted in some batches besides the first reads they are to have (`slotCount` less `askedRepeats`), by the readers' own rows.
 * Of repeats that were taken, those still held are none of the submitted. Dealt gold is left in. Indexes: the primary key,
 * slots_lease_idx, slots_rejected_idx.
 */
export async function submittedBesides(
  q: Queryable,
  batchIds: readonly string[],
): Promise<Map<string, Besides>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<Besides & { batchId: string }>(sql`
    select b.id as "batchId", r.corrected,
      r.repeats - case when r.repeats = 0 then 0 else (select count(*)::int from slots s
        where s.batch_id = b.id and s.status = 'leased' and s.tier = 'label' and s.round > 1) end as repeats,
      case when r.rejected = 0 then 0 else (select count(*)::int from slots s
        where s.batch_id = b.id and s.status = 'rejected' and s.tier = 'label' and s.round = 1) end as rejected
    from batches b
    cross join lateral (
      select coalesce(sum(o.corrected), 0)::int as corrected, coalesce(sum(o.repeats_taken), 0)::int as repeats,
        coalesce(sum(o.rejected), 0)::int as rejected
      from readers o where o.batch_id = b.id and o.tier = 'label') r
    where b.id = any (${sql.param([...batchIds])}::uuid[])`);
  return new Map([...rows].map(({ batchId, ...besides }) => [batchId, besides]));
}
