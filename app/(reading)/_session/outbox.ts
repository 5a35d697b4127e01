import { type CallFailure, failureOf } from './call-failure.ts';
import { type DeviceStore, OUTBOX } from './device-store.ts';

export type OutboxItem<T> = { id: string; body: T };

/** `unkept`: so many of the unsent could not be put on the device. */
export type OutboxState = { unsent: number; unkept: number; isOnline: boolean; isSignedOut: boolean };

/** The device's list of what is unsent, oldest first. */
export type OutboxShelf<T> = {
  items(): readonly OutboxItem<T>[];
  /** False when the device did not take it. */
  put(item: OutboxItem<T>): boolean;
  remove(id: string): void;
};

export type OutboxInput<T, R> = {
  shelf: OutboxShelf<T>;
  /** `isUse`: a person has just handed it in, or come back to it; else the page tries again by itself (R28). */
  send(body: T, isUse: boolean): Promise<R>;
  onSent(item: OutboxItem<T>, result: R): void;
  /** Has put what the item carried somewhere else when it returns: the item is let go of after it. */
  onRefused(item: OutboxItem<T>, failure: CallFailure): void;
  onSignedOut(failure: CallFailure): void;
  onState(state: OutboxState): void;
  /** Runs `act` after `ms`; returns its cancellation. */
  after(ms: number, act: () => void): () => void;
};

export type Outbox<T> = {
  /** Takes in what an earlier visit left on the device: once the batch is this page's, since until then another page changes the list. */
  open(): void;
  add(item: OutboxItem<T>): void;
  /** Takes an item back; false when it is on its way or gone. */
  withdraw(id: string): boolean;
  items(): readonly OutboxItem<T>[];
  /** Tries now: the connection is back, or, with `isUse`, the person has opened the page or signed in again. */
  flush(isUse: boolean): void;
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
  const { shelf } = input;
  let items: OutboxItem<T>[] = [];
  const unkept = new Set<string>();
  let inFlight: string | null = null;
  let state: OutboxState = { unsent: 0, unkept: 0, isOnline: true, isSignedOut: false };
  let failures = 0;
  let cancel: (() => void) | null = null;

  const tell = (patch: Partial<OutboxState>) => {
    state = { ...state, ...patch, unsent: items.length, unkept: unkept.size };
    input.onState(state);
  };
  const keep = (item: OutboxItem<T>) => {
    if (shelf.put(item)) unkept.delete(item.id);
    else unkept.add(item.id);
  };
  const remove = (id: string) => {
    items = items.filter((item) => item.id !== id);
    unkept.delete(id);
    shelf.remove(id);
    // There may be room now.
    for (const item of items) if (unkept.has(item.id)) keep(item);
    tell({});
  };

  function retryLater(failure: CallFailure) {
    failures += 1;
    tell({ isOnline: failure.kind !== 'offline' });
    if (failure.kind === 'later' && failures % TRIES_AT_THE_HEAD === 0 && items.length > 1) {
      const [head, ...rest] = items;
      if (head) items = [...rest, head];
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    cancel?.();
    cancel = input.after(wait, () => void run(false));
  }

  async function run(isUse: boolean): Promise<void> {
    const item = items[0];
    if (inFlight !== null || item === undefined) return;
    cancel?.();
    cancel = null;
    inFlight = item.id;
    let outcome: { result: R } | { failure: CallFailure };
    try {
      outcome = { result: await input.send(item.body, isUse) };
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
    void run(false);
  }

  return {
    open: () => {
      const known = new Set(items.map((item) => item.id));
      items = [...shelf.items().filter((item) => !known.has(item.id)), ...items];
      tell({});
    },
    add: (item) => {
      items = [...items, item];
      keep(item);
      tell({});
      if (cancel === null && !state.isSignedOut) void run(true);
    },
    withdraw: (id) => {
      if (inFlight === id || !items.some((item) => item.id === id)) return false;
      remove(id);
      return true;
    },
    items: () => items,
    flush: (isUse) => {
      failures = 0;
      void run(isUse);
    },
  };
}

/**
 * The unsent on a shelf of this device. Each change reads the list anew: a page that was left still sends what it had, beside the one that
 * is open now, and whoever wrote a whole list of their own would take the other's items away.
 */
export function outboxShelf<T>(drafts: DeviceStore): OutboxShelf<T> {
  const items = () => (drafts.read(OUTBOX) as OutboxItem<T>[] | null) ?? [];
  return {
    items,
    put: (item) => drafts.write(OUTBOX, [...items().filter((one) => one.id !== item.id), item]),
    remove(id) {
      const all = items();
      const rest = all.filter((item) => item.id !== id);
      if (rest.length === 0) drafts.remove(OUTBOX);
      else if (rest.length < all.length) drafts.write(OUTBOX, rest);
    },
  };
}
