import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { percentOf } from '#server/core/money.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { lockBatch } from './batch-queries.ts';
import { lockReader } from './join-queries.ts';
import { ownBatch } from './pause-batch.ts';
import { repeatSlotNo } from './rules.ts';

/**
 * Asks one reader for repeats (R23, intra-rater): slots of rounds 2 … `rounds` on every case of the batch, kept for that
 * person; each opens once the round before is submitted. Paid like any read: what they may cost is reserved too (R29).
 */
export async function requestRepeats(
  ctx: OrgContext,
  input: { batchId: string; annotatorId: string; rounds: number },
): Promise<{ added: number }> {
  return transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    const reader = await lockReader(tx.db, {
      batchId: input.batchId,
      annotatorId: input.annotatorId,
      tier: 'label',
    });
    if (batch?.status !== 'open' || batch.rounds > 1 || reader === null) {
      throw new AppError({
        kind: 'precondition',
        reason: 'repeats_refused',
        message:
          'Repeats can be asked of a reader who has joined an open batch, unless the whole batch is read in rounds already.',
      });
    }
    let added = 0;
    for (let round = 2; round <= input.rounds; round += 1) {
      const slotNo = repeatSlotNo(round, reader.readerNo);
      const [row] = await tx.db.execute<{ n: number }>(sql`
        with made as (
          insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
          select t.batch_id, t.id, ${slotNo}, 'label', ${round}, 0, t.sort_key, 'open', ${input.annotatorId}
          from tasks t where t.batch_id = ${batch.id} and not t.is_dealt_gold and t.status = 'open'
          order by t.sort_key
          on conflict do nothing returning task_id),
        more as (
          update tasks t set reads_needed = reads_needed + 1 from made
          where t.batch_id = ${batch.id} and t.id = made.task_id returning 1)
        select count(*)::int as n from more`);
      added += row?.n ?? 0;
    }
    await tx.db.execute(sql`update readers set repeats = repeats + ${added}::int
      where batch_id = ${batch.id} and annotator_id = ${input.annotatorId} and tier = 'label'`);
    const perRead = batch.pricePerReadMinor + percentOf(batch.pricePerReadMinor, batch.feeBasisPoints);
    const amountMinor = BigInt(added) * perRead;
    await reserveBatchFunds(tx, {
      batchId: batch.id,
      projectId: batch.projectId,
      amountMinor,
      currency: batch.currency,
    });
    await tx.db.execute(
      sql`update batches set reserved_minor = reserved_minor + ${amountMinor.toString()}::bigint, slot_count = slot_count + ${added}::int
        where id = ${batch.id}`,
    );
    await tx.audit({
      action: 'work.repeats_requested',
      subject: { kind: 'batch', id: batch.id },
      detail: { rounds: input.rounds, added },
    });
    return { added };
  });
}
