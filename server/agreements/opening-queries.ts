import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** The number of the gate's words in `opening_grounds`; the migration that moved them there reckons it in SQL. */
const groundIdOf = (words: string): bigint => createHash('sha256').update(words).digest().readBigInt64BE(0);

/** Openings of several files at one moment on one ground, and its words unless they are there; one statement, so never one alone. */
export async function insertOpenings(
  q: Queryable,
  row: {
    at: Date;
    personId: string;
    assetIds: readonly string[];
    batchId: string | null;
    allowed: boolean;
    words: string;
    country: string | null;
  },
): Promise<void> {
  const groundId = groundIdOf(row.words).toString();
  await q.execute(sql`
    with ground as (
      insert into opening_grounds (id, words) values (${groundId}::bigint, ${row.words}) on conflict do nothing)
    insert into asset_openings (at, person_id, asset_id, batch_id, allowed, country, ground_id)
    select ${row.at.toISOString()}::timestamptz, ${row.personId}::uuid, a.id, ${row.batchId}::uuid, ${row.allowed}::boolean,
      ${row.country}::char(2), ${groundId}::bigint
    from unnest(${sql.param([...row.assetIds])}::uuid[]) as a (id)`);
}
