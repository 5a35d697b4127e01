import type Stripe from 'stripe';
import type { Money } from '#server/core/money.ts';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts';
import { callStripe } from './stripe-errors.ts';

/** Money that went from the platform's balance at Stripe to a payee's. */
export type StripeTransfer = {
  transferId: string;
  /** Our payout id, from the metadata; null for a transfer that Readroom did not make. */
  payoutId: string | null;
  money: Money;
  /** How much of it has been taken back. */
  reversedMinor: bigint;
  destination: string;
  transferGroup: string | null;
  createdAt: Date;
};

export type TransferCalls = {
  /**
   * Pays a payee, once per payout and destination however often it is called within a day: the same key replays the
   * first answer, a refusal too, so a refused payout is tried again as a new payout. On `stripe_unknown_outcome`
   * call it again within a day, and `findTransfer` before anything after that.
   */
  createTransfer(input: {
    payoutId: string;
    amountMinor: bigint;
    currency: string;
    destination: string;
    transferGroup: string;
    /** Pays from this charge before its funds are available. */
    sourceCharge?: string;
  }): Promise<StripeTransfer>;
  /**
   * The transfer made for a payout, or null: what decides an unknown outcome. Looks in the group, then at everything the
   * destination was sent, when both are given.
   */
  findTransfer(input: {
    payoutId: string;
    transferGroup?: string;
    destination?: string;
  }): Promise<StripeTransfer | null>;
  /** Takes back part of a transfer, once per `reversalId`, as far as the payee's balance covers it. */
  reverseTransfer(input: {
    reversalId: string;
    transferId: string;
    amountMinor: bigint;
    currency: string;
  }): Promise<{ reversalId: string }>;
};

/** The key under which Stripe knows a transfer; deterministic, so that a retry is never a second payment. */
export function transferKey(payoutId: string, destination: string): string {
  return `xfer:${payoutId}:${destination}`;
}

/** The paying side of the gateway (R32). */
export function createTransferCalls(stripe: Stripe): TransferCalls {
  return {
    async createTransfer({ payoutId, amountMinor, currency, destination, transferGroup, sourceCharge }) {
      const { amount, currency: code } = toStripeAmount({ amountMinor, currency }, 'transfer');
      const transfer = await callStripe(() =>
        stripe.transfers.create(
          {
            amount,
            currency: code,
            destination,
            transfer_group: transferGroup,
            metadata: { payout_id: payoutId },
            ...(sourceCharge === undefined ? {} : { source_transaction: sourceCharge }),
          },
          { idempotencyKey: transferKey(payoutId, destination) },
        ),
      );
      return toStripeTransfer(transfer);
    },
    async findTransfer({ payoutId, transferGroup, destination }) {
      const places = [
        ...(transferGroup === undefined ? [] : [{ transfer_group: transferGroup }]),
        ...(destination === undefined ? [] : [{ destination }]),
      ];
      for (const place of places) {
        const found = await callStripe(async () => {
          for await (const transfer of stripe.transfers.list({ ...place, limit: 100 }))
            if (transfer.metadata.payout_id === payoutId) return toStripeTransfer(transfer);
          return null;
        });
        if (found) return found;
      }
      return null;
    },
    async reverseTransfer({ reversalId, transferId, amountMinor, currency }) {
      const { amount } = toStripeAmount({ amountMinor, currency }, 'transfer');
      const reversal = await callStripe(() =>
        stripe.transfers.createReversal(
          transferId,
          { amount, metadata: { reversal_id: reversalId } },
          { idempotencyKey: `reverse:${reversalId}` },
        ),
      );
      return { reversalId: reversal.id };
    },
  };
}

/** A transfer of the SDK in Readroom's units. */
export function toStripeTransfer(transfer: Stripe.Transfer): StripeTransfer {
  const { destination } = transfer;
  return {
    transferId: transfer.id,
    payoutId: transfer.metadata.payout_id ?? null,
    money: fromStripeAmount(transfer.amount, transfer.currency),
    reversedMinor: fromStripeAmount(transfer.amount_reversed, transfer.currency).amountMinor,
    destination: typeof destination === 'string' ? destination : (destination?.id ?? ''),
    transferGroup: transfer.transfer_group,
    createdAt: new Date(transfer.created * 1000),
  };
}
