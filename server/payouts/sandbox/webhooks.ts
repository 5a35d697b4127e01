import { createHmac } from 'node:crypto';
import type { Faults, WebhookFault } from './faults.ts';
import type { Delivery, Store } from './store.ts';

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
const SKEW_SECONDS = 3600;

/** `t=<seconds>,v1=<hex hmac-sha256>`, as the `Stripe-Signature` header carries it. */
export function signPayload(payload: string, secret: string, atSeconds: number): string {
  const signature = createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex');
  return `t=${atSeconds},v1=${signature}`;
}

/** Sends open deliveries until a 2xx answer, surviving restarts: what is open is open again afterwards. */
export function createWebhookSender(options: {
  store: Store;
  faults: Faults;
  retry: RetryPolicy;
}): WebhookSender {
  const { store, faults, retry } = options;
  const underWay = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const queue: string[] = [];
  let held: string[] = [];
  let sending = 0;
  let isStopped = false;

  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };

  const pump = () => {
    while (!isStopped && sending < MAX_AT_ONCE) {
      const id = queue.shift();
      if (id === undefined) return;
      sending += 1;
      void deliver(id).finally(() => {
        sending -= 1;
        pump();
      });
    }
  };

  const enqueue = (id: string) => {
    queue.push(id);
    pump();
  };

  const deliver = async (id: string) => {
    const delivery = store.transact((tx) => tx.get('deliveries', id));
    if (delivery?.state !== 'open') return void underWay.delete(id);
    const event = store.transact((tx) => tx.get('events', delivery.eventId));
    const endpoint = store.transact((tx) => tx.get('endpoints', delivery.endpointId));
    if (!event || endpoint?.object.status !== 'enabled') return finish(id, delivery, null);
    const fault = delivery.attempts === 0 ? faults.takeForWebhook(event.object.type) : null;
    if (fault?.kind === 'drop') return finish(id, delivery, 'given_up');
    if (fault?.kind === 'hold') return void held.push(id);
    if (fault?.kind === 'delay') return later(fault.delayMs, () => enqueue(id));

    const payload = JSON.stringify(event.object);
    const send = () =>
      post(endpoint.object.url, payload, signatureOf(payload, endpoint.secret, fault), retry.timeoutMs);
    const hasArrived = await send();
    if (fault?.kind === 'duplicate') await send();
    if (isStopped) return;
    if (hasArrived) finish(id, delivery, null);
    else retryLater(id, delivery);
    const released = held;
    held = [];
    for (const waiting of released) enqueue(waiting);
  };

  const finish = (id: string, delivery: Delivery, state: 'given_up' | null) => {
    underWay.delete(id);
    store.transact((tx) =>
      state === null ? tx.remove('deliveries', id) : tx.put('deliveries', id, { ...delivery, state }),
    );
  };

  const retryLater = (id: string, delivery: Delivery) => {
    const attempts = delivery.attempts + 1;
    if (attempts >= retry.maxAttempts) return finish(id, { ...delivery, attempts }, 'given_up');
    store.transact((tx) => tx.put('deliveries', id, { ...delivery, attempts }));
    later(Math.min(retry.maxMs, retry.baseMs * 2 ** (attempts - 1)), () => enqueue(id));
  };

  const wake = () => {
    for (const [id, { state }] of store.transact((tx) => tx.list('deliveries'))) {
      if (state !== 'open' || underWay.has(id)) continue;
      underWay.add(id);
      enqueue(id);
    }
  };

  return {
    wake,
    redeliver(eventId) {
      const count = store.transact((tx) => {
        const endpoints = tx.list('endpoints').filter(([, row]) => row.object.status === 'enabled');
        for (const [endpointId] of endpoints) {
          tx.put('deliveries', `${eventId} ${endpointId}`, {
            eventId,
            endpointId,
            attempts: 0,
            state: 'open',
          });
        }
        return endpoints.length;
      });
      wake();
      return count;
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function signatureOf(payload: string, secret: string, fault: WebhookFault | null): string {
  const now = Math.floor(Date.now() / 1000);
  switch (fault?.kind) {
    case 'bad_signature':
      return signPayload(payload, `${secret}_other`, now);
    case 'old_timestamp':
      return signPayload(payload, secret, now - SKEW_SECONDS);
    case 'future_timestamp':
      return signPayload(payload, secret, now + SKEW_SECONDS);
    default:
      return signPayload(payload, secret, now);
  }
}

async function post(url: string, payload: string, signature: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: payload,
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Not reachable, or too slow: it is tried again.
    return false;
  }
}
