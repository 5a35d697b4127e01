import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { type DraftWork, draftWork } from './draft-work.ts';
import { isHeldBy } from './held-slots.ts';
import { type HotSql, hotSql } from './hot-sql.ts';
import type { Tier } from './rules.ts';

/**
 * The newest draft of a person for a task at a tier, under whichever lease, of work that they have not handed in since: a repeat opens
 * empty, or it would repeat nothing (R23), and a returned read as it was submitted. $1 batch, $2 person, $3 task, $4 tier. Indexes:
 * drafts_task_idx, slots_person_task_key.
 */
export const FIND_DRAFT = `
select answers, work, active_ms, updated_at from drafts d
where batch_id = $1::uuid and annotator_id = $2::uuid and task_id = $3::uuid
  and answers is not null and coalesce(work ->> 'tier', $4::text) = $4::text
  and (select true from slots s where s.batch_id = $1::uuid and s.annotator_id = $2::uuid and s.task_id = $3::uuid
    and s.tier = $4::text and s.submitted_at >= d.updated_at limit 1) is null
order by updated_at desc limit 1`;

/** What a person has put down about a case and not handed in; null when there is nothing. */
export async function findDraft(
  q: Queryable,
  of: { batchId: string; personId: string; taskId: string; tier: Tier },
): Promise<{ answers: Answers; work: DraftWork | null; activeMs: number; savedAt: Date } | null> {
  const parameters = [of.batchId, of.personId, of.taskId, of.tier];
  const [row] = await hotSql(q).unsafe(FIND_DRAFT, parameters, { prepare: true });
  if (!row) return null;
  return {
    answers: answersRecord.parse(row.answers),
    work: draftWork.nullable().parse(row.work),
    activeMs: row.active_ms,
    savedAt: new Date(row.updated_at),
  };
}

/**
 * Keeps what somebody has put down, also when their lease is over. Returns whether it did: false where something newer is kept. Index:
 * the primary key.
 */
export async function keepDraft(
  sql: HotSql,
  d: {
    batchId: string;
    leaseId: string;
    annotatorId: string;
    taskId: string;
    answers: unknown;
    work: DraftWork | null;
    activeMs: number;
    now: Date;
    /** Of a lease that is over: only what is no older than what is kept takes its place; of a row that tells time alone, anything. */
    isLate?: boolean;
  },
): Promise<boolean> {
  const kept = await sql`
    insert into drafts (batch_id, lease_id, annotator_id, task_id, answers, work, active_ms, updated_at)
    values (${d.batchId}, ${d.leaseId}, ${d.annotatorId}, ${d.taskId}, ${JSON.stringify(d.answers)},
      ${d.work === null ? null : JSON.stringify(d.work)}, ${d.activeMs}, ${d.now.toISOString()})
    on conflict (batch_id, lease_id) do update set answers = excluded.answers, work = excluded.work,
      active_ms = greatest(drafts.active_ms, excluded.active_ms), updated_at = excluded.updated_at
    where drafts.annotator_id = excluded.annotator_id
      and (not ${d.isLate ?? false}::boolean or drafts.answers is null or drafts.updated_at <= excluded.updated_at)
    returning lease_id`;
  return kept.length > 0;
}

/**
 * Notes the active time on cases that are held, which the gate pays for when it closes (R27): the device's word, no more than has
 * passed since the claim, and never less than was told before. What was put down, and when, stays. Indexes: slots_person_task_key,
 * the primary key.
 */
export async function tellTime(
  q: Queryable,
  of: {
    batchId: string;
    annotatorId: string;
    active: readonly { leaseId: string; activeMs: number }[];
    now: Date;
  },
): Promise<void> {
  const told = of.active.filter((one) => one.activeMs > 0);
  if (told.length === 0) return;
  const now = of.now.toISOString();
  await q.execute(sql`
    insert into drafts (batch_id, lease_id, annotator_id, task_id, active_ms, updated_at)
    select ${of.batchId}::uuid, s.lease_id, s.annotator_id, s.task_id,
      least(u.ms, greatest(0, extract(epoch from ${now}::timestamptz - s.claimed_at) * 1000))::int, ${now}::timestamptz
    from (select lease_id, max(ms) as ms from unnest(${sql.param(told.map((one) => one.leaseId))}::uuid[],
      ${sql.param(told.map((one) => one.activeMs))}::int[]) as u (lease_id, ms) group by 1) u
    join (
      select s.lease_id, s.annotator_id, s.task_id, s.claimed_at from slots s
      where ${isHeldBy(of)} and s.lease_until > ${now}::timestamptz offset 0) s on s.lease_id = u.lease_id
    on conflict (batch_id, lease_id) do update set active_ms = greatest(drafts.active_ms, excluded.active_ms)
    where drafts.annotator_id = excluded.annotator_id`);
}

