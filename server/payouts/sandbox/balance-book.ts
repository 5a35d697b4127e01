import type Stripe from 'stripe';

type BalanceLine = Pick<Stripe.BalanceTransaction, 'currency' | 'net' | 'available_on'>;

/** The lines that make up the balance of each account; balances are always their sum, never a stored number. */
export type BalanceBook = Map<string, BalanceLine[]>;

/** Adds a balance transaction, which is never changed afterwards, to its account. */
export function addToBalance(book: BalanceBook, row: { owner: string; object: BalanceLine }): void {
  const { currency, net, available_on } = row.object;
  const lines = book.get(row.owner) ?? [];
  lines.push({ currency, net, available_on });
  book.set(row.owner, lines);
}
