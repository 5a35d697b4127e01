import type Stripe from 'stripe';
import { objectId } from './object-ids.ts';
import type { Tx } from './store.ts';

/** Adds one line to an account's balance and returns its id. `amount` is signed; `fee` is taken off it. */
export function addBalanceLine(
  tx: Tx,
  line: {
    owner: string;
    type: Stripe.BalanceTransaction['type'];
    amount: number;
    currency: string;
    source: string;
    fee?: number;
    availableOn?: number;
  },
): string {
  const { owner, type, amount, currency, source, fee = 0, availableOn = tx.now } = line;
  const id = objectId('txn');
  const feeDetail = {
    amount: fee,
    application: null,
    currency,
    description: 'Stripe processing fees',
    type: 'stripe_fee',
  };
  const object = {
    id,
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    balance_type: 'payments',
    created: tx.now,
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeDetail],
    net: amount - fee,
    reporting_category: reportingCategory(type),
    source,
    status: availableOn <= tx.now ? 'available' : 'pending',
    type,
  } as Stripe.BalanceTransaction;
  tx.put('balanceTransactions', id, { owner, object });
  return id;
}

/** Available minor units of an account in a currency. */
export function availableBalance(tx: Tx, owner: string, currency: string): number {
  return tx.balance(owner).get(currency)?.available ?? 0;
}

function reportingCategory(type: string): string {
  if (type === 'payment') return 'charge';
  if (type === 'payment_refund') return 'refund';
  if (type === 'transfer_refund') return 'transfer_reversal';
  if (type === 'payout_failure' || type === 'payout_cancel') return 'payout_reversal';
  return type;
}
