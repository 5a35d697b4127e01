import type { Faults } from './faults.ts';
import type { Delivery, Store } from './store.ts';
import { postWebhook } from './webhook-post.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** How webhooks are tried again: `baseMs`, doubled each time up to `maxMs`, `maxAttempts` times in all. */
export type RetryPolicy = { baseMs: number; maxMs: number; maxAttempts: number; timeoutMs: number };

export type WebhookSender = {
  /** Sends what is open and not yet under way; call it after each commit. */
  wake(): void;
  /** Sends an event again to every enabled endpoint, whether or not it arrived before. */
  redeliver(eventId: string): number;
  stop(): void;
};

const MAX_AT_ONCE = 4;

/** Sends open deliveries until a 2xx answer, surviving restarts: what is open is open again afterwards. */
export function createWebhookSender(options: {
  store: Store;
  faults: Faults;
  retry: RetryPolicy;
}): WebhookSender {
  const { store, faults, retry } = options;
  const underWay = new Set<string>();
  let held: string[] = [];

  const deliver = async (id: string) => {
    const found = findOpen(store, id);
    if (!found) {
      underWay.delete(id);
      return;
    }
    const { delivery, event, url, secret } = found;
    const fault = delivery.attempts === 0 ? faults.takeForWebhook(event.type) : null;
    if (fault?.kind === 'hold') return void held.push(id);
    if (fault?.kind === 'delay') return queue.add(id, fault.delayMs);
    if (fault?.kind === 'drop') {
      underWay.delete(id);
      return setState(store, id, delivery, 'given_up');
    }
    const post = { url, payload: JSON.stringify(event), secret, fault, timeoutMs: retry.timeoutMs };
    const hasArrived = await postWebhook(post);
    if (fault?.kind === 'duplicate') await postWebhook(post);
    if (queue.isStopped()) return;
    const waitMs = recordAttempt(store, id, delivery, hasArrived, retry);
    if (waitMs === null) underWay.delete(id);
    else queue.add(id, waitMs);
    const released = held;
    held = [];
    for (const waiting of released) queue.add(waiting);
  };
  const queue: WorkQueue = createWorkQueue(MAX_AT_ONCE, deliver);

  const wake = () => {
    for (const [id, { state }] of store.transact((tx) => tx.list('deliveries'))) {
      if (state !== 'open' || underWay.has(id)) continue;
      underWay.add(id);
      queue.add(id);
    }
  };
  return {
    wake,
    redeliver(eventId) {
      const count = openAgain(store, eventId);
      wake();
      return count;
    },
    stop: () => queue.stop(),
  };
}

/** What a delivery needs to be sent; null when it is done, or nobody wants it any more. */
function findOpen(store: Store, id: string) {
  return store.transact((tx) => {
    const delivery = tx.get('deliveries', id);
    if (delivery?.state !== 'open') return null;
    const event = tx.get('events', delivery.eventId);
    const endpoint = tx.get('endpoints', delivery.endpointId);
    if (event && endpoint?.object.status === 'enabled') {
      return { delivery, event: event.object, url: endpoint.object.url, secret: endpoint.secret };
    }
    tx.remove('deliveries', id);
    return null;
  });
}

/** Keeps what came of an attempt; the milliseconds until the next, or null when there is none. */
function recordAttempt(
  store: Store,
  id: string,
  delivery: Delivery,
  hasArrived: boolean,
  retry: RetryPolicy,
): number | null {
  if (hasArrived) {
    store.transact((tx) => tx.remove('deliveries', id));
    return null;
  }
  const attempts = delivery.attempts + 1;
  const isLast = attempts >= retry.maxAttempts;
  setState(store, id, { ...delivery, attempts }, isLast ? 'given_up' : 'open');
  return isLast ? null : Math.min(retry.maxMs, retry.baseMs * 2 ** (attempts - 1));
}

function setState(store: Store, id: string, delivery: Delivery, state: Delivery['state']): void {
  store.transact((tx) => tx.put('deliveries', id, { ...delivery, state }));
}

function openAgain(store: Store, eventId: string): number {
  return store.transact((tx) => {
    const endpoints = tx.list('endpoints').filter(([, row]) => row.object.status === 'enabled');
    for (const [endpointId] of endpoints) {
      const delivery: Delivery = { eventId, endpointId, attempts: 0, state: 'open' };
      tx.put('deliveries', `${eventId} ${endpointId}`, delivery);
    }
    return endpoints.length;
  });
}
