import type postgres from 'postgres';
import { HOUR } from '#server/core/clock.ts';
import type { HotSql } from './hot-sql.ts';
import { HOLD_HOURS } from './named-experts.ts';
import { lateLaneSql } from './pool-rules.ts';
import { SLOT_BASE, sawReadsSql, type Tier } from './rules.ts';

/*
 * The claim. Every statement names one batch (one shard), carries times and ids as parameters, and locks in the order
 * readers row → slots (skip locked, so it never waits for one). Facts: docs/domains/work.md.
 * The guards are scalar subqueries on purpose: as `not exists` the planner may turn them into an anti-join over all
 * that a person has ever read.
 */

export type ClaimKey = { batchId: string; annotatorId: string; tier: Tier };
export type ClaimParameters = ClaimKey & {
  limit: number;
  /** Most leases a person may hold at once in this batch and tier. */
  mostLeases: number;
  leaseIds: readonly string[];
  leaseUntil: Date;
  now: Date;
  /** A reader whose eligibility was looked at before this must be looked at again first. */
  checkedAfter: Date;
};

/** What a claim found out about the reader, whether or not it got anything. */
export type ClaimState = {
  status: 'active' | 'calibration_only' | 'paused';
  statusReason: string | null;
  batchOpen: boolean;
  isFresh: boolean;
  lane: number;
  sweepLane: number;
  sweepKey: bigint;
  repeats: number;
  /** Leases the person held before this claim. */
  held: number;
  dealt: number;
  goldNext: number;
  readerNo: number;
  /** Pools whose reads the person may take. */
  pools: { from: number; to: number };
  /** First reads the person may still take under their cap; null when there is none. */
  capLeft: number | null;
  /** Where the window ended; null when the lane has nothing open beyond the cursor. */
  edge: bigint | null;
};
export type ClaimedSlot = { leaseId: string; taskId: string; slotNo: number; round: number; source: string };
export type ClaimAnswer = { state: ClaimState | null; slots: ClaimedSlot[] };

/*
 * The claim's index does not hold each place but its span of eight: eight neighbours in a lane share one entry, which takes a
 * quarter of the room. Within a span slots come in any order; a cursor stops before the span of the last that was taken.
 */

/** The span of a place, exactly as the index has it. */
export const spanSql = (place: string) => `(${place} >> 3)`;
/** The last place before the span of this one. */
export const beforeSpanSql = (place: string) => `((${place} >> 3 << 3) - 1)`;

/** Keys that one statement looks at beyond the first open slot of a lane. */
export const KEY_WINDOW = 2000;
/** Open slots that one statement looks at in lane 0, whose keys are instants. */
export const LATE_WINDOW = 200;
/** Repeats that are due that one claim looks at. */
const REPEAT_WINDOW = 20;

/**
 * First reads that reader `r` may still take: the cap less what they hold or have handed in, corrections and repeats (R23) aside. Null
 * without a cap, which `least` passes over.
 */
export const CAP_LEFT =
  'r.reads_cap - (r.claimed - r.skipped - r.expired - r.released - r.corrected - r.repeats_taken)';

export type Fragment = postgres.PendingQuery<postgres.Row[]>;

export const part = (fragment: unknown) => fragment as Fragment;

/** My reader's row, locked: two tabs of one person take turns. Index: the primary key. */
export function me(sql: HotSql, p: ClaimParameters): Fragment {
  return part(sql`me as materialized (
    select r.*, ${sql.unsafe(lateLaneSql('r.lane'))} as late_lane, ${sql.unsafe(CAP_LEFT)} as cap_left,
      r.checked_at > ${p.checkedAfter.toISOString()}::timestamptz as is_fresh,
      r.status = 'active' and r.batch_open and r.checked_at > ${p.checkedAfter.toISOString()}::timestamptz as may
    from readers r
    where r.batch_id = ${p.batchId} and r.annotator_id = ${p.annotatorId} and r.tier = ${p.tier} for update),
  room as materialized (
    select greatest(0, least(${p.limit}::int,
      ${p.mostLeases}::int - (claimed - submitted - skipped - expired - released))) as k,
      case when cap_left is not null then greatest(0, cap_left) end as cap from me)`);
}

