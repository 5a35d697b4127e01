import type Stripe from 'stripe';
import { z } from 'zod';
import { missingObject } from '#server/payouts/sandbox/api-error.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { currencyParam, pageParams, parseParams } from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';

const listParams = z.strictObject({
  ...pageParams,
  currency: currencyParam.optional(),
  source: z.string().optional(),
  type: z.string().optional(),
});

/** A balance transaction with its status at this second. */
export function renderBalanceTransaction(
  object: Stripe.BalanceTransaction,
  now: number,
): Stripe.BalanceTransaction {
  return { ...object, status: object.available_on <= now ? 'available' : 'pending' };
}

/** `GET /v1/balance_transactions` */
export function listBalanceTransactions({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const rows = tx
    .list('balanceTransactions')
    .map(([, row]) => row)
    .filter((row) => row.owner === owner)
    .map((row) => renderBalanceTransaction(row.object, tx.now))
    .filter((row) => page.currency === undefined || row.currency === page.currency)
    .filter((row) => page.source === undefined || row.source === page.source)
    .filter((row) => page.type === undefined || row.type === page.type);
  return listPage('/v1/balance_transactions', rows, page);
}

/** `GET /v1/balance_transactions/{id}` */
export function retrieveBalanceTransaction({ tx, path: { id = '' }, owner }: Call): object {
  const row = tx.get('balanceTransactions', id);
  if (!row || row.owner !== owner) throw missingObject('balance transaction', id, 'id');
  return renderBalanceTransaction(row.object, tx.now);
}
