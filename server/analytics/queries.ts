import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { METHOD_VERSION } from '#server/scores/rules.ts';

/** Final labels that hold (the case is final) of tasks with a known answer, newest version each; at most 20,000. Index: the primary keys. */
export async function listCheckedFinals(
  q: Queryable,
  batchIds: readonly string[],
): Promise<{ batchId: string; fields: unknown; gold: unknown }[]> {
  if (batchIds.length === 0) return [];
  return [
    ...(await q.execute<{ batchId: string; fields: unknown; gold: unknown }>(sql`
      select g.batch_id as "batchId", f.fields, g.answers as gold
      from gold_answers g
      join tasks t on t.batch_id = g.batch_id and t.id = g.task_id and t.status = 'final'
      join lateral (
        select fields from final_labels f
        where f.batch_id = g.batch_id and f.task_id = g.task_id order by version desc limit 1
      ) f on true
      where g.batch_id = any (${sql.param([...batchIds])}::uuid[]) and g.withdrawn_at is null limit 20000`)),
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

/**
 * Running batches, and those settled since `since`, with their label reads and what their newest score rests on; at most `limit`, keyset
 * by id. Index: batches_status_idx.
 */
export async function listScoreCandidates(
  q: Queryable,
  of: { since: Date; after: string | null; limit: number },
): Promise<ScoreCandidate[]> {
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
        or (b.status = 'settled' and b.settled_at > ${of.since.toISOString()}::timestamptz))
      ${of.after === null ? sql`` : sql`and b.id > ${of.after}`}
    order by b.id limit ${of.limit}`);
  return [...rows].map((row) => ({
    batchId: row.batchId,
    reads: row.reads,
    scoredReads: row.scoredReads ?? 0,
    scoredAt: row.scoredAt === null ? null : new Date(row.scoredAt),
    settledAt: row.settledAt === null ? null : new Date(row.settledAt),
  }));
}

/**
 * Batches whose newest scores were measured by another method than today's, newest batches first; of one batch, whether it is such.
 * Index: scores_batch_idx, one look for each batch.
 */
export async function listMeasuredOtherwise(
  q: Queryable,
  of: { limit: number; batchId?: string },
): Promise<string[]> {
  const only = of.batchId === undefined ? sql`` : sql`and b.id = ${of.batchId}`;
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b cross join lateral (
      select method_version from scores
      where batch_id = b.id and metric = 'throughput' and subject_kind = 'batch' and subject_id = b.id and field = ''
      order by computed_at desc limit 1
    ) s
    where s.method_version <> ${METHOD_VERSION} ${only}
    order by b.opened_at desc nulls last, b.id limit ${of.limit}`);
  return [...rows].map((row) => row.id);
}