/** Open slots of one lane beyond a key. Index: slots_claim_idx. */
function open(sql: HotSql, p: ClaimParameters, alias: string, lane: Fragment, after: Fragment): Fragment {
  const s = sql(alias);
  return part(sql`${s}.batch_id = ${p.batchId} and ${s}.tier = ${p.tier} and ${s}.lane = ${lane}
    and ${s}.annotator_id is null and ${s}.reserved_for is null
    and ${sql.unsafe(spanSql(`${alias}.sort_key`))} >= (${after} >> 3) and ${s}.sort_key > ${after}`);
}

/** Slots `s` up to a place. */
const upTo = (sql: HotSql, place: Fragment): Fragment =>
  part(sql`${sql.unsafe(spanSql('s.sort_key'))} <= (${place} >> 3) and s.sort_key <= ${place}`);
const inSpans = (sql: HotSql): Fragment => part(sql.unsafe(spanSql('s.sort_key')));
/** In a late lane the exact order counts: cases were brought forward in it. */
export const inOrder = (sql: HotSql): Fragment => part(sql`${inSpans(sql)}, s.sort_key`);

export type GuardKey = ClaimKey & { now: Date };
/** Whose claim it would be: a person, or the column that names one of several. */
type Whose = Omit<ClaimKey, 'annotatorId'> & { annotatorId: string | Fragment };

/**
 * Never a case that I hold or held, gave away for good, must not see, or have seen the reads of (`forgotten`). Three key probes. A reviewer may have reviewed
 * the case before (the correction they asked for comes back as a new round), but not worked on it at another tier.
 */
export function notMet(sql: HotSql, p: Whose): Fragment {
  const other = part(p.tier === 'label' ? sql`` : sql`and (m.tier <> s.tier or m.round = s.round)`);
  return part(sql`
    (select true from slots m where m.batch_id = ${p.batchId} and m.annotator_id = ${p.annotatorId}
      and m.task_id = s.task_id ${other} limit 1) is null
    and ${forgotten(sql, p)}`);
}

/** Whose case it is to take: not met, and not kept for an expert who is named. */
function guards(sql: HotSql, p: GuardKey): Fragment {
  return part(sql`${notMet(sql, p)} ${part(p.tier === 'review' ? sql`and ${isMineByName(sql, p)}` : sql``)}`);
}

/**
 * A review of reads for whose reader an expert is named waits for that one first (`name-expert.ts`): for `HOLD_HOURS` after the case was
 * sent there, which is its place in the late lane, and for anybody from then on. Keys: slots' and named_experts' primary ones.
 */
export function isMineByName(sql: HotSql, p: GuardKey): Fragment {
  const since = BigInt(p.now.getTime() - HOLD_HOURS * HOUR) * 1000n;
  return part(sql`
    (s.sort_key <= ${since.toString()}::bigint or coalesce((
      select bool_or(n.expert_id = ${p.annotatorId}) from slots l
      join named_experts n on n.batch_id = l.batch_id and n.annotator_id = l.annotator_id
      where l.batch_id = ${p.batchId} and l.task_id = s.task_id and l.tier = 'label' and n.batch_id = ${p.batchId}), true))`);
}

/** Whoever gave a case back with its reads in sight reads it blind no more, first or again; every tier that shows them stays open (R21). */
const SAW_READS: Record<Tier, string> = {
  label: `or ${sawReadsSql('x')}`,
  review: '',
  audit: `or (s.slot_no >= ${SLOT_BASE.reread} and ${sawReadsSql('x')})`,
  adjudicate: '',
};

function forgotten(sql: HotSql, p: Whose): Fragment {
  return part(sql`
    (select true from slot_releases x where x.batch_id = ${p.batchId} and x.annotator_id = ${p.annotatorId}
      and x.task_id = s.task_id and (x.excludes ${sql.unsafe(SAW_READS[p.tier])}) limit 1) is null
    and (select true from reader_exclusions e where e.batch_id = ${p.batchId} and e.annotator_id = ${p.annotatorId}
      and e.task_id = s.task_id limit 1) is null`);
}

