import type Stripe from 'stripe';
import { objectId } from './object-ids.ts';
import { PLATFORM, type StoredEndpoint, type Tx } from './store.ts';

export const API_VERSION = '2026-10-28.endive';

/** What caused an event: the request, or null when it was the passing of time. */
export type Cause = { requestId: string; idempotencyKey: string | null } | null;

/**
 * Records that something happened, as a snapshot of `object` at this moment, and queues it for each endpoint that
 * wants it. Commits with the change itself, so an event exists exactly when its change does.
 */
export function recordEvent(
  tx: Tx,
  input: {
    owner: string;
    type: Stripe.Event['type'] | string;
    object: object;
    previous?: object;
    cause: Cause;
  },
): void {
  const { owner, type, object, previous, cause } = input;
  const isConnect = owner !== PLATFORM;
  const endpoints = tx.list('endpoints').filter(([, endpoint]) => wants(endpoint, type, isConnect));
  const id = objectId('evt');
  const event = {
    id,
    object: 'event',
    ...(isConnect ? { account: owner } : {}),
    api_version: API_VERSION,
    created: tx.now,
    data: structuredClone(previous ? { object, previous_attributes: previous } : { object }),
    livemode: false,
    pending_webhooks: endpoints.length,
    request: cause
      ? { id: cause.requestId, idempotency_key: cause.idempotencyKey }
      : { id: null, idempotency_key: null },
    type,
  } as unknown as Stripe.Event;
  tx.put('events', id, { owner, object: event });
  for (const [endpointId] of endpoints) {
    tx.put('deliveries', `${id} ${endpointId}`, { eventId: id, endpointId, attempts: 0, state: 'open' });
  }
}

function wants({ object, isConnect }: StoredEndpoint, type: string, eventIsConnect: boolean): boolean {
  const isOfKind = object.metadata.sandbox_all === 'yes' || isConnect === eventIsConnect;
  const isOfType = object.enabled_events.includes('*') || object.enabled_events.includes(type);
  return object.status === 'enabled' && isOfKind && isOfType;
}
