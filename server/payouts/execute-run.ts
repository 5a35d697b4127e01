import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { findDestination, finishRun, listPayouts, movePayout, type PayoutRow } from './queries.ts';
import { confirmPayout, failPayout } from './settle-payout.ts';
import { isUnknownOutcome } from './stripe-errors.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

/**
 * Calls the rails for a run's payouts. Safe to repeat after a kill at any point: the rail knows each payout by our key, and
 * what was sent before is looked up before it is sent again. Bank transfers wait as submitted until their reference is
 * recorded.
 */
export async function executeRun(
  ctx: CommandContext,
  gateway: PaymentGateway,
  input: { runId: string },
): Promise<void> {
  const open = await listPayouts(ctx.db, {
    runId: input.runId,
    statuses: ['created', 'submitted', 'unknown'],
  });
  let unknown = 0;
  for (const payout of [...open].reverse()) {
    if (payout.rail === 'bank_transfer') await submitBankTransfer(ctx, payout);
    else if ((await payByStripe(ctx, gateway, payout)) === 'unknown') unknown += 1;
  }
  await transact(ctx, (tx) => finishRun(tx.db, input.runId, tx.now));
  // The queue tries again with growing pauses; nothing else may forget an unknown outcome.
  if (unknown > 0)
    throw new AppError({
      kind: 'unavailable',
      reason: 'payouts_unknown',
      message: `${unknown} payouts have an unknown outcome and are tried again.`,
    });
}

async function submitBankTransfer(ctx: CommandContext, payout: PayoutRow): Promise<void> {
  await transact(ctx, (tx) => movePayout(tx.db, payout.id, 'submit', { submittedAt: tx.now }));
}

async function payByStripe(
  ctx: CommandContext,
  gateway: PaymentGateway,
  payout: PayoutRow,
): Promise<'done' | 'unknown'> {
  const destination = await findDestination(ctx.db, { id: payout.destinationId });
  if (!destination?.stripeAccountId) {
    await failPayout(ctx, { payoutId: payout.id, failure: 'The payout destination has no account.' });
    return 'done';
  }
  await transact(ctx, (tx) =>
    movePayout(tx.db, payout.id, 'submit', { submittedAt: payout.submittedAt ?? tx.now }),
  );
  const order = {
    payoutId: payout.id,
    amountMinor: payout.amountMinor,
    currency: payout.currency,
    destination: destination.stripeAccountId,
    transferGroup: payout.runId,
  };
  try {
    const transfer = await transferOnce(gateway, order, payout.submittedAt !== null);
    if (transfer.money.amountMinor !== payout.amountMinor || transfer.money.currency !== payout.currency)
      return loseSight(ctx, payout, 'Stripe holds a transfer of another amount for this payout.');
    await confirmPayout(ctx, { payoutId: payout.id, externalId: transfer.transferId });
    return 'done';
  } catch (error) {
    if (isUnknownOutcome(error) || (error instanceof AppError && error.kind === 'unavailable'))
      return loseSight(ctx, payout, null);
    if (error instanceof AppError && error.kind !== 'bug') {
      await failPayout(ctx, { payoutId: payout.id, failure: error.message });
      return 'done';
    }
    throw error;
  }
}

type Order = Parameters<PaymentGateway['createTransfer']>[0];

/**
 * The payout's transfer, made now or found: what was sent before is looked up before it is sent again, and when the rail
 * says that our key has been used for another request, the transfer of that request is the payout's. Not finding any then
 * means that the former request was refused and no money moved.
 */
async function transferOnce(gateway: PaymentGateway, order: Order, wasSent: boolean) {
  const { payoutId, transferGroup, destination } = order;
  const look = () => gateway.findTransfer({ payoutId, transferGroup, destination });
  const found = wasSent ? await look() : null;
  if (found) return found;
  try {
    return await gateway.createTransfer(order);
  } catch (error) {
    if (!isAppError(error, 'stripe_key_reused')) throw error;
    const former = await look();
    if (former) return former;
    throw error;
  }
}

/** The payout stays unknown, the run stays open, and no other run starts until it is known: nothing is paid on drift. */
async function loseSight(ctx: CommandContext, payout: PayoutRow, failure: string | null): Promise<'unknown'> {
  await transact(ctx, (tx) => movePayout(tx.db, payout.id, 'lose_sight', { failure }));
  return 'unknown';
}
