import type { OrgContext } from '#server/command/context.ts';
import { plus, SECOND } from '#server/core/clock.ts';
import { batchFacts } from './batch-facts.ts';
import { leaseGone } from './lease-errors.ts';
import { prolongLeases, wereLeasesOf } from './lease-queries.ts';

/** No lease lasts longer than a working day, however it is prolonged. */
const LATEST_SECONDS = 8 * 3600;

/**
 * The heartbeat: prolongs the leases that still hold. `leaseUntil` is null for one that is over (its work is kept when it
 * is submitted, see `submitLabel`); what never was this person's is refused. In a paused or closing batch, and of a person who is paused
 * or in calibration only, a lease keeps its end (R26, R27).
 */
export async function extendLease(
  ctx: OrgContext,
  input: { batchId: string; leaseIds: readonly string[] },
): Promise<{ leaseId: string; leaseUntil: Date | null }[]> {
  const facts = await batchFacts(ctx.db, input.batchId);
  const now = ctx.clock.now();
  const live = await prolongLeases(ctx.db, {
    ...input,
    annotatorId: ctx.actor.personId,
    now,
    until: plus(now, facts.leaseSeconds * SECOND),
    latestSeconds: LATEST_SECONDS,
  });
  if (live.length === 0 && !(await wereLeasesOf(ctx.db, { ...input, annotatorId: ctx.actor.personId })))
    throw leaseGone();
  const until = new Map(live.map((one) => [one.leaseId, one.leaseUntil]));
  return input.leaseIds.map((leaseId) => ({ leaseId, leaseUntil: until.get(leaseId) ?? null }));
}
