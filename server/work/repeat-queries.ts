import type { Queryable } from '#db/client.ts';
import { type ClaimKey, part } from './claim-queries.ts';
import { type HotSql, hotSql } from './hot-sql.ts';
import { PARKED } from './park-queries.ts';

/* Repeats that wait for a person (R23), for words and counts; `claimRepeats` gives them out. Index of all: slots_reserved_idx. */

const micros = (at: Date): string => (BigInt(at.getTime()) * 1000n).toString();

/** When the next repeat opens that waits for a day; null when none does. */
export async function nextRepeatAt(sql: HotSql, p: ClaimKey & { now: Date }): Promise<Date | null> {
  const [row] = await sql`
    select min(s.sort_key)::text as at from slots s
    where s.batch_id = ${p.batchId} and s.reserved_for = ${p.annotatorId} and s.tier = ${p.tier}
      and s.annotator_id is null and s.sort_key > ${micros(p.now)}::bigint and s.sort_key < ${PARKED.toString()}::bigint`;
  return row?.at ? new Date(Number(BigInt(row.at) / 1000n)) : null;
}

/** The read before repeat `s` of this person is in force, as `claimRepeats` asks. Index: slots_person_task_key. */
const follows = (sql: HotSql, p: ClaimKey) =>
  part(sql`(select true from slots b where b.batch_id = ${p.batchId} and b.annotator_id = ${p.annotatorId}
    and b.task_id = s.task_id and b.tier = ${p.tier} and b.round = s.round - 1
    and b.status in ('submitted', 'accepted') limit 1) is not null`);

/** Repeats that the person could take now; counts no further than `most`. */
export async function countDueRepeats(
  q: Queryable,
  p: ClaimKey & { now: Date; most: number },
): Promise<number> {
  const sql = hotSql(q);
  const [row] = await sql`
    select count(*)::int as n from (
      select 1 from slots s
      where s.batch_id = ${p.batchId} and s.reserved_for = ${p.annotatorId} and s.tier = ${p.tier}
        and s.annotator_id is null and s.sort_key <= ${micros(p.now)}::bigint and ${follows(sql, p)}
      limit ${p.most}) due`;
  return row?.n ?? 0;
}

/**
 * Readers of an open batch who may read there and whose earliest waiting repeat was due at an instant between `since` and `until`, with the round that
 * it is of; repeats that open at once are left out. A look at the batch's readers, and of those for whom something waits one probe.
 */
export async function listNewlyDue(
  q: Queryable,
  p: { batchId: string; since: Date; until: Date },
): Promise<{ personId: string; round: number }[]> {
  const sql = hotSql(q);
  const rows = await sql`
    select r.annotator_id, f.round from batches b
    join readers r on r.batch_id = b.id and r.tier = 'label' and r.repeats > 0 and r.status = 'active'
    cross join lateral (
      select s.sort_key, s.round from slots s
      where s.batch_id = ${p.batchId} and s.reserved_for = r.annotator_id and s.tier = 'label' and s.annotator_id is null
      order by s.sort_key, s.round limit 1) f
    where b.id = ${p.batchId} and b.status = 'open' and (b.repeat_after_days > 0 or r.repeat_after_days > 0)
      and f.sort_key between ${micros(p.since)}::bigint and ${micros(p.until)}::bigint
    order by r.annotator_id`;
  return rows.map((row) => ({ personId: row.annotator_id as string, round: row.round as number }));
}
