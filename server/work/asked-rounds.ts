import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { percentOf } from '#server/core/money.ts';
import type { Batch } from './reads.ts';

/**
 * Repeats at most that each case of a batch brings its readers (R23): the rounds above the first that were asked of them, over all,
 * since a reader reads a case at most once. Under a lock of the batch nobody is asked for more meanwhile. Index: the primary key.
 */
export async function askedRounds(q: Queryable, batchId: string): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select coalesce(sum(repeat_rounds - 1), 0)::int as n from readers where batch_id = ${batchId} and tier = 'label'`);
  return row?.n ?? 0;
}

/** What so many repeats cost with their fee, which is locked for each: by the price of the batch, the dearest of its parts. */
export function costOfRepeats(
  batch: Pick<Batch, 'pricePerReadMinor' | 'feeBasisPoints'>,
  reads: number,
): bigint {
  return BigInt(reads) * (batch.pricePerReadMinor + percentOf(batch.pricePerReadMinor, batch.feeBasisPoints));
}
