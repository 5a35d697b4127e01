import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { batches, caseFlags, tasks } from '#db/schema/work.ts';

export async function insertFlag(tx: Tx, row: typeof caseFlags.$inferInsert): Promise<void> {
  await tx.insert(caseFlags).values(row);
}

export async function findFlag(q: Queryable, input: { batchId: string; flagId: string }) {
  const [row] = await q
    .select()
    .from(caseFlags)
    .where(and(eq(caseFlags.batchId, input.batchId), eq(caseFlags.id, input.flagId)));
  return row ?? null;
}

/** The case of a task. */
export async function caseOfTask(
  q: Queryable,
  input: { batchId: string; taskId: string },
): Promise<string | null> {
  const [row] = await q
    .select({ caseId: tasks.caseId })
    .from(tasks)
    .where(and(eq(tasks.batchId, input.batchId), eq(tasks.id, input.taskId)));
  return row?.caseId ?? null;
}

/**
 * Flags of a project's batches with their cases and answers: what waits first, soonest due first, then what is answered,
 * newest first; at most 200.
 */
export async function listFlagRows(q: Queryable, projectId: string) {
  const reply = sql<string | null>`(select a.note from case_flags a where a.batch_id = ${caseFlags.batchId}
    and a.reply_to = ${caseFlags.id} order by a.created_at desc limit 1)`;
  return q
    .select({
      flag: caseFlags,
      batchName: batches.name,
      datasetId: batches.datasetId,
      caseId: tasks.caseId,
      reply,
    })
    .from(caseFlags)
    .innerJoin(batches, eq(batches.id, caseFlags.batchId))
    .innerJoin(tasks, and(eq(tasks.batchId, caseFlags.batchId), eq(tasks.id, caseFlags.taskId)))
    .where(and(eq(batches.projectId, projectId), isNull(caseFlags.replyTo)))
    .orderBy(
      sql`${reply} is not null`,
      sql`case when ${reply} is null then ${caseFlags.dueAt} end asc`,
      desc(caseFlags.createdAt),
      asc(caseFlags.id),
    )
    .limit(200);
}

/** Flags that nobody has answered yet, by project, with the soonest due time. */
export async function listOpenFlagCounts(
  q: Queryable,
  projectIds: readonly string[],
): Promise<{ projectId: string; n: number; dueAt: Date | null }[]> {
  if (projectIds.length === 0) return [];
  const rows = await q.execute<{ projectId: string; n: number; dueAt: string | null }>(sql`
    select b.project_id as "projectId", count(*)::int as n, min(f.due_at) as "dueAt"
    from batches b join case_flags f on f.batch_id = b.id
    where b.project_id = any(${sql.param([...projectIds])}::uuid[]) and f.reply_to is null
      and not exists (select 1 from case_flags a where a.batch_id = f.batch_id and a.reply_to = f.id)
    group by b.project_id`);
  return [...rows].map((row) => ({ ...row, dueAt: row.dueAt === null ? null : new Date(row.dueAt) }));
}

/** Answers to what a person said in a batch, newest first. */
export async function listReplies(
  q: Queryable,
  input: { batchId: string; annotatorId: string },
): Promise<{ kind: string; asked: string; answer: string; answeredAt: Date }[]> {
  const rows = await q.execute<{ kind: string; asked: string; answer: string; answeredAt: string }>(sql`
    select f.kind, f.note as asked, a.note as answer, a.created_at as "answeredAt"
    from case_flags f join case_flags a on a.batch_id = f.batch_id and a.reply_to = f.id
    where f.batch_id = ${input.batchId} and f.annotator_id = ${input.annotatorId}
    order by a.created_at desc limit 50`);
  return [...rows].map((row) => ({ ...row, answeredAt: new Date(row.answeredAt) }));
}
