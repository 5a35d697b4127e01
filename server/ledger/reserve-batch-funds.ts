import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { sayMinor } from '#server/core/money.ts';
import { postTransfer } from './post-transfer.ts';
import { lockAccounts } from './queries.ts';

export type BatchReservation = { batchId: string; projectId: string; amountMinor: bigint; currency: string };

/**
 * R29: moves what a batch may cost from the project's funds to the batch's reserve, in the opening transaction.
 * Refuses with `funds_missing` and the shortage. An amount of zero reserves nothing.
 */
export async function reserveBatchFunds(tx: CommandTx, input: BatchReservation): Promise<void> {
  if (input.amountMinor === 0n) return;
  const [funds] = await lockAccounts(
    tx.db,
    [{ code: 'project_funds', ownerId: input.projectId, currency: input.currency }],
    tx.now,
  );
  const available = funds?.balanceMinor ?? 0n;
  if (available < input.amountMinor) {
    const missing = { amountMinor: input.amountMinor - available, currency: input.currency };
    const needed = { amountMinor: input.amountMinor, currency: input.currency };
    const message = `This batch may cost ${input.currency} ${sayMinor(needed)}; ${input.currency} ${sayMinor(missing)} more must be funded first.`;
    throw new AppError({
      kind: 'precondition',
      reason: 'funds_missing',
      message,
      details: [{ code: 'funds_missing', message, href: `/sponsor/projects/${input.projectId}/money` }],
    });
  }
  await postTransfer(tx, {
    id: newId(),
    kind: 'batch_reserve',
    ref: { kind: 'batch', id: input.batchId },
    legs: [
      {
        code: 'project_funds',
        ownerId: input.projectId,
        currency: input.currency,
        direction: 'debit',
        amountMinor: input.amountMinor,
      },
      {
        code: 'batch_reserved',
        ownerId: input.batchId,
        currency: input.currency,
        direction: 'credit',
        amountMinor: input.amountMinor,
      },
    ],
  });
}

/** Settlement: what a batch did not spend goes back to the project's funds (R29). Returns the amount. */
export async function releaseBatchFunds(
  tx: CommandTx,
  input: Omit<BatchReservation, 'amountMinor'>,
): Promise<bigint> {
  const [reserve] = await lockAccounts(
    tx.db,
    [{ code: 'batch_reserved', ownerId: input.batchId, currency: input.currency }],
    tx.now,
  );
  const left = reserve?.balanceMinor ?? 0n;
  if (left === 0n) return 0n;
  await postTransfer(tx, {
    id: newId(),
    kind: 'batch_release',
    ref: { kind: 'batch', id: input.batchId },
    legs: [
      {
        code: 'batch_reserved',
        ownerId: input.batchId,
        currency: input.currency,
        direction: 'debit',
        amountMinor: left,
      },
      {
        code: 'project_funds',
        ownerId: input.projectId,
        currency: input.currency,
        direction: 'credit',
        amountMinor: left,
      },
    ],
  });
  return left;
}
