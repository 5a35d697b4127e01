import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';

/** Lets engagements and joins of one person in one independence group take turns until the transaction ends (R15, R23). */
export async function lockIndependence(tx: Tx, group: string, personId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${group}|${personId}`}, 0))`);
}
