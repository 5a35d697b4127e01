import type { OrgContext } from '#server/command/context.ts';
import { plus, SECOND } from '#server/core/clock.ts';
import { batchFacts } from './batch-facts.ts';
import { credentialsHoldUntil } from './credential-end.ts';
import { tellTime } from './draft-queries.ts';
import { leaseGone } from './lease-errors.ts';
import { isReaderOf, prolongLeases } from './lease-queries.ts';

/** No lease lasts longer than a working day, however it is prolonged. */
const LATEST_SECONDS = 8 * 3600;

/**
 * The heartbeat: prolongs the leases that still hold. `leaseUntil` is null for one that is over (its work is kept when it
 * is submitted, see `submitLabel`) and for one that is not theirs. Who has not joined the batch is refused. In a paused or closing batch, and of a person who is paused
 * or in calibration only, a lease keeps its end (R26, R27), and no lease is carried beyond the last day of a credential that it needs. `active` tells the time spent so far, which is what the gate pays for when it
 * closes, at every tier and before anything is put down (R27).
 */
export async function extendLease(
  ctx: OrgContext,
  input: {
    batchId: string;
    leaseIds: readonly string[];
    active?: readonly { leaseId: string; activeMs: number }[];
  },
): Promise<{ leaseId: string; leaseUntil: Date | null }[]> {
  const facts = await batchFacts(ctx.db, input.batchId);
  const now = ctx.clock.now();
  const key = { batchId: input.batchId, annotatorId: ctx.actor.personId };
  const until = plus(now, facts.leaseSeconds * SECOND);
  const live = await prolongLeases(ctx.db, {
    ...key,
    leaseIds: input.leaseIds,
    now,
    until: await credentialsHoldUntil(ctx.db, { ...key, leaseIds: input.leaseIds, now, until }),
    latestSeconds: LATEST_SECONDS,
  });
  await tellTime(ctx.db, { ...key, active: input.active ?? [], now });
  if (live.length === 0 && !(await isReaderOf(ctx.db, key))) throw leaseGone();
  const ends = new Map(live.map((one) => [one.leaseId, one.leaseUntil]));
  return input.leaseIds.map((leaseId) => ({ leaseId, leaseUntil: ends.get(leaseId) ?? null }));
}