/** In a late lane two slots of one task can stand side by side: only the lowest number of a task may be taken. */
function lowest(sql: HotSql, p: ClaimParameters): Fragment {
  return part(sql`
    (select true from slots o where o.batch_id = ${p.batchId} and o.task_id = s.task_id and o.slot_no < s.slot_no
      and o.tier = ${p.tier} and o.lane = s.lane and o.status = 'open' and o.reserved_for is null limit 1) is null`);
}

/** Leases what `picked` (task_id, slot_no, sort_key, source) holds. Index: the primary key of slots. */
export function taken(sql: HotSql, p: ClaimParameters): Fragment {
  return part(sql`
    numbered as materialized (select *, row_number() over () as n from picked),
    taken as (
      update slots s set status = 'leased', annotator_id = ${p.annotatorId},
        lease_id = (${[...p.leaseIds]}::uuid[])[k.n], lease_until = ${p.leaseUntil.toISOString()}::timestamptz,
        claimed_at = ${p.now.toISOString()}::timestamptz,
        terms_no = case when k.source = 'returned' then s.terms_no else (select terms_no from me) end
      from numbered k
      where s.batch_id = ${p.batchId} and s.task_id = k.task_id and s.slot_no = k.slot_no
      returning s.lease_id, s.task_id, s.slot_no, s.round, k.source)`);
}

/** Counting on my own row: claims, and price + fee for every slot that was not encumbered before (R29). */
export function counted(sql: HotSql, p: ClaimParameters): Fragment {
  return part(sql`
    claimed = r.claimed + (select count(*)::int from taken), held = r.held || array(select task_id from taken),
    encumbered_minor = r.encumbered_minor + (select count(*) from taken where source <> 'returned') * (
      select t.price_minor + t.fee_minor from terms t where t.batch_id = ${p.batchId}
        and t.annotator_id = ${p.annotatorId} and t.tier = ${p.tier} and t.terms_no = r.terms_no),
    last_seen_at = ${p.now.toISOString()}::timestamptz`);
}

export function mine(sql: HotSql, p: ClaimParameters): Fragment {
  return part(sql`r.batch_id = ${p.batchId} and r.annotator_id = ${p.annotatorId} and r.tier = ${p.tier}`);
}

export const selection = (sql: HotSql, edge: Fragment) =>
  part(sql`
    select me.status, me.status_reason, me.batch_open, me.is_fresh, me.lane, me.sweep_lane, me.sweep_key, me.repeats,
      me.claimed - me.submitted - me.skipped - me.expired - me.released as held, me.dealt, me.gold_next, me.reader_no,
      me.pool_from, me.pool_to, me.cap_left, ${edge} as edge, t.lease_id, t.task_id, t.slot_no, t.round, t.source
    from me left join taken t on true`);

/**
 * The whole claim: work returned to me, then late slots, then my lane (or `lane`) beyond my cursor. Looks at most 2,000 keys beyond the first open one; `edge` says where it stopped.
 * The mark in the late lane moves on only when there was room for a late slot: whoever takes a correction, or holds all they may, is not put behind what was brought forward.
 */
