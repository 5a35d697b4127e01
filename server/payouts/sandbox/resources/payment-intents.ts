import type Stripe from 'stripe';
import { z } from 'zod';
import { missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { objectId, randomText } from '#server/payouts/sandbox/object-ids.ts';
import {
  amountParam,
  booleanParam,
  currencyParam,
  expandParam,
  MAX_CHARGE,
  metadataParam,
  pageParams,
  parseParams,
} from '#server/payouts/sandbox/params.ts';
import type { Answer, Call } from '#server/payouts/sandbox/router.ts';
import { chargePaymentIntent } from './charge-payment-intent.ts';

const createParams = z.strictObject({
  amount: amountParam(MAX_CHARGE),
  currency: currencyParam,
  allowed_payment_method_types: z.array(z.string()).optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: booleanParam, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).default('automatic_async'),
  confirm: booleanParam.default(false),
  description: z.string().max(1000).optional(),
  metadata: metadataParam.default({}),
  payment_method: z.string().optional(),
  return_url: z.string().optional(),
  statement_descriptor_suffix: z.string().max(22).optional(),
  transfer_group: z.string().max(255).optional(),
  expand: expandParam.optional(),
});

const confirmParams = z.strictObject({
  payment_method: z.string().optional(),
  return_url: z.string().optional(),
  expand: expandParam.optional(),
});

const cancelParams = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand: expandParam.optional(),
});

const listParams = z.strictObject(pageParams);

/** `POST /v1/payment_intents` */
export function createPaymentIntent(call: Call): object | Answer {
  const { tx, owner } = call;
  const input = parseParams(createParams, call.params);
  const intent = newPaymentIntent(input, tx.now);
  tx.put('paymentIntents', intent.id, { owner, object: intent });
  recordEvent(tx, { owner, type: 'payment_intent.created', object: intent, cause: call });
  return input.confirm ? chargePaymentIntent(call, intent, input.payment_method) : intent;
}

/** `POST /v1/payment_intents/{id}/confirm` */
export function confirmPaymentIntent(call: Call): object | Answer {
  const input = parseParams(confirmParams, call.params);
  const intent = getPaymentIntent(call);
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
    throw refused(
      'payment_intent_unexpected_state',
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
    );
  }
  return chargePaymentIntent(call, intent, input.payment_method);
}

/** `POST /v1/payment_intents/{id}/cancel` */
export function cancelPaymentIntent(call: Call): object {
  const { tx, owner } = call;
  const input = parseParams(cancelParams, call.params);
  const intent = getPaymentIntent(call);
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
    throw refused(
      'payment_intent_unexpected_state',
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
    );
  }
  const object: Stripe.PaymentIntent = {
    ...intent,
    status: 'canceled',
    canceled_at: tx.now,
    cancellation_reason: input.cancellation_reason ?? null,
  };
  tx.put('paymentIntents', intent.id, { owner, object });
  recordEvent(tx, { owner, type: 'payment_intent.canceled', object, cause: call });
  return object;
}

/** `GET /v1/payment_intents/{id}` */
export function retrievePaymentIntent(call: Call): object {
  return getPaymentIntent(call);
}

/** `GET /v1/payment_intents` */
export function listPaymentIntents({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx.list('paymentIntents').filter(([, row]) => row.owner === owner);
  return listPage(
    '/v1/payment_intents',
    rows.map(([, row]) => row.object),
    page,
  );
}

function getPaymentIntent({ tx, path: { id = '' }, owner }: Call): Stripe.PaymentIntent {
  const row = tx.get('paymentIntents', id);
  if (!row || row.owner !== owner) throw missingObject('payment_intent', id, 'intent');
  return row.object;
}

function newPaymentIntent(input: z.output<typeof createParams>, now: number): Stripe.PaymentIntent {
  const id = objectId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: input.allowed_payment_method_types ?? null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: input.automatic_payment_methods
      ? { enabled: input.automatic_payment_methods.enabled }
      : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.capture_method,
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: now,
    currency: input.currency,
    customer: null,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: input.payment_method ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: input.allowed_payment_method_types ?? ['card', 'us_bank_account'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: input.statement_descriptor_suffix ?? null,
    status: input.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_group: input.transfer_group ?? null,
  };
}
