import type postgres from 'postgres';
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
import { inOneOrSeveral, type NamesBatch, sayFor } from './one-or-several.ts';
import { lateLaneSql } from './pool-rules.ts';
import { readerAt } from './reader-place.ts';
import { goldSlotNo, LOOK_AHEAD_SECONDS, RECHECK_SECONDS, sawReadsSql } from './rules.ts';

/*
 * Claims of several people, in the common case: own lane beyond the cursor, one window, when nothing was returned
 * to them and their late lane holds nothing new. Those who go ahead in one lane pass over as many open slots as those before
 * them take, so that no two of a group reach for the same; should they all the same, one gets it. Who gets nothing, and whose
 * row somebody holds, claims alone (`claim-slots.ts`), which looks at everything.
 * $1 people in the order in which their rows are locked, with their batch, `most`, the leases they may hold, until when, and the
 * `seed` of their lease ids; $2 eligibility mark, $3 now, and where all are in one batch ($4) that one by name (`one-or-several.ts`).
 * `lateral` with a limit, and `any(array(…))` beside a join, keep every plan on its keys, whatever statistics say.
 */

/** What is said of each claim; with gold also what of it is wanted. */
export const claimColumns = (gold: boolean) =>
  `most int, held int, until timestamptz, seed text${
    gold ? ', dealt int, wanted int, places bigint[], first_pass int, exposures int, lease_ids uuid[]' : ''
  }`;

/** What of a claim `of` goes on to who takes part in it. */
export const claimKept = (gold: boolean, of = '') =>
  ['most', 'until', 'seed', ...(gold ? ['wanted', 'places', 'first_pass', 'exposures', 'lease_ids'] : [])]
    .map((column) => `${of}${column}`)
    .join(', ');

/**
 * Of a reader's row what their claim needs: where they are, and the `room` for slots that they have once they have given `freed` back.
 * None when they were dealt others than is said, meanwhile.
 */
export const readerColumns = (
  gold: boolean,
  freed = 0,
) => `r.reader_no, r.lane, r.after_key, r.late_key, ${lateLaneSql('r.lane')} as late_lane,
      case when r.status = 'active' and r.batch_open and r.returned = 0 and r.checked_at > $2::timestamptz${gold ? ' and r.dealt = q.dealt' : ''}
        then greatest(0, least(q.held - (r.claimed - r.submitted - r.skipped - r.expired - r.released) + ${freed}, ${CAP_LEFT}))
        else 0 end as room`;

/** The readers, locked: `k` ordinary slots of the room that each has. */
const me = (batch: NamesBatch, gold: boolean) => `
me as materialized (
  select q.*, r.*, least(q.most, r.room) as k
  from q cross join lateral (
    select r.terms_no, ${readerColumns(gold)}
    from readers r where r.ctid = q.reader_at and (r.batch_id = ${batch('q')}) is true
    limit 1 for update skip locked) r)`;

/** Never what they hold or held, gave away for good, gave back with its reads in sight (R21), or must not see. Three key probes for person `m` and task `t`. */
const unseen = (batch: NamesBatch, t: string) => `
      (select true from slots o where o.batch_id = ${batch('m')} and o.annotator_id = m.annotator_id
        and o.task_id = ${t} limit 1) is null
      and (select true from slot_releases x where x.batch_id = ${batch('m')} and x.annotator_id = m.annotator_id
        and x.task_id = ${t} and (x.excludes or ${sawReadsSql('x')}) limit 1) is null
      and (select true from reader_exclusions e where e.batch_id = ${batch('m')} and e.annotator_id = m.annotator_id
        and e.task_id = ${t} limit 1) is null`;

/** Nothing new lies in the late lane of person `m`: what was given back comes before all else. */
const nothingLate = (
  batch: NamesBatch,
) => `(select true from slots l where l.batch_id = ${batch('m')} and l.tier = 'label' and l.lane = m.late_lane
    and ${spanSql('l.sort_key')} >= ${spanSql('m.late_key')} and l.sort_key > m.late_key and l.annotator_id is null and l.reserved_for is null limit 1) is null`;

