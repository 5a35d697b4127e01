import type { Database } from '#db/client.ts';
import type { BatchFacts } from './batch-facts.ts';
import type { ClaimKey } from './claim-queries.ts';
import { claimLate, claimSlots, newLeaseId, parametersOf, type SlotsClaimed } from './claim-slots.ts';
import {
  claimTogether,
  type Dealt,
  type Granted,
  type GroupClaim,
  type WishWithGold,
} from './claim-together.ts';
import { countDealt, findDealt } from './deal-gold.ts';
import { goldSecret } from './gold-secret.ts';
import { type HotSql, hotSql } from './hot-sql.ts';
import { rememberLeases } from './lease-tasks.ts';
import { memoryOf } from './process-memory.ts';
import { hintOfReader, rememberReader } from './reader-place.ts';
import { goldOrdinals, goldPlaces, isDealtGoldSlot, secretOrder } from './rules.ts';

/** One person's claim. */
export type ClaimCall = ClaimKey & { facts: BatchFacts; limit: number; now: Date };

/** The claim as a group's statement takes it. */
function groupClaimOf(call: ClaimCall, readerAt: string | null): GroupClaim {
  const { mostLeases, leaseUntil } = parametersOf(call.facts, { ...call, limit: 0 });
  const { batchId, annotatorId, limit } = call;
  return { batchId, annotatorId, limit, mostLeases, leaseUntil, seed: newLeaseId(), readerAt };
}

/** An HMAC per ordinal decides how many of the k are gold, so that asking again gives the same answer. */
function wishOf(call: ClaimCall, before: Dealt | undefined, readerAt: string | null): WishWithGold {
  const { facts } = call;
  const common = { exposureLimit: facts.goldExposureLimit, leaseIds: [] };
  if (before === undefined)
    return {
      ...groupClaimOf({ ...call, limit: 0 }, readerAt),
      ...common,
      dealt: 0,
      wanted: 0,
      places: [],
      firstPass: 0,
    };
  const pool = { secret: goldSecret(), batchId: facts.id, annotatorId: call.annotatorId };
  const count = goldOrdinals({
    ...pool,
    dealt: before.dealt,
    count: call.limit,
    shareBasisPoints: facts.goldShareBasisPoints,
  });
  const { places, firstPass } = goldPlaces({
    ...pool,
    next: before.goldNext,
    count,
    poolSize: facts.goldCount,
  });
  const wanted = Math.min(count, places.length);
  return {
    ...groupClaimOf(call, readerAt),
    limit: call.limit - wanted,
    ...common,
    ...{ dealt: before.dealt, wanted, places, firstPass },
    leaseIds: Array.from({ length: wanted }, newLeaseId),
  };
}

/** What this process knows of readers from their last claim; who was dealt more elsewhere is found out by the claim itself. */
const MOST_KNOWN = 100_000;
const dealtTo = memoryOf<Dealt>(MOST_KNOWN);

/**
 * Claims of several people as their group's statement takes them. Where gold is dealt, by what is known of each; who has not joined
 * gets nothing.
 */
export async function claimsOf(
  db: Database,
  calls: readonly ClaimCall[],
): Promise<(GroupClaim | WishWithGold)[]> {
  const memory = dealtTo(db);
  const isStranger = (call: ClaimCall) => dealsGold(call) && memory.get(keyOf(call)) === undefined;
  for (const [batchId, people] of Map.groupBy(calls.filter(isStranger), (call) => call.batchId)) {
    const annotatorIds = people.map((call) => call.annotatorId);
    for (const one of await findDealt(hotSql(db), { batchId, annotatorIds, locks: false }))
      memory.set(keyOf({ batchId, annotatorId: one.annotatorId }), one);
  }
  return calls.map((call) => {
    const readerAt = hintOfReader(db, call);
    return dealsGold(call) ? wishOf(call, memory.get(keyOf(call)), readerAt) : groupClaimOf(call, readerAt);
  });
}

/**
 * What came of a call's claim, remembered for the next. Null for who must claim alone: somebody holds their row, the common case has no
 * work for them, or their places in the pool held nothing.
 */
export function takeGranted(
  db: Database,
  call: ClaimCall,
  granted: Granted,
): (Pick<SlotsClaimed, 'slots' | 'leaseUntil'> & { isLookDue: boolean }) | null {
  const { leaseUntil } = parametersOf(call.facts, { ...call, limit: 0 });
  const key = keyOf(call);
  if (granted === null) {
    dealtTo(db).delete(key);
    return null;
  }
  rememberLeases(db, granted.slots);
  rememberReader(db, call, granted.readerAt);
  const { isLookDue } = granted;
  if (!dealsGold(call)) return { slots: granted.slots, leaseUntil, isLookDue };
  dealtTo(db).set(key, granted.after);
  return { slots: secretOrder(goldSecret(), granted.slots), leaseUntil, isLookDue };
}

const keyOf = (of: { batchId: string; annotatorId: string }) => `${of.batchId} ${of.annotatorId}`;
const dealsGold = (call: ClaimCall) => call.facts.goldMode === 'dealt';

/**
 * As `claimSlots`, with gold: for one person, looking at everything. Needs a transaction. What was given back comes first, gold among it
 * as all else, so that nobody learns from what comes back; it takes the place of new gold.
 */
export async function claimAloneWithGold(sql: HotSql, call: ClaimCall): Promise<SlotsClaimed> {
  const { annotatorId, facts } = call;
  const [before] = await findDealt(sql, { batchId: facts.id, annotatorIds: [annotatorId], locks: true });
  if (before === undefined) return claimSlots(sql, facts, call);
  const back = await claimLate(sql, facts, call);
  const p = parametersOf(facts, call);
  const { leaseUntil } = p;
  // Who must be looked at anew gets nothing before; each way there would take its own number of statements.
  if (back.state?.isFresh === false) return { slots: [], leaseUntil, state: back.state, isSearching: false };
  const wish = wishOf(call, before, null);
  const room = call.limit - back.slots.length;
  const goldBack = back.slots.filter((slot) => isDealtGoldSlot(slot.slotNo, 'label')).length;
  const wanted = Math.min(Math.max(0, wish.wanted - goldBack), room);
  const plain = room > wanted ? await claimSlots(sql, facts, { ...call, limit: room - wanted }) : null;
  // When there is no ordinary work to hide it in, no gold is dealt either, save a last one.
  if (plain !== null && plain.slots.length + back.slots.length === 0) return plain;
  // Asked also when none is due among several: how many statements it takes tells nothing.
  const isAsked = wanted > 0 || room > 1;
  const [gold] = isAsked ? await claimTogether(sql, p, [{ ...wish, wanted, limit: 0 }]) : [null];
  const count = { batchId: facts.id, annotatorId };
  const ordinary = [...back.slots, ...(plain?.slots ?? [])];
  const slots = [...ordinary, ...(gold?.slots ?? [])];
  // Places that held nothing for this reader (withdrawn, or seen elsewhere) are used up, or would be tried for ever.
  const placesUsed = gold ? 0 : wanted > 0 ? wish.places.length : 0;
  if (slots.length === 0) {
    const instead = await claimSlots(sql, facts, call);
    const ordinals = instead.slots.length;
    if (ordinals > 0) await countDealt(sql, { ...count, ordinals, placesUsed });
    return instead;
  }
  await countDealt(sql, { ...count, ordinals: ordinary.length, placesUsed });
  const state = back.state ?? plain?.state ?? null;
  return { slots: secretOrder(goldSecret(), slots), leaseUntil, state, isSearching: false };
}
