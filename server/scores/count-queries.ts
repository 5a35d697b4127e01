import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import type { Counts } from './counts.ts';
import type { RunningRow } from './running-rows.ts';

/** Forgets all that was counted of a batch, so that it is counted anew. Index: the primary keys. */
export async function forgetCounts(tx: Tx, batchId: string): Promise<void> {
  for (const table of COUNTED)
    await tx.execute(sql`delete from ${sql.identifier(table)} where batch_id = ${batchId}`);
}

const COUNTED = [
  'scored_tasks',
  'score_cells',
  'score_patterns',
  'score_moments',
  'score_pairs',
  'score_trials',
  'disputed_tasks',
  'running_scores',
] as const;

/** Adds differences to the stored counts; what comes to nothing is dropped. */
export async function addCounts(tx: Tx, batchId: string, counts: Counts): Promise<void> {
  const rows = (map: Map<string, number | bigint>) =>
    JSON.stringify([...map].map(([key, n]) => [...(JSON.parse(key) as unknown[]), String(n)]));
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
  if (counts.moments.size > 0) {
    await tx.execute(sql`
      insert into score_moments (batch_id, subject_kind, subject_id, field, day, answers, moment, total)
      select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, e ->> 2, e ->> 3, (e ->> 4)::int, e ->> 5, (e ->> 6)::numeric
      from jsonb_array_elements(${rows(counts.moments)}::jsonb) e
      on conflict (batch_id, subject_kind, subject_id, field, day, answers, moment)
        do update set total = score_moments.total + excluded.total`);
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

/** Drops what has come to nothing, among the counts that went down; sums with the last case of theirs. Index: the primary keys. */
async function dropEmpty(tx: Tx, batchId: string, counts: Counts): Promise<void> {
  const fewer = (map: Map<string, number | bigint>) =>
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
  // A sum of nothing may stand beside others of the same cases; with the last case all are nothing.
  const moments = JSON.stringify([...counts.moments.keys()].map((key) => JSON.parse(key) as unknown[]));
  if (moments !== '[]') {
    await tx.execute(sql`
      delete from score_moments c using jsonb_array_elements(${moments}::jsonb) e
      where c.batch_id = ${batchId} and c.subject_kind = e ->> 0 and c.subject_id = (e ->> 1)::uuid
        and c.field = e ->> 2 and c.day = e ->> 3 and c.answers = (e ->> 4)::int and c.moment = e ->> 5 and c.total = 0`);
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
type MomentRow = ScoreKey & { answers: number; moment: string; total: bigint };

/** Cells, patterns and sums of some keys. Index: the primary keys, whose beginning a key is. */
export async function listCountsOf(
  q: Queryable,
  batchId: string,
  keys: readonly ScoreKey[],
): Promise<{ cells: CellRow[]; patterns: PatternRow[]; moments: MomentRow[] }> {
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
  const moments = await q.execute<Omit<MomentRow, 'total'> & { total: string }>(sql`
    select c.subject_kind as kind, c.subject_id as id, c.field, c.day, c.answers, c.moment, c.total
    from ${wanted} join score_moments c on c.batch_id = ${batchId} and c.subject_kind = k.kind and c.subject_id = k.id
      and c.field = k.field and c.day = k.day`);
  return {
    cells: [...cells],
    patterns: [...patterns],
    moments: [...moments].map((row) => ({ ...row, total: BigInt(row.total) })),
  };
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
      row.exclusions,
    ]),
  );
  await tx.execute(sql`
    insert into running_scores (batch_id, subject_kind, subject_id, field, day, metric, class_name, value, lower, upper, n,
      excluded, reason, method, method_version, exclusions, computed_at)
    select ${batchId}::uuid, e ->> 0, (e ->> 1)::uuid, e ->> 2, e ->> 3, e ->> 4, e ->> 5, (e ->> 6)::float8,
      (e ->> 7)::float8, (e ->> 8)::float8, (e ->> 9)::int, (e ->> 10)::int, e ->> 11, e ->> 12, e ->> 13,
      e -> 14,
      ${now.toISOString()}::timestamptz
    from jsonb_array_elements(${document}::jsonb) e`);
}
