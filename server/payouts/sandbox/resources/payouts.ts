import type Stripe from 'stripe';
import { z } from 'zod';
import { ApiError, missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { addBalanceLine, availableBalance } from '#server/payouts/sandbox/balance-lines.ts';
import { type Cause, recordEvent } from '#server/payouts/sandbox/event-log.ts';
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

const createParams = z.strictObject({
  amount: amountParam(MAX_MOVEMENT),
  currency: currencyParam,
  description: z.string().max(1000).optional(),
  destination: z.string().optional(),
  metadata: metadataParam.default({}),
  method: z.enum(['standard', 'instant']).default('standard'),
  source_type: z.enum(['bank_account', 'card', 'fpx']).optional(),
  statement_descriptor: z.string().max(22).optional(),
  expand: expandParam.optional(),
});

const listParams = z.strictObject({
  ...pageParams,
  status: z.string().optional(),
  destination: z.string().optional(),
});

/** `POST /v1/payouts`: sends available balance to the account's bank; it is `paid` when its time has come. */
export function createPayout(call: Call): object {
  const { tx, owner, settings } = call;
  const input = parseParams(createParams, call.params);
  const account = owner === PLATFORM ? null : tx.get('accounts', owner);
  if (account && !isCapabilityActive(account)) {
    throw refused(
      'payouts_not_allowed',
      'Payouts are not enabled for this account: it has open requirements.',
    );
  }
  const { amount, currency } = input;
  if (availableBalance(tx, owner, currency) < amount) {
    throw refused(
      'balance_insufficient',
      'You have insufficient funds in your Stripe account for this payout.',
    );
  }
  const id = objectId('po');
  const line = addBalanceLine(tx, { owner, type: 'payout', amount: -amount, currency, source: id });
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: tx.now + settings.payoutSeconds,
    automatic: false,
    balance_transaction: line,
    created: tx.now,
    currency,
    description: input.description ?? null,
    destination: input.destination ?? account?.bankAccountId ?? 'ba_platform',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: input.metadata,
    method: input.method,
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: input.source_type ?? 'card',
    statement_descriptor: input.statement_descriptor ?? null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  };
  tx.put('payouts', id, { owner, object: payout });
  tx.put('timers', `payout ${id}`, { at: payout.arrival_date, kind: 'advance_payout', owner, id });
  recordEvent(tx, { owner, type: 'payout.created', object: payout, cause: call });
  return payout;
}

/** `POST /v1/payouts/{id}/cancel`: only while it is pending. */
export function cancelPayout(call: Call): object {
  parseParams(z.strictObject({ expand: expandParam.optional() }), call.params);
  const payout = getPayout(call);
  if (payout.status !== 'pending') {
    throw refused('payout_not_cancelable', `A payout with status ${payout.status} can't be cancelled.`);
  }
  call.tx.remove('timers', `payout ${payout.id}`);
  return returnFunds(call.tx, call.owner, payout, { status: 'canceled', cause: call });
}

/** `GET /v1/payouts/{id}` */
export function retrievePayout(call: Call): object {
  return getPayout(call);
}

/** `GET /v1/payouts` */
export function listPayouts({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx
    .list('payouts')
    .filter(([, row]) => row.owner === owner)
    .map(([, row]) => row.object)
    .filter((row) => page.status === undefined || row.status === page.status)
    .filter((row) => page.destination === undefined || row.destination === page.destination);
  return listPage('/v1/payouts', rows, page);
}

/** The bank has the money: `paid`, which is not final. */
export function markPayoutPaid(tx: Tx, owner: string, id: string, cause: Cause): void {
  const payout = tx.get('payouts', id)?.object;
  if (payout?.status !== 'pending' && payout?.status !== 'in_transit') return;
  const object: Stripe.Payout = { ...payout, status: 'paid' };
  tx.put('payouts', id, { owner, object });
  tx.remove('timers', `payout ${id}`);
  recordEvent(tx, { owner, type: 'payout.paid', object, cause });
}

/** The bank sends the money back: `failed`, also after `paid`; the balance has it again. */
export function markPayoutFailed(tx: Tx, id: string, failureCode: string): object {
  const row = tx.get('payouts', id);
  if (!row) throw missingObject('payout', id, 'id');
  if (row.object.status === 'failed' || row.object.status === 'canceled') {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      message: `The payout is already ${row.object.status}.`,
    });
  }
  tx.remove('timers', `payout ${id}`);
  return returnFunds(tx, row.owner, row.object, { status: 'failed', failureCode, cause: null });
}

function returnFunds(
  tx: Tx,
  owner: string,
  payout: Stripe.Payout,
  how: { status: 'failed' | 'canceled'; failureCode?: string; cause: Cause },
): Stripe.Payout {
  const isFailure = how.status === 'failed';
  const line = addBalanceLine(tx, {
    owner,
    type: isFailure ? 'payout_failure' : 'payout_cancel',
    amount: payout.amount,
    currency: payout.currency,
    source: payout.id,
  });
  const object: Stripe.Payout = {
    ...payout,
    status: how.status,
    failure_code: how.failureCode ?? null,
    failure_message: isFailure ? 'The bank returned this payout.' : null,
    failure_balance_transaction: line,
  };
  tx.put('payouts', payout.id, { owner, object });
  recordEvent(tx, { owner, type: isFailure ? 'payout.failed' : 'payout.canceled', object, cause: how.cause });
  return object;
}

function getPayout({ tx, path: { id = '' }, owner }: Call): Stripe.Payout {
  const row = tx.get('payouts', id);
  if (!row || row.owner !== owner) throw missingObject('payout', id, 'id');
  return row.object;
}
