import { z } from 'zod';
import type { ErrorDetail } from '#server/core/errors.ts';
import { shuffled } from './rules.ts';

/*
 * Who may take which reads of a batch, without a counter that readers would queue for: each read (slot) belongs to a pool
 * from its creation on, each reader to the pools of their organisation and country. Shares, reads per vendor and case, and
 * the onshore share then hold by construction. ADR "Pools instead of counters".
 */

/** Lanes of one pool: slot number + 1, on top of this times the pool. Overlap is at most 100. */
export const LANES_PER_POOL = 100;

export const pool = z.object({
  /** Whose people may take its reads; null: anybody's, or people on their own account where `isDirect`. */
  orgId: z.uuid().nullable(),
  /** The direct share (R17): for people on their own account, whoever of them comes. */
  isDirect: z.boolean().default(false),
  /** Kept for readers in the batch's onshore country. */
  isOnshore: z.boolean(),
  /** Reads in it when the batch was made. */
  slots: z.number().int(),
  /** Price and fee of its reads when they differ from the batch's (a split award has a contract per vendor, R13). */
  pricePerReadMinor: z.string().regex(/^\d+$/).nullable(),
  feeBasisPoints: z.number().int().nullable(),
  /** What its vendor was awarded, and how much of that is kept onshore: by these a batch grows. Null in older batches. */
  shareBasisPoints: z.number().int().nullable().default(null),
  onshoreShareBasisPoints: z.number().int().nullable().default(null),
});
export type Pool = z.infer<typeof pool>;
/** Pools of a batch in the order of their numbers, which begin with 1; pool 0 is that of a batch without pools. */
export const poolList = z.array(pool).nullable();

/** A part of a batch that several share: a vendor's, or with `orgId` null that of people on their own account (R17). */
export type VendorShare = {
  orgId: string | null;
  shareBasisPoints: number;
  pricePerReadMinor: bigint;
  feeBasisPoints: number;
};

/** The lane of a fresh slot. */
export function laneOf(poolNo: number, slotNo: number): number {
  return poolNo * LANES_PER_POOL + slotNo + 1;
}

/** The lane of what was released, added or brought forward, of the pool that a lane belongs to. In SQL: `lateLaneSql`. */
export function lateLaneOf(lane: number): number {
  return lane <= 0 ? lane : 0 - Math.floor((lane - 1) / LANES_PER_POOL);
}

/** `lateLaneOf` of a column, as SQL. */
export const lateLaneSql = (lane: string) =>
  `case when ${lane} <= 0 then ${lane} else -((${lane} - 1) / ${LANES_PER_POOL}) end`;

/**
 * The pools of a batch of `tasks` × `overlap` reads: one per vendor, each divided into what is kept for onshore readers
 * and the rest. Reads are shared out by largest remainder, so they add up exactly; the onshore part is rounded up. Null
 * when there is nothing to keep apart.
 */
export function planPools(input: {
  tasks: number;
  overlap: number;
  vendors: readonly VendorShare[];
  onshoreShareBasisPoints: number;
  /** Most reads of one task from one vendor; null: no limit. */
  maxReadsPerVendor: number | null;
}): Pool[] | null {
  const { vendors, onshoreShareBasisPoints: onshore } = input;
  if (vendors.length === 0 && onshore === 0) return null;
  const quotas = vendors.length === 0 ? [input.tasks * input.overlap] : quotasOf(input);
  return quotas.flatMap((quota, i) => {
    const vendor = vendors[i];
    const kept = Math.ceil((quota * onshore) / 10_000);
    const of = {
      orgId: vendor?.orgId ?? null,
      isDirect: vendor?.orgId === null,
      pricePerReadMinor: vendor?.pricePerReadMinor.toString() ?? null,
      feeBasisPoints: vendor?.feeBasisPoints ?? null,
      shareBasisPoints: vendor?.shareBasisPoints ?? null,
      onshoreShareBasisPoints: onshore,
    };
    return [
      { ...of, isOnshore: false, slots: quota - kept },
      ...(onshore > 0 ? [{ ...of, isOnshore: true, slots: kept }] : []),
    ];
  });
}

/**
 * The pools of a batch that grows by `tasks` cases, and the reads that come to each (in the order of the pools). Every pool
 * keeps its share of the whole by largest remainder, the onshore part of a vendor's rounded up, so that however often a batch
 * grows its pools are what they would be had it been made so large; no vendor gets more of the new cases than its limit.
 */
