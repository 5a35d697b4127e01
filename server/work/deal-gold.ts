import { CAP_LEFT, type ClaimedSlot } from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { goldSlotNo } from './rules.ts';

/*
 * Gold dealt at claim, for several people of one batch at once. All three statements run for every claim of such a batch,
 * gold or not, so that how long a claim takes tells nothing.
 */

/** A reader whose row is locked: how much was dealt so far, before gold is decided. */
export type Dealt = { annotatorId: string; dealt: number; goldNext: number; readerNo: number };

/**
 * Locks readers' rows, in the order of their ids. Left out is who has not joined, and with `skipsLocked` whose row somebody
 * holds. Index: the primary key.
 */
export async function lockDealt(
  sql: HotSql,
  p: { batchId: string; annotatorIds: readonly string[]; skipsLocked: boolean },
): Promise<Dealt[]> {
  const rows = await sql`
    select annotator_id, dealt, gold_next, reader_no from readers
    where batch_id = ${p.batchId} and annotator_id = any(${[...p.annotatorIds]}::uuid[]) and tier = 'label'
    order by annotator_id for update ${p.skipsLocked ? sql`skip locked` : sql``}`;
  return rows.map((row) => ({
    annotatorId: row.annotator_id,
    dealt: row.dealt,
    goldNext: row.gold_next,
    readerNo: row.reader_no,
  }));
}

/** What one reader is to be dealt: up to `wanted` gold cases from `places` of the pool. */
export type GoldWish = {
  annotatorId: string;
  readerNo: number;
  wanted: number;
  places: readonly number[];
  firstPass: number;
  leaseIds: readonly string[];
};

export type GoldDealt = { slots: ClaimedSlot[]; placesUsed: number };

/**
 * Deals gold: for each reader the first of their places that they may have, a slot of its own per reader and case, so that
 * the primary key keeps the same gold from coming twice. Passed over is gold that was withdrawn, that the reader had or must
 * not see, that somebody else is being dealt this moment, and in the first `firstPass` places what has been shown to
 * `exposureLimit` readers. `placesUsed` is how far it came; zero when the reader may take nothing. Index: tasks_gold_idx.
 */
export async function dealGold(
  sql: HotSql,
  p: {
    batchId: string;
    checkedAfter: Date;
    mostLeases: number;
    exposureLimit: number | null;
    leaseUntil: Date;
    now: Date;
    wishes: readonly GoldWish[];
  },
): Promise<GoldDealt[]> {
  const wishes = p.wishes.map((wish) => ({
    annotator_id: wish.annotatorId,
    reader_no: wish.readerNo,
    wanted: wish.wanted,
    places: wish.places,
    first_pass: wish.firstPass,
    lease_ids: wish.leaseIds,
  }));
  const rows = await sql`
    with q as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb) as q (annotator_id uuid, reader_no int, wanted int,
        places bigint[], first_pass int, lease_ids uuid[])),
    me as materialized (
      select q.*, r.terms_no, least(q.wanted, r.room) as k from q cross join lateral (
        select r.terms_no, ${sql.unsafe(CAP_LEFT)} as room from readers r
        where r.batch_id = ${p.batchId} and r.annotator_id = q.annotator_id and r.tier = 'label'
          and r.status = 'active' and r.batch_open and r.checked_at > ${p.checkedAfter.toISOString()}::timestamptz
          and r.claimed - r.submitted - r.skipped - r.expired - r.released < ${p.mostLeases}::int limit 1) r),
    found as materialized (
      select m.annotator_id, m.reader_no, m.terms_no, m.lease_ids, t.id, t.sort_key, t.n
      from me m cross join lateral (
        select t.id, t.sort_key, o.n from unnest(m.places) with ordinality as o (place, n)
        join tasks t on t.batch_id = ${p.batchId} and t.is_dealt_gold and t.sort_key = o.place
        where (o.n > m.first_pass or t.exposures < coalesce(${p.exposureLimit}::int, 32767))
          and (select true from gold_answers g where g.batch_id = ${p.batchId} and g.task_id = t.id
            and g.withdrawn_at is null limit 1) is not null
          and (select true from slots o where o.batch_id = ${p.batchId} and o.annotator_id = m.annotator_id
            and o.task_id = t.id limit 1) is null
          and (select true from slot_releases x where x.batch_id = ${p.batchId} and x.annotator_id = m.annotator_id
            and x.task_id = t.id and x.excludes limit 1) is null
          and (select true from reader_exclusions e where e.batch_id = ${p.batchId}
            and e.annotator_id = m.annotator_id and e.task_id = t.id limit 1) is null
        order by o.n limit greatest(0, m.k) for update of t skip locked) t),
    picked as materialized (select distinct on (id) * from found order by id, annotator_id),
    shown as (
      update tasks t set exposures = least(t.exposures + 1, 32767) from picked
      where t.batch_id = ${p.batchId} and t.id = any(array(select id from picked)) and t.id = picked.id),
    dealt as (
      insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, annotator_id, lease_id,
        lease_until, claimed_at, terms_no)
      select ${p.batchId}, t.id, ${goldSlotNo(0)}::int + t.reader_no, 'label', 1, 1, t.sort_key, 'leased', t.annotator_id,
        t.lease_ids[row_number() over (partition by t.annotator_id order by t.n)],
        ${p.leaseUntil.toISOString()}::timestamptz, ${p.now.toISOString()}::timestamptz, t.terms_no
      from picked t
      on conflict do nothing
      returning annotator_id, lease_id, task_id, slot_no, round)
    select m.annotator_id, m.k, (select max(f.n)::int from found f where f.annotator_id = m.annotator_id) as used,
      d.lease_id, d.task_id, d.slot_no, d.round
    from me m left join dealt d on d.annotator_id = m.annotator_id`;
  const byReader = Map.groupBy(rows, (row) => row.annotator_id as string);
  return p.wishes.map((wish) => {
    const own = byReader.get(wish.annotatorId) ?? [];
    const [first] = own;
    return {
      slots: own
        .filter((row) => row.lease_id !== null)
        .map((row) => ({
          leaseId: row.lease_id,
          taskId: row.task_id,
          slotNo: row.slot_no,
          round: row.round,
          source: 'gold',
        })),
      placesUsed: first === undefined || first.k <= 0 ? 0 : (first.used ?? wish.places.length),
    };
  });
}

/** What was dealt to one reader: gold claimed, places of the pool and ordinals used up. */
export type DealtCount = { annotatorId: string; gold: number; placesUsed: number; ordinals: number };

/** Counts what was dealt, and encumbers the gold. Index: the primary key. */
export async function countDealt(
  sql: HotSql,
  p: { batchId: string; counts: readonly DealtCount[] },
): Promise<void> {
  const counts = p.counts.map((one) => ({
    annotator_id: one.annotatorId,
    gold: one.gold,
    places_used: one.placesUsed,
    ordinals: one.ordinals,
  }));
  await sql`
    with q as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as q (annotator_id uuid, gold int, places_used int,
        ordinals int))
    update readers r set dealt = r.dealt + q.ordinals, gold_next = r.gold_next + q.places_used, claimed = r.claimed + q.gold,
      encumbered_minor = r.encumbered_minor + q.gold * (
        select t.price_minor + t.fee_minor from terms t where t.batch_id = ${p.batchId}
          and t.annotator_id = r.annotator_id and t.tier = 'label' and t.terms_no = r.terms_no)
    from q
    where r.batch_id = ${p.batchId} and r.annotator_id = any(array(select annotator_id from q)) and r.tier = 'label'
      and r.annotator_id = q.annotator_id`;
}
