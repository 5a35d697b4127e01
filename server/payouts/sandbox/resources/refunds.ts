import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidParam, missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { addBalanceLine, availableBalance } from '#server/payouts/sandbox/balance-lines.ts';
import { recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { objectId } from '#server/payouts/sandbox/object-ids.ts';
import {
  amountParam,
  booleanParam,
  expandParam,
  MAX_CHARGE,
  metadataParam,
  pageParams,
  parseParams,
} from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';

const createParams = z.strictObject({
  amount: amountParam(MAX_CHARGE).optional(),
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
  metadata: metadataParam.default({}),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  reverse_transfer: booleanParam.optional(),
  expand: expandParam.optional(),
});

const listParams = z.strictObject({
  ...pageParams,
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
});

/**
 * `POST /v1/refunds`: gives back part or all of a charge from the available balance. Transfers made from the
 * charge stay as they are, and Stripe keeps its fee.
 */
export function createRefund(call: Call): object {
  const { tx, owner } = call;
  const input = parseParams(createParams, call.params);
  const charge = chargeOf(call, input);
  const left = charge.amount - charge.amount_refunded;
  const amount = input.amount ?? left;
  if (charge.status !== 'succeeded')
    throw refused('charge_not_refundable', 'This charge did not succeed.', 'charge');
  if (left === 0) throw refused('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
  if (amount > left)
    throw refused('parameter_invalid', `At most ${left} of this charge can be refunded.`, 'amount');
  if (availableBalance(tx, owner, charge.currency) < amount) {
    throw refused(
      'balance_insufficient',
      'Insufficient available funds in your Stripe balance to refund this amount.',
    );
  }
  const id = objectId('re');
  const line = addBalanceLine(tx, {
    owner,
    type: 'refund',
    amount: -amount,
    currency: charge.currency,
    source: id,
  });
  const refund: Stripe.Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: line,
    charge: charge.id,
    created: tx.now,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    metadata: input.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  const refunded = charge.amount_refunded + amount;
  const object: Stripe.Charge = {
    ...charge,
    amount_refunded: refunded,
    refunded: refunded === charge.amount,
  };
  tx.put('refunds', id, { owner, object: refund });
  tx.put('charges', charge.id, { owner, object });
  recordEvent(tx, { owner, type: 'refund.created', object: refund, cause: call });
  recordEvent(tx, { owner, type: 'charge.refunded', object, cause: call });
  return refund;
}

function chargeOf(
  { tx, owner }: Call,
  input: { charge?: string | undefined; payment_intent?: string | undefined },
): Stripe.Charge {
  let chargeId = input.charge;
  if (input.payment_intent !== undefined) {
    const intent = tx.get('paymentIntents', input.payment_intent);
    if (!intent || intent.owner !== owner) {
      throw missingObject('payment_intent', input.payment_intent, 'payment_intent', 400);
    }
    if (intent.object.status !== 'succeeded') {
      throw refused(
        'payment_intent_unexpected_state',
        'This PaymentIntent does not have a successful charge to refund.',
      );
    }
    chargeId = String(intent.object.latest_charge);
  }
  if (chargeId === undefined) {
    throw invalidParam(
      'parameter_missing',
      'charge',
      'One of the following params should be provided: charge, payment_intent.',
    );
  }
  const row = tx.get('charges', chargeId);
  if (!row || row.owner !== owner) throw missingObject('charge', chargeId, 'charge', 400);
  return row.object;
}

/** `GET /v1/refunds/{id}` */
export function retrieveRefund({ tx, path: { id = '' }, owner }: Call): object {
  const row = tx.get('refunds', id);
  if (!row || row.owner !== owner) throw missingObject('refund', id, 'id');
  return row.object;
}

/** `GET /v1/refunds` */
export function listRefunds({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx
    .list('refunds')
    .filter(([, row]) => row.owner === owner)
    .map(([, row]) => row.object)
    .filter((row) => page.charge === undefined || row.charge === page.charge)
    .filter((row) => page.payment_intent === undefined || row.payment_intent === page.payment_intent);
  return listPage('/v1/refunds', rows, page);
}
