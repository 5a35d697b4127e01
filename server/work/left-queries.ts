import { HOUR } from '#server/core/clock.ts';
import {
  answerOf,
  CAP_LEFT,
  type ClaimKey,
  type ClaimState,
  type Fragment,
  type GuardKey,
  inOrder,
  isMineByName,
  notMet,
  part,
  spanSql,
} from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { HOLD_HOURS } from './named-experts.ts';
import { LANES_PER_POOL, laneOf } from './pool-rules.ts';
import type { Tier } from './rules.ts';

/* What is left when a claim came back empty, for its words. */

/**
 * How a reader stands for whom nothing is open in their pools and nothing waits; null for everybody else, and for who must be looked at
 * anew. When a batch is read out its readers go on asking: the heads of its lanes tell them so, without a lock and without a walk
 * through what they have read. Indexes: the primary key of readers, slots_claim_idx.
 */
export async function findIdle(
  sql: HotSql,
  p: ClaimKey & { checkedAfter: Date },
): Promise<ClaimState | null> {
  const isOpen = (lanes: string) =>
    part(sql`(select true from slots s where s.batch_id = ${p.batchId} and s.tier = ${p.tier} and ${sql.unsafe(lanes)}
      and s.annotator_id is null and s.reserved_for is null limit 1)`);
  const rows = await sql`
    select r.status, r.status_reason, r.batch_open, true as is_fresh, r.lane, r.sweep_lane, r.sweep_key, r.repeats,
      r.claimed - r.submitted - r.skipped - r.expired - r.released as held, r.dealt, r.gold_next, r.reader_no,
      r.pool_from, r.pool_to, ${sql.unsafe(CAP_LEFT)} as cap_left, null as edge, null as lease_id
    from readers r
    where r.batch_id = ${p.batchId} and r.annotator_id = ${p.annotatorId} and r.tier = ${p.tier}
      and r.checked_at > ${p.checkedAfter.toISOString()}::timestamptz and r.returned = 0 and r.repeats = 0
      and ${isOpen('s.lane = 0')} is null
      and ${isOpen('s.lane between -r.pool_to and -r.pool_from')} is null
      and ${isOpen(`s.lane between r.pool_from * ${LANES_PER_POOL} + 1 and (r.pool_to + 1) * ${LANES_PER_POOL}`)} is null`;
  return answerOf(rows).state;
}

type Pools = { from: number; to: number };

/**
 * The lanes of some pools, and those of the others, each as ranges: an index is read along a range, while what a condition leaves out of
 * one is walked. Pool 0 is that of a batch without pools: every lane is its own.
 */
function lanesOf(sql: HotSql, tier: Tier, pools: Pools | null): { own: Fragment[]; others: Fragment[] } {
  if (tier !== 'label' || pools === null || pools.from === 0) return { own: [part(sql`true`)], others: [] };
  const [first, last] = [laneOf(pools.from, 0), laneOf(pools.to, LANES_PER_POOL - 1)];
  return {
    own: [
      part(sql`s.lane = 0`),
      part(sql`s.lane between ${-pools.to}::int and ${-pools.from}::int`),
      part(sql`s.lane between ${first}::int and ${last}::int`),
    ],
    others: [
      part(sql`s.lane < ${-pools.to}::int`),
      part(sql`s.lane > ${-pools.from}::int and s.lane < 0`),
      part(sql`s.lane > 0 and s.lane < ${first}::int`),
      part(sql`s.lane > ${last}::int`),
    ],
  };
}

/** How many slots are open in some ranges of lanes, at most `most`, as a subquery; no more than those are looked at. */
function openIn(
  sql: HotSql,
  p: { batchId: string; tier: Tier; most: number },
  ranges: readonly Fragment[],
): Fragment {
  if (ranges.length === 0) return part(sql`0`);
  const all = ranges
    .map((range) =>
      part(sql`(select 1 from slots s where s.batch_id = ${p.batchId} and s.tier = ${p.tier} and ${range}
        and s.annotator_id is null and s.reserved_for is null limit ${p.most})`),
    )
    .reduce((some, more) => part(sql`${some} union all ${more}`));
  return part(sql`(select count(*)::int from (select 1 from (${all}) r limit ${p.most}) o)`);
}

/**
 * Open slots of a tier, of `pools` when they are given; counts no further than `most`, and looks at no more: a list of work asks for each
 * of its lines. Index: slots_claim_idx.
 */
