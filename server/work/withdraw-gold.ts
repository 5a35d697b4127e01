import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { answersRecord } from '#server/protocols/schemas.ts';
import { getBatch } from './reads.ts';
import { SLOT_BASE } from './rules.ts';
import { tellFreed, triesThatRestOn } from './tell-freed.ts';

/** Before every id: nobody's counts are taken back yet. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Takes a gold item out of every batch that holds it: from now on it is dealt to nobody and in no score. What the readers' own
 * counts owe to it is taken back by `takeBackFrom`. Part of disputing and retiring a gold item. Returns the batches whose
 * scores rested on it. A submit that is under way holds the answer and is counted before; one that comes later finds it withdrawn.
 */
export async function withdrawGold(
  tx: CommandTx,
  input: { goldItemId: string },
): Promise<{ batchIds: string[] }> {
  const batchIds = await listBatchesWithGold(tx.db, input.goldItemId);
  const cases = await lockAnswers(tx.db, { ...input, batchIds });
  const tries = [];
  for (const of of cases) tries.push({ ...of, tries: await triesThatRestOn(tx, of) });
  for (const batchId of batchIds) {
    await tx.db.execute(sql`
      update gold_answers set withdrawn_at = ${tx.now.toISOString()}::timestamptz, uncounted_to = ${NOBODY}
      where batch_id = ${batchId} and gold_item_id = ${input.goldItemId} and withdrawn_at is null`);
  }
  for (const of of tries) await tellFreed(tx, of);
  return { batchIds };
}

/** Holds an item's answers before any reader's row (lock order: gold answers, then readers). Returns the case that they are of. */
async function lockAnswers(
  tx: Tx,
  of: { goldItemId: string; batchIds: readonly string[] },
): Promise<{ datasetId: string; caseId: string }[]> {
  const rows = await tx.execute<{ datasetId: string; caseId: string }>(sql`
    select b.dataset_id as "datasetId", t.case_id as "caseId" from gold_answers g join batches b on b.id = g.batch_id
    join tasks t on t.batch_id = g.batch_id and t.id = g.task_id
    where g.batch_id = any(${sql.param([...of.batchIds])}::uuid[]) and g.gold_item_id = ${of.goldItemId}
    order by g.batch_id, g.task_id for no key update of g`);
  return [...new Map([...rows].map((row) => [row.caseId, row])).values()];
}

/** Batches that count a gold item; a project has at most some hundred. Index: gold_answers_item_idx. */
async function listBatchesWithGold(tx: Tx, goldItemId: string): Promise<string[]> {
  const rows = await tx.execute<{ batchId: string }>(sql`
    select batch_id as "batchId" from gold_answers
    where gold_item_id = ${goldItemId} and withdrawn_at is null order by batch_id`);
  return [...rows].map((row) => row.batchId);
}

export type TakenBack = {
  /** Who of these readers has handed in anything in the batch, whether or not they met the case. */
  readers: string[];
  isFirst: boolean;
  isLast: boolean;
};

/**
 * The next `limit` readers of a batch, by id, as if a withdrawn answer had never been gold: their counts lose what they owe to
 * it, and what was given back of it goes. How far it has come stands on the answer's row, in the same transaction: a reader is
 * passed once, whatever stops in between, and what they submit or amend of the case counts while they are still ahead
 * (`countsFor`). Null when nothing is left to do. What was read stays paid (R31). Lock order: the answer, then readers by id.
 * Indexes: the primary keys, slots_person_task_key.
 */
export async function takeBackFrom(
  tx: Tx,
  at: { batchId: string; goldItemId: string; limit: number },
): Promise<TakenBack | null> {
  const [gold] = await tx.execute<{ taskId: string; answers: unknown; after: string }>(sql`
    select task_id as "taskId", answers, uncounted_to as after from gold_answers
    where batch_id = ${at.batchId} and gold_item_id = ${at.goldItemId} and uncounted_to is not null for update`);
  if (!gold) return null;
  const of = { ...at, taskId: gold.taskId };
  const given = await dropGivenBack(tx, of);
  const passed = [
    ...(await tx.execute<{ annotatorId: string; submitted: number }>(sql`
      select annotator_id as "annotatorId", submitted from readers
      where batch_id = ${at.batchId} and annotator_id > ${gold.after} and tier = 'label'
      order by annotator_id limit ${at.limit}`)),
  ];
  await uncount(tx, { ...of, gold: gold.answers, annotatorIds: passed.map((row) => row.annotatorId) });
  const isLast = passed.length < at.limit && given < at.limit;
  await tx.execute(sql`
    update gold_answers set uncounted_to = ${isLast ? null : (passed.at(-1)?.annotatorId ?? gold.after)}::uuid
    where batch_id = ${at.batchId} and task_id = ${of.taskId}`);
  const readers = passed.filter((row) => row.submitted > 0).map((row) => row.annotatorId);
  return { readers, isFirst: gold.after === NOBODY, isLast };
}

/** What was given back and waits for the next reader is gold to nobody any more. Index: the primary key. */
async function dropGivenBack(
  tx: Tx,
  at: { batchId: string; taskId: string; limit: number },
): Promise<number> {
  const gone = await tx.execute(sql`
    with waiting as materialized (
      select slot_no from slots where batch_id = ${at.batchId} and task_id = ${at.taskId} and tier = 'label'
        and status = 'open' and slot_no >= ${SLOT_BASE.gold}::int and slot_no < ${SLOT_BASE.repeat}::int
      order by slot_no limit ${at.limit} for update skip locked)
    delete from slots s using waiting w
    where s.batch_id = ${at.batchId} and s.task_id = ${at.taskId} and s.slot_no = w.slot_no returning 1`);
  return gone.length;
}

/** Takes reads of a case that is gold no more off these readers' counts. */
async function uncount(
  tx: Tx,
  at: { batchId: string; taskId: string; gold: unknown; annotatorIds: readonly string[] },
): Promise<void> {
  const reads = await tx.execute<{ annotatorId: string; answers: unknown }>(sql`
    select s.annotator_id as "annotatorId", l.answers
    from unnest(${sql.param([...at.annotatorIds])}::uuid[]) as u (annotator_id)
    join slots s on s.batch_id = ${at.batchId} and s.annotator_id = u.annotator_id and s.task_id = ${at.taskId}
      and s.tier = 'label'
    join labels l on l.batch_id = ${at.batchId} and l.id = s.label_id`);
  if (reads.length === 0) return;
  const gold = goldAnswers.parse(at.gold);
  const { protocolVersionId } = await getBatch(tx, at.batchId);
  const { labelSchema } = await getProtocolVersion(tx, protocolVersionId);
  const scored = [...reads].flatMap(({ annotatorId, answers }) => {
    const correct = isCorrectLabel(labelSchema, gold, answersRecord.parse(answers));
    return correct === null ? [] : [{ annotatorId, ok: correct ? 1 : 0 }];
  });
  const counted = Map.groupBy(
    scored.sort((a, b) => (a.annotatorId < b.annotatorId ? -1 : 1)),
    (read) => read.annotatorId,
  );
  for (const [annotatorId, own] of counted) {
    const right = own.filter((read) => read.ok === 1).length;
    await tx.execute(sql`
      update readers set gold_n = gold_n - ${own.length}::int, gold_ok = gold_ok - ${right}::int
      where batch_id = ${at.batchId} and annotator_id = ${annotatorId} and tier = 'label'`);
  }
}
