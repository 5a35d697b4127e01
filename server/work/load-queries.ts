import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import type { batchLoads } from '#db/schema/work-batches.ts';
import { SETTLED_FIRST } from '#server/labels/reads.ts';
import type { Batch } from './reads.ts';
import { sawReadsSql } from './rules.ts';

/** Ids or numbers as one array, which Postgres reads as it stands: a parameter that is a list is quoted value by value. */
const arrayOf = (values: readonly (string | number)[]) => sql.param(`{${values.join(',')}}`);

/** Keeps what a draft is to be loaded with. */
export async function insertLoad(tx: Tx, row: typeof batchLoads.$inferInsert): Promise<void> {
  await tx.execute(sql`
    insert into batch_loads (batch_id, case_ids, ordinary, strata, lanes, gold, started_at)
    values (${row.batchId}, ${arrayOf(row.caseIds)}::uuid[], ${row.ordinary}, ${arrayOf(row.strata)}::smallint[],
      ${arrayOf(row.lanes)}::smallint[],
      ${JSON.stringify(row.gold)}::text::jsonb, ${row.startedAt.toISOString()}::timestamptz)`);
}

/** Cases of a chunk: by their ids, or an array of them that is on the server already, so that it needn't come here and go back. */
export type ChunkCases = readonly string[] | SQL;

const arrayOfCases = (cases: ChunkCases) => ('getSQL' in cases ? cases : sql`${arrayOf(cases)}::uuid[]`);

export type LoadChunk = {
  /** Its cases, until the load is ended, in the transaction that locked it. */
  caseIds: SQL;
  /** How many they are. */
  count: number;
  /** Stratum of each; null unless the batch is a sample. */
  strata: number[] | null;
  /** Lane of each slot, task by task; null when the batch has no pools. */
  lanes: number[] | null;
  /** Place of the first in the order, or in the pool of dealt gold. */
  from: number;
  isDealt: boolean;
  isLast: boolean;
};

/** The next cases of a load, locked against a second loader; null when there is nothing to load. Ordinary cases first. */
export async function nextOfLoad(
  tx: Tx,
  input: { batchId: string; overlap: number; limit: number },
): Promise<LoadChunk | null> {
  const [row] = await tx.execute<{
    loaded: number;
    ordinary: number;
    total: number;
    strata: number[];
    lanes: number[];
  }>(sql`
    select l.loaded, l.ordinary, cardinality(l.case_ids) as total,
      l.strata[l.loaded + 1 : l.loaded + ${input.limit}::int] as strata,
      l.lanes[l.loaded * ${input.overlap}::int + 1 : (l.loaded + ${input.limit}::int) * ${input.overlap}::int] as lanes
    from batch_loads l where l.batch_id = ${input.batchId} for update`);
  if (!row) return null;
  const isDealt = row.loaded >= row.ordinary;
  const to = Math.min(row.loaded + input.limit, isDealt ? row.total : row.ordinary);
  const count = to - row.loaded;
  return {
    caseIds: sql`(select l.case_ids[${row.loaded + 1}::int : ${to}::int] from batch_loads l where l.batch_id = ${input.batchId}::uuid)`,
    count,
    strata: isDealt || row.strata.length === 0 ? null : row.strata.slice(0, count),
    lanes: isDealt || row.lanes.length === 0 ? null : row.lanes.slice(0, count * input.overlap),
    from: isDealt ? row.loaded - row.ordinary : row.loaded,
    isDealt,
    isLast: to >= row.total,
  };
}

/** Counts what a chunk has brought, on the load and on the draft, whose page shows it. */
export async function advanceLoad(tx: Tx, input: { batchId: string; by: number }): Promise<void> {
  await tx.execute(
    sql`update batch_loads set loaded = loaded + ${input.by}::int where batch_id = ${input.batchId}`,
  );
  await tx.execute(
    sql`update batches set loaded_count = loaded_count + ${input.by}::int where id = ${input.batchId}`,
  );
}

/** The draft is whole. */
export async function endLoad(tx: Tx, batchId: string): Promise<void> {
  await tx.execute(sql`delete from batch_loads where batch_id = ${batchId}`);
  await tx.execute(sql`update batches set load_state = 'complete' where id = ${batchId}`);
}

