import type Stripe from 'stripe';
import { z } from 'zod';
import { missingObject } from '#server/payouts/sandbox/api-error.ts';
import { API_VERSION } from '#server/payouts/sandbox/event-log.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { objectId, randomText } from '#server/payouts/sandbox/object-ids.ts';
import {
  booleanParam,
  expandParam,
  metadataParam,
  pageParams,
  parseParams,
} from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';
import type { StoredEndpoint, Tx } from '#server/payouts/sandbox/store.ts';

const createParams = z.strictObject({
  enabled_events: z.array(z.string()).min(1),
  url: z.url(),
  api_version: z.string().optional(),
  connect: booleanParam.default(false),
  description: z.string().optional(),
  metadata: metadataParam.default({}),
  expand: expandParam.optional(),
});

const listParams = z.strictObject(pageParams);

/** `POST /v1/webhook_endpoints`; the secret is shown in this answer only. */
export function createWebhookEndpoint({ tx, params }: Call): object {
  const input = parseParams(createParams, params);
  const secret = `whsec_${randomText(32)}`;
  const object = newEndpoint({ id: objectId('we'), created: tx.now, url: input.url });
  object.enabled_events = input.enabled_events;
  object.metadata = input.metadata;
  object.description = input.description ?? null;
  tx.put('endpoints', object.id, { object, secret, isConnect: input.connect });
  return { ...object, secret };
}

/** `GET /v1/webhook_endpoints` */
export function listWebhookEndpoints({ tx, params }: Call): object {
  const page = parseParams(listParams, params);
  return listPage(
    '/v1/webhook_endpoints',
    tx.list('endpoints').map(([, row]) => row.object),
    page,
  );
}

/** `GET /v1/webhook_endpoints/{id}` */
export function retrieveWebhookEndpoint({ tx, path: { id = '' } }: Call): object {
  const row = tx.get('endpoints', id);
  if (!row) throw missingObject('webhook endpoint', id, 'id');
  return row.object;
}

/** The endpoint given by the environment takes every event, of the platform and of connected accounts. */
export function setEnvironmentEndpoint(tx: Tx, given: { url: string; secret: string } | null): void {
  const id = 'we_environment';
  const before = tx.get('endpoints', id);
  if (!given && !before) return;
  const object = newEndpoint({
    id,
    created: before?.object.created ?? tx.now,
    url: given?.url ?? before?.object.url ?? '',
  });
  object.metadata = { sandbox_all: 'yes' };
  object.status = given ? 'enabled' : 'disabled';
  const row: StoredEndpoint = { object, secret: given?.secret ?? before?.secret ?? '', isConnect: false };
  if (JSON.stringify(row) !== JSON.stringify(before)) tx.put('endpoints', id, row);
}

function newEndpoint(fields: Pick<Stripe.WebhookEndpoint, 'id' | 'created' | 'url'>): Stripe.WebhookEndpoint {
  return {
    object: 'webhook_endpoint',
    api_version: API_VERSION,
    application: null,
    description: null,
    enabled_events: ['*'],
    livemode: false,
    metadata: {},
    status: 'enabled',
    ...fields,
  };
}
