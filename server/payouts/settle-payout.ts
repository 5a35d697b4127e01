import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { getPlatformOrg } from '#server/identity/reads.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { finishRun, movePayout, type PayoutRow } from './queries.ts';

/** The payout reached its rail: out of transit, off the clearing account. Saying it twice books it once. */
export async function confirmPayout(
  ctx: CommandContext,
  input: { payoutId: string; externalId?: string; bankReference?: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const row = await movePayout(tx.db, input.payoutId, 'confirm', {
      confirmedAt: tx.now,
      failure: null,
      ...(input.externalId === undefined ? {} : { externalId: input.externalId }),
      ...(input.bankReference === undefined ? {} : { bankReference: input.bankReference }),
    });
    if (!row) return;
    const platform = await getPlatformOrg(tx.db);
    await postTransfer(tx, {
      id: derivedId(row.id, 'settled'),
      kind: 'payout_settled',
      ref: { kind: 'payout', id: row.id },
      legs: [
        {
          code: 'payout_in_transit',
          ownerId: row.orgId,
          currency: row.currency,
          direction: 'debit',
          amountMinor: row.amountMinor,
        },
        {
          code: row.rail === 'stripe_connect' ? 'stripe_clearing' : 'bank_clearing',
          ownerId: platform.id,
          currency: row.currency,
          direction: 'credit',
          amountMinor: row.amountMinor,
        },
      ],
    });
    await finishAndAudit(tx, row, 'payouts.confirmed');
  });
}

/** The rail refused before any money moved: the amount goes back to what the payee is owed. */
export async function failPayout(
  ctx: CommandContext,
  input: { payoutId: string; failure: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const row = await movePayout(tx.db, input.payoutId, 'fail', {
      failure: input.failure.slice(0, 300),
    });
    if (!row) return;
    await postTransfer(tx, {
      id: derivedId(row.id, 'failed'),
      kind: 'payout_failed',
      ref: { kind: 'payout', id: row.id },
      reversesId: row.id,
      legs: [
        {
          code: 'payout_in_transit',
          ownerId: row.orgId,
          currency: row.currency,
          direction: 'debit',
          amountMinor: row.amountMinor,
        },
        {
          code: 'payable',
          ownerId: row.orgId,
          currency: row.currency,
          direction: 'credit',
          amountMinor: row.amountMinor,
        },
      ],
    });
    await finishAndAudit(tx, row, 'payouts.failed');
  });
}

async function finishAndAudit(tx: CommandTx, row: PayoutRow, action: string): Promise<void> {
  await finishRun(tx.db, row.runId, tx.now);
  await tx.audit({
    action,
    subject: { kind: 'payout', id: row.id },
    detail: { amountMinor: row.amountMinor.toString(), currency: row.currency, rail: row.rail },
  });
}
