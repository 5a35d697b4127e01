import { z } from 'zod';
import { missingObject } from '#server/payouts/sandbox/api-error.ts';
import { listPage } from '#server/payouts/sandbox/listing.ts';
import { booleanParam, pageParams, parseParams } from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';

const listParams = z.strictObject({
  ...pageParams,
  delivery_success: booleanParam.optional(),
  type: z.string().optional(),
  types: z.array(z.string()).max(20).optional(),
});

/** `GET /v1/events`: what a lost webhook would have said; types may end in `*`. */
export function listEvents({ tx, params, owner }: Call): object {
  const page = parseParams(listParams, params);
  const types = page.types ?? (page.type === undefined ? undefined : [page.type]);
  const open = new Set(tx.list('deliveries').map(([, row]) => row.eventId));
  const rows = tx
    .list('events')
    .filter(([, row]) => row.owner === owner)
    .map(([, row]) => row.object)
    .filter((row) => !types || types.some((type) => matches(row.type, type)))
    .filter((row) => page.delivery_success === undefined || page.delivery_success === !open.has(row.id));
  return listPage('/v1/events', rows, page);
}

/** `GET /v1/events/{id}` */
export function retrieveEvent({ tx, path: { id = '' }, owner }: Call): object {
  const row = tx.get('events', id);
  if (!row || row.owner !== owner) throw missingObject('event', id, 'id');
  return row.object;
}

function matches(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