/** Slots that each of `me` takes ahead of them. */
const takes = (batch: NamesBatch) => `
ranked as materialized (
  select m.*, coalesce(sum(m.k) over (partition by m.batch_id, m.lane order by m.after_key, m.annotator_id
    rows between unbounded preceding and 1 preceding), 0) as passed
  from me m
  where m.k > 0 and ${nothingLate(batch)}),
ahead as materialized (
  select m.n, m.batch_id, m.annotator_id, m.seed, m.until, m.terms_no, s.slot_at from ranked m cross join lateral (
    select s.ctid as slot_at from slots s
    where s.batch_id = ${batch('m')} and s.tier = 'label' and s.lane = m.lane
      and ${spanSql('s.sort_key')} >= ${spanSql('m.after_key')} and s.sort_key > m.after_key
      and ${spanSql('s.sort_key')} <= ${spanSql(`(m.after_key + ${KEY_WINDOW})`)} and s.sort_key <= m.after_key + ${KEY_WINDOW}
      and s.annotator_id is null and s.reserved_for is null
      and ${unseen(batch, 's.task_id')}
    order by ${spanSql('s.sort_key')} offset m.passed limit m.k for update of s skip locked) s),
taken as (
  update slots s set status = 'leased', annotator_id = a.annotator_id, lease_until = a.until,
    lease_id = overlay(overlay(md5(a.seed || s.task_id::text || s.slot_no::text) placing '8' from 13) placing '8' from 17)::uuid,
    claimed_at = $3::timestamptz, terms_no = a.terms_no
  from (select distinct on (slot_at) * from ahead) a
  where s.ctid = any(array(select slot_at from ahead)) and s.ctid = a.slot_at and (s.batch_id = ${batch('a')}) is true
  returning a.n, s.lease_id, s.task_id, s.slot_no, s.round, s.sort_key)`;

/**
 * Gold that each of `me` is dealt, in the same statement for everybody, so that how long a claim takes tells nothing. For each person
 * also how many reads they were dealt so far (`dealt`), and of their next reads how many are gold (`wanted`) and where in the pool it
 * is looked for (`places`): the first that they may have and that is not out of work, in a slot of its own per
 * reader and case, so that the primary key keeps the same gold from coming twice. Passed over is gold that was withdrawn, that
 * the reader had or must not see, that somebody else is being dealt this moment, and in the first `first_pass` places what has been
 * shown to `exposures` readers. Who finds no ordinary work to hide gold in gets none, unless gold alone is next. Index: tasks_gold_idx.
 */
const deals = (batch: NamesBatch) => `
found as materialized (
  select m.n, m.batch_id, m.annotator_id, m.reader_no, m.terms_no, m.lease_ids, m.until, m.lane, t.id, t.sort_key, t.place
  from me m cross join lateral (
    select t.id, t.sort_key, o.n as place from unnest(m.places) with ordinality as o (place, n) cross join lateral (
      select t.id, t.sort_key from tasks t
      where t.batch_id = ${batch('m')} and t.is_dealt_gold and t.sort_key = o.place and t.status <> 'unusable'
        and (o.n > m.first_pass or t.exposures < coalesce(m.exposures, 32767))
        and (select true from gold_answers g where g.batch_id = ${batch('m')} and g.task_id = t.id
          and g.withdrawn_at is null limit 1) is not null
        and ${unseen(batch, 't.id')}
      limit 1 for update skip locked) t
    where m.n = any(array(select n from taken)) or (m.most = 0 and ${nothingLate(batch)})
    order by o.n limit greatest(0, least(m.wanted, m.room - m.k))) t),
picked as materialized (select distinct on (batch_id, id) * from found order by batch_id, id, annotator_id),
shown as (
  update tasks t set exposures = least(t.exposures + 1, 32767) from picked
  where ${batch.any('t', 'picked')} and t.id = any(array(select id from picked)) and t.id = picked.id),
dealt as (
  insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, annotator_id, lease_id,
    lease_until, claimed_at, terms_no)
  select ${batch('t')}, t.id, ${goldSlotNo(0)} + t.reader_no, 'label', 1, t.lane, t.sort_key, 'leased', t.annotator_id,
    t.lease_ids[row_number() over (partition by t.n order by t.place)], t.until, $3::timestamptz, t.terms_no
  from picked t
  on conflict do nothing
  returning batch_id, annotator_id, lease_id, task_id, slot_no, round),
given as materialized (
  select m.n, d.lease_id, d.task_id, d.slot_no, d.round from dealt d
  join me m on m.batch_id = d.batch_id and m.annotator_id = d.annotator_id)`;