export async function countOpen(
  sql: HotSql,
  p: { batchId: string; tier: Tier; pools: Pools | null; most: number },
): Promise<number> {
  const { own } = lanesOf(sql, p.tier, p.pools);
  const [row] = await sql`select ${openIn(sql, p, own)} as open`;
  return row?.open ?? 0;
}

/**
 * What is left of a tier, for the words of an empty claim: whether anything is open in `pools`, open in the others, or held by anybody.
 * Looks at one of each, and at no more than those who hold any. Indexes: slots_claim_idx, readers_holding_idx.
 */
export async function whatIsLeft(
  sql: HotSql,
  p: { batchId: string; tier: Tier; pools: Pools },
): Promise<{ isOpen: boolean; isElsewhere: boolean; isLeased: boolean }> {
  const { own, others } = lanesOf(sql, p.tier, p.pools);
  const one = { batchId: p.batchId, tier: p.tier, most: 1 };
  const [row] = await sql`
    select ${openIn(sql, one, own)} as open, ${openIn(sql, one, others)} as elsewhere,
      (select true from readers h where h.batch_id = ${p.batchId} and h.is_holding and h.tier = ${p.tier} limit 1) as leased`;
  return { isOpen: row?.open > 0, isElsewhere: row?.elsewhere > 0, isLeased: row?.leased ?? false };
}

/** Open slots of a lane that are looked at for whether one is theirs: some beyond their cursor, then these from its head. */
const AHEAD = 50;
const BEHIND = 2000;

/**
 * Whether a reader may have any of what is open to them: `no` when all of it was looked at and is none of theirs, as where they have read
 * every case and the second reads wait for others; `unknown` where there is more of it than is looked at. Indexes: slots_claim_idx, the keys
 * of the guard.
 */
export async function isAnyMine(
  sql: HotSql,
  p: GuardKey & { lanes: readonly number[]; afterKey: bigint },
): Promise<'yes' | 'no' | 'unknown'> {
  const look = async (from: bigint, most: number) => {
    const after = part(sql`${from.toString()}::bigint`);
    const [row] = await sql`
      with seen as materialized (
        select s.lane, s.task_id, s.slot_no, s.tier, s.round, s.sort_key from unnest(${[...p.lanes]}::smallint[]) as l (lane)
        cross join lateral (
          select s.lane, s.task_id, s.slot_no, s.tier, s.round, s.sort_key from slots s
          where s.batch_id = ${p.batchId} and s.tier = ${p.tier} and s.lane = l.lane and s.annotator_id is null and s.reserved_for is null
            and ${sql.unsafe(spanSql('s.sort_key'))} >= (${after} >> 3) and s.sort_key > ${after}
          order by ${sql.unsafe(spanSql('s.sort_key'))} limit ${most}::int) s)
      select (select true from seen s where ${notMet(sql, p)}
          ${part(p.tier === 'review' ? sql`and ${isMineByName(sql, p)}` : sql``)} limit 1) as is_any,
        (select coalesce(max(n), 0)::int from (select count(*) as n from seen group by lane) c) as most`;
    return { isAny: row?.is_any === true, isCut: row?.most >= most };
  };
  if ((await look(p.afterKey, AHEAD)).isAny) return 'yes';
  const { isAny, isCut } = await look(-1n, BEHIND);
  return isAny ? 'yes' : isCut ? 'unknown' : 'no';
}

/**
 * When the next review that waits for another expert by name is free for this reviewer; null when none waits, or when one is open
 * to them now. Looks at the first 1,000 that are open, by the time since when they are. Index: slots_claim_idx.
 */
export async function nextFromExpertAt(sql: HotSql, p: GuardKey): Promise<Date | null> {
  const [row] = await sql`
    select min(o.sort_key)::text as first, coalesce(bool_or(o.is_mine), false) as is_any from (
      select s.sort_key, ${isMineByName(sql, p)} as is_mine from (
        select s.task_id, s.round, s.tier, s.sort_key from slots s
        where s.batch_id = ${p.batchId} and s.tier = ${p.tier} and s.lane = 0 and s.annotator_id is null and s.reserved_for is null
        order by ${inOrder(sql)} limit 1000) s
      where ${notMet(sql, p)}) o`;
  if (!row?.first || row.is_any) return null;
  return new Date(Number(BigInt(row.first) / 1000n) + HOLD_HOURS * HOUR);
}
