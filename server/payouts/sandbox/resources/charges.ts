import type Stripe from 'stripe';
import { z } from 'zod';
import { missingObject } from '#server/payouts/sandbox/api-error.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { pageParams, parseParams } from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';

const listParams = z.strictObject({
  ...pageParams,
  payment_intent: z.string().optional(),
  transfer_group: z.string().optional(),
});

/** A charge with every field of the API; `fields` says what is known of it. */
export function newCharge(
  fields: Pick<Stripe.Charge, 'id' | 'amount' | 'created' | 'currency' | 'status'> & Partial<Stripe.Charge>,
): Stripe.Charge {
  const isPaid = fields.status === 'succeeded';
  return {
    object: 'charge',
    amount_captured: isPaid ? fields.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: isPaid,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: isPaid,
    payment_intent: null,
    payment_method: null,
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
    ...fields,
  };
}

/** `GET /v1/charges/{id}` */
export function retrieveCharge({ tx, path: { id = '' }, owner }: Call): object {
  const row = tx.get('charges', id);
  if (!row || row.owner !== owner) throw missingObject('charge', id, 'id');
  return row.object;
}

/** `GET /v1/charges` */
export function listCharges({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx
    .list('charges')
    .filter(([, row]) => row.owner === owner)
    .map(([, row]) => row.object)
    .filter((row) => page.payment_intent === undefined || row.payment_intent === page.payment_intent)
    .filter((row) => page.transfer_group === undefined || row.transfer_group === page.transfer_group);
  return listPage('/v1/charges', rows, page);
}
