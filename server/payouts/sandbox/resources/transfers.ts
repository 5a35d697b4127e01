import type Stripe from 'stripe';
import { z } from 'zod';
import { ApiError, missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { addBalanceLine, availableBalance } from '#server/payouts/sandbox/balance-lines.ts';
import { recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { objectId } from '#server/payouts/sandbox/object-ids.ts';
import {
  amountParam,
  currencyParam,
  expandParam,
  MAX_MOVEMENT,
  metadataParam,
  pageParams,
  parseParams,
} from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';
import { PLATFORM, type Tx } from '#server/payouts/sandbox/store.ts';
import { isCapabilityActive } from './account-state.ts';
import { newCharge } from './charges.ts';

const createParams = z.strictObject({
  amount: amountParam(MAX_MOVEMENT),
  currency: currencyParam,
  destination: z.string(),
  description: z.string().max(1000).optional(),
  metadata: metadataParam.default({}),
  source_transaction: z.string().optional(),
  source_type: z.enum(['bank_account', 'card', 'fpx']).optional(),
  transfer_group: z.string().max(255).optional(),
  expand: expandParam.optional(),
});

const updateParams = z.strictObject({
  description: z.string().max(1000).optional(),
  metadata: metadataParam.optional(),
  expand: expandParam.optional(),
});

const listParams = z.strictObject({
  ...pageParams,
  destination: z.string().optional(),
  transfer_group: z.string().optional(),
});

/**
 * `POST /v1/transfers`: moves money from the platform's available balance to a connected account that may take
 * transfers. With `source_transaction` the money comes from that charge, up to what is left of it, and becomes
 * available with it.
 */
export function createTransfer(call: Call): object {
  const { tx, owner } = call;
  const input = parseParams(createParams, call.params);
  if (owner !== PLATFORM) {
    throw new ApiError(403, {
      type: 'invalid_request_error',
      message: 'Transfers are made by the platform.',
    });
  }
  const destination = tx.get('accounts', input.destination);
  if (!destination) throw missingObject('destination', input.destination, 'destination', 400);
  if (!isCapabilityActive(destination)) {
    throw refused(
      'insufficient_capabilities_for_transfer',
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
    );
  }
  const { group, availableOn } = fundsOf(tx, input);
  const id = objectId('tr');
  const payment = objectId('py');
  const { amount, currency } = input;
  const line = addBalanceLine(tx, {
    owner,
    type: 'transfer',
    amount: -amount,
    currency,
    source: id,
    availableOn,
  });
  const transfer: Stripe.Transfer = {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0,
    balance_transaction: line,
    created: tx.now,
    currency,
    description: input.description ?? null,
    destination: destination.id,
    destination_payment: payment,
    livemode: false,
    metadata: input.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: input.source_transaction ?? null,
    source_type: input.source_type ?? 'card',
    transfer_group: input.transfer_group ?? group,
  };
  tx.put('transfers', id, { owner, object: transfer });
  recordEvent(tx, { owner, type: 'transfer.created', object: transfer, cause: call });
  receive(call, transfer, payment, availableOn);
  return transfer;
}

function receive(call: Call, transfer: Stripe.Transfer, paymentId: string, availableOn: number): void {
  const { tx } = call;
  const owner = String(transfer.destination);
  const { amount, currency } = transfer;
  const line = addBalanceLine(tx, {
    owner,
    type: 'payment',
    amount,
    currency,
    source: paymentId,
    availableOn,
  });
  const object = newCharge({
    id: paymentId,
    amount,
    created: tx.now,
    currency,
    status: 'succeeded',
    balance_transaction: line,
    source_transfer: transfer.id,
  });
  tx.put('charges', paymentId, { owner, object });
  recordEvent(tx, { owner, type: 'payment.created', object, cause: call });
}

function fundsOf(
  tx: Tx,
  input: z.output<typeof createParams>,
): { group: string | null; availableOn: number } {
  const { amount, currency, source_transaction: source } = input;
  if (source === undefined) {
    if (availableBalance(tx, PLATFORM, currency) < amount) {
      throw refused(
        'balance_insufficient',
        'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card.',
      );
    }
    return { group: null, availableOn: tx.now };
  }
  const charge = tx.get('charges', source);
  if (!charge || charge.owner !== PLATFORM) throw missingObject('charge', source, 'source_transaction', 400);
  if (charge.object.currency !== currency) {
    throw refused('parameter_invalid', 'The currency must be that of the source transaction.', 'currency');
  }
  const used = tx
    .list('transfers')
    .filter(([, { object }]) => object.source_transaction === source)
    .reduce((sum, [, { object }]) => sum + object.amount - object.amount_reversed, 0);
  if (
    charge.object.status !== 'succeeded' ||
    used + amount > charge.object.amount - charge.object.amount_refunded
  ) {
    throw refused(
      'balance_insufficient',
      'The transfer exceeds what is left of the source transaction.',
      'amount',
    );
  }
  const line = tx.get('balanceTransactions', String(charge.object.balance_transaction));
  return {
    group: charge.object.transfer_group ?? `group_${String(charge.object.payment_intent)}`,
    availableOn: Math.max(tx.now, line?.object.available_on ?? tx.now),
  };
}

/** `GET /v1/transfers` */
export function listTransfers({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx
    .list('transfers')
    .filter(([, row]) => row.owner === owner)
    .map(([, row]) => row.object)
    .filter((row) => page.destination === undefined || row.destination === page.destination)
    .filter((row) => page.transfer_group === undefined || row.transfer_group === page.transfer_group);
  return listPage('/v1/transfers', rows, page);
}

/** `GET /v1/transfers/{id}` */
export function retrieveTransfer(call: Call): object {
  return getTransfer(call);
}

/** `POST /v1/transfers/{id}` */
export function updateTransfer(call: Call): object {
  const input = parseParams(updateParams, call.params);
  const before = getTransfer(call);
  const object: Stripe.Transfer = {
    ...before,
    description: input.description ?? before.description,
    metadata: { ...before.metadata, ...input.metadata },
  };
  call.tx.put('transfers', object.id, { owner: call.owner, object });
  recordEvent(call.tx, { owner: call.owner, type: 'transfer.updated', object, cause: call });
  return object;
}

/** The transfer a path names, of the account that asks. */
export function getTransfer({ tx, path: { id = '' }, owner }: Call): Stripe.Transfer {
  const row = tx.get('transfers', id);
  if (!row || row.owner !== owner) throw missingObject('transfer', id, 'id');
  return row.object;
}
