import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { lockBatch } from './batch-queries.ts';
import { ownBatch, wrongState } from './pause-batch.ts';

/** Tasks of one transaction. */
const CHUNK = 5000;

/**
 * Gives up a draft, whole or half loaded: from now on it is nowhere shown and cannot be opened; what it holds is removed by a
 * job, chunk by chunk. Refused with `batch_state` once it was opened, and with `batch_ordered` for a pilot's batch, which
 * goes with its order. Nothing was reserved for it.
 */
export async function discardBatch(ctx: OrgContext, input: { batchId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    // Before the batch, as a chunk takes them: a chunk that is being loaded is waited for.
    await tx.db.execute(sql`select 1 from batch_loads where batch_id = ${input.batchId} for update`);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (batch?.status !== 'draft') throw await wrongState(tx, input.batchId, ['draft']);
    if (await isOfPilot(tx.db, batch.id)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_ordered',
        message: 'This batch belongs to a pilot order; it goes with the order, not alone.',
      });
    }
    await tx.db.execute(sql`update batches set load_state = 'discarding' where id = ${batch.id}`);
    await tx.db.execute(sql`delete from batch_loads where batch_id = ${batch.id}`);
    await tx.audit({
      action: 'work.batch_discarded',
      subject: { kind: 'batch', id: batch.id },
      detail: { tasks: batch.taskCount, loaded: batch.loadedCount },
    });
    await tx.enqueue({
      name: 'work.discard-batch',
      payload: { batchId: batch.id },
      key: `discard-batch:${batch.id}`,
    });
  });
}

/** Removes what a discarded draft holds, and then its row. Safe to repeat; leaves every other batch alone. */
export async function removeDiscarded(ctx: CommandContext, input: { batchId: string }): Promise<void> {
  for (let n = CHUNK; n === CHUNK; ) {
    n = await transact(ctx, async (tx) => {
      const batch = await lockBatch(tx.db, input.batchId, 'update');
      if (batch?.loadState !== 'discarding' || batch.status !== 'draft') return 0;
      const removed = await removeTasks(tx.db, batch.id);
      if (removed < CHUNK) await tx.db.execute(sql`delete from batches where id = ${batch.id}`);
      return removed;
    });
  }
}

async function removeTasks(tx: Tx, batchId: string): Promise<number> {
  const rows = await tx.execute<{ id: string }>(
    sql`select id from tasks where batch_id = ${batchId} order by id limit ${CHUNK}`,
  );
  const ids = sql.param([...rows].map((row) => row.id));
  for (const table of ['slots', 'gold_answers', 'reader_exclusions', 'relabel_links'])
    await tx.execute(
      sql`delete from ${sql.identifier(table)} where batch_id = ${batchId} and task_id = any(${ids}::uuid[])`,
    );
  await tx.execute(sql`delete from tasks where batch_id = ${batchId} and id = any(${ids}::uuid[])`);
  return rows.length;
}

/** Index: pilot_batches_batch_key. */
async function isOfPilot(tx: Tx, batchId: string): Promise<boolean> {
  const rows = await tx.execute(sql`select 1 from pilot_batches where batch_id = ${batchId}`);
  return rows.length > 0;
}
