import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

export type HourRow = { at: Date; reads: number; activeMs: number };

/** Label reads by hour since `since`, oldest first. One batch, one shard; index range of labels_submitted_idx. */
export async function listHours(q: Queryable, input: { batchId: string; since: Date }): Promise<HourRow[]> {
  const rows = await q.execute<{ at: string; reads: number; activeMs: string }>(sql`
    select date_trunc('hour', submitted_at, 'UTC') as at, count(*)::int as reads, sum(active_ms)::text as "activeMs"
    from labels
    where batch_id = ${input.batchId} and submitted_at >= ${input.since.toISOString()}::timestamptz
      and tier = 'label' and revision = 1
    group by 1 order by 1 limit 400`);
  return [...rows].map((row) => ({ at: new Date(row.at), reads: row.reads, activeMs: Number(row.activeMs) }));
}

export type TaskCount = { status: string; n: number; readsDone: number; readsNeeded: number };

/** Tasks and their reads by state, dealt gold left out. */
export async function countProgress(q: Queryable, batchId: string): Promise<TaskCount[]> {
  return [
    ...(await q.execute<TaskCount>(sql`
      select status, count(*)::int as n, sum(least(reads_done, reads_needed))::int as "readsDone",
        sum(reads_needed)::int as "readsNeeded"
      from tasks where batch_id = ${batchId} and not is_dealt_gold group by status`)),
  ];
}

/** Final labels of tasks with a known answer, newest version each; at most 20,000. */
export async function listCheckedFinals(
  q: Queryable,
  batchId: string,
): Promise<{ fields: unknown; gold: unknown }[]> {
  return [
    ...(await q.execute<{ fields: unknown; gold: unknown }>(sql`
      select f.fields, g.answers as gold
      from gold_answers g
      join lateral (
        select fields from final_labels f
        where f.batch_id = g.batch_id and f.task_id = g.task_id order by version desc limit 1
      ) f on true
      where g.batch_id = ${batchId} and g.withdrawn_at is null limit 20000`)),
  ];
}

export type ConfusionCell = { truth: string; answer: string; n: number };

/**
 * Given answers of a field against its known ones, first rounds, labels in force (R33). An acceptable answer counts as the
 * truth itself (R7), as in server/scores.
 */
export async function countConfusionOnGold(
  q: Queryable,
  input: { batchId: string; field: string },
): Promise<ConfusionCell[]> {
  return [
    ...(await q.execute<ConfusionCell>(sql`
      select truth #>> '{}' as truth, answer #>> '{}' as answer, count(*)::int as n from (
        select l.answers -> ${input.field}::text as answer,
          case when g.answers -> ${input.field}::text @> (l.answers -> ${input.field}::text)
            then l.answers -> ${input.field}::text else g.answers -> ${input.field}::text -> 0 end as truth
        from gold_answers g
        join slots s on s.batch_id = g.batch_id and s.task_id = g.task_id and s.tier = 'label' and s.round = 1
          and s.status in ('submitted', 'accepted')
        join labels l on l.batch_id = s.batch_id and l.id = s.label_id
        where g.batch_id = ${input.batchId} and g.withdrawn_at is null
      ) pair
      where truth is not null and answer is not null and jsonb_typeof(answer) in ('string', 'boolean', 'number')
      group by 1, 2 order by 3 desc limit 2500`)),
  ];
}

/** Given answers of a field against the final labels in force; for batches without gold, and never called accuracy. */
export async function countConfusionOnFinal(
  q: Queryable,
  input: { batchId: string; field: string },
): Promise<ConfusionCell[]> {
  return [
    ...(await q.execute<ConfusionCell>(sql`
      select truth #>> '{}' as truth, answer #>> '{}' as answer, count(*)::int as n from (
        select l.answers -> ${input.field}::text as answer, f.fields -> ${input.field}::text -> 'value' as truth
        from (
          select distinct on (task_id) task_id, fields from final_labels
          where batch_id = ${input.batchId} order by task_id, version desc
        ) f
        join slots s on s.batch_id = ${input.batchId} and s.task_id = f.task_id and s.tier = 'label' and s.round = 1
          and s.status in ('submitted', 'accepted')
        join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      ) pair
      where jsonb_typeof(truth) in ('string', 'boolean', 'number')
        and jsonb_typeof(answer) in ('string', 'boolean', 'number')
      group by 1, 2 order by 3 desc limit 2500`)),
  ];
}

