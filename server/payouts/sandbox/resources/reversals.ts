import type Stripe from 'stripe';
import { z } from 'zod';
import { missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { addBalanceLine, availableBalance } from '#server/payouts/sandbox/balance-lines.ts';
import { recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { objectId } from '#server/payouts/sandbox/object-ids.ts';
import {
  amountParam,
  booleanParam,
  expandParam,
  MAX_MOVEMENT,
  metadataParam,
  pageParams,
  parseParams,
} from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';
import { getTransfer } from './transfers.ts';

const createParams = z.strictObject({
  amount: amountParam(MAX_MOVEMENT).optional(),
  description: z.string().max(1000).optional(),
  metadata: metadataParam.default({}),
  refund_application_fee: booleanParam.optional(),
  expand: expandParam.optional(),
});

const listParams = z.strictObject(pageParams);

/**
 * `POST /v1/transfers/{id}/reversals`: takes back part or all of what is left of a transfer, if the destination's
 * available balance covers it.
 */
export function createReversal(call: Call): object {
  const { tx, owner } = call;
  const input = parseParams(createParams, call.params);
  const transfer = getTransfer(call);
  const left = transfer.amount - transfer.amount_reversed;
  const amount = input.amount ?? left;
  if (left === 0 || amount > left) {
    throw refused('transfer_already_reversed', `At most ${left} of this transfer can be reversed.`, 'amount');
  }
  const destination = String(transfer.destination);
  const { currency } = transfer;
  if (availableBalance(tx, destination, currency) < amount) {
    throw refused('balance_insufficient', 'The destination account has insufficient available funds.');
  }
  const id = objectId('trr');
  const line = addBalanceLine(tx, { owner, type: 'transfer_refund', amount, currency, source: id });
  addBalanceLine(tx, {
    owner: destination,
    type: 'payment_refund',
    amount: -amount,
    currency,
    source: String(transfer.destination_payment),
  });
  const reversal: Stripe.TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: line,
    created: tx.now,
    currency,
    destination_payment_refund: null,
    metadata: input.metadata,
    source_refund: null,
    transfer: transfer.id,
  };
  const reversed = transfer.amount_reversed + amount;
  const object: Stripe.Transfer = {
    ...transfer,
    amount_reversed: reversed,
    reversed: reversed === transfer.amount,
    reversals: { ...transfer.reversals, data: [reversal, ...transfer.reversals.data].slice(0, 10) },
  };
  tx.put('reversals', id, { owner, object: reversal });
  tx.put('transfers', transfer.id, { owner, object });
  recordEvent(tx, { owner, type: 'transfer.reversed', object, cause: call });
  return reversal;
}

/** `GET /v1/transfers/{id}/reversals` */
export function listReversals(call: Call): object {
  const page = parseParams(listParams, call.params);
  const transfer = getTransfer(call);
  const rows = call.tx
    .list('reversals')
    .map(([, row]) => row.object)
    .filter((row) => row.transfer === transfer.id);
  return listPage(`/v1/transfers/${transfer.id}/reversals`, rows, page);
}

/** `GET /v1/transfers/{id}/reversals/{reversal}` */
export function retrieveReversal(call: Call): object {
  const transfer = getTransfer(call);
  const id = call.path.reversal ?? '';
  const row = call.tx.get('reversals', id);
  if (!row || row.object.transfer !== transfer.id) throw missingObject('transfer reversal', id, 'id');
  return row.object;
}
