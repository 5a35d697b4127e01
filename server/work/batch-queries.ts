import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { batches } from '#db/schema/work-batches.ts';
import { type GoldAnswers, goldAnswers } from '#server/gold/schemas.ts';
import { countOut } from './held-slots.ts';
import type { Batch } from './reads.ts';

export async function insertBatchRow(tx: Tx, row: typeof batches.$inferInsert): Promise<void> {
  await tx.insert(batches).values(row);
}

/** How many gold answers the batch holds that are in force. */
export async function countGoldAnswers(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from gold_answers where batch_id = ${batchId} and withdrawn_at is null`,
  );
  return row?.n ?? 0;
}

/** Known answers of a batch that are in force. */
export async function listGoldOf(tx: Tx, batchId: string): Promise<GoldAnswers[]> {
  const rows = await tx.execute<{ answers: unknown }>(
    sql`select answers from gold_answers where batch_id = ${batchId} and withdrawn_at is null`,
  );
  return [...rows].map((row) => goldAnswers.parse(row.answers));
}

/** Gives the cases of a draft whose known answer was withdrawn the one that is in force now. Nobody has read them, so nothing is taken back. */
export async function renewGoldOf(
  tx: Tx,
  of: { batchId: string; gold: readonly { caseId: string; goldItemId: string; answers: GoldAnswers }[] },
): Promise<void> {
  const gold = of.gold.map(({ caseId, goldItemId, answers }) => ({ caseId, goldItemId, answers }));
  await tx.execute(sql`
    update gold_answers g set gold_item_id = n."goldItemId", answers = n.answers, withdrawn_at = null, uncounted_to = null
    from jsonb_to_recordset(${JSON.stringify(gold)}::text::jsonb) as n ("caseId" uuid, "goldItemId" uuid, answers jsonb), tasks t
    where g.batch_id = ${of.batchId} and g.withdrawn_at is not null
      and t.batch_id = g.batch_id and t.id = g.task_id and t.case_id = n."caseId"`);
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

/** Leases that are still out. */
export async function countLeases(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`select ${countOut(batchId)} as n`);
  return row?.n ?? 0;
}

/** Whether all of these are batches of a project. */
export async function areOfProject(
  q: Queryable,
  projectId: string,
  batchIds: readonly string[],
): Promise<boolean> {
  if (batchIds.length === 0) return true;
  const [row] = await q.execute<{ n: number }>(
    sql`select count(*)::int as n from batches where project_id = ${projectId} and id = any(${sql.param([...batchIds])}::uuid[])`,
  );
  return row?.n === new Set(batchIds).size;
}
