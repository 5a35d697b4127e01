import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';

/** Cases by state and reads of one batch, dealt gold left out. */
export type Progress = {
  tasks: Record<string, number>;
  readsDone: number;
  /** Of a case that is out of work, unusable or shut for an incident, no more than are done: nobody reads it on. */
  readsNeeded: number;
  /** When it was counted. */
  asOf: Date;
};

/** Counts the cases of some batches. Costs O(cases): for small batches, and for the pass that counts large ones. */
export async function countProgress(
  q: Queryable,
  of: { batchIds: readonly string[]; now: Date },
): Promise<Map<string, Progress>> {
  const found = new Map<string, Progress>(of.batchIds.map((id) => [id, nothing(of.now)]));
  if (of.batchIds.length === 0) return found;
  const rows = await q.execute<{
    batchId: string;
    status: string;
    n: number;
    readsDone: number;
    readsNeeded: number;
  }>(sql`
    select batch_id as "batchId", status, count(*)::int as n, sum(least(reads_done, reads_needed))::int as "readsDone",
      sum(case status when 'unusable' then least(reads_done, reads_needed) else reads_needed end)::int as "readsNeeded"
    from tasks where batch_id = any (${sql.param([...of.batchIds])}::uuid[]) and not is_dealt_gold group by 1, 2`);
  for (const row of rows) {
    const own = found.get(row.batchId) ?? nothing(of.now);
    own.tasks[row.status] = row.n;
    own.readsDone += row.readsDone;
    own.readsNeeded += row.readsNeeded;
    found.set(row.batchId, own);
  }
  return found;
}

const nothing = (asOf: Date): Progress => ({ tasks: {}, readsDone: 0, readsNeeded: 0, asOf });

/** What the last pass counted of some batches. Index: the primary key. */
export async function listStoredProgress(
  q: Queryable,
  batchIds: readonly string[],
): Promise<Map<string, Progress>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<{
    batchId: string;
    tasks: Record<string, number>;
    readsDone: number;
    readsNeeded: number;
    countedAt: string;
  }>(sql`
    select batch_id as "batchId", tasks, reads_done as "readsDone", reads_needed as "readsNeeded",
      counted_at as "countedAt"
    from batch_progress where batch_id = any (${sql.param([...batchIds])}::uuid[])`);
  return new Map(
    [...rows].map(({ batchId, countedAt, ...row }) => [batchId, { ...row, asOf: new Date(countedAt) }]),
  );
}

export async function putProgress(
  tx: Tx,
  row: { batchId: string; progress: Progress; tookMs: number },
): Promise<void> {
  const { progress } = row;
  await tx.execute(sql`
    insert into batch_progress (batch_id, tasks, reads_done, reads_needed, counted_at, took_ms)
    values (${row.batchId}, ${JSON.stringify(progress.tasks)}::jsonb, ${progress.readsDone}, ${progress.readsNeeded},
      ${progress.asOf.toISOString()}::timestamptz, ${row.tookMs})
    on conflict (batch_id) do update set tasks = excluded.tasks, reads_done = excluded.reads_done,
      reads_needed = excluded.reads_needed, counted_at = excluded.counted_at, took_ms = excluded.took_ms
    where batch_progress.counted_at <= excluded.counted_at`);
}

/**
 * Large batches whose cases may have moved since they were counted, longest waiting first: never counted; under way and
 * either somebody was at it since or a minute has gone by; ended since. A count that takes long is made less often:
 * `share` of the time at most goes into one batch.
 */
export async function listProgressDue(
  q: Queryable,
  of: { moreTasksThan: number; now: Date; share: number },
): Promise<string[]> {
  const now = sql`${of.now.toISOString()}::timestamptz`;
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b left join batch_progress p on p.batch_id = b.id
    where b.task_count > ${of.moreTasksThan} and b.status <> 'draft' and (
      p.batch_id is null
      or (b.status <> 'settled' and p.counted_at <= ${now} - make_interval(secs => p.took_ms / 1000.0 / ${of.share}::float8)
        and (p.counted_at <= ${now} - interval '1 minute' or exists (
          select 1 from readers r where r.batch_id = b.id and r.last_seen_at >= p.counted_at - interval '1 minute')))
      or (b.status = 'settled' and p.counted_at <= b.settled_at + interval '1 minute'
        and p.counted_at <= ${now} - interval '1 minute'))
    order by p.counted_at nulls first limit 200`);
  return [...rows].map((row) => row.id);
}
