import type { BatchFacts } from './batch-facts.ts';
import type { ClaimedSlot, ClaimKey } from './claim-queries.ts';
import { claimSlots, parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { claimTogether } from './claim-together.ts';
import { countDealt, type Dealt, dealGold, type GoldDealt, lockDealt } from './deal-gold.ts';
import { goldSecret } from './gold-secret.ts';
import type { HotSql } from './hot-sql.ts';
import { goldOrdinals, goldPlaces, secretOrder } from './rules.ts';

/** One person's claim. */
export type ClaimCall = ClaimKey & { limit: number; now: Date };

/** How many of a person's next reads are gold, and where in the pool it is looked for. */
type GoldPlan = { call: ClaimCall; before: Dealt; places: number[]; firstPass: number; goldLimit: number };

/** An HMAC per ordinal decides how many of the k are gold, so that asking again gives the same answer. */
function planGold(facts: BatchFacts, call: ClaimCall, before: Dealt): GoldPlan {
  const pool = { secret: goldSecret(), batchId: facts.id, annotatorId: call.annotatorId };
  const wanted = goldOrdinals({
    ...pool,
    dealt: before.dealt,
    count: call.limit,
    shareBasisPoints: facts.goldShareBasisPoints,
  });
  const found = goldPlaces({ ...pool, next: before.goldNext, count: wanted, poolSize: facts.goldCount });
  return { call, before, ...found, goldLimit: Math.min(wanted, found.places.length) };
}

/**
 * Claims of several people in a batch whose gold is dealt at claim. Needs a transaction. Null for who must claim alone:
 * somebody holds their row, the common case has no ordinary work to hide gold in, or their places in the pool held nothing.
 */
export async function claimTogetherWithGold(
  sql: HotSql,
  facts: BatchFacts,
  calls: readonly ClaimCall[],
): Promise<(ClaimedSlot[] | null)[]> {
  const annotatorIds = calls.map((call) => call.annotatorId);
  const locked = await lockDealt(sql, { batchId: facts.id, annotatorIds, skipsLocked: true });
  const before = new Map(locked.map((one) => [one.annotatorId, one]));
  const plans = calls.flatMap((call) => {
    const own = before.get(call.annotatorId);
    return own === undefined ? [] : [planGold(facts, call, own)];
  });
  const ordinary = await claimTogether(
    sql,
    plans.map(({ call, goldLimit }) => parametersOf(facts, { ...call, limit: call.limit - goldLimit })),
  );
  const gold = await dealTo(
    sql,
    facts,
    plans.map((plan, i) => ({
      ...plan,
      goldLimit: plan.goldLimit === plan.call.limit || ordinary[i]?.length ? plan.goldLimit : 0,
    })),
  );
  const got = new Map(
    plans.map(({ call }, i) => {
      const slots = [...(ordinary[i] ?? []), ...(gold[i]?.slots ?? [])];
      return [call.annotatorId, { slots, gold: gold[i] }];
    }),
  );
  await countAll(sql, facts, got);
  return calls.map((call) => {
    const slots = got.get(call.annotatorId)?.slots ?? [];
    return slots.length === 0 ? null : secretOrder(goldSecret(), slots);
  });
}

/** As `claimSlots`, with gold: for one person, looking at everything. Needs a transaction. */
export async function claimAloneWithGold(
  sql: HotSql,
  facts: BatchFacts,
  call: ClaimCall,
): Promise<SlotsClaimed> {
  const [before] = await lockDealt(sql, {
    batchId: facts.id,
    annotatorIds: [call.annotatorId],
    skipsLocked: false,
  });
  if (before === undefined) return claimSlots(sql, facts, call);
  const plan = planGold(facts, call, before);
  const limit = call.limit - plan.goldLimit;
  const ordinary = limit > 0 ? await claimSlots(sql, facts, { ...call, limit }) : null;
  // When there is no ordinary work to hide it in, no gold is dealt either, save a last one.
  if (ordinary !== null && ordinary.slots.length === 0) return ordinary;
  const [gold] = await dealTo(sql, facts, [plan]);
  const slots = [...(ordinary?.slots ?? []), ...(gold?.slots ?? [])];
  if (slots.length === 0) {
    // The places held nothing for this reader (withdrawn, or seen elsewhere): they are used up, or would be tried for ever.
    const instead = await claimSlots(sql, facts, call);
    if (instead.slots.length > 0)
      await countAll(sql, facts, new Map([[call.annotatorId, { slots: instead.slots, gold }]]));
    return instead;
  }
  await countAll(sql, facts, new Map([[call.annotatorId, { slots, gold }]]));
  return {
    slots: secretOrder(goldSecret(), slots),
    leaseUntil: parametersOf(facts, call).leaseUntil,
    state: ordinary?.state ?? null,
    isSearching: false,
  };
}

function dealTo(sql: HotSql, facts: BatchFacts, plans: readonly GoldPlan[]): Promise<GoldDealt[]> {
  const [first] = plans;
  if (first === undefined) return Promise.resolve([]);
  const { checkedAfter, mostLeases, leaseUntil, now } = parametersOf(facts, first.call);
  return dealGold(sql, {
    ...{ batchId: facts.id, checkedAfter, mostLeases, leaseUntil, now },
    exposureLimit: facts.goldExposureLimit,
    wishes: plans.map(({ call, before, places, firstPass, goldLimit }) => ({
      annotatorId: call.annotatorId,
      readerNo: before.readerNo,
      wanted: goldLimit,
      places: goldLimit === 0 ? [] : places,
      firstPass,
      leaseIds: parametersOf(facts, { ...call, limit: goldLimit }).leaseIds,
    })),
  });
}

/** Who got nothing has used up no ordinal, and no place in the pool. */
function countAll(
  sql: HotSql,
  facts: BatchFacts,
  got: ReadonlyMap<string, { slots: readonly ClaimedSlot[]; gold: GoldDealt | undefined }>,
): Promise<void> {
  const counts = [...got].map(([annotatorId, { slots, gold }]) => ({
    annotatorId,
    gold: gold?.slots.length ?? 0,
    placesUsed: slots.length > 0 ? (gold?.placesUsed ?? 0) : 0,
    ordinals: slots.length,
  }));
  return countDealt(sql, { batchId: facts.id, counts });
}
