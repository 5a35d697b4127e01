import type Stripe from 'stripe';
import { AppError } from '#server/core/errors.ts';
import type { Money } from '#server/core/money.ts';
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts';
import { callStripe } from './stripe-errors.ts';

/** A sponsor's payment as Stripe sees it now. */
export type FundingIntent = {
  paymentIntentId: string;
  /** For the browser's payment form; never stored or logged. */
  clientSecret: string | null;
  status: 'waiting' | 'processing' | 'succeeded' | 'canceled';
  money: Money;
  /** Our funding id, from the metadata; null for an intent that Readroom did not make. */
  fundingId: string | null;
  /** The charge, once there is one: the source of transfers before its funds are available. */
  chargeId: string | null;
  /** What Stripe kept of it; null until it has succeeded. */
  fee: Money | null;
  /** Why the last attempt failed, e.g. `insufficient_funds`; null when there was none. */
  declineCode: string | null;
};

export type FundingCalls = {
  /** Makes the intent for a funding, once per `fundingId`. */
  createFundingIntent(input: {
    fundingId: string;
    amountMinor: bigint;
    currency: string;
    transferGroup: string;
  }): Promise<FundingIntent>;
  /** Pays an intent with a test payment method such as `pm_card_visa`; refused with a live key. */
  confirmFundingForTest(input: {
    paymentIntentId: string;
    paymentMethod: string;
    returnUrl?: string;
  }): Promise<FundingIntent>;
  /** The intent as it is now; what a webhook's job asks before it books anything. */
  getFundingIntent(paymentIntentId: string): Promise<FundingIntent>;
  cancelFundingIntent(paymentIntentId: string): Promise<FundingIntent>;
};

const EXPAND = ['latest_charge.balance_transaction'];

/** The sponsor's side of the gateway (R29): payments in. */
export function createFundingCalls(stripe: Stripe, { isTest }: { isTest: boolean }): FundingCalls {
  return {
    async createFundingIntent({ fundingId, amountMinor, currency, transferGroup }) {
      const { amount, currency: code } = toStripeAmount({ amountMinor, currency }, 'charge');
      return callStripe(async () =>
        toFundingIntent(
          await stripe.paymentIntents.create(
            {
              amount,
              currency: code,
              transfer_group: transferGroup,
              metadata: { funding_id: fundingId },
              automatic_payment_methods: { enabled: true },
              expand: EXPAND,
            },
            { idempotencyKey: `fund:${fundingId}` },
          ),
        ),
      );
    },
    async confirmFundingForTest({ paymentIntentId, paymentMethod, returnUrl }) {
      if (!isTest) {
        throw new AppError({
          kind: 'precondition',
          reason: 'stripe_live_key',
          message: 'Test payments are for the sandbox and test keys only. Pay in the browser’s payment form.',
        });
      }
      // Without a key of ours: the same method may be tried again after a decline, and an intent is paid only once.
      return callStripe(async () =>
        toFundingIntent(
          await stripe.paymentIntents.confirm(paymentIntentId, {
            payment_method: paymentMethod,
            return_url: returnUrl ?? 'https://readroom.invalid/return',
            expand: EXPAND,
          }),
        ),
      );
    },
    getFundingIntent: (id) =>
      callStripe(async () => toFundingIntent(await stripe.paymentIntents.retrieve(id, { expand: EXPAND }))),
    cancelFundingIntent: (id) =>
      callStripe(async () => toFundingIntent(await stripe.paymentIntents.cancel(id))),
  };
}

function toFundingIntent(intent: Stripe.PaymentIntent): FundingIntent {
  const charge = typeof intent.latest_charge === 'string' ? null : intent.latest_charge;
  const line = typeof charge?.balance_transaction === 'string' ? null : charge?.balance_transaction;
  const hasSucceeded = intent.status === 'succeeded';
  return {
    paymentIntentId: intent.id,
    clientSecret: intent.client_secret,
    status: statusOf(intent.status),
    money: fromStripeAmount(intent.amount, intent.currency),
    fundingId: intent.metadata.funding_id ?? null,
    chargeId: typeof intent.latest_charge === 'string' ? intent.latest_charge : (charge?.id ?? null),
    fee: hasSucceeded && line ? fromStripeAmount(line.fee, line.currency) : null,
    declineCode: intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? null,
  };
}

function statusOf(status: Stripe.PaymentIntent.Status): FundingIntent['status'] {
  switch (status) {
    case 'succeeded':
    case 'canceled':
    case 'processing':
      return status as 'succeeded' | 'canceled' | 'processing';
    default:
      return 'waiting';
  }
}