/** Those of some leases under which something was put down. Index: the primary key. */
export async function listBegun(
  q: Queryable,
  of: { batchId: string; leaseIds: readonly string[] },
): Promise<ReadonlySet<string>> {
  const rows = await q.execute<{ leaseId: string }>(sql`
    select lease_id as "leaseId" from drafts
    where batch_id = ${of.batchId} and lease_id = any (${sql.param([...of.leaseIds])}::uuid[])
      and answers is not null`);
  return new Set([...rows].map((row) => row.leaseId));
}

/**
 * Cases that ran out on a person while their answers are kept, and that they have not handed in since. Looks at the
 * newest 200 that ran out on them here. Indexes: slot_releases_expired_idx, the primary key of drafts, slots_person_task_key.
 */
export async function countKeptDrafts(
  q: Queryable,
  of: { batchId: string; annotatorId: string; tier: Tier },
): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(distinct x.task_id)::int as n from (
      select task_id, lease_id from slot_releases
      where batch_id = ${of.batchId} and annotator_id = ${of.annotatorId} and cause = 'expired' and tier = ${of.tier}
      order by at desc limit 200) x
    join drafts d on d.batch_id = ${of.batchId} and d.lease_id = x.lease_id and d.answers is not null
    where (select true from slots s where s.batch_id = ${of.batchId} and s.annotator_id = ${of.annotatorId}
      and s.task_id = x.task_id and s.tier = ${of.tier} limit 1) is null`);
  return row?.n ?? 0;
}

/** Batches that hold drafts, but for those on legal hold, with the time of their settlement. Index: the primary key of drafts. */
export async function listBatchesWithDrafts(
  q: Queryable,
): Promise<{ batchId: string; settledAt: Date | null }[]> {
  const rows = await q.execute<{ batchId: string; settledAt: string | null }>(sql`
    select b.id as "batchId", b.settled_at as "settledAt" from batches b
    where b.status <> 'draft' and not b.legal_hold and exists (select 1 from drafts d where d.batch_id = b.id) order by b.id`);
  return [...rows].map(({ batchId, settledAt }) => ({
    batchId,
    settledAt: settledAt === null ? null : new Date(settledAt),
  }));
}

/**
 * Looks at `limit` drafts of a batch beyond the lease `after` and removes those that nobody has touched since `before` and whose case
 * the person has handed in or skipped since; with `isOver` all of them. Returns the last lease it looked at, null at the end.
 * Indexes: the primary keys of drafts and slot_releases, slots_person_task_key.
 */
export async function removeDraftsBeyond(
  tx: Tx,
  p: { batchId: string; after: string; limit: number; before: Date; isOver: boolean },
): Promise<{ last: string | null; removed: number }> {
  const [row] = await tx.execute<{ last: string | null; seen: number; removed: number }>(sql`
    with looked as materialized (
      select lease_id, annotator_id, task_id, updated_at from drafts
      where batch_id = ${p.batchId} and lease_id > ${p.after} order by lease_id limit ${p.limit}),
    done as materialized (
      select o.lease_id from looked o where ${p.isOver}::boolean
        or (select true from slots s where s.batch_id = ${p.batchId} and s.annotator_id = o.annotator_id
          and s.task_id = o.task_id and s.status <> 'leased' and s.submitted_at >= o.updated_at limit 1)
        or (select true from slot_releases x where x.batch_id = ${p.batchId} and x.annotator_id = o.annotator_id
          and x.task_id = o.task_id and x.cause = 'skipped' and x.lease_id = o.lease_id limit 1)),
    gone as (
      delete from drafts d where d.batch_id = ${p.batchId} and d.lease_id = any (array(select lease_id from done))
        and d.updated_at < ${p.before.toISOString()}::timestamptz
      returning 1)
    select (select lease_id from looked order by lease_id desc limit 1) as last, (select count(*)::int from looked) as seen,
      (select count(*)::int from gone) as removed`);
  const isEnd = (row?.seen ?? 0) < p.limit;
  return { last: isEnd ? null : (row?.last ?? null), removed: row?.removed ?? 0 };
}
