import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { type HotSql, hotSql } from './hot-sql.ts';

/** The newest draft of a person for a task, under whichever lease. $1 batch, $2 person, $3 task. Index: drafts_task_idx. */
export const FIND_DRAFT = `
select answers, active_ms, updated_at from drafts
where batch_id = $1::uuid and annotator_id = $2::uuid and task_id = $3::uuid
order by updated_at desc limit 1`;

/** What a person has put down about a case and not handed in; null when there is nothing. */
export async function findDraft(
  q: Queryable,
  of: { batchId: string; personId: string; taskId: string },
): Promise<{ answers: Answers; activeMs: number; savedAt: Date } | null> {
  const [row] = await hotSql(q).unsafe(FIND_DRAFT, [of.batchId, of.personId, of.taskId], { prepare: true });
  if (!row) return null;
  return {
    answers: answersRecord.parse(row.answers),
    activeMs: row.active_ms,
    savedAt: new Date(row.updated_at),
  };
}

/** Keeps what somebody has typed, also when their lease is over. Index: the primary key. */
export async function keepDraft(
  sql: HotSql,
  d: {
    batchId: string;
    leaseId: string;
    annotatorId: string;
    taskId: string;
    answers: unknown;
    activeMs: number;
    now: Date;
  },
): Promise<void> {
  await sql`
    insert into drafts (batch_id, lease_id, annotator_id, task_id, answers, active_ms, updated_at)
    values (${d.batchId}, ${d.leaseId}, ${d.annotatorId}, ${d.taskId}, ${JSON.stringify(d.answers)}, ${d.activeMs},
      ${d.now.toISOString()})
    on conflict (batch_id, lease_id) do update set answers = excluded.answers, active_ms = excluded.active_ms,
      updated_at = excluded.updated_at
    where drafts.annotator_id = excluded.annotator_id`;
}

/** Those of some leases under which something was put down. Index: the primary key. */
export async function listBegun(
  q: Queryable,
  of: { batchId: string; leaseIds: readonly string[] },
): Promise<ReadonlySet<string>> {
  const rows = await q.execute<{ leaseId: string }>(sql`
    select lease_id as "leaseId" from drafts
    where batch_id = ${of.batchId} and lease_id = any (${sql.param([...of.leaseIds])}::uuid[])`);
  return new Set([...rows].map((row) => row.leaseId));
}

/**
 * Cases that ran out on a person while their answers are kept, and that they have not handed in since. Walks what ran out on
 * them here, at most 200. Indexes: the primary keys of slot_releases and drafts, slots_person_task_key.
 */
export async function countKeptDrafts(
  q: Queryable,
  of: { batchId: string; annotatorId: string },
): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(distinct x.task_id)::int as n from (
      select task_id, lease_id from slot_releases
      where batch_id = ${of.batchId} and annotator_id = ${of.annotatorId} and cause = 'expired'
      order by at desc limit 200) x
    join drafts d on d.batch_id = ${of.batchId} and d.lease_id = x.lease_id
    where (select true from slots s where s.batch_id = ${of.batchId} and s.annotator_id = ${of.annotatorId}
      and s.task_id = x.task_id and s.tier = 'label' limit 1) is null`);
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
