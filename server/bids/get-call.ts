import type { Queryable } from '#db/client.ts';
import { AppError } from '#server/core/errors.ts';
import { findCallOfSponsor, findVisibleCall } from './call-queries.ts';
import type { CallRow } from './queries.ts';

const notFound = () =>
  new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });

/** A call that the acting organisation may know of; `call_not_found` otherwise, also for a private one of others. */
export async function getVisibleCall(q: Queryable, of: { callId: string; orgId: string }): Promise<CallRow> {
  const row = await findVisibleCall(q, of);
  if (!row) throw notFound();
  return row;
}

/** A call of the acting sponsor; `call_not_found` otherwise. */
export async function getCallOfSponsor(
  q: Queryable,
  of: { callId: string; orgId: string },
): Promise<CallRow> {
  const row = await findCallOfSponsor(q, of);
  if (!row) throw notFound();
  return row;
}
