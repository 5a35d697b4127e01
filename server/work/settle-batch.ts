import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { releaseBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { acceptSlots, listSubmitted } from './accept-slots.ts';
import { countLeases, lockBatch, moveBatch } from './batch-queries.ts';

const CHUNK = 500;

/**
 * Settles a closing batch once nothing is under way: accepts what is still submitted (R30), has every accrual posted, and
 * gives what was not spent back to the project (R29). An appeal that is decided meanwhile (R31) may give a case a read back, so the last
 * transaction looks again, under the lock that such a decision takes. Safe to repeat; returns false while something is under way.
 */
export async function settleBatch(ctx: CommandContext, input: { batchId: string }): Promise<boolean> {
  const isQuiet = await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    return batch?.status === 'closing' && (await isDone(tx.db, batch.id));
  });
  if (!isQuiet) return false;
  for (let n = CHUNK; n === CHUNK; ) {
    n = await transact(ctx, async (tx) => {
      const slots = await listSubmitted(tx.db, { batchId: input.batchId, before: null, limit: CHUNK });
      return acceptSlots(tx, { batchId: input.batchId, slots });
    });
  }
  for (let readers = 1; readers > 0; ) ({ readers } = await postAccruals(ctx, { batchId: input.batchId }));
  return transact(ctx, async (tx) => {
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (batch?.status !== 'closing' || !(await isDone(tx.db, batch.id))) return false;
    if ((await countUnpaid(tx.db, batch.id)) > 0) return false;
    const { projectId, currency } = batch;
    const releasedMinor = await releaseBatchFunds(tx, { batchId: batch.id, projectId, currency });
    await moveBatch(tx.db, {
      batchId: batch.id,
      from: ['closing'],
      to: 'settled',
      set: { settledAt: tx.now },
    });
    await tx.audit({
      action: 'work.batch_settled',
      subject: { kind: 'batch', id: batch.id },
      detail: { releasedMinor: releasedMinor.toString(), currency },
    });
    return true;
  });
}

/** Whether nothing in the batch moves any more. Under its lock. */
async function isDone(tx: Tx, batchId: string): Promise<boolean> {
  return (await countLeases(tx, batchId)) === 0 && (await countUnderWay(tx, batchId)) === 0;
}

/** Tasks between labelled and final, and final ones that are still to be checked. Indexes: tasks_waiting_idx, audit_samples_status_idx. */
async function countUnderWay(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    select (select count(*)::int from tasks where batch_id = ${batchId} and status in ('labelled', 'in_review', 'in_adjudication'))
      + (select count(*)::int from tasks where batch_id = ${batchId} and status = 'open' and reads_done > 0)
      + (select count(*)::int from audit_samples where batch_id = ${batchId} and status in ('waiting', 'open')) as n`);
  return row?.n ?? 0;
}

/** Readers with something that is not accepted, rejected or posted yet. */
async function countUnpaid(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from readers where batch_id = ${batchId}
      and (accrued_minor <> posted_minor or encumbered_minor <> 0)`);
  return row?.n ?? 0;
}