export async function claimAhead(
  sql: HotSql,
  p: ClaimParameters & { lane: number | null },
): Promise<ClaimAnswer> {
  const lane = part(p.lane === null ? sql`(select lane from me)` : sql`${p.lane}::smallint`);
  const after = part(sql`(select after_key from me)`);
  const late = part(sql`(select late_key from me)`);
  const lateLane = part(sql`(select late_lane from me)`);
  const rows = await sql`
    with ${me(sql, p)},
    back as materialized (
      select s.task_id, s.slot_no, s.sort_key from slots s
      where (select may and returned > 0 from me) and s.batch_id = ${p.batchId}
        and s.annotator_id = ${p.annotatorId} and s.tier = ${p.tier} and s.aside = 'returned'
      limit (select k from room) for update of s skip locked),
    late_room as materialized (
      select greatest(0, least((select k from room) - (select count(*) from back), (select cap from room))) as k),
    late_edge as materialized (
      select s.sort_key from slots s where (select may from me) and (select k from late_room) > 0 and ${open(sql, p, 's', lateLane, late)}
      order by ${inOrder(sql)} offset ${LATE_WINDOW - 1} limit 1),
    late_end as materialized (
      select s.sort_key from slots s
      where (select may from me) and (select k from late_room) > 0 and ${open(sql, p, 's', lateLane, late)}
      order by ${inSpans(sql)} desc, s.sort_key desc limit 1),
    late as materialized (
      select s.task_id, s.slot_no, s.sort_key from slots s
      where (select may from me) and ${open(sql, p, 's', lateLane, late)}
        and ${upTo(sql, part(sql`coalesce((select sort_key from late_edge), 9223372036854775807)`))}
        and ${guards(sql, p)} and ${lowest(sql, p)}
      order by ${inOrder(sql)} limit (select k from late_room)
      for update of s skip locked),
    first as materialized (
      select s.sort_key from slots s where (select may from me) and ${open(sql, p, 's', lane, after)}
      order by ${inSpans(sql)} limit 1),
    ahead as materialized (
      select s.task_id, s.slot_no, s.sort_key from slots s
      where (select may from me) and ${open(sql, p, 's', lane, after)}
        and ${upTo(sql, part(sql`(select sort_key + ${KEY_WINDOW} from first)`))}
        and s.task_id <> all (select task_id from late)
        and ${guards(sql, p)}
      order by ${inSpans(sql)}
      limit (select k from late_room) - (select count(*) from late)
      for update of s skip locked),
    picked as materialized (
      select task_id, slot_no, sort_key, 'returned' as source from back
      union all select task_id, slot_no, sort_key, 'late' from late
      union all select task_id, slot_no, sort_key, 'ahead' from ahead),
    ${taken(sql, p)},
    moved as (
      update readers r set ${counted(sql, p)},
        returned = r.returned - (select count(*)::int from back),
        corrected = r.corrected + (select count(*)::int from back),
        lane = case when (select count(*) from ahead) > 0 then ${lane} else r.lane end,
        after_key = coalesce((select ${sql.unsafe(beforeSpanSql('max(sort_key)'))} from ahead),
          case when (select count(*) from late) + (select count(*) from back) = 0 and (select k from room) > 0
            then (select sort_key + ${KEY_WINDOW} from first) end, r.after_key),
        late_key = coalesce((select ${sql.unsafe(beforeSpanSql('max(sort_key)'))} from late), (select sort_key from late_edge),
          (select sort_key from late_end), r.late_key)
      where ${mine(sql, p)} and ((select count(*) from taken) > 0 or (select count(*) from first) > 0
        or (select count(*) from late_end) > 0))
    ${selection(sql, part(sql`(select sort_key + ${KEY_WINDOW} from first)`))}`;
  return answerOf(rows);
}

/**
 * The sweep behind the cursors: open slots of one lane from `from` on, whatever was passed over before because somebody
 * held it for a moment. Looks at one window and moves the reader's sweep mark to it: `place` is the lane's in `lanesToSweep`.
 */
export async function claimSwept(
  sql: HotSql,
  p: ClaimParameters & { lane: number; place: number; from: bigint },
): Promise<ClaimAnswer> {
  const lane = part(sql`${p.lane}::smallint`);
  const from = part(sql`${p.from.toString()}::bigint`);
  const edge = part(
    p.lane <= 0
      ? sql`select s.sort_key from slots s where ${open(sql, p, 's', lane, from)}
          order by ${inOrder(sql)} offset ${LATE_WINDOW - 1} limit 1`
      : sql`select s.sort_key + ${KEY_WINDOW} as sort_key from slots s where ${open(sql, p, 's', lane, from)}
          order by ${inSpans(sql)} limit 1`,
  );
  const rows = await sql`
    with ${me(sql, p)},
    edge as materialized (${edge}),
    picked as materialized (
      select s.task_id, s.slot_no, s.sort_key, 'swept' as source from slots s
      where (select may from me) and ${open(sql, p, 's', lane, from)}
        and ${upTo(sql, part(sql`coalesce((select sort_key from edge), 9223372036854775807)`))}
        and ${guards(sql, p)} ${part(p.lane <= 0 ? sql`and ${lowest(sql, p)}` : sql``)}
      order by ${p.lane <= 0 ? inOrder(sql) : inSpans(sql)} limit (select least(k, cap) from room) for update of s skip locked),
    ${taken(sql, p)},
    moved as (
      update readers r set ${counted(sql, p)}, sweep_lane = ${p.place}::smallint,
        sweep_key = coalesce((select ${sql.unsafe(beforeSpanSql('max(sort_key)'))} from picked), (select sort_key from edge), ${from})
      where ${mine(sql, p)})
    ${selection(sql, part(sql`(select sort_key from edge)`))}`;
  return answerOf(rows);
}