/** Tasks of one chunk in order, and `overlap` label slots each, in the lanes they are given (`planLanes`). */
export async function insertTasks(
  tx: Tx,
  input: {
    batchId: string;
    from: number;
    caseIds: ChunkCases;
    taskIds: readonly string[];
    strata?: readonly number[] | null;
    overlap: number;
    /** Lane of each slot, task by task. */
    lanes: readonly number[];
    readsNeeded: readonly number[];
    /** Slots that each task begins with, where that is not the overlap for all (a share of the cases, R5). */
    firstReads?: readonly number[];
    dealt: boolean;
  },
): Promise<void> {
  const { batchId, from, overlap } = input;
  const firstReads = input.firstReads ?? (overlap === 0 ? [] : input.taskIds.map(() => overlap));
  // One statement, so that the ids are read once.
  await tx.execute(sql`
    with t as materialized (
      select * from unnest(${arrayOf(input.taskIds)}::uuid[], ${arrayOfCases(input.caseIds)},
        ${arrayOf(input.readsNeeded)}::smallint[], ${arrayOf(input.strata ?? [])}::smallint[],
        ${arrayOf(firstReads)}::smallint[]) with ordinality as t (id, case_id, reads, stratum, first_reads, n)),
    made as (
      insert into tasks (batch_id, id, case_id, sort_key, status, reads_needed, is_dealt_gold, stratum)
      select ${batchId}::uuid, t.id, t.case_id, ${from}::bigint + t.n - 1, 'open', t.reads, ${input.dealt}, t.stratum
      from t order by t.n)
    insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status)
    select ${batchId}::uuid, t.id, s.n, 'label', 1, l.lanes[(t.n - 1) * ${overlap}::int + s.n + 1],
      ${from}::bigint + t.n - 1, 'open'
    from t cross join (select ${arrayOf(input.lanes)}::smallint[] as lanes) l
    cross join lateral generate_series(0, t.first_reads::int - 1) as s (n)
    order by t.n, s.n`);
}

type Chunk = { batchId: string; caseIds: ChunkCases; taskIds: readonly string[] };

/** Known answers of a chunk's gold, as they were frozen when the draft was made. */
export async function insertGoldOf(tx: Tx, chunk: Chunk): Promise<void> {
  await tx.execute(sql`
    insert into gold_answers (batch_id, task_id, gold_item_id, answers)
    select l.batch_id, t.id, g."goldItemId", g.answers
    from batch_loads l
    cross join jsonb_to_recordset(l.gold) as g ("caseId" uuid, "goldItemId" uuid, answers jsonb)
    join unnest(${arrayOf(chunk.taskIds)}::uuid[], ${arrayOfCases(chunk.caseIds)}) as t (id, case_id)
      on t.case_id = g."caseId"
    where l.batch_id = ${chunk.batchId}`);
}

/**
 * Everybody who has met a case of these tasks in the batches that the new one keeps apart from, at any tier, or gave it back
 * for good or with its reads in sight, may not meet it here. Indexes: tasks_case_idx, the slots' primary key.
 */
export async function insertPriorReaders(
  tx: Tx,
  batch: Pick<Batch, 'id' | 'projectId' | 'excludePriorReaders' | 'excludedBatchIds'>,
  taskIds: readonly string[],
): Promise<void> {
  if (batch.excludePriorReaders === 'none') return;
  const listed = sql`b.id = any(${sql.param(batch.excludedBatchIds ?? [])}::uuid[])`;
  await tx.execute(sql`
    insert into reader_exclusions (batch_id, annotator_id, task_id)
    select n.batch_id, met.annotator_id, n.id
    from batches b
    join tasks n on n.batch_id = ${batch.id} and n.id = any(${sql.param([...taskIds])}::uuid[])
    join tasks o on o.batch_id = b.id and o.case_id = n.case_id
    cross join lateral (
      select s.annotator_id from slots s
      where s.batch_id = o.batch_id and s.task_id = o.id and s.annotator_id is not null
      union
      select x.annotator_id from slot_releases x
      where x.batch_id = o.batch_id and x.task_id = o.id and (x.excludes or ${sql.raw(sawReadsSql('x'))})) met
    where b.project_id = ${batch.projectId} and b.id <> ${batch.id}
      ${batch.excludePriorReaders === 'listed' ? sql`and ${listed}` : sql``}
    on conflict do nothing`);
}

/**
 * The final label that each case of these tasks has in the batch that is relabelled, else the newest in another batch of the
 * project; it stays as it is. Of the batches `among` alone, whose labels may be looked at (R15).
 */
export async function insertPriorLabels(
  tx: Tx,
  batch: Pick<Batch, 'id' | 'parentBatchId'>,
  of: { taskIds: readonly string[]; among: readonly string[] },
): Promise<void> {
  await tx.execute(sql`
    insert into relabel_links (batch_id, task_id, prior_batch_id, prior_task_id, prior_version)
    select distinct on (n.id) n.batch_id, n.id, f.batch_id, f.task_id, f.version
    from tasks n
    join batches b on b.id = any(${sql.param([...of.among])}::uuid[]) and b.id <> n.batch_id
    join tasks o on o.batch_id = b.id and o.case_id = n.case_id
    join final_labels f on f.batch_id = o.batch_id and f.task_id = o.id
    where n.batch_id = ${batch.id} and n.id = any(${sql.param([...of.taskIds])}::uuid[])
    order by n.id, (b.id = ${batch.parentBatchId}::uuid) is true desc, ${SETTLED_FIRST} desc, f.batch_id,
      f.version desc`);
}

/** Tasks of a batch by id, keyset by `after`. Index: the primary key. */
export async function listTaskIds(
  q: Queryable,
  page: { batchId: string; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select id from tasks where batch_id = ${page.batchId} ${page.after ? sql`and id > ${page.after}::uuid` : sql``}
    order by id limit ${page.limit}`);
  return [...rows].map((row) => row.id);
}
