import { violates } from '#db/errors.ts';
import { payoutRuns, payouts } from '#db/schema/payouts.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { takeDueCredits } from '#server/contracts/take-credits.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { listUnpayable, lockPayables } from './queries.ts';
import { payoutKey } from './rules.ts';

export type PayoutRunResult = {
  runId: string;
  payouts: number;
  skipped: { orgId: string; currency: string; amountMinor: bigint; reason: string }[];
};

/**
 * Starts a payout run: what each payee with a ready destination is owed moves into transit, its payout row is made with
 * its key, and the job that calls the rails is enqueued, all in one transaction, after service credits that are due. Two runs at once: one is refused with
 * `payout_run_running`. Payees without a ready destination are named and keep their balance. At most `limit` payees are
 * paid; who is left is paid by the next run.
 */
export async function startPayoutRun(
  ctx: CommandContext,
  input: { limit?: number } = {},
): Promise<PayoutRunResult> {
  return transact(ctx, async (tx) => {
    const runId = newId();
    try {
      await tx.db.insert(payoutRuns).values({
        id: runId,
        startedBy: ctx.actor.kind === 'user' ? ctx.actor.personId : null,
        createdAt: tx.now,
      });
    } catch (error) {
      if (violates(error, 'payout_runs_one_running')) {
        throw new AppError({
          kind: 'conflict',
          reason: 'payout_run_running',
          message: 'A payout run is under way. Wait until it is done.',
          cause: error,
        });
      }
      throw error;
    }
    // Service credits stand on the statement before the rest is paid.
    await takeDueCredits(tx);
    const skipped = (await listUnpayable(tx.db)).map(({ orgId, currency, balanceMinor, destination }) => ({
      orgId,
      currency,
      amountMinor: balanceMinor,
      reason: destination ? 'The payout destination is not ready.' : 'No payout destination yet.',
    }));
    let count = 0;
    for (const { orgId, currency, balanceMinor, destination } of await lockPayables(
      tx.db,
      input.limit ?? 500,
    )) {
      const id = newId();
      await tx.db.insert(payouts).values({
        id,
        runId,
        orgId,
        destinationId: destination.id,
        rail: destination.rail,
        amountMinor: balanceMinor,
        currency,
        idempotencyKey: payoutKey(id, destination.id),
        createdAt: tx.now,
      });
      await postTransfer(tx, {
        id,
        kind: 'payout',
        ref: { kind: 'payout', id },
        legs: [
          { code: 'payable', ownerId: orgId, currency, direction: 'debit', amountMinor: balanceMinor },
          {
            code: 'payout_in_transit',
            ownerId: orgId,
            currency,
            direction: 'credit',
            amountMinor: balanceMinor,
          },
        ],
      });
      count += 1;
    }
    await tx.enqueue({
      name: 'payouts.execute-run',
      payload: { runId },
      key: `payouts.execute-run:${runId}`,
    });
    await tx.audit({
      action: 'payouts.run_started',
      subject: { kind: 'payout_run', id: runId },
      detail: { payouts: count, skipped: skipped.length },
    });
    return { runId, payouts: count, skipped };
  });
}