/**
 * Repeats that wait for me (R23) and are due: a repeat is made when the round before is submitted, and its place is the
 * instant when it opens. One whose earlier read was returned for correction waits for that: corrections come first, so the first
 * `REPEAT_WINDOW` that are due hold one that may be taken. Nothing else keeps it from its reader, whatever they gave back of the case:
 * nobody else can make it, and what must not be read again is parked. No cap holds it back either. Index: slots_reserved_idx.
 */
export async function claimRepeats(sql: HotSql, p: ClaimParameters): Promise<ClaimAnswer> {
  const rows = await sql`
    with ${me(sql, p)},
    due as materialized (
      select s.task_id, s.slot_no from slots s
      where (select may from me) and s.batch_id = ${p.batchId} and s.reserved_for = ${p.annotatorId}
        and s.tier = ${p.tier} and s.annotator_id is null
        and s.sort_key <= ${(BigInt(p.now.getTime()) * 1000n).toString()}::bigint
      order by s.sort_key, s.round limit ${REPEAT_WINDOW}),
    picked as materialized (
      select s.task_id, s.slot_no, s.sort_key, 'repeat' as source from due d
      join slots s on s.batch_id = ${p.batchId} and s.task_id = d.task_id and s.slot_no = d.slot_no
      where s.annotator_id is null
        and (select true from slots b where b.batch_id = ${p.batchId} and b.annotator_id = ${p.annotatorId}
          and b.task_id = s.task_id and b.tier = ${p.tier} and b.round = s.round - 1
          and b.status in ('submitted', 'accepted') limit 1) is not null
      order by s.sort_key, s.round limit (select k from room) for update of s skip locked),
    ${taken(sql, p)},
    moved as (
      update readers r set ${counted(sql, p)}, repeats = r.repeats - (select count(*)::int from taken),
        repeats_taken = r.repeats_taken + (select count(*)::int from taken)
      where ${mine(sql, p)} and (select count(*) from taken) > 0)
    ${selection(sql, part(sql`null::bigint`))}`;
  return answerOf(rows);
}

/** A sweep has come to its end: the next one starts from the beginning. */
export async function endSweep(sql: HotSql, p: ClaimKey): Promise<void> {
  await sql`update readers set sweep_lane = 0, sweep_key = -1
    where batch_id = ${p.batchId} and annotator_id = ${p.annotatorId} and tier = ${p.tier}
      and (sweep_lane <> 0 or sweep_key <> -1)`;
}

export function answerOf(rows: readonly postgres.Row[]): ClaimAnswer {
  const first = rows[0];
  if (!first) return { state: null, slots: [] };
  return {
    state: {
      status: first.status,
      statusReason: first.status_reason,
      batchOpen: first.batch_open,
      isFresh: first.is_fresh,
      lane: first.lane,
      sweepLane: first.sweep_lane,
      sweepKey: BigInt(first.sweep_key),
      repeats: first.repeats,
      held: first.held,
      dealt: first.dealt,
      goldNext: first.gold_next,
      readerNo: first.reader_no,
      pools: { from: first.pool_from, to: first.pool_to },
      capLeft: first.cap_left,
      edge: first.edge === null ? null : BigInt(first.edge),
    },
    slots: rows.filter((row) => row.lease_id !== null).map(slotOf),
  };
}

/** A claimed slot as the statements return it. */
export function slotOf(row: postgres.Row): ClaimedSlot {
  return {
    leaseId: row.lease_id,
    taskId: row.task_id,
    slotNo: row.slot_no,
    round: row.round,
    source: row.source,
  };
}
