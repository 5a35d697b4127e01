import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { LANES_PER_POOL } from './pool-rules.ts';

/** Lanes of one pool: its fresh ones and its late one. */
const lanesOf = (poolNo: number) =>
  sql`(s.lane = ${-poolNo}::int or s.lane between ${poolNo * LANES_PER_POOL + 1}::int and ${(poolNo + 1) * LANES_PER_POOL}::int)`;

/** Open batches whose reads are divided into pools and that are due: those that could overflow, by id from `after` on. Index: batches_status_idx. */
export async function listSharedBatches(
  q: Queryable,
  page: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b where b.status = 'open' and b.pools is not null and b.due_at is not null
      and b.max_reads_per_vendor is null and b.kind in ('production', 'relabel') and (${page.after}::uuid is null or b.id > ${page.after}::uuid)
    order by b.id limit ${page.limit}`);
  return [...rows].map((row) => row.id);
}

/** Label reads of a pool that nobody has taken. Index: slots_claim_idx. */
export async function countUnread(q: Queryable, at: { batchId: string; poolNo: number }): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from slots s
    where s.batch_id = ${at.batchId} and s.tier = 'label' and ${lanesOf(at.poolNo)}
      and s.annotator_id is null and s.reserved_for is null and s.round = 1`);
  return row?.n ?? 0;
}

/** What an organisation's readers have handed in here and their active time, from their own rows. */
export async function sumReadsOf(
  q: Queryable,
  at: { batchId: string; orgId: string },
): Promise<{ submitted: number; activeMs: number }> {
  const [row] = await q.execute<{ submitted: number; activeMs: number }>(sql`
    select coalesce(sum(r.submitted), 0)::int as submitted, coalesce(sum(r.active_ms), 0)::float8 as "activeMs"
    from readers r join engagements e on e.id = r.engagement_id and e.via_org_id = ${at.orgId}
    where r.batch_id = ${at.batchId} and r.tier = 'label'`);
  return row ?? { submitted: 0, activeMs: 0 };
}

/**
 * Moves reads that nobody has taken from one pool of a batch to the late lane of another, which its readers look at first; those
 * farthest from being read go first, what somebody is just taking is left to them. Returns how many, and the places they were given,
 * which tell them from all others. Indexes: slots_claim_idx, the primary key.
 */
export async function moveReads(
  tx: Tx,
  at: { batchId: string; fromPool: number; toPool: number; reads: number; firstKey: bigint },
): Promise<number> {
  const rows = await tx.execute(sql`
    with free as (
      select s.task_id, s.slot_no, s.sort_key from slots s
      where s.batch_id = ${at.batchId} and s.tier = 'label' and ${lanesOf(at.fromPool)}
        and s.annotator_id is null and s.reserved_for is null and s.round = 1
      order by s.sort_key desc, s.slot_no desc limit ${at.reads} for update of s skip locked),
    placed as (
      select f.task_id, f.slot_no, row_number() over (order by f.sort_key, f.slot_no) - 1 as n from free f)
    update slots s set lane = ${-at.toPool}::int, sort_key = ${at.firstKey.toString()}::bigint + p.n
    from placed p
    where s.batch_id = ${at.batchId} and s.task_id = p.task_id and s.slot_no = p.slot_no
    returning 1`);
  return rows.length;
}

/**
 * When the first of some reads of a batch was handed in; null while none was. Looks through the batch only once somebody of the
 * organisation has handed in anything, which their own rows tell. Index: slots primary key of the batch.
 */
export async function findFirstRead(
  q: Queryable,
  at: { batchId: string; orgId: string; keys: { first: bigint; last: bigint } | null },
): Promise<Date | null> {
  const which =
    at.keys === null
      ? sql`true`
      : sql`s.lane <= 0 and s.sort_key between ${at.keys.first.toString()}::bigint and ${at.keys.last.toString()}::bigint`;
  const [row] = await q.execute<{ at: string | null }>(sql`
    select min(s.submitted_at)::text as at from slots s
    join readers r on r.batch_id = s.batch_id and r.annotator_id = s.annotator_id and r.tier = s.tier
    join engagements e on e.id = r.engagement_id and e.via_org_id = ${at.orgId}
    where s.batch_id = ${at.batchId} and s.tier = 'label' and s.submitted_at is not null and ${which}
      and exists (select from readers x join engagements y on y.id = x.engagement_id and y.via_org_id = ${at.orgId}
        where x.batch_id = ${at.batchId} and x.tier = 'label' and x.submitted > 0)`);
  return row?.at == null ? null : new Date(row.at);
}
