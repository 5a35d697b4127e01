import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sponsorOfInHouse } from '#server/identity/reads.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';

/** Kinds that are made of something else than a form: an order, a finding about one person. */
const MADE_OTHERWISE: readonly Batch['kind'][] = ['pilot', 'calibration'];

/**
 * Why a batch is not cloned, in words and with what to do instead; null when it can be. What own staff and vendors share follows
 * from the rule that keeps cases inside, own staff's hours and a due date, so it is routed anew: a copy of its shares over other
 * cases would give vendors what the rule keeps.
 */
export async function cloneRefusal(
  q: Queryable,
  batch: Pick<Batch, 'kind' | 'loadState' | 'pools' | 'projectId'>,
): Promise<ErrorDetail | null> {
  const refusal = (message: string, href?: string): ErrorDetail => ({
    code: 'batch.not_cloned',
    message,
    ...(href ? { href } : {}),
  });
  if (batch.loadState !== 'complete')
    return refusal('This batch is still being loaded. Clone it when it is whole.');
  if (MADE_OTHERWISE.includes(batch.kind))
    return refusal('A pilot and a calibration are not cloned: each follows from its own order.');
  const orgIds = new Set((poolList.parse(batch.pools) ?? []).map((one) => one.orgId));
  for (const orgId of orgIds)
    if (orgId !== null && (await sponsorOfInHouse(q, orgId)) !== null)
      return refusal(
        'Your own staff and vendors share this batch, by your rule of what stays inside, own staff’s hours and a due date. It is not cloned: route the cases anew, so that what the rule keeps stays inside.',
        `/sponsor/projects/${batch.projectId}/batches/routing`,
      );
  return null;
}
