import { type CallFailure, failureOf } from './call-failure.ts';

export type OutboxItem<T> = { id: string; body: T };

export type OutboxState = { unsent: number; isOnline: boolean; isSignedOut: boolean };

export type OutboxInput<T, R> = {
  /** What an earlier visit left unsent, oldest first. */
  kept: readonly OutboxItem<T>[];
  keep(items: readonly OutboxItem<T>[]): void;
  send(body: T): Promise<R>;
  onSent(item: OutboxItem<T>, result: R): void;
  /** Has put what the item carried somewhere else when it returns: the item is let go of after it. */
  onRefused(item: OutboxItem<T>, failure: CallFailure): void;
  onSignedOut(failure: CallFailure): void;
  onState(state: OutboxState): void;
  /** Runs `act` after `ms`; returns its cancellation. */
  after(ms: number, act: () => void): () => void;
};

export type Outbox<T> = {
  add(item: OutboxItem<T>): void;
  /** Takes an item back; false when it is on its way or gone. */
  withdraw(id: string): boolean;
  items(): readonly OutboxItem<T>[];
  /** Tries now: the connection is back, or the person has signed in again. */
  flush(): void;
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A server that answers with a fault so often lets the next item go first. */
const TRIES_AT_THE_HEAD = 4;

/**
 * Sends what was submitted, in order, one at a time, whatever the connection does: an item leaves only when the server has
 * answered for it. Every item has its own id, so sending twice is sending once.
 */
export function createOutbox<T, R>(input: OutboxInput<T, R>): Outbox<T> {
  let items = [...input.kept];
  let inFlight: string | null = null;
  let state: OutboxState = { unsent: items.length, isOnline: true, isSignedOut: false };
  let failures = 0;
  let cancel: (() => void) | null = null;

  const tell = (patch: Partial<OutboxState>) => {
    state = { ...state, ...patch, unsent: items.length };
    input.onState(state);
  };
  const put = (next: OutboxItem<T>[]) => {
    items = next;
    input.keep(items);
    tell({});
  };
  const remove = (id: string) => put(items.filter((item) => item.id !== id));

  function retryLater(failure: CallFailure) {
    failures += 1;
    tell({ isOnline: failure.kind !== 'offline' });
    if (failure.kind === 'later' && failures % TRIES_AT_THE_HEAD === 0 && items.length > 1) {
      const [head, ...rest] = items;
      if (head) put([...rest, head]);
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    cancel?.();
    cancel = input.after(wait, () => void run());
  }

  async function run(): Promise<void> {
    const item = items[0];
    if (inFlight !== null || item === undefined) return;
    cancel?.();
    cancel = null;
    inFlight = item.id;
    let outcome: { result: R } | { failure: CallFailure };
    try {
      outcome = { result: await input.send(item.body) };
    } catch (error) {
      outcome = { failure: failureOf(error) };
    }
    inFlight = null;
    if ('failure' in outcome) {
      const { failure } = outcome;
      if (failure.kind === 'signed_out') {
        tell({ isSignedOut: true, isOnline: true });
        return input.onSignedOut(failure);
      }
      if (failure.kind !== 'refused') return retryLater(failure);
      input.onRefused(item, failure);
    }
    failures = 0;
    remove(item.id);
    tell({ isOnline: true, isSignedOut: false });
    if ('result' in outcome) input.onSent(item, outcome.result);
    void run();
  }

  return {
    add: (item) => {
      put([...items, item]);
      if (cancel === null && !state.isSignedOut) void run();
    },
    withdraw: (id) => {
      if (inFlight === id || !items.some((item) => item.id === id)) return false;
      remove(id);
      return true;
    },
    items: () => items,
    flush: () => {
      failures = 0;
      void run();
    },
  };
}