export function growPools(input: {
  pools: readonly Pool[];
  tasks: number;
  overlap: number;
  maxReadsPerVendor: number | null;
}): { pools: Pool[]; added: number[] } {
  const { pools, tasks, overlap } = input;
  const reads = tasks * overlap;
  const before = pools.reduce((sum, one) => sum + one.slots, 0);
  const orgs = [...new Set(pools.map((one) => one.orgId))];
  const ofOrg = (orgId: string | null) => pools.filter((one) => one.orgId === orgId);
  const slotsOf = (some: readonly Pool[]) => some.reduce((sum, one) => sum + one.slots, 0);
  const limit = input.maxReadsPerVendor === null || orgs.length < 2 ? reads : input.maxReadsPerVendor * tasks;
  const most = orgs.map((orgId) => (orgId === null ? reads : limit));
  const weights = orgs.map((orgId) => ofOrg(orgId)[0]?.shareBasisPoints ?? slotsOf(ofOrg(orgId)));
  const whole = weights.reduce((sum, one) => sum + one, 0);
  // What each is short of its share of the larger batch; together, just the new reads.
  const exact = orgs.map((orgId, i) =>
    Math.max(0, ((before + reads) * (weights[i] ?? 0)) / whole - slotsOf(ofOrg(orgId))),
  );
  const quotas = spreadWithin(exact, reads, most);
  const added = pools.map(() => 0);
  orgs.forEach((orgId, i) => {
    const own = ofOrg(orgId);
    const total = slotsOf(own) + (quotas[i] ?? 0);
    const kept = own.find((one) => one.isOnshore);
    const rest = own.find((one) => !one.isOnshore);
    const share =
      kept?.onshoreShareBasisPoints != null
        ? kept.onshoreShareBasisPoints / 10_000
        : (kept?.slots ?? 0) / Math.max(1, slotsOf(own));
    const onshore = kept
      ? Math.min(quotas[i] ?? 0, Math.max(0, Math.ceil(total * share - 1e-9) - kept.slots))
      : 0;
    if (kept) added[pools.indexOf(kept)] = rest ? onshore : (quotas[i] ?? 0);
    if (rest) added[pools.indexOf(rest)] = (quotas[i] ?? 0) - onshore;
  });
  return { pools: pools.map((one, i) => ({ ...one, slots: one.slots + (added[i] ?? 0) })), added };
}

/**
 * Reads of each vendor by largest remainder, ties to the first; what passes a vendor's limit by the rounding of its share
 * (thirds in basis points) goes to those with room.
 */
function quotasOf(input: {
  tasks: number;
  overlap: number;
  vendors: readonly VendorShare[];
  maxReadsPerVendor: number | null;
}): number[] {
  const { vendors, tasks } = input;
  const reads = tasks * input.overlap;
  const total = vendors.reduce((sum, one) => sum + one.shareBasisPoints, 0);
  const limit = input.maxReadsPerVendor === null ? reads : input.maxReadsPerVendor * tasks;
  // People on their own account are no vendor: nobody of them reads a case twice anyway.
  const most = vendors.map((one) => (one.orgId === null ? reads : limit));
  return spreadWithin(
    vendors.map((one) => (reads * one.shareBasisPoints) / total),
    reads,
    most,
  );
}

/** `reads` in whole parts near `exact`, by largest remainder, none above its own `most`. */
function spreadWithin(exact: readonly number[], reads: number, most: readonly number[]): number[] {
  const quotas = exact.map((one, i) => Math.min(most[i] ?? reads, Math.floor(one + 1e-9)));
  let left = reads - quotas.reduce((sum, one) => sum + one, 0);
  // A vendor that had too much before takes nothing now; then the others' parts come to more than there is.
  for (let i = 0; left < 0; i = (i + 1) % quotas.length) {
    if ((quotas[i] ?? 0) === 0) continue;
    quotas[i] = (quotas[i] ?? 0) - 1;
    left += 1;
  }
  const byRemainder = exact.map((_, i) => i).sort((a, b) => rest(exact[b]) - rest(exact[a]) || a - b);
  for (let i = 0; left > 0 && quotas.some((one, at) => one < (most[at] ?? reads)); i += 1) {
    const at = byRemainder[i % byRemainder.length] as number;
    if ((quotas[at] as number) >= (most[at] ?? reads)) continue;
    quotas[at] = (quotas[at] as number) + 1;
    left -= 1;
  }
  return quotas;
}

const rest = (value = 0) => value - Math.floor(value);

/** By how much a share in basis points may pass its limit before it is refused: the rounding of thirds. */
const ROUNDING = 0.01;

/**
 * The lanes of every slot, task by task in the batch's order: `lanes[task × overlap + slot]`. Pools lie one after the
 * other over the slots taken slot number by slot number (McNaughton's wrap-around rule), so each pool has exactly its
 * reads and, of any one task, its average rounded down or up; which tasks get the odd one is by `seed`.
 */
