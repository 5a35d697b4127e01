import {
  beforeSpanSql,
  CAP_LEFT,
  type ClaimedSlot,
  type ClaimParameters,
  KEY_WINDOW,
  slotOf,
  spanSql,
} from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { lateLaneSql } from './pool-rules.ts';
import { READER_AT } from './reader-place.ts';
import { goldSlotNo } from './rules.ts';

/*
 * Claims of several people in one batch, in the common case: own lane beyond the cursor, one window, when nothing was returned
 * to them and their late lane holds nothing new. Those who go ahead in one lane pass over as many open slots as those before
 * them take, so that no two of a group reach for the same; should they all the same, one gets it. Who gets nothing, and whose
 * row somebody holds, claims alone (`claim-slots.ts`), which looks at everything.
 * $1 batch, $2 eligibility mark, $3 most leases held, $4 until, $5 now, $6 people in the order of their ids with `most` and
 * the `seed` of their lease ids. `lateral` with a limit, and `any(array(…))` beside a join, keep every plan on its keys,
 * whatever statistics say.
 */

/** The readers, locked: `k` ordinary slots of the `room` that each has. */
const me = (reader: string, guard: string) => `
me as materialized (
  select q.*, r.*, least(q.most, r.room) as k
  from q cross join lateral (
    select r.lane, r.after_key, r.late_key, ${lateLaneSql('r.lane')} as late_lane, r.terms_no${reader},
      case when r.status = 'active' and r.batch_open and r.returned = 0 and r.checked_at > $2::timestamptz
        then greatest(0, least($3::int - (r.claimed - r.submitted - r.skipped - r.expired - r.released), ${CAP_LEFT}))
        else 0 end as room
    from readers r where r.ctid = q.reader_at and (r.batch_id = $1::uuid) is true${guard}
    limit 1 for update skip locked) r)`;

/** Never what they hold or held, gave away for good, or must not see. Three key probes for person `m` and task `t`. */
const unseen = (t: string) => `
      (select true from slots o where o.batch_id = $1::uuid and o.annotator_id = m.annotator_id
        and o.task_id = ${t} limit 1) is null
      and (select true from slot_releases x where x.batch_id = $1::uuid and x.annotator_id = m.annotator_id
        and x.task_id = ${t} and x.excludes limit 1) is null
      and (select true from reader_exclusions e where e.batch_id = $1::uuid and e.annotator_id = m.annotator_id
        and e.task_id = ${t} limit 1) is null`;

/** Nothing new lies in the late lane of person `m`: what was given back comes before all else. */
const NOTHING_LATE = `(select true from slots l where l.batch_id = $1::uuid and l.tier = 'label' and l.lane = m.late_lane
    and ${spanSql('l.sort_key')} >= ${spanSql('m.late_key')} and l.sort_key > m.late_key and l.annotator_id is null and l.reserved_for is null limit 1) is null`;

const TAKEN = `
ranked as materialized (
  select m.*, coalesce(sum(m.k) over (partition by m.lane order by m.after_key, m.annotator_id
    rows between unbounded preceding and 1 preceding), 0) as passed
  from me m
  where m.k > 0 and ${NOTHING_LATE}),
ahead as materialized (
  select m.annotator_id, m.seed, m.terms_no, s.task_id, s.slot_no from ranked m cross join lateral (
    select s.task_id, s.slot_no from slots s
    where s.batch_id = $1::uuid and s.tier = 'label' and s.lane = m.lane
      and ${spanSql('s.sort_key')} >= ${spanSql('m.after_key')} and s.sort_key > m.after_key
      and ${spanSql('s.sort_key')} <= ${spanSql(`(m.after_key + ${KEY_WINDOW})`)} and s.sort_key <= m.after_key + ${KEY_WINDOW}
      and s.annotator_id is null and s.reserved_for is null
      and ${unseen('s.task_id')}
    order by ${spanSql('s.sort_key')} offset m.passed limit m.k for update of s skip locked) s),
taken as (
  update slots s set status = 'leased', annotator_id = a.annotator_id, lease_until = $4::timestamptz,
    lease_id = overlay(overlay(md5(a.seed || s.task_id::text || s.slot_no::text) placing '8' from 13) placing '8' from 17)::uuid,
    claimed_at = $5::timestamptz, terms_no = a.terms_no
  from (select distinct on (task_id, slot_no) * from ahead) a
  where s.batch_id = $1::uuid and s.task_id = any(array(select task_id from ahead)) and s.task_id = a.task_id
    and s.slot_no = a.slot_no
  returning s.annotator_id, s.lease_id, s.task_id, s.slot_no, s.round, s.sort_key)`;

