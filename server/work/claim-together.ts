import { CAP_LEFT, type ClaimedSlot, type ClaimParameters, KEY_WINDOW } from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { lateLaneSql } from './pool-rules.ts';

/**
 * Claims of several people in one batch, in the common case: own lane beyond the cursor, one window, when nothing was returned
 * to them and their late lane holds nothing new. Those who go ahead in one lane pass over as many open slots as those before
 * them take, so that no two of a group reach for the same; should they all the same, one gets it. Who gets nothing, and whose
 * row somebody holds, claims alone (`claim-slots.ts`), which looks at everything.
 * $1 batch, $2 eligibility mark, $3 most leases held, $4 until, $5 now, $6 people in the order of their ids with `most` and
 * the `seed` of their lease ids. `lateral` with a limit, and `any(array(…))` beside a join, keep every plan on its keys,
 * whatever statistics say.
 */
export const CLAIM_TOGETHER = `
with q as materialized (
  select * from jsonb_to_recordset($6::jsonb) as q (annotator_id uuid, most int, seed text)),
me as materialized (
  select q.annotator_id, q.seed, r.lane, r.after_key, r.late_key, r.late_lane, r.terms_no, least(q.most, r.room) as k
  from q cross join lateral (
    select r.lane, r.after_key, r.late_key, ${lateLaneSql('r.lane')} as late_lane, r.terms_no,
      case when r.status = 'active' and r.batch_open and r.returned = 0 and r.checked_at > $2::timestamptz
        then greatest(0, least($3::int - (r.claimed - r.submitted - r.skipped - r.expired - r.released), ${CAP_LEFT}))
        else 0 end as room
    from readers r where r.batch_id = $1::uuid and r.annotator_id = q.annotator_id and r.tier = 'label'
    limit 1 for update skip locked) r),
ranked as materialized (
  select m.*, coalesce(sum(m.k) over (partition by m.lane order by m.after_key, m.annotator_id
    rows between unbounded preceding and 1 preceding), 0) as passed
  from me m
  where m.k > 0 and (select true from slots l where l.batch_id = $1::uuid and l.tier = 'label' and l.lane = m.late_lane
    and l.sort_key > m.late_key and l.annotator_id is null and l.reserved_for is null limit 1) is null),
ahead as materialized (
  select m.annotator_id, m.seed, m.terms_no, s.task_id, s.slot_no from ranked m cross join lateral (
    select s.task_id, s.slot_no from slots s
    where s.batch_id = $1::uuid and s.tier = 'label' and s.lane = m.lane
      and s.sort_key > m.after_key and s.sort_key <= m.after_key + ${KEY_WINDOW}
      and s.annotator_id is null and s.reserved_for is null
      and (select true from slots o where o.batch_id = $1::uuid and o.annotator_id = m.annotator_id
        and o.task_id = s.task_id limit 1) is null
      and (select true from slot_releases x where x.batch_id = $1::uuid and x.annotator_id = m.annotator_id
        and x.task_id = s.task_id and x.excludes limit 1) is null
      and (select true from reader_exclusions e where e.batch_id = $1::uuid and e.annotator_id = m.annotator_id
        and e.task_id = s.task_id limit 1) is null
    order by s.sort_key offset m.passed limit m.k for update of s skip locked) s),
taken as (
  update slots s set status = 'leased', annotator_id = a.annotator_id, lease_until = $4::timestamptz,
    lease_id = overlay(overlay(md5(a.seed || s.task_id::text || s.slot_no::text) placing '8' from 13) placing '8' from 17)::uuid,
    claimed_at = $5::timestamptz, terms_no = a.terms_no
  from (select distinct on (task_id, slot_no) * from ahead) a
  where s.batch_id = $1::uuid and s.task_id = any(array(select task_id from ahead)) and s.task_id = a.task_id
    and s.slot_no = a.slot_no
  returning s.annotator_id, s.lease_id, s.task_id, s.slot_no, s.round, s.sort_key),
moved as (
  update readers r set claimed = r.claimed + t.n, after_key = t.last, last_seen_at = $5::timestamptz,
    encumbered_minor = r.encumbered_minor + t.n * (select p.price_minor + p.fee_minor from terms p
      where p.batch_id = $1::uuid and p.annotator_id = t.annotator_id and p.tier = 'label' and p.terms_no = r.terms_no)
  from (select annotator_id, count(*)::int as n, max(sort_key) as last from taken group by annotator_id) t
  where r.batch_id = $1::uuid and r.annotator_id = any(array(select annotator_id from taken)) and r.tier = 'label'
    and r.annotator_id = t.annotator_id)
select annotator_id, lease_id, task_id, slot_no, round from taken order by sort_key`;

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
  const rows = await sql.unsafe(
    CLAIM_TOGETHER,
    [
      first.batchId,
      first.checkedAfter.toISOString(),
      first.mostLeases,
      first.leaseUntil.toISOString(),
      first.now.toISOString(),
      JSON.stringify(people),
    ],
    { prepare: true },
  );
  const found = Map.groupBy(rows, (row) => row.annotator_id as string);
  return calls.map((p) =>
    (found.get(p.annotatorId) ?? []).map((row) => ({
      leaseId: row.lease_id,
      taskId: row.task_id,
      slotNo: row.slot_no,
      round: row.round,
      source: 'ahead',
    })),
  );
}