export type HardTask = { taskId: string; caseId: string; status: string };

/** Tasks whose readers agree least on a field: smallest share of the most given answer, then most answers. */
export async function listHardestTasks(
  q: Queryable,
  input: { batchId: string; field: string; limit: number },
): Promise<HardTask[]> {
  return [
    ...(await q.execute<HardTask>(sql`
      select c.task_id as "taskId", k.case_id as "caseId", k.status from (
        select task_id, max(n)::float / sum(n) as share, count(*) as kinds, sum(n) as reads from (
          select l.task_id, l.answers -> ${input.field}::text as answer, count(*) as n
          from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
          where s.batch_id = ${input.batchId} and s.tier = 'label' and s.round = 1
            and s.status in ('submitted', 'accepted') and l.answers ? ${input.field}::text
          group by 1, 2
        ) votes group by task_id having count(*) > 1
        order by share, kinds desc, reads desc, task_id limit ${input.limit}
      ) c join tasks k on k.batch_id = ${input.batchId} and k.id = c.task_id
      order by c.share, c.kinds desc, c.reads desc, c.task_id`)),
  ];
}

export type TaskAnswer = { taskId: string; alias: string; answer: unknown; confidence: number | null };

/** What each reader gave for a field of these tasks, by alias. */
export async function listAnswersOfTasks(
  q: Queryable,
  input: { batchId: string; field: string; taskIds: readonly string[] },
): Promise<TaskAnswer[]> {
  if (input.taskIds.length === 0) return [];
  const ids = sql.join(
    input.taskIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  return [
    ...(await q.execute<TaskAnswer>(sql`
      select l.task_id as "taskId", r.alias, l.answers -> ${input.field}::text as answer, l.confidence
      from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      join readers r on r.batch_id = l.batch_id and r.annotator_id = l.annotator_id and r.tier = 'label'
      where s.batch_id = ${input.batchId} and s.task_id in (${ids}) and s.tier = 'label' and s.round = 1
        and s.status in ('submitted', 'accepted')
      order by r.alias limit 2000`)),
  ];
}

/** The settled value of a field of these tasks, newest version each. */
export async function listFinalsOfTasks(
  q: Queryable,
  input: { batchId: string; field: string; taskIds: readonly string[] },
): Promise<{ taskId: string; value: unknown }[]> {
  if (input.taskIds.length === 0) return [];
  const ids = sql.join(
    input.taskIds.map((id) => sql`${id}::uuid`),
    sql`, `,
  );
  return [
    ...(await q.execute<{ taskId: string; value: unknown }>(sql`
      select distinct on (task_id) task_id as "taskId", fields -> ${input.field}::text -> 'value' as value
      from final_labels where batch_id = ${input.batchId} and task_id in (${ids})
      order by task_id, version desc`)),
  ];
}

export type ScoreCandidate = {
  batchId: string;
  reads: number;
  scoredReads: number;
  scoredAt: Date | null;
  settledAt: Date | null;
};

/** Running batches, and those settled since `since`, with their label reads and what their newest score rests on. */
export async function listScoreCandidates(q: Queryable, since: Date): Promise<ScoreCandidate[]> {
  const rows = await q.execute<{
    batchId: string;
    reads: number;
    scoredReads: number | null;
    scoredAt: string | null;
    settledAt: string | null;
  }>(sql`
    select b.id as "batchId", b.settled_at as "settledAt", s.n as "scoredReads", s.computed_at as "scoredAt",
      (select coalesce(sum(r.submitted), 0)::int from readers r where r.batch_id = b.id and r.tier = 'label') as reads
    from batches b
    left join lateral (
      select n + excluded as n, computed_at from scores
      where batch_id = b.id and metric = 'throughput' and subject_kind = 'batch' and subject_id = b.id and field = ''
      order by computed_at desc limit 1
    ) s on true
    where b.kind in ('production', 'relabel', 'self_label')
      and (b.status in ('open', 'paused', 'closing')
        or (b.status = 'settled' and b.settled_at > ${since.toISOString()}::timestamptz))
    order by b.opened_at desc limit 200`);
  return [...rows].map((row) => ({
    batchId: row.batchId,
    reads: row.reads,
    scoredReads: row.scoredReads ?? 0,
    scoredAt: row.scoredAt === null ? null : new Date(row.scoredAt),
    settledAt: row.settledAt === null ? null : new Date(row.settledAt),
  }));
}