export function planLanes(input: {
  tasks: number;
  overlap: number;
  pools: readonly Pick<Pool, 'slots'>[] | null;
  seed: number;
}): number[] {
  const { tasks, overlap, pools } = input;
  const lanes = new Array<number>(tasks * overlap);
  const ends: number[] = [];
  for (const one of pools ?? []) ends.push((ends.at(-1) ?? 0) + one.slots);
  const places =
    pools === null
      ? null
      : shuffled(
          Array.from({ length: tasks }, (_, i) => i),
          (input.seed ^ 0x5f3759df) >>> 0,
        );
  for (let slot = 0; slot < overlap; slot += 1) {
    let poolNo = 0;
    for (let place = 0; place < tasks; place += 1) {
      const at = slot * tasks + place;
      while (places !== null && at >= (ends[poolNo] ?? Number.POSITIVE_INFINITY)) poolNo += 1;
      const task = places === null ? place : (places[place] as number);
      lanes[task * overlap + slot] = laneOf(places === null ? 0 : poolNo + 1, slot);
    }
  }
  return lanes;
}

/** The pools a person may read from, by their numbers: a vendor's lie side by side. Null: none of them is theirs. */
export function poolsFor(
  batch: { pools: readonly Pool[] | null; onshoreCountry: string | null },
  who: { orgId: string; country: string | null; isIndependent: boolean },
): { from: number; to: number } | null {
  if (batch.pools === null) return { from: 0, to: 0 };
  const mine = batch.pools.flatMap((one, i) =>
    (one.isDirect ? who.isIndependent : one.orgId === null || one.orgId === who.orgId) &&
    (!one.isOnshore || (who.country !== null && who.country === batch.onshoreCountry))
      ? [i + 1]
      : [],
  );
  const [from] = mine;
  return from === undefined ? null : { from, to: mine.at(-1) ?? from };
}

/**
 * The lanes of a range of pools in the order a reader goes through them, from `lane` on: the rest of its pool, then the
 * others, those kept for onshore readers (the higher number) before those open to all.
 */
export function lanesFrom(lane: number, pools: { from: number; to: number }, overlap: number): number[] {
  const own = lane <= 0 ? pools.to : Math.floor((lane - 1) / LANES_PER_POOL);
  const others: number[] = [];
  for (let no = pools.to; no >= pools.from; no -= 1) if (no !== own) others.push(no);
  const first = lane <= 0 ? 0 : (lane - 1) % LANES_PER_POOL;
  return [own, ...others].flatMap((no) =>
    Array.from({ length: overlap }, (_, i) => laneOf(no, (first + i) % overlap)),
  );
}

/** What a sweep looks at, in this order: the late lane of no pool, the late lanes of the reader's pools, then every lane. */
export function lanesToSweep(pools: { from: number; to: number }, overlap: number): number[] {
  const numbers = Array.from({ length: pools.to - pools.from + 1 }, (_, i) => pools.from + i);
  return [
    ...new Set([0, ...numbers.map((no) => (no === 0 ? 0 : -no))]),
    ...numbers.flatMap((no) => Array.from({ length: overlap }, (_, slot) => laneOf(no, slot))),
  ];
}

/** What is wrong with the shares of a batch, in words; empty when they can hold. */
export function shareFaults(input: {
  tasks: number;
  overlap: number;
  vendors: readonly (VendorShare & { name: string })[];
  maxReadsPerVendor: number | null;
}): ErrorDetail[] {
  const { vendors, overlap, maxReadsPerVendor } = input;
  const faults: ErrorDetail[] = [];
  const add = (code: string, message: string, path = 'contractIds') =>
    faults.push({ code: `batch.${code}`, path: `claimRules.${path}`, message });
  // A batch of the direct share alone is one; a single vendor's is a batch under its contract.
  if (vendors.length === 1 && vendors[0]?.orgId !== null)
    add('one_share', 'Shares are between at least two vendors, or one and people on their own account.');
  if (vendors.length > 20) add('many_shares', 'At most 20 can share a batch.');
  if (new Set(vendors.map((one) => one.orgId)).size < vendors.length)
    add('share_twice', 'A vendor has one share of a batch. Add its shares up.');
  if (maxReadsPerVendor !== null && vendors.length === 0)
    add(
      'limit_unshared',
      'A limit on the reads of a case from one vendor needs vendors who share the batch. Name the awards that share it, or leave the limit out.',
      'maxReadsPerVendor',
    );
  if (maxReadsPerVendor === null || vendors.length < 2) return faults;
  const total = vendors.reduce((sum, one) => sum + one.shareBasisPoints, 0);
  for (const one of vendors) {
    if (one.orgId === null) continue;
    const most = Math.ceil((overlap * one.shareBasisPoints) / total - ROUNDING);
    if (most > maxReadsPerVendor)
      add(
        'share_too_large',
        `${one.name} has ${Math.round((one.shareBasisPoints / total) * 1000) / 10} % of ${overlap} reads per case: up to ${most} of one case, where at most ${maxReadsPerVendor} may come from one vendor. Lower its share, or allow more.`,
        'maxReadsPerVendor',
      );
  }
  return faults;
}
