import { eq, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { scoreMarks } from '#db/schema/scores.ts';
import { submissionOrder, submittedSince } from '#db/submission-order.ts';
import { present } from '#server/core/assert.ts';

export type Mark = typeof scoreMarks.$inferSelect;

/** The mark of a batch, locked for the pass; null while another process advances it. Made when it is missing. */
export async function lockMark(tx: Tx, input: { batchId: string; now: Date }): Promise<Mark | null> {
  await tx
    .insert(scoreMarks)
    .values({ batchId: input.batchId, countedTo: new Date(0), advancedAt: input.now })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(scoreMarks)
    .where(eq(scoreMarks.batchId, input.batchId))
    .for('update', { skipLocked: true });
  return row ?? null;
}

export async function moveMark(tx: Tx, mark: Mark): Promise<void> {
  const { batchId, ...set } = mark;
  await tx.update(scoreMarks).set(set).where(eq(scoreMarks.batchId, batchId));
}

/** Remembers that the bounds of a policy were held against everything counted up to an instant. */
export async function putWatched(
  q: Queryable,
  input: { batchId: string; at: Date; policy: string },
): Promise<void> {
  const { batchId, at, policy } = input;
  await q
    .update(scoreMarks)
    .set({ watchedAt: at, watchedPolicy: policy })
    .where(eq(scoreMarks.batchId, batchId));
}

/** Stamp of the quality policy under which a batch is read now; another one after every change of it. */
export async function policyStamp(q: Queryable, batchId: string): Promise<string> {
  const [row] = await q.execute<{ stamp: string }>(sql`
    select md5(p.quality_policy::text) as stamp from batches b join projects p on p.id = b.project_id
    where b.id = ${batchId}`);
  return present(row, 'The project of a batch').stamp;
}

/**
 * When the oldest transaction that writes to this database began; null when none does. What it has stamped may still
 * appear behind the mark, so the mark stays before it.
 */
export async function oldestWriter(q: Queryable): Promise<Date | null> {
  const [row] = await q.execute<{ at: string | null }>(sql`
    select min(xact_start) as at from pg_stat_activity
    where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`);
  return row?.at ? new Date(row.at) : null;
}

/**
 * Cases with a read, a decision, a final label or withdrawn gold since `since`, in the order of time, at most `limit` events
 * of each kind. `until`: everything up to this instant is in the answer. Indexes: labels_submitted_idx,
 * final_labels_settled_idx, reviews_created_idx.
 */
export async function listTouchedTasks(
  q: Queryable,
  input: { batchId: string; since: Date; limit: number },
): Promise<{ taskIds: string[]; until: Date | null }> {
  const since = sql`${input.since.toISOString()}::timestamptz`;
  const rows = [
    ...(await q.execute<{ taskId: string; at: string; kind: string }>(sql`
      (select l.task_id as "taskId", l.submitted_at as at, 'label' as kind from labels l
        where l.batch_id = ${input.batchId} and ${submittedSince(sql`l`, input.since)} and l.tier = 'label'
        order by ${submissionOrder(sql`l`)} limit ${input.limit})
      union all
      (select task_id, settled_at, 'final' from final_labels
        where batch_id = ${input.batchId} and settled_at >= ${since} order by settled_at, task_id limit ${input.limit})
      union all
      (select task_id, created_at, 'review' from reviews
        where batch_id = ${input.batchId} and created_at >= ${since} order by created_at, id limit ${input.limit})
      union all
      (select task_id, withdrawn_at, 'withdrawn' from gold_answers
        where batch_id = ${input.batchId} and withdrawn_at >= ${since}
        order by withdrawn_at, task_id limit ${input.limit})`)),
  ].map((row) => ({ ...row, at: new Date(row.at) }));
  let until: Date | null = null;
  for (const own of Map.groupBy(rows, (row) => row.kind).values()) {
    const last = own.at(-1);
    if (own.length === input.limit && last && (until === null || last.at < until)) until = last.at;
  }
  const upTo = until;
  const due = upTo === null ? rows : rows.filter((row) => row.at <= upTo);
  return { taskIds: [...new Set(due.map((row) => row.taskId))], until };
}

/** A case whose reads in force or final label differ from what was counted. */
export type ChangedTask = {
  taskId: string;
  before: readonly string[];
  beforeFinal: number;
  beforeGold: boolean;
  after: readonly string[];
  afterFinal: number;
  afterGold: boolean;
};

/** Among some cases, or all of a batch after one, those that changed since they were counted, in order; at most `limit`. */
export async function listChangedTasks(
  q: Queryable,
  input: { batchId: string; limit: number } & ({ taskIds: readonly string[] } | { after: string | null }),
): Promise<ChangedTask[]> {
  const among =
    'taskIds' in input
      ? sql`and task_id = any (${sql.param([...input.taskIds])}::uuid[])`
      : input.after === null
        ? sql``
        : sql`and task_id > ${input.after}::uuid`;
  const rows = await q.execute<ChangedTask>(sql`
    with now_in_force as (
      select task_id, array_agg(label_id order by label_id) as ids from slots
      where batch_id = ${input.batchId} and tier = 'label' and round = 1 and status in ('submitted', 'accepted')
        and label_id is not null ${among}
      group by task_id),
    settled as (
      select task_id, max(version)::int as version from final_labels
      where batch_id = ${input.batchId} ${among} group by task_id),
    counted as (
      select task_id, label_ids, final_version, is_gold from scored_tasks
      where batch_id = ${input.batchId} ${among})
    select coalesce(f.task_id, c.task_id) as "taskId", coalesce(c.label_ids, '{}') as before,
      coalesce(c.final_version, 0) as "beforeFinal", coalesce(f.ids, '{}') as after,
      coalesce(s.version, 0) as "afterFinal", coalesce(c.is_gold, false) as "beforeGold",
      g.task_id is not null as "afterGold"
    from now_in_force f full join counted c on c.task_id = f.task_id
    left join settled s on s.task_id = coalesce(f.task_id, c.task_id)
    left join gold_answers g on g.batch_id = ${input.batchId} and g.task_id = coalesce(f.task_id, c.task_id)
      and g.withdrawn_at is null
    where f.ids is distinct from nullif(c.label_ids, '{}') or coalesce(s.version, 0) <> coalesce(c.final_version, 0)
      or (c.task_id is not null and c.is_gold <> (g.task_id is not null))
    order by 1 limit ${input.limit}`);
  return [...rows];
}

export type LabelRow = {
  labelId: string;
  taskId: string;
  readerId: string;
  teamId: string;
  at: string;
  activeMs: number;
  confidence: number | null;
  answers: unknown;
};

/** Labels by id, whatever became of them. Index: the primary key. */
export async function listLabelRows(
  q: Queryable,
  input: { batchId: string; labelIds: readonly string[] },
): Promise<LabelRow[]> {
  if (input.labelIds.length === 0) return [];
  return [
    ...(await q.execute<LabelRow>(sql`
      select l.id as "labelId", l.task_id as "taskId", l.annotator_id as "readerId", t.payee_org_id as "teamId",
        l.submitted_at as at, l.active_ms as "activeMs", l.confidence, l.answers
      from labels l join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier
        and t.terms_no = l.terms_no
      where l.batch_id = ${input.batchId} and l.id = any (${sql.param([...input.labelIds])}::uuid[])`)),
  ];
}

/** Settled fields of some cases, every version. Index: the primary key. */
export async function listFinalRows(
  q: Queryable,
  input: { batchId: string; taskIds: readonly string[] },
): Promise<{ taskId: string; version: number; fields: unknown }[]> {
  return [
    ...(await q.execute<{ taskId: string; version: number; fields: unknown }>(sql`
      select task_id as "taskId", version::int, fields from final_labels
      where batch_id = ${input.batchId} and task_id = any (${sql.param([...input.taskIds])}::uuid[])`)),
  ];
}

/** Known answers of some cases, withdrawn ones too. Index: the primary key. */
export async function listGoldRows(
  q: Queryable,
  input: { batchId: string; taskIds: readonly string[] },
): Promise<{ taskId: string; answers: unknown }[]> {
  return [
    ...(await q.execute<{ taskId: string; answers: unknown }>(sql`
      select task_id as "taskId", answers from gold_answers
      where batch_id = ${input.batchId} and task_id = any (${sql.param([...input.taskIds])}::uuid[])`)),
  ];
}

/** Remembers what was counted of each case. */
export async function putScoredTasks(tx: Tx, batchId: string, rows: readonly ChangedTask[]): Promise<void> {
  const json = JSON.stringify(rows.map((row) => [row.taskId, row.after, row.afterFinal, row.afterGold]));
  await tx.execute(sql`
    insert into scored_tasks (batch_id, task_id, label_ids, final_version, is_gold)
    select ${batchId}::uuid, (e ->> 0)::uuid, array(select jsonb_array_elements_text(e -> 1)::uuid), (e ->> 2)::int,
      (e ->> 3)::boolean
    from jsonb_array_elements(${json}::jsonb) e
    on conflict (batch_id, task_id) do update set label_ids = excluded.label_ids, final_version = excluded.final_version,
      is_gold = excluded.is_gold`);
}
