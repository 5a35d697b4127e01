import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { sayMinor } from '#server/core/money.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { spokenFor } from './join-queries.ts';
import { countMoreReserve } from './more-reads.ts';
import type { Batch } from './reads.ts';

/**
 * Reserves what a read costs that is accepted after all (R31). The reservation of its batch has gone to the read that took its place, so
 * this comes from the project's funds; where they do not reach, what a batch under way holds unspoken for serves, which is covered
 * later as other returns are (ADR 034). Throws `funds_missing` when neither does: the ledger cannot pay what nobody has funded.
 * After the acceptance, under the lock of the batch. Lock order: batch, ledger.
 */
export async function fundRestored(tx: CommandTx, batch: Batch, amountMinor: bigint): Promise<void> {
  if (amountMinor === 0n) return;
  const { id: batchId, projectId, currency } = batch;
  const funds = await balanceOf(tx.db, { code: 'project_funds', ownerId: projectId, currency });
  if (funds >= amountMinor) {
    await reserveBatchFunds(tx, { batchId, projectId, amountMinor, currency });
    await countMoreReserve(tx.db, { batchId, amountMinor });
    return;
  }
  const isUnderWay = batch.status !== 'settled';
  if (isUnderWay && (await spokenFor(tx.db, batchId)) <= batch.reservedMinor) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'funds_missing',
    message: `The read and its fee cost ${currency} ${sayMinor({ amountMinor, currency })}, which neither its batch nor its project holds. The sponsor is told; decide again once the project is funded.`,
  });
}
