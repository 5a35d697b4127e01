import type { Database } from '#db/client.ts';
import type { BatchFacts } from './batch-facts.ts';
import type { ClaimedSlot, ClaimKey } from './claim-queries.ts';
import { claimLate, claimSlots, parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { claimTogetherWithGold, type Dealt, type WishWithGold } from './claim-together.ts';
import { countDealt, findDealt } from './deal-gold.ts';
import { goldSecret } from './gold-secret.ts';
import { type HotSql, hotSql } from './hot-sql.ts';
import { rememberLeases } from './lease-tasks.ts';
import { goldOrdinals, goldPlaces, isDealtGoldSlot, secretOrder } from './rules.ts';

/** One person's claim. */
export type ClaimCall = ClaimKey & { limit: number; now: Date };

/** An HMAC per ordinal decides how many of the k are gold, so that asking again gives the same answer. */
function wishOf(facts: BatchFacts, call: ClaimCall, before: Dealt): WishWithGold {
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
  const [seed = '', ...leaseIds] = parametersOf(facts, { ...call, limit: wanted + 1 }).leaseIds;
  return { before, most: call.limit - wanted, seed, wanted, places, firstPass, leaseIds };
}

/** What this process knows of readers from their last claim; who was dealt more elsewhere is found out by the claim itself. */
const known = new WeakMap<Database, Map<string, Dealt>>();
const MOST_KNOWN = 100_000;

function rememberIn(db: Database): Map<string, Dealt> {
  const found = known.get(db) ?? new Map<string, Dealt>();
  known.set(db, found);
  return found;
}

/**
 * Claims of several people in a batch whose gold is dealt at claim, as one statement. Null for who must claim alone: somebody
 * holds their row, the common case has no work for them, or their places in the pool held nothing.
 */
export async function claimGroupWithGold(
  db: Database,
  facts: BatchFacts,
  calls: readonly ClaimCall[],
): Promise<(ClaimedSlot[] | null)[]> {
  const [first] = calls;
  if (first === undefined) return [];
  const memory = rememberIn(db);
  const keyOf = (annotatorId: string) => `${facts.id} ${annotatorId}`;
  const strangers = calls.map((call) => call.annotatorId).filter((id) => !memory.has(keyOf(id)));
  if (strangers.length > 0) {
    const found = await findDealt(hotSql(db), { batchId: facts.id, annotatorIds: strangers, locks: false });
    for (const one of found) memory.set(keyOf(one.annotatorId), one);
  }
  const wishes = calls.flatMap((call) => {
    const before = memory.get(keyOf(call.annotatorId));
    return before === undefined ? [] : [wishOf(facts, call, before)];
  });
  const claimed = await claimTogetherWithGold(hotSql(db), {
    ...parametersOf(facts, first),
    exposureLimit: facts.goldExposureLimit,
    wishes,
  });
  const got = new Map(wishes.map((wish, i) => [wish.before.annotatorId, claimed[i] ?? null]));
  return calls.map(({ annotatorId }) => {
    const own = got.get(annotatorId) ?? null;
    memory.delete(keyOf(annotatorId));
    if (own === null) return null;
    rememberLeases(db, own.slots);
    if (memory.size >= MOST_KNOWN) memory.delete(memory.keys().next().value ?? '');
    memory.set(keyOf(annotatorId), own.after);
    return secretOrder(goldSecret(), own.slots);
  });
}

/**
 * As `claimSlots`, with gold: for one person, looking at everything. Needs a transaction. What was given back comes first, gold among it
 * as all else, so that nobody learns from what comes back; it takes the place of new gold.
 */
export async function claimAloneWithGold(
  sql: HotSql,
  facts: BatchFacts,
  call: ClaimCall,
): Promise<SlotsClaimed> {
  const { annotatorId } = call;
  const [before] = await findDealt(sql, { batchId: facts.id, annotatorIds: [annotatorId], locks: true });
  if (before === undefined) return claimSlots(sql, facts, call);
  const back = await claimLate(sql, facts, call);
  const wish = wishOf(facts, call, before);
  const room = call.limit - back.slots.length;
  const goldBack = back.slots.filter((slot) => isDealtGoldSlot(slot.slotNo, 'label')).length;
  const wanted = Math.min(Math.max(0, wish.wanted - goldBack), room);
  const plain = room > wanted ? await claimSlots(sql, facts, { ...call, limit: room - wanted }) : null;
  // When there is no ordinary work to hide it in, no gold is dealt either, save a last one.
  if (plain !== null && plain.slots.length + back.slots.length === 0) return plain;
  const p = parametersOf(facts, call);
  const [gold] = await claimTogetherWithGold(sql, {
    ...p,
    exposureLimit: facts.goldExposureLimit,
    wishes: wanted > 0 ? [{ ...wish, wanted, most: 0 }] : [],
  });
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
  const { leaseUntil } = p;
  const state = back.state ?? plain?.state ?? null;
  return { slots: secretOrder(goldSecret(), slots), leaseUntil, state, isSearching: false };
}