const priceOf = (annotator: string) => `(select p.price_minor + p.fee_minor from terms p
      where p.batch_id = $1::uuid and p.annotator_id = ${annotator} and p.tier = 'label' and p.terms_no = r.terms_no)`;

/** Without gold. */
export const CLAIM_TOGETHER = `
with q as materialized (
  select q.*, ${READER_AT} as reader_at from jsonb_to_recordset($6::jsonb) as q (annotator_id uuid, most int, seed text)),
${me('', '')},
${TAKEN},
moved as (
  update readers r set claimed = r.claimed + t.n, after_key = greatest(r.after_key, ${beforeSpanSql('t.last')}), last_seen_at = $5::timestamptz,
    encumbered_minor = r.encumbered_minor + t.n * ${priceOf('t.annotator_id')}
  from (
    select m.reader_at, m.annotator_id, t.n, t.last from me m join (
      select annotator_id, count(*)::int as n, max(sort_key) as last from taken group by annotator_id) t
      on t.annotator_id = m.annotator_id) t
  where r.ctid = any(array(select reader_at from me)) and r.ctid = t.reader_at and (r.batch_id = $1::uuid) is true)
select annotator_id, lease_id, task_id, slot_no, round, 'ahead' as source from taken order by sort_key`;

/**
 * With gold dealt at claim, in the same statement for everybody, so that how long a claim takes tells nothing. For each person
 * also how many reads they were dealt so far (`dealt`: who was dealt others meanwhile is left out), and of their next reads how many
 * are gold (`wanted`) and where in the pool it is looked for (`places`): the first that they may have and that is not out of work, in a slot of its own per
 * reader and case, so that the primary key keeps the same gold from coming twice. Passed over is gold that was withdrawn, that
 * the reader had or must not see, that somebody else is being dealt this moment, and in the first `first_pass` places what has been
 * shown to $7 readers. Who finds no ordinary work to hide gold in gets none, unless gold alone is next. Index: tasks_gold_idx.
 */
export const CLAIM_TOGETHER_WITH_GOLD = `
with q as materialized (
  select q.*, ${READER_AT} as reader_at from jsonb_to_recordset($6::jsonb) as q (annotator_id uuid, most int, seed text, dealt int, wanted int,
    places bigint[], first_pass int, lease_ids uuid[])),
${me(', r.reader_no', ' and r.dealt = q.dealt')},
${TAKEN},
found as materialized (
  select m.annotator_id, m.reader_no, m.terms_no, m.lease_ids, m.lane, t.id, t.sort_key, t.n from me m cross join lateral (
    select t.id, t.sort_key, o.n from unnest(m.places) with ordinality as o (place, n)
    join tasks t on t.batch_id = $1::uuid and t.is_dealt_gold and t.status <> 'unusable' and t.sort_key = o.place
    where (m.annotator_id = any(array(select annotator_id from taken)) or (m.most = 0 and ${NOTHING_LATE}))
      and (o.n > m.first_pass or t.exposures < coalesce($7::int, 32767))
      and (select true from gold_answers g where g.batch_id = $1::uuid and g.task_id = t.id
        and g.withdrawn_at is null limit 1) is not null
      and ${unseen('t.id')}
    order by o.n limit greatest(0, least(m.wanted, m.room - m.k)) for update of t skip locked) t),
picked as materialized (select distinct on (id) * from found order by id, annotator_id),
shown as (
  update tasks t set exposures = least(t.exposures + 1, 32767) from picked
  where t.batch_id = $1::uuid and t.id = any(array(select id from picked)) and t.id = picked.id),
dealt as (
  insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, annotator_id, lease_id,
    lease_until, claimed_at, terms_no)
  select $1::uuid, t.id, ${goldSlotNo(0)} + t.reader_no, 'label', 1, t.lane, t.sort_key, 'leased', t.annotator_id,
    t.lease_ids[row_number() over (partition by t.annotator_id order by t.n)], $4::timestamptz, $5::timestamptz, t.terms_no
  from picked t
  on conflict do nothing
  returning annotator_id, lease_id, task_id, slot_no, round),
moved as (
  update readers r set claimed = r.claimed + n.got, dealt = r.dealt + n.got, gold_next = r.gold_next + n.used,
    after_key = greatest(r.after_key, ${beforeSpanSql('n.last')}), last_seen_at = $5::timestamptz,
    encumbered_minor = r.encumbered_minor + n.got * ${priceOf('n.annotator_id')}
  from (
    select m.reader_at, m.annotator_id, coalesce(t.n, 0) + coalesce(d.n, 0) as got, t.last,
      case when m.room > m.k and m.wanted > 0 then coalesce(f.used, cardinality(m.places)) else 0 end as used
    from me m
    left join (select annotator_id, count(*)::int as n, max(sort_key) as last from taken group by annotator_id) t
      on t.annotator_id = m.annotator_id
    left join (select annotator_id, count(*)::int as n from dealt group by annotator_id) d on d.annotator_id = m.annotator_id
    left join (select annotator_id, max(n)::int as used from found group by annotator_id) f on f.annotator_id = m.annotator_id
  ) n
  where r.ctid = any(array(select reader_at from me)) and r.ctid = n.reader_at and (r.batch_id = $1::uuid) is true and n.got > 0
  returning r.annotator_id, r.dealt, r.gold_next, r.reader_no)
select m.annotator_id, m.dealt, m.gold_next, m.reader_no, s.lease_id, s.task_id, s.slot_no, s.round, s.source
from moved m join (
  select annotator_id, lease_id, task_id, slot_no, round, 'ahead' as source from taken
  union all select annotator_id, lease_id, task_id, slot_no, round, 'gold' from dealt) s on s.annotator_id = m.annotator_id`;

