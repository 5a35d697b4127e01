import type Stripe from 'stripe';
import { addToBalance, type BalanceBook } from './balance-book.ts';
import { type Journal, openJournal } from './journal.ts';

/** The platform's own account; connected accounts are named by their `acct_` id. */
export const PLATFORM = 'platform';

/** An object with the account it belongs to. */
export type Owned<T> = { owner: string; object: T };

/** The answer kept under an idempotency key. */
export type KeptAnswer = { fingerprint: string; status: number; body: unknown; at: number };

/** A webhook on its way to one endpoint; removed when it has arrived. */
export type Delivery = {
  eventId: string;
  endpointId: string;
  attempts: number;
  state: 'open' | 'given_up';
};

/** Work that becomes due at a second of the sandbox's clock. */
export type Timer = { at: number; kind: 'settle_payment' | 'advance_payout'; owner: string; id: string };

/** A v2 account as stored; what is answered from it is made on the way out. */
export type StoredAccount = {
  id: string;
  createdAt: number;
  contactEmail: string;
  country: string;
  entityType: string;
  dashboard: string;
  currency: string;
  metadata: Record<string, string>;
  onboarding: 'unfinished' | 'pending' | 'complete' | 'failed' | 'rejected' | 'unsupported';
  bankAccountId: string | null;
};

export type StoredLink = {
  accountId: string;
  token: string;
  refreshUrl: string;
  returnUrl: string | null;
  expiresAt: number;
  isUsed: boolean;
};

export type StoredEndpoint = { object: Stripe.WebhookEndpoint; secret: string; isConnect: boolean };

/** Everything the sandbox remembers, by collection and id. */
export type Collections = {
  accounts: StoredAccount;
  links: StoredLink;
  paymentIntents: Owned<Stripe.PaymentIntent>;
  charges: Owned<Stripe.Charge>;
  transfers: Owned<Stripe.Transfer>;
  reversals: Owned<Stripe.TransferReversal>;
  refunds: Owned<Stripe.Refund>;
  payouts: Owned<Stripe.Payout>;
  balanceTransactions: Owned<Stripe.BalanceTransaction>;
  events: Owned<Stripe.Event>;
  endpoints: StoredEndpoint;
  answers: KeptAnswer;
  deliveries: Delivery;
  timers: Timer;
  settings: { clockOffsetSeconds: number };
};

export type CollectionName = keyof Collections;

/** Reads and staged writes of one request; nothing is kept until the request is committed. */
export type Tx = {
  /** Seconds since 1970 by the sandbox's clock, which the control API can move forward. */
  readonly now: number;
  get<C extends CollectionName>(collection: C, id: string): Collections[C] | undefined;
  /** All rows, oldest first. */
  list<C extends CollectionName>(collection: C): Array<[string, Collections[C]]>;
  put<C extends CollectionName>(collection: C, id: string, value: Collections[C]): void;
  remove(collection: 'timers' | 'deliveries', id: string): void;
  /** Available and pending minor units of an account by currency, staged writes included. */
  balance(owner: string): Map<string, { available: number; pending: number }>;
};

export type Store = {
  now(): number;
  /** Runs `work` alone; its writes reach the disk together, before it returns, or not at all. */
  transact<T>(work: (tx: Tx) => T): T;
  close(): void;
};

type Write = [collection: CollectionName, id: string, value: unknown];

/** Opens the state kept in `file`; everything answered for before a crash is there again. */
export function openStore(
  file: string,
  wallSeconds: () => number = () => Math.floor(Date.now() / 1000),
): Store {
  const tables = new Map<CollectionName, Map<string, unknown>>();
  const book: BalanceBook = new Map();
  const apply = ([collection, id, value]: Write): void => {
    const table = tables.get(collection) ?? new Map<string, unknown>();
    tables.set(collection, table);
    if (value === null) table.delete(id);
    else table.set(id, value);
    if (collection === 'balanceTransactions') addToBalance(book, value as Collections['balanceTransactions']);
  };
  const journal: Journal = openJournal(file, (line) => {
    for (const write of line as Write[]) apply(write);
  });
  const settings = () => tables.get('settings')?.get('settings') as Collections['settings'] | undefined;
  const now = () => wallSeconds() + (settings()?.clockOffsetSeconds ?? 0);

  return {
    now,
    transact(work) {
      const staged = new Map<string, Write>();
      const result = work(stagedTx(tables, book, staged, now()));
      if (staged.size > 0) {
        const writes = [...staged.values()];
        journal.append(writes);
        writes.forEach(apply);
      }
      return result;
    },
    close: () => journal.close(),
  };
}

function stagedTx(
  tables: ReadonlyMap<CollectionName, ReadonlyMap<string, unknown>>,
  book: BalanceBook,
  staged: Map<string, Write>,
  now: number,
): Tx {
  const read = (collection: CollectionName, id: string): unknown => {
    const write = staged.get(`${collection} ${id}`);
    return write ? write[2] : tables.get(collection)?.get(id);
  };
  return {
    now,
    // A copy, so that a request that fails half-way has changed nothing.
    get: (collection, id) => structuredClone(read(collection, id) ?? undefined) as never,
    list: (collection) => {
      const rows = new Map(tables.get(collection));
      for (const [kind, id, value] of staged.values()) {
        if (kind !== collection) continue;
        if (value === null) rows.delete(id);
        else rows.set(id, value);
      }
      return [...rows] as never;
    },
    put: (collection, id, value) => {
      staged.set(`${collection} ${id}`, [collection, id, value]);
    },
    remove: (collection, id) => {
      staged.set(`${collection} ${id}`, [collection, id, null]);
    },
    balance: (owner) => {
      const all = [...(book.get(owner) ?? [])];
      for (const [kind, , value] of staged.values()) {
        if (kind !== 'balanceTransactions') continue;
        const row = value as Collections['balanceTransactions'];
        if (row.owner === owner) all.push(row.object);
      }
      return sumBalance(all, now);
    },
  };
}

function sumBalance(
  lines: Iterable<{ currency: string; net: number; available_on: number }>,
  now: number,
): Map<string, { available: number; pending: number }> {
  const sums = new Map<string, { available: number; pending: number }>();
  for (const { currency, net, available_on } of lines) {
    const sum = sums.get(currency) ?? { available: 0, pending: 0 };
    if (available_on <= now) sum.available += net;
    else sum.pending += net;
    sums.set(currency, sum);
  }
  return sums;
}
