import { eq, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { scoreMarks } from '#db/schema/scores.ts';
import type { RunningRow } from './running-rows.ts';
import type { Counts } from './task-counts.ts';

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

/** Remembers that the bounds were held against everything counted up to an instant. */
export async function putWatched(q: Queryable, input: { batchId: string; at: Date }): Promise<void> {
  await q.update(scoreMarks).set({ watchedAt: input.at }).where(eq(scoreMarks.batchId, input.batchId));
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
      (select task_id as "taskId", submitted_at as at, 'label' as kind from labels
        where batch_id = ${input.batchId} and submitted_at >= ${since} and tier = 'label'
        order by submitted_at, id limit ${input.limit})
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

/** Adds differences to the stored counts; what comes to nothing is dropped. */
export async function addCounts(tx: Tx, batchId: string, counts: Counts): Promise<void> {
  const rows = (map: Map<string, number>) =>
    JSON.stringify([...map].map(([key, n]) => [...(JSON.parse(key) as unknown[]), n]));
  if (counts.cells.size > 0) {
    await tx.execute(sql`
      insert into score_cells (batch_id, subject_kind, subject_id, field, day, reference, truth, answer, n)
      select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, e ->> 2, e ->> 3, e ->> 4, e ->> 5, e ->> 6, (e ->> 7)::int
      from jsonb_array_elements(${rows(counts.cells)}::jsonb) e
      on conflict (batch_id, subject_kind, subject_id, field, day, reference, truth, answer)
        do update set n = score_cells.n + excluded.n`);
  }
  if (counts.patterns.size > 0) {
    await tx.execute(sql`
      insert into score_patterns (batch_id, subject_kind, subject_id, field, day, pattern, n)
      select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, e ->> 2, e ->> 3, e ->> 4, (e ->> 5)::int
      from jsonb_array_elements(${rows(counts.patterns)}::jsonb) e
      on conflict (batch_id, subject_kind, subject_id, field, day, pattern)
        do update set n = score_patterns.n + excluded.n`);
  }
  if (counts.pairs.size > 0) {
    await tx.execute(sql`
      insert into score_pairs (batch_id, field, first_id, second_id, first_answer, second_answer, n)
      select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, (e ->> 2)::uuid, e ->> 3, e ->> 4, (e ->> 5)::int
      from jsonb_array_elements(${rows(counts.pairs)}::jsonb) e
      on conflict (batch_id, field, first_id, second_id, first_answer, second_answer)
        do update set n = score_pairs.n + excluded.n`);
  }
  await dropEmpty(tx, batchId, counts);
  await changeTrials(tx, batchId, counts.trials);
}

/** Drops what has come to nothing, among the counts that went down. Index: the primary keys. */
async function dropEmpty(tx: Tx, batchId: string, counts: Counts): Promise<void> {
  const fewer = (map: Map<string, number>) =>
    `[${[...map].flatMap(([key, n]) => (n < 0 ? [key] : [])).join(',')}]`;
  const [cells, patterns, pairs] = [fewer(counts.cells), fewer(counts.patterns), fewer(counts.pairs)];
  if (cells !== '[]') {
    await tx.execute(sql`
      delete from score_cells c using jsonb_array_elements(${cells}::jsonb) e
      where c.batch_id = ${batchId} and c.subject_kind = e ->> 0 and c.subject_id = (e ->> 1)::uuid
        and c.field = e ->> 2 and c.day = e ->> 3 and c.reference = e ->> 4 and c.truth = e ->> 5 and c.answer = e ->> 6
        and c.n = 0`);
  }
  if (patterns !== '[]') {
    await tx.execute(sql`
      delete from score_patterns c using jsonb_array_elements(${patterns}::jsonb) e
      where c.batch_id = ${batchId} and c.subject_kind = e ->> 0 and c.subject_id = (e ->> 1)::uuid
        and c.field = e ->> 2 and c.day = e ->> 3 and c.pattern = e ->> 4 and c.n = 0`);
  }
  if (pairs !== '[]') {
    await tx.execute(sql`
      delete from score_pairs c using jsonb_array_elements(${pairs}::jsonb) e
      where c.batch_id = ${batchId} and c.field = e ->> 0 and c.first_id = (e ->> 1)::uuid
        and c.second_id = (e ->> 2)::uuid and c.first_answer = e ->> 3 and c.second_answer = e ->> 4 and c.n = 0`);
  }
}

async function changeTrials(tx: Tx, batchId: string, trials: Map<string, number>): Promise<void> {
  const gone = [...trials].filter(([, n]) => n < 0).map(([key]) => JSON.parse(key) as unknown[]);
  const come = [...trials].filter(([, n]) => n > 0).map(([key]) => JSON.parse(key) as unknown[]);
  if (gone.length > 0) {
    await tx.execute(sql`
      delete from score_trials s using jsonb_array_elements(${JSON.stringify(gone)}::jsonb) e
      where s.batch_id = ${batchId} and s.reader_id = (e ->> 0)::uuid and s.field = e ->> 1 and s.reference = e ->> 2
        and s.at = (e ->> 3)::timestamptz and s.task_id = (e ->> 4)::uuid`);
  }
  if (come.length > 0) {
    await tx.execute(sql`
      insert into score_trials (batch_id, reader_id, field, reference, at, task_id, is_right)
      select ${batchId}::uuid, (e ->> 0)::uuid, e ->> 1, e ->> 2, (e ->> 3)::timestamptz, (e ->> 4)::uuid, (e ->> 5)::boolean
      from jsonb_array_elements(${JSON.stringify(come)}::jsonb) e`);
  }
}

/** A subject's field on a day: what one running score belongs to. */
export type ScoreKey = { kind: 'batch' | 'team' | 'reader'; id: string; field: string; day: string };

type CellRow = ScoreKey & { reference: string; truth: string; answer: string; n: number };
type PatternRow = ScoreKey & { pattern: string; n: number };

/** Cells and patterns of some keys. Index: the primary keys, whose beginning a key is. */
export async function listCountsOf(
  q: Queryable,
  batchId: string,
  keys: readonly ScoreKey[],
): Promise<{ cells: CellRow[]; patterns: PatternRow[] }> {
  const json = JSON.stringify(keys.map((key) => [key.kind, key.id, key.field, key.day]));
  const wanted = sql`(select e ->> 0 as kind, (e ->> 1)::uuid as id, e ->> 2 as field, e ->> 3 as day
    from jsonb_array_elements(${json}::jsonb) e) k`;
  const cells = await q.execute<CellRow>(sql`
    select c.subject_kind as kind, c.subject_id as id, c.field, c.day, c.reference, c.truth, c.answer, c.n
    from ${wanted} join score_cells c on c.batch_id = ${batchId} and c.subject_kind = k.kind and c.subject_id = k.id
      and c.field = k.field and c.day = k.day`);
  const patterns = await q.execute<PatternRow>(sql`
    select c.subject_kind as kind, c.subject_id as id, c.field, c.day, c.pattern, c.n
    from ${wanted} join score_patterns c on c.batch_id = ${batchId} and c.subject_kind = k.kind and c.subject_id = k.id
      and c.field = k.field and c.day = k.day`);
  return { cells: [...cells], patterns: [...patterns] };
}

/** Replaces the running scores of some keys. */
export async function putRunningScores(
  tx: Tx,
  batchId: string,
  keys: readonly ScoreKey[],
  rows: readonly RunningRow[],
  now: Date,
): Promise<void> {
  const json = JSON.stringify(keys.map((key) => [key.kind, key.id, key.field, key.day]));
  await tx.execute(sql`
    delete from running_scores s using jsonb_array_elements(${json}::jsonb) e
    where s.batch_id = ${batchId} and s.subject_kind = e ->> 0 and s.subject_id = (e ->> 1)::uuid
      and s.field = e ->> 2 and s.day = e ->> 3`);
  if (rows.length === 0) return;
  // One document instead of sixteen parameters a row; its numbers come back to the last bit.
  const document = JSON.stringify(
    rows.map((row) => [
      row.subjectKind,
      row.subjectId,
      row.field,
      row.day,
      row.metric,
      row.className,
      row.value,
      row.lower,
      row.upper,
      row.n,
      row.excluded,
      row.reason,
      row.method,
      row.methodVersion,
    ]),
  );
  await tx.execute(sql`
    insert into running_scores (batch_id, subject_kind, subject_id, field, day, metric, class_name, value, lower, upper, n,
      excluded, reason, method, method_version, computed_at)
    select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, e ->> 2, e ->> 3, e ->> 4, e ->> 5, (e ->> 6)::float8,
      (e ->> 7)::float8, (e ->> 8)::float8, (e ->> 9)::int, (e ->> 10)::int, e ->> 11, e ->> 12, e ->> 13,
      ${now.toISOString()}::timestamptz
    from jsonb_array_elements(${document}::jsonb) e`);
}