type GroupParameters = Pick<
  ClaimParameters,
  'batchId' | 'checkedAfter' | 'mostLeases' | 'leaseUntil' | 'now'
>;

const common = (p: GroupParameters) => [
  p.batchId,
  p.checkedAfter.toISOString(),
  p.mostLeases,
  p.leaseUntil.toISOString(),
  p.now.toISOString(),
];

/** `CLAIM_TOGETHER`: what each person got, in the order of `calls`, which is that of their ids. */
export async function claimTogether(
  sql: HotSql,
  calls: readonly ClaimParameters[],
): Promise<ClaimedSlot[][]> {
  const [first] = calls;
  if (first === undefined) return [];
  const people = calls.map((p) => ({
    annotator_id: p.annotatorId,
    most: p.limit,
    seed: p.leaseIds[0] ?? '',
  }));
  const rows = await sql.unsafe(CLAIM_TOGETHER, [...common(first), JSON.stringify(people)], {
    prepare: true,
  });
  const found = Map.groupBy(rows, (row) => row.annotator_id as string);
  return calls.map((p) => (found.get(p.annotatorId) ?? []).map(slotOf));
}

/** A reader of a batch whose gold is dealt at claim: how many reads they were dealt, and how far they are in the pool. */
export type Dealt = { annotatorId: string; dealt: number; goldNext: number; readerNo: number };

/** What one person of such a batch is to get. */
export type WishWithGold = {
  before: Pick<Dealt, 'annotatorId' | 'dealt'>;
  most: number;
  seed: string;
  wanted: number;
  places: readonly number[];
  firstPass: number;
  leaseIds: readonly string[];
};

/** `CLAIM_TOGETHER_WITH_GOLD`: for each wish what came of it; null when nothing did, and then nothing has changed. */
export async function claimTogetherWithGold(
  sql: HotSql,
  p: GroupParameters & { exposureLimit: number | null; wishes: readonly WishWithGold[] },
): Promise<({ slots: ClaimedSlot[]; after: Dealt } | null)[]> {
  const people = p.wishes.map((wish) => ({
    annotator_id: wish.before.annotatorId,
    dealt: wish.before.dealt,
    most: wish.most,
    seed: wish.seed,
    wanted: wish.wanted,
    places: wish.wanted > 0 ? wish.places : [],
    first_pass: wish.firstPass,
    lease_ids: wish.leaseIds,
  }));
  const parameters = [...common(p), JSON.stringify(people), p.exposureLimit];
  const rows = await sql.unsafe(CLAIM_TOGETHER_WITH_GOLD, parameters, { prepare: true });
  const found = Map.groupBy(rows, (row) => row.annotator_id as string);
  return p.wishes.map(({ before: { annotatorId } }) => {
    const own = found.get(annotatorId) ?? [];
    const [row] = own;
    if (row === undefined) return null;
    const after = { annotatorId, dealt: row.dealt, goldNext: row.gold_next, readerNo: row.reader_no };
    return { slots: own.map(slotOf), after };
  });
}