/** What each of `me` gets, from their own lane and of gold. */
export const gets = (batch: NamesBatch, gold: boolean) =>
  gold ? `${takes(batch)},${deals(batch)}` : takes(batch);

const TAKEN_EACH = `select n, count(*)::int as got, max(sort_key) as last, array_agg(task_id) as cases from taken group by n`;

/** How much each of `me` got (`got`, of which cases: `cases`), the last place of it, and the places of the gold pool that are used up (`used`). */
export const gotten = (gold: boolean) =>
  gold
    ? `
    select m.n, m.reader_at, m.batch_id, m.annotator_id, coalesce(t.got, 0) + coalesce(d.got, 0) as got, t.last,
      coalesce(t.cases, '{}') || coalesce(d.cases, '{}') as cases,
      case when coalesce(t.got, 0) + coalesce(d.got, 0) > 0 and m.room > m.k and m.wanted > 0
        then coalesce(f.used, cardinality(m.places)) else 0 end as used
    from me m
    left join (${TAKEN_EACH}) t on t.n = m.n
    left join (select n, count(*)::int as got, array_agg(task_id) as cases from given group by n) d on d.n = m.n
    left join (select n, max(place)::int as used from found group by n) f on f.n = m.n`
    : `
    select m.n, m.reader_at, m.batch_id, m.annotator_id, coalesce(t.got, 0) as got, t.last, coalesce(t.cases, '{}') as cases from me m
    left join (${TAKEN_EACH}) t on t.n = m.n`;

/** What changes on the row `r` of who got `g`, who holds `held` besides, but for what is encumbered. */
export const claimedBy = (gold: boolean, held = 'r.held') =>
  `claimed = r.claimed + g.got, held = ${held} || g.cases, after_key = greatest(r.after_key, ${beforeSpanSql('g.last')})${
    gold ? ', dealt = r.dealt + g.got, gold_next = r.gold_next + g.used' : ''
  }`;

/** What is encumbered by what `g` got. */
export const encumberedBy = (batch: NamesBatch) => `g.got * (select p.price_minor + p.fee_minor from terms p
      where p.batch_id = ${batch('g')} and p.annotator_id = g.annotator_id and p.tier = 'label' and p.terms_no = r.terms_no)`;

/** The slots that were got, whose `n` says by whom. */
export const slotsGot = (gold: boolean) => `
  select n, lease_id, task_id, slot_no, round, sort_key, 'ahead' as source from taken${
    gold ? " union all select n, lease_id, task_id, slot_no, round, null, 'gold' from given" : ''
  }`;

/** Whether reader `r` is to be looked at before the mark runs out (`look-ahead.ts`). */
export const IS_LOOK_DUE = `r.checked_at <= $2::timestamptz + interval '${RECHECK_SECONDS - LOOK_AHEAD_SECONDS} seconds' as is_look_due`;

const claim = (gold: boolean) =>
  inOneOrSeveral(
    4,
    (batch) => `
with q as materialized (
  select q.*, ${readerAt(batch)} as reader_at
  from jsonb_to_recordset($1::jsonb) as q (n int, batch_id uuid, annotator_id uuid, reader_hint tid, ${claimColumns(gold)})),
${me(batch, gold)},
${gets(batch, gold)},
moved as (
  update readers r set ${claimedBy(gold)}, last_seen_at = $3::timestamptz, encumbered_minor = r.encumbered_minor + ${encumberedBy(batch)}
  from (${gotten(gold)}) g
  where r.ctid = any(array(select reader_at from me)) and r.ctid = g.reader_at and (r.batch_id = ${batch('g')}) is true and g.got > 0
  returning g.n, r.dealt, r.gold_next, r.reader_no, r.ctid as reader_at, ${IS_LOOK_DUE})
select m.n, m.dealt, m.gold_next, m.reader_no, m.reader_at, m.is_look_due, s.lease_id, s.task_id, s.slot_no, s.round, s.source
from moved m join (${slotsGot(gold)}) s on s.n = m.n order by s.sort_key`,
  );

