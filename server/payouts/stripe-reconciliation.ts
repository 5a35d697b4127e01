import type Stripe from 'stripe';
import type { Money } from '#server/core/money.ts';
import { fromStripeAmount } from './stripe-amounts.ts';
import { callStripe } from './stripe-errors.ts';
import { type StripeTransfer, toStripeTransfer } from './stripe-transfers.ts';

/** What an account has at Stripe in one currency; below zero when it owes. */
export type StripeBalance = { currency: string; availableMinor: bigint; pendingMinor: bigint };

/** One line of the platform's balance; their `net`s sum to the balance. */
export type StripeBalanceLine = {
  lineId: string;
  type: string;
  /** The object it comes from, e.g. `ch_…`, `tr_…`. */
  sourceId: string | null;
  /** Signed. */
  amount: Money;
  fee: Money;
  /** Signed: amount less fee. */
  net: Money;
  createdAt: Date;
  availableAt: Date;
};

/** An event as the API lists it, for those whose webhook never came. */
export type StripeListedEvent = {
  id: string;
  type: string;
  createdAt: Date;
  payload: Record<string, unknown>;
};

export type ReconciliationCalls = {
  /** Transfers made since an instant, newest first; all pages. */
  listTransfers(filter: { since: Date; transferGroup?: string }): AsyncIterable<StripeTransfer>;
  /** Lines of the platform's balance since an instant, newest first; all pages. */
  listBalanceLines(filter: { since: Date }): AsyncIterable<StripeBalanceLine>;
  /** Events of the platform since an instant, newest first; Stripe keeps thirty days. */
  listEvents(filter: { since: Date; types?: string[] }): AsyncIterable<StripeListedEvent>;
  platformBalance(): Promise<StripeBalance[]>;
  accountBalance(accountId: string): Promise<StripeBalance[]>;
};

/** What the nightly check and the balance page ask. */
export function createReconciliationCalls(stripe: Stripe): ReconciliationCalls {
  return {
    listTransfers: ({ since, transferGroup }) =>
      mapPages(
        () =>
          stripe.transfers.list({
            created: { gte: secondsOf(since) },
            limit: 100,
            ...(transferGroup === undefined ? {} : { transfer_group: transferGroup }),
          }),
        toStripeTransfer,
      ),
    listBalanceLines: ({ since }) =>
      mapPages(
        () => stripe.balanceTransactions.list({ created: { gte: secondsOf(since) }, limit: 100 }),
        toBalanceLine,
      ),
    listEvents: ({ since, types }) =>
      mapPages(
        () =>
          stripe.events.list({ created: { gte: secondsOf(since) }, limit: 100, ...(types ? { types } : {}) }),
        (event) => ({
          id: event.id,
          type: event.type,
          createdAt: new Date(event.created * 1000),
          payload: { ...event } as Record<string, unknown>,
        }),
      ),
    platformBalance: async () => toBalances(await callStripe(() => stripe.balance.retrieve())),
    accountBalance: async (accountId) =>
      toBalances(await callStripe(() => stripe.balance.retrieve({}, { stripeAccount: accountId }))),
  };
}

async function* mapPages<T, R>(list: () => AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  const pages = list()[Symbol.asyncIterator]();
  for (;;) {
    const next = await callStripe(() => pages.next());
    if (next.done) return;
    yield map(next.value);
  }
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function toBalanceLine(line: Stripe.BalanceTransaction): StripeBalanceLine {
  const { currency, source } = line;
  return {
    lineId: line.id,
    type: line.type,
    sourceId: typeof source === 'string' ? source : (source?.id ?? null),
    amount: fromStripeAmount(line.amount, currency),
    fee: fromStripeAmount(line.fee, currency),
    net: fromStripeAmount(line.net, currency),
    createdAt: new Date(line.created * 1000),
    availableAt: new Date(line.available_on * 1000),
  };
}

function toBalances({ available, pending }: Stripe.Balance): StripeBalance[] {
  const sums = new Map<string, StripeBalance>();
  const at = (code: string): StripeBalance => {
    const currency = code.toUpperCase();
    const sum = sums.get(currency) ?? { currency, availableMinor: 0n, pendingMinor: 0n };
    sums.set(currency, sum);
    return sum;
  };
  for (const { amount, currency } of available) {
    at(currency).availableMinor += fromStripeAmount(amount, currency).amountMinor;
  }
  for (const { amount, currency } of pending) {
    at(currency).pendingMinor += fromStripeAmount(amount, currency).amountMinor;
  }
  return [...sums.values()].sort((a, b) => a.currency.localeCompare(b.currency));
}
