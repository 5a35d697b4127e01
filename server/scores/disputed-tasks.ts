import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import type { CountedTask, CountPlan } from './counts.ts';

/** A case whose reads differ in a field: the share of the answer given most, of how many reads, in how many kinds. */
export type Dispute = { field: string; taskId: string; share: number; kinds: number; reads: number };

/** In which fields the reads of a case differ. Reads without an answer to a field do not count in it. */
export function disputesOf(plan: CountPlan, task: CountedTask): Dispute[] {
  const found: Dispute[] = [];
  for (const { key, scale } of plan.fields) {
    if (scale === null) continue;
    const votes = new Map<string, number>();
    for (const read of task.reads) {
      const value = read.values[key] ?? null;
      if (value !== null) votes.set(value, (votes.get(value) ?? 0) + 1);
    }
    if (votes.size < 2) continue;
    const reads = [...votes.values()].reduce((sum, n) => sum + n, 0);
    const share = Math.max(...votes.values()) / reads;
    found.push({ field: key, taskId: task.taskId, share, kinds: votes.size, reads });
  }
  return found;
}

/** Replaces what is remembered of some cases' disputes. Index: the primary key. */
export async function putDisputes(
  tx: Tx,
  of: {
    batchId: string;
    fields: readonly string[];
    taskIds: readonly string[];
    disputes: readonly Dispute[];
  },
): Promise<void> {
  const rows = JSON.stringify(of.disputes.map((d) => [d.field, d.taskId, d.share, d.kinds, d.reads]));
  await tx.execute(sql`
    delete from disputed_tasks d using unnest(${sql.param([...of.fields])}::text[]) f (field),
      unnest(${sql.param([...of.taskIds])}::uuid[]) t (id)
    where d.batch_id = ${of.batchId} and d.field = f.field and d.task_id = t.id`);
  if (of.disputes.length === 0) return;
  await tx.execute(sql`
    insert into disputed_tasks (batch_id, field, task_id, share, kinds, reads)
    select ${of.batchId}::uuid, e ->> 0, (e ->> 1)::uuid, (e ->> 2)::float8, (e ->> 3)::int, (e ->> 4)::int
    from jsonb_array_elements(${rows}::jsonb) e`);
}

export type HardTask = { taskId: string; caseId: string; status: string };

/** Cases whose readers agree least on a field: smallest share, then most kinds, then most reads. Index: disputed_tasks_rank_idx. */
export async function listHardestTasks(
  q: Queryable,
  of: { batchId: string; field: string; limit: number },
): Promise<HardTask[]> {
  return [
    ...(await q.execute<HardTask>(sql`
      select d.task_id as "taskId", t.case_id as "caseId", t.status from (
        select task_id, share, kinds, reads from disputed_tasks
        where batch_id = ${of.batchId} and field = ${of.field}
        order by share, kinds desc nulls last, reads desc nulls last, task_id limit ${of.limit}
      ) d join tasks t on t.batch_id = ${of.batchId} and t.id = d.task_id
      order by d.share, d.kinds desc, d.reads desc, d.task_id`)),
  ];
}

/** What is remembered of a batch's disputes, by field and case, for the comparison with a recount. */
export async function listStoredDisputes(q: Queryable, batchId: string): Promise<Map<string, string>> {
  const rows = await q.execute<Dispute>(sql`
    select field, task_id as "taskId", share, kinds, reads from disputed_tasks where batch_id = ${batchId}`);
  return namedDisputes([...rows]);
}

/** Disputes by field and case, as the text of all that they say. */
export function namedDisputes(disputes: readonly Dispute[]): Map<string, string> {
  return new Map(
    disputes.map((d) => [JSON.stringify([d.field, d.taskId]), JSON.stringify([d.share, d.kinds, d.reads])]),
  );
}

/** Those of some cases whose reads differ in any field. Index: the primary key, by field. */
export async function listDisputedAmong(
  q: Queryable,
  of: { batchId: string; taskIds: readonly string[] },
): Promise<Set<string>> {
  if (of.taskIds.length === 0) return new Set();
  const rows = await q.execute<{ taskId: string }>(sql`
    select distinct task_id as "taskId" from disputed_tasks
    where batch_id = ${of.batchId} and task_id = any (${sql.param([...of.taskIds])}::uuid[])`);
  return new Set([...rows].map((row) => row.taskId));
}