export const CLAIM_TOGETHER = claim(false);
/** With gold dealt at claim (`deals`). */
export const CLAIM_TOGETHER_WITH_GOLD = claim(true);

/** One person's claim in a batch: `seed` of their lease ids. */
export type GroupClaim = Pick<
  ClaimParameters,
  'batchId' | 'annotatorId' | 'limit' | 'mostLeases' | 'leaseUntil'
> & {
  seed: string;
  /** Where the reader's row was last written (`reader-place.ts`); null when this process does not know. */
  readerAt: string | null;
};

/** What one person is to get of a batch whose gold is dealt at claim; `limit` is of ordinary slots. */
export type WishWithGold = GroupClaim & {
  dealt: number;
  wanted: number;
  places: readonly number[];
  firstPass: number;
  exposureLimit: number | null;
  leaseIds: readonly string[];
};

/** What claims of a group have in common. */
export type GroupMoment = Pick<ClaimParameters, 'checkedAfter' | 'now'>;

/** A reader of a batch whose gold is dealt at claim: how many reads they were dealt, and how far they are in the pool. */
export type Dealt = { annotatorId: string; dealt: number; goldNext: number; readerNo: number };

/** What came of a claim, how the reader stands after it and where their row lies; null when nothing did, and then nothing has changed. */
export type Granted = { slots: ClaimedSlot[]; after: Dealt; readerAt: string; isLookDue: boolean } | null;

/** A claim as its statement takes it. */
export const claimRow = (claim: GroupClaim | WishWithGold, n: number) => ({
  n,
  reader_hint: claim.readerAt,
  batch_id: claim.batchId,
  annotator_id: claim.annotatorId,
  most: claim.limit,
  held: claim.mostLeases,
  until: claim.leaseUntil.toISOString(),
  seed: claim.seed,
  ...('dealt' in claim && {
    dealt: claim.dealt,
    wanted: claim.wanted,
    places: claim.wanted > 0 ? claim.places : [],
    first_pass: claim.firstPass,
    exposures: claim.exposureLimit,
    lease_ids: claim.leaseIds,
  }),
});

/** The instants of a claim's statement, $2 and $3. */
export const instantsOf = (at: GroupMoment): string[] => [
  at.checkedAfter.toISOString(),
  at.now.toISOString(),
];

/** What one person got, of the rows with their number. */
export function grantedOf(annotatorId: string, own: readonly postgres.Row[]): Granted {
  const [row] = own;
  if (row === undefined) return null;
  const after = { annotatorId, dealt: row.dealt, goldNext: row.gold_next, readerNo: row.reader_no };
  return { slots: own.map(slotOf), after, readerAt: row.reader_at, isLookDue: row.is_look_due };
}

/**
 * `CLAIM_TOGETHER`, or with gold: what came of each claim, in the order of `claims`, which is that in which rows are locked. All are of
 * batches that deal gold, or none.
 */
export async function claimTogether(
  sql: HotSql,
  at: GroupMoment,
  claims: readonly (GroupClaim | WishWithGold)[],
): Promise<Granted[]> {
  const [first] = claims;
  if (first === undefined) return [];
  const statement = 'dealt' in first ? CLAIM_TOGETHER_WITH_GOLD : CLAIM_TOGETHER;
  const rows = claims.map(claimRow);
  const { text, parameters } = sayFor(statement, rows, [JSON.stringify(rows), ...instantsOf(at)]);
  const answers = await sql.unsafe(text, parameters, { prepare: true });
  const found = Map.groupBy(answers, (row) => row.n as number);
  return claims.map((claim, n) => grantedOf(claim.annotatorId, found.get(n) ?? []));
}
