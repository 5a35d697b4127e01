import { answerOf, CAP_LEFT, type ClaimAnswer, type ClaimParameters, KEY_WINDOW } from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { lateLaneSql } from './pool-rules.ts';

/**
 * The claim in the common case: my lane beyond my cursor, one window, when nothing was returned to me and my late lane holds
 * nothing new. Fewest plan nodes, constant text. When it takes nothing, `claimAhead` looks at everything.
 * $1 batch, $2 annotator, $3 tier, $4 most, $5 most leases held, $6 eligibility mark, $7 seed of lease ids, $8 until, $9 now.
 */
export const CLAIM_FAST = `
with me as materialized (
  select r.lane, ${lateLaneSql('r.lane')} as late_lane, r.after_key, r.late_key, r.terms_no, r.status, r.status_reason,
    r.batch_open, r.sweep_lane, r.sweep_key, r.repeats, r.dealt, r.gold_next, r.reader_no, r.pool_from, r.pool_to,
    r.checked_at > $6::timestamptz as is_fresh,
    r.claimed - r.submitted - r.skipped - r.expired - r.released as held, ${CAP_LEFT} as cap_left,
    case when r.status = 'active' and r.batch_open and r.returned = 0 and r.checked_at > $6::timestamptz
      then greatest(0, least($4::int, $5::int - (r.claimed - r.submitted - r.skipped - r.expired - r.released), ${CAP_LEFT}))
      else 0 end as k
  from readers r where r.batch_id = $1::uuid and r.annotator_id = $2::uuid and r.tier = $3 for update),
ahead as materialized (
  select s.task_id, s.slot_no from slots s
  where s.batch_id = $1::uuid and s.tier = $3 and s.lane = (select lane from me)
    and s.sort_key > (select after_key from me) and s.sort_key <= (select after_key + ${KEY_WINDOW} from me)
    and s.annotator_id is null and s.reserved_for is null
    and (select true from slots m where m.batch_id = $1::uuid and m.annotator_id = $2::uuid
      and m.task_id = s.task_id limit 1) is null
    and (select true from slot_releases x where x.batch_id = $1::uuid and x.annotator_id = $2::uuid
      and x.task_id = s.task_id and x.excludes limit 1) is null
    and (select true from reader_exclusions e where e.batch_id = $1::uuid and e.annotator_id = $2::uuid
      and e.task_id = s.task_id limit 1) is null
  order by s.sort_key
  limit case when (select true from slots l where l.batch_id = $1::uuid and l.tier = $3 and l.lane = (select late_lane from me)
    and l.sort_key > (select late_key from me) and l.annotator_id is null and l.reserved_for is null limit 1)
    is null then (select k from me) else 0 end
  for update of s skip locked),
taken as (
  update slots s set status = 'leased', annotator_id = $2::uuid, lease_until = $8::timestamptz,
    lease_id = overlay(overlay(md5($7::text || s.task_id::text || s.slot_no::text) placing '8' from 13) placing '8' from 17)::uuid,
    claimed_at = $9::timestamptz, terms_no = (select terms_no from me)
  from ahead k where s.batch_id = $1::uuid and s.task_id = k.task_id and s.slot_no = k.slot_no
  returning s.lease_id, s.task_id, s.slot_no, s.round, s.sort_key),
moved as (
  update readers r set claimed = r.claimed + t.n, after_key = t.last, last_seen_at = $9::timestamptz,
    encumbered_minor = r.encumbered_minor + t.n * (select p.price_minor + p.fee_minor from terms p
      where p.batch_id = $1::uuid and p.annotator_id = $2::uuid and p.tier = $3 and p.terms_no = r.terms_no)
  from (select count(*)::int as n, max(sort_key) as last from taken) t
  where t.n > 0 and r.batch_id = $1::uuid and r.annotator_id = $2::uuid and r.tier = $3)
select me.status, me.status_reason, me.batch_open, me.is_fresh, me.lane, me.sweep_lane, me.sweep_key, me.repeats, me.held,
  me.dealt, me.gold_next, me.reader_no, me.pool_from, me.pool_to, me.cap_left, null::bigint as edge, t.lease_id, t.task_id, t.slot_no, t.round, 'ahead' as source
from me left join taken t on true`;

/** `CLAIM_FAST`. The seed of the lease ids is random and secret, so that an id tells nothing and cannot be guessed. */
export async function claimFast(sql: HotSql, p: ClaimParameters): Promise<ClaimAnswer> {
  const rows = await sql.unsafe(
    CLAIM_FAST,
    [
      p.batchId,
      p.annotatorId,
      p.tier,
      p.limit,
      p.mostLeases,
      p.checkedAfter.toISOString(),
      p.leaseIds[0] ?? '',
      p.leaseUntil.toISOString(),
      p.now.toISOString(),
    ],
    { prepare: true },
  );
  return answerOf(rows);
}
