import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { answersRecord } from '#server/protocols/schemas.ts';
import { getBatch } from './reads.ts';
import { SLOT_BASE } from './rules.ts';

/**
 * Takes a gold item out of every batch that holds it: it is dealt no more, and the readers' counts stand as if it had
 * never been gold (what was read of it stays paid). Part of disputing and retiring a gold item. Returns the batches whose
 * scores rested on it. Lock order: a batch's slots of the case, then its readers; a submit that is under way is counted
 * before, one that comes later finds the answer withdrawn.
 */
export async function withdrawGold(
  tx: CommandTx,
  input: { goldItemId: string },
): Promise<{ batchIds: string[] }> {
  const batchIds = await listBatchesWithGold(tx.db, input.goldItemId);
  for (const batchId of batchIds) {
    const taskId = await lockGoldReads(tx.db, { ...input, batchId });
    if (taskId === null) continue;
    const [withdrawn] = await tx.db.execute<{ answers: unknown }>(sql`
      update gold_answers set withdrawn_at = ${tx.now.toISOString()}::timestamptz
      where batch_id = ${batchId} and task_id = ${taskId} and withdrawn_at is null returning answers`);
    // What was given back and waits for the next reader is gold to nobody any more.
    await tx.db.execute(sql`delete from slots where batch_id = ${batchId} and task_id = ${taskId} and tier = 'label'
      and status = 'open' and slot_no >= ${SLOT_BASE.gold}::int and slot_no < ${SLOT_BASE.repeat}::int`);
    if (withdrawn) await uncount(tx.db, { batchId, taskId, gold: withdrawn.answers });
  }
  return { batchIds };
}

/** Batches that count a gold item; a project has at most some hundred. Index: gold_answers_item_idx. */
async function listBatchesWithGold(tx: Tx, goldItemId: string): Promise<string[]> {
  const rows = await tx.execute<{ batchId: string }>(sql`
    select batch_id as "batchId" from gold_answers
    where gold_item_id = ${goldItemId} and withdrawn_at is null order by batch_id`);
  return [...rows].map((row) => row.batchId);
}

/** The item's task in a batch, with its slots and the batch's readers locked. */
async function lockGoldReads(tx: Tx, at: { batchId: string; goldItemId: string }): Promise<string | null> {
  const [row] = await tx.execute<{ taskId: string }>(sql`
    select task_id as "taskId" from gold_answers where batch_id = ${at.batchId} and gold_item_id = ${at.goldItemId}`);
  if (!row) return null;
  await tx.execute(sql`select 1 from slots where batch_id = ${at.batchId} and task_id = ${row.taskId}
    order by slot_no for update`);
  await tx.execute(sql`select 1 from readers where batch_id = ${at.batchId} and tier = 'label'
    order by annotator_id for update`);
  return row.taskId;
}

/** Takes the reads of a case that is gold no more off their readers' counts. Index: slots and labels primary keys. */
async function uncount(tx: Tx, at: { batchId: string; taskId: string; gold: unknown }): Promise<void> {
  const gold = goldAnswers.parse(at.gold);
  const { protocolVersionId } = await getBatch(tx, at.batchId);
  const { labelSchema } = await getProtocolVersion(tx, protocolVersionId);
  const reads = await tx.execute<{ annotatorId: string; answers: unknown }>(sql`
    select l.annotator_id as "annotatorId", l.answers
    from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
    where s.batch_id = ${at.batchId} and s.task_id = ${at.taskId} and s.tier = 'label'`);
  for (const read of reads) {
    const correct = isCorrectLabel(labelSchema, gold, answersRecord.parse(read.answers));
    if (correct === null) continue;
    await tx.execute(sql`
      update readers set gold_n = gold_n - 1, gold_ok = gold_ok - ${correct ? 1 : 0}::int
      where batch_id = ${at.batchId} and annotator_id = ${read.annotatorId} and tier = 'label'`);
  }
}
