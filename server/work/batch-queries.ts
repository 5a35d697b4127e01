import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { goldAnswers } from '#db/schema/labels.ts';
import { batches } from '#db/schema/work.ts';
import type { Batch } from './reads.ts';

export async function insertBatchRow(tx: Tx, row: typeof batches.$inferInsert): Promise<void> {
  await tx.insert(batches).values(row);
}

/** Tasks of one chunk in order, and `overlap` label slots each, in the lanes they are given (`planLanes`). */
export async function insertTasks(
  tx: Tx,
  input: {
    batchId: string;
    from: number;
    caseIds: readonly string[];
    taskIds: readonly string[];
    overlap: number;
    /** Lane of each slot, task by task. */
    lanes: readonly number[];
    readsNeeded: readonly number[];
    /** Slots that each task begins with, where that is not the overlap for all (a share of the cases, R5). */
    firstReads?: readonly number[];
    dealt: boolean;
  },
): Promise<void> {
  const taskIds = sql.param([...input.taskIds]);
  await tx.execute(sql`
    insert into tasks (batch_id, id, case_id, sort_key, status, reads_needed, is_dealt_gold)
    select ${input.batchId}::uuid, t.id, t.case_id, ${input.from}::bigint + t.n - 1, 'open', t.reads, ${input.dealt}
    from unnest(${taskIds}::uuid[], ${sql.param([...input.caseIds])}::uuid[],
      ${sql.param([...input.readsNeeded])}::smallint[]) with ordinality as t (id, case_id, reads, n)`);
  if (input.overlap === 0) return;
  const firstReads = input.firstReads ?? input.taskIds.map(() => input.overlap);
  await tx.execute(sql`
    insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status)
    select ${input.batchId}::uuid, t.id, s.n, 'label', 1, l.lanes[(t.n - 1) * ${input.overlap}::int + s.n + 1],
      ${input.from}::bigint + t.n - 1, 'open'
    from (select ${sql.param([...input.lanes])}::smallint[] as lanes) l
    cross join unnest(${taskIds}::uuid[], ${sql.param([...firstReads])}::smallint[]) with ordinality as t (id, reads, n)
    cross join lateral generate_series(0, t.reads::int - 1) as s (n)
    order by t.n, s.n`);
}

export async function insertGoldAnswers(
  tx: Tx,
  batchId: string,
  rows: readonly { taskId: string; goldItemId: string; answers: unknown }[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) {
    await tx.insert(goldAnswers).values(rows.slice(from, from + 1000).map((row) => ({ batchId, ...row })));
  }
}

/** How many gold answers the batch holds that are in force. */
export async function countGoldAnswers(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from gold_answers where batch_id = ${batchId} and withdrawn_at is null`,
  );
  return row?.n ?? 0;
}

/**
 * Moves a batch between states when it is in one of `from`; the readers' copy of "open" moves with it, so that a claim
 * sees it at once. Reviews and adjudications go on while it closes. Returns the row, or null when it was in another state. Lock order: batch, then readers.
 */
export async function moveBatch(
  tx: Tx,
  input: {
    batchId: string;
    from: readonly Batch['status'][];
    to: Batch['status'];
    set: Partial<typeof batches.$inferInsert>;
  },
): Promise<Batch | null> {
  const [row] = await tx
    .update(batches)
    .set({ ...input.set, status: input.to })
    .where(and(eq(batches.id, input.batchId), inArray(batches.status, [...input.from])))
    .returning();
  if (!row) return null;
  await tx.execute(sql`
    update readers r set batch_open = ${input.to === 'open'} or (${input.to === 'closing'} and r.tier <> 'label')
    from (select annotator_id, tier from readers where batch_id = ${input.batchId}
      order by annotator_id, tier for update) own
    where r.batch_id = ${input.batchId} and r.annotator_id = own.annotator_id and r.tier = own.tier`);
  return row;
}

/** Locks a batch row against a change of state until the transaction ends; null when there is none. */
export async function lockBatch(tx: Tx, batchId: string, how: 'share' | 'update'): Promise<Batch | null> {
  const [row] = await tx.select().from(batches).where(eq(batches.id, batchId)).for(how);
  return row ?? null;
}

/** Leases that are still out. Index: slots_lease_idx. */
export async function countLeases(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'leased'`,
  );
  return row?.n ?? 0;
}
