import { eq, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { runningScores } from '#db/schema/scores.ts';
import type { Counts } from './counts.ts';
import type { RunningRow } from './running-rows.ts';

type InForce = { taskId: string; labelIds: string[]; finalVersion: number; isGold: boolean };

/** Cases with reads in force, keyset by task. Index: the slots' primary key. */
export async function listInForce(
  q: Queryable,
  input: { batchId: string; after: string | null; limit: number },
): Promise<InForce[]> {
  return [
    ...(await q.execute<InForce>(sql`
      select s.task_id as "taskId", array_agg(s.label_id order by s.label_id) as "labelIds",
        coalesce((select max(f.version)::int from final_labels f
          where f.batch_id = ${input.batchId} and f.task_id = s.task_id), 0) as "finalVersion",
        exists (select 1 from gold_answers g where g.batch_id = ${input.batchId} and g.task_id = s.task_id
          and g.withdrawn_at is null) as "isGold"
      from slots s
      where s.batch_id = ${input.batchId} and s.tier = 'label' and s.round = 1
        and s.status in ('submitted', 'accepted') and s.label_id is not null
        ${input.after === null ? sql`` : sql`and s.task_id > ${input.after}::uuid`}
      group by s.task_id order by s.task_id limit ${input.limit}`)),
  ];
}

/** The stored counts of a batch in the form in which they are made. */
export async function listStoredCounts(q: Queryable, batchId: string): Promise<Counts> {
  const cells = await q.execute<{ key: unknown[]; n: number }>(sql`
    select jsonb_build_array(subject_kind, subject_id, field, day, reference, truth, answer) as key, n
    from score_cells where batch_id = ${batchId}`);
  const patterns = await q.execute<{ key: unknown[]; n: number }>(sql`
    select jsonb_build_array(subject_kind, subject_id, field, day, pattern) as key, n
    from score_patterns where batch_id = ${batchId}`);
  const moments = await q.execute<{ key: unknown[]; total: string }>(sql`
    select jsonb_build_array(subject_kind, subject_id, field, day, answers, moment) as key, total
    from score_moments where batch_id = ${batchId}`);
  const pairs = await q.execute<{ key: unknown[]; n: number }>(sql`
    select jsonb_build_array(field, first_id, second_id, first_answer, second_answer) as key, n
    from score_pairs where batch_id = ${batchId}`);
  const trials = await q.execute<{ key: unknown[]; at: string; n: number }>(sql`
    select jsonb_build_array(reader_id, field, reference, at, task_id, is_right) as key, at, 1 as n
    from score_trials where batch_id = ${batchId}`);
  const asMap = (rows: Iterable<{ key: unknown[]; n: number }>) =>
    new Map([...rows].map((row) => [JSON.stringify(row.key), row.n]));
  return {
    cells: asMap(cells),
    patterns: asMap(patterns),
    moments: new Map([...moments].map((row) => [JSON.stringify(row.key), BigInt(row.total)])),
    pairs: asMap(pairs),
    trials: new Map(
      [...trials].map((row) => [JSON.stringify(row.key.with(3, new Date(row.at).toISOString())), row.n]),
    ),
  };
}

/** Every stored running score of a batch. */
export async function listStoredScores(q: Queryable, batchId: string): Promise<RunningRow[]> {
  return q.select().from(runningScores).where(eq(runningScores.batchId, batchId));
}
