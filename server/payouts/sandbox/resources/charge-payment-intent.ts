import type Stripe from 'stripe';
import { type ErrorBody, invalidParam, missingObject } from '#server/payouts/sandbox/api-error.ts';
import { addBalanceLine } from '#server/payouts/sandbox/balance-lines.ts';
import { type Cause, recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { objectId } from '#server/payouts/sandbox/object-ids.ts';
import { type Answer, answer, type Call, type SandboxSettings } from '#server/payouts/sandbox/router.ts';
import type { Tx } from '#server/payouts/sandbox/store.ts';
import { newCharge } from './charges.ts';
import { processingFee, type TestMethod, testMethod } from './payment-methods.ts';

/**
 * Charges an intent with a test payment method. A card succeeds or is declined at once (402, and the declined
 * charge stays on record); a bank account is `processing` until it settles.
 */
export function chargePaymentIntent(
  call: Call,
  intent: Stripe.PaymentIntent,
  givenMethod: string | undefined,
): object | Answer {
  const { tx, owner, settings } = call;
  const methodId =
    givenMethod ?? (typeof intent.payment_method === 'string' ? intent.payment_method : undefined);
  if (methodId === undefined) {
    throw invalidParam(
      'parameter_missing',
      'payment_method',
      'You must provide a payment method to confirm with.',
    );
  }
  const method = testMethod(methodId);
  if (!method) throw missingObject('PaymentMethod', methodId, 'payment_method', 400);
  if (!intent.payment_method_types.includes(method.type)) {
    throw invalidParam(
      'payment_intent_incompatible_payment_method',
      'payment_method',
      'This payment method type is not allowed here.',
    );
  }
  const charge = newCharge({
    id: objectId(method.type === 'card' ? 'ch' : 'py'),
    amount: intent.amount,
    created: tx.now,
    currency: intent.currency,
    metadata: intent.metadata,
    payment_intent: intent.id,
    payment_method: methodId,
    status: 'pending',
    transfer_group: intent.transfer_group,
  });
  const processing: Stripe.PaymentIntent = {
    ...intent,
    payment_method: methodId,
    latest_charge: charge.id,
    status: 'processing',
    last_payment_error: null,
  };
  if (method.type === 'us_bank_account') {
    tx.put('charges', charge.id, { owner, object: charge });
    tx.put('paymentIntents', intent.id, { owner, object: processing });
    tx.put('timers', `settle ${intent.id}`, {
      at: tx.now + settings.bankSettleSeconds,
      kind: 'settle_payment',
      owner,
      id: intent.id,
    });
    recordEvent(tx, { owner, type: 'payment_intent.processing', object: processing, cause: call });
    return processing;
  }
  return finishPayment({ tx, settings, owner, cause: call }, processing, charge, method);
}

type Payment = { tx: Tx; settings: SandboxSettings; owner: string; cause: Cause };

/** What happens when a bank payment's time has come: it succeeds or fails as its test payment method says. */
export function settlePayment(payment: Payment, intentId: string): void {
  const { tx, owner } = payment;
  const intent = tx.get('paymentIntents', intentId)?.object;
  if (intent?.status !== 'processing' || typeof intent.latest_charge !== 'string') return;
  const charge = tx.get('charges', intent.latest_charge);
  const method = typeof intent.payment_method === 'string' ? testMethod(intent.payment_method) : undefined;
  if (charge?.owner === owner && method) finishPayment(payment, intent, charge.object, method);
}

function finishPayment(
  payment: Payment,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: TestMethod,
): object | Answer {
  return method.declineCode === null
    ? succeed(payment, intent, charge, method)
    : decline(payment, intent, charge, method.declineCode, method);
}

function succeed(
  { tx, settings, owner, cause }: Payment,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: TestMethod,
): object {
  // A bank payment has already waited for its funds.
  const isAvailable = method.bypassesPending || method.type === 'us_bank_account';
  const line = addBalanceLine(tx, {
    owner,
    type: method.type === 'card' ? 'charge' : 'payment',
    amount: charge.amount,
    currency: charge.currency,
    source: charge.id,
    fee: settings.hasFees ? processingFee(method.type, charge.amount) : 0,
    availableOn: tx.now + (isAvailable ? 0 : settings.cardSettleSeconds),
  });
  const paidCharge: Stripe.Charge = {
    ...charge,
    status: 'succeeded',
    amount_captured: charge.amount,
    captured: true,
    paid: true,
    balance_transaction: line,
  };
  const paidIntent: Stripe.PaymentIntent = {
    ...intent,
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
  };
  tx.put('charges', charge.id, { owner, object: paidCharge });
  tx.put('paymentIntents', intent.id, { owner, object: paidIntent });
  recordEvent(tx, { owner, type: 'charge.succeeded', object: paidCharge, cause });
  recordEvent(tx, { owner, type: 'payment_intent.succeeded', object: paidIntent, cause });
  return paidIntent;
}

function decline(
  { tx, owner, cause }: Payment,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  declineCode: string,
  method: TestMethod,
): Answer {
  const code =
    declineCode === 'expired_card' || declineCode === 'processing_error' ? declineCode : 'card_declined';
  const isCard = method.type === 'card';
  const error: ErrorBody = {
    type: isCard ? 'card_error' : 'invalid_request_error',
    code: isCard ? code : 'payment_method_bank_account_blocked',
    decline_code: declineCode,
    charge: charge.id,
    message: isCard ? 'Your card was declined.' : 'The bank refused the debit.',
  };
  const failedCharge: Stripe.Charge = {
    ...charge,
    status: 'failed',
    failure_code: error.code ?? null,
    failure_message: error.message,
  };
  const failedIntent: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: charge.id,
    last_payment_error: error as Stripe.PaymentIntent.LastPaymentError,
  };
  tx.put('charges', charge.id, { owner, object: failedCharge });
  tx.put('paymentIntents', intent.id, { owner, object: failedIntent });
  recordEvent(tx, { owner, type: 'charge.failed', object: failedCharge, cause });
  recordEvent(tx, { owner, type: 'payment_intent.payment_failed', object: failedIntent, cause });
  return answer(402, { error: { ...error, payment_intent: failedIntent } });
}
