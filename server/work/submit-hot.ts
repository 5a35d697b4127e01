import { activeToday } from './active-day.ts';
import type { ClaimedSlot, ClaimParameters } from './claim-queries.ts';
import { CAP_LEFT, KEY_WINDOW } from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { lateLaneSql } from './pool-rules.ts';
import { insertAskedAgain, isAskedAgain } from './repeat-sql.ts';

/*
 * The hot submit: one statement that takes effect whole or not at all. $1 batch, $2 lease, $3 annotator, $4 now, $5 label,
 * $6 accepted, $7 active ms, $8 protocol version, $9 answers, $10 confidence, $11 rationale, $12 hash, $13 origin,
 * $14 shown, $15 build, $16 viewport, $17 country. Lock order: slot, reader's row, task. The slot is found by
 * slots_lease_idx, all else by primary key; `is true` keeps the planner off the index of all that the person has read.
 */

const SUBMITTED = `s as (
  update slots u set status = case when $6::boolean then 'accepted' else 'submitted' end, label_id = $5::uuid,
    revision = u.revision + 1, submitted_at = $4::timestamptz,
    accepted_at = case when $6::boolean then $4::timestamptz end, reserved_for = null
  from terms t
  where u.batch_id = $1::uuid and u.lease_id = $2::uuid and u.status = 'leased' and u.lease_until > $4::timestamptz
    and (u.annotator_id = $3::uuid) is true and (u.tier = 'label') is true
    and t.batch_id = $1::uuid and t.annotator_id = $3::uuid and t.tier = 'label' and t.terms_no = u.terms_no
    and t.protocol_version_id = $8::uuid
  returning u.task_id, u.slot_no, u.round, u.revision, u.terms_no, t.price_minor, t.fee_minor, t.country)`;

const AGAIN = isAskedAgain('s', 'r');

const COUNTED = `submitted = r.submitted + 1, repeats = r.repeats + ${AGAIN}, active_ms = r.active_ms + $7::int, last_seen_at = $4::timestamptz,
    ${activeToday('r', '$7::int', '$4::timestamptz')},
    accepted = r.accepted + case when $6::boolean then 1 else 0 end,
    accrued_minor = r.accrued_minor + case when $6::boolean then s.price_minor else 0 end,
    accrued_fee_minor = r.accrued_fee_minor + case when $6::boolean then s.fee_minor else 0 end`;

const ASKED = `reader_no, ${AGAIN} as again, r.repeat_after_days`;

const TASK = `k as (
  update tasks set reads_done = reads_done + 1, reads_needed = reads_needed + r.again,
    status = case when status = 'open' and reads_done + 1 >= reads_needed + r.again then 'labelled' else status end
  from s, r where batch_id = $1::uuid and id = s.task_id and not is_dealt_gold),
again as (${insertAskedAgain({ batchId: '$1::uuid', annotatorId: '$3::uuid', now: '$4::timestamptz' })})`;

const LABEL = `insert into labels (batch_id, id, task_id, slot_no, tier, round, revision, is_amendment, supersedes_id,
  annotator_id, lease_id, terms_no, answers, confidence, rationale, content_sha256, label_origin, shown, app_build, viewport,
  active_ms, country, submitted_at)
select $1::uuid, $5::uuid, s.task_id, s.slot_no, 'label', s.round, s.revision, false,
  case when s.revision > 1 then (select l.id from labels l where l.batch_id = $1::uuid and l.task_id = s.task_id
    and l.slot_no = s.slot_no and l.revision = s.revision - 1) end,
  $3::uuid, $2::uuid, s.terms_no, $9::jsonb, $10::smallint, $11, $12, $13, $14::jsonb, $15, $16, $7::int,
  coalesce($17, s.country), $4::timestamptz
from s
returning task_id, slot_no, round, revision, terms_no`;

/** Slot by its lease, reader's counters, task, the repeat that this reader was asked for, label row. */
export const SUBMIT_HOT = `
with ${SUBMITTED},
r as (
  update readers r set ${COUNTED},
    encumbered_minor = r.encumbered_minor - case when $6::boolean then s.price_minor + s.fee_minor else 0 end
  from s where r.batch_id = $1::uuid and r.annotator_id = $3::uuid and r.tier = 'label'
  returning ${ASKED}),
${TASK}
${LABEL}`;

/**
 * `SUBMIT_HOT` and the claim of `claim-fast.ts` as one, so that a person's row is written once and one message does both.
 * $18 most, $19 most leases held, $20 eligibility mark, $21 seed of lease ids, $22 until. No leases when the late lane or the
 * rest of the lane must be looked at: the whole claim does that.
 */
export const SUBMIT_NEXT = `
with ${SUBMITTED},
me as materialized (
  select r.lane, ${lateLaneSql('r.lane')} as late_lane, r.after_key, r.late_key, r.terms_no,
    case when r.status = 'active' and r.batch_open and r.returned = 0 and r.checked_at > $20::timestamptz
      then greatest(0, least($18::int, 1 + $19::int - (r.claimed - r.submitted - r.skipped - r.expired - r.released),
        ${CAP_LEFT}))
      else 0 end as k
  from readers r where (select true from s) and r.batch_id = $1::uuid and r.annotator_id = $3::uuid and r.tier = 'label'
  for update),
ahead as materialized (
  select s.task_id, s.slot_no from slots s
  where s.batch_id = $1::uuid and s.tier = 'label' and s.lane = (select lane from me)
    and s.sort_key > (select after_key from me) and s.sort_key <= (select after_key + ${KEY_WINDOW} from me)
    and s.annotator_id is null and s.reserved_for is null
    and (select true from slots m where m.batch_id = $1::uuid and m.annotator_id = $3::uuid
      and m.task_id = s.task_id limit 1) is null
    and (select true from slot_releases x where x.batch_id = $1::uuid and x.annotator_id = $3::uuid
      and x.task_id = s.task_id and x.excludes limit 1) is null
    and (select true from reader_exclusions e where e.batch_id = $1::uuid and e.annotator_id = $3::uuid
      and e.task_id = s.task_id limit 1) is null
  order by s.sort_key
  limit case when (select true from slots l where l.batch_id = $1::uuid and l.tier = 'label' and l.lane = (select late_lane from me)
    and l.sort_key > (select late_key from me) and l.annotator_id is null and l.reserved_for is null limit 1)
    is null then (select k from me) else 0 end
  for update of s skip locked),
taken as (
  update slots u set status = 'leased', annotator_id = $3::uuid, lease_until = $22::timestamptz,
    lease_id = overlay(overlay(md5($21::text || u.task_id::text || u.slot_no::text) placing '8' from 13) placing '8' from 17)::uuid,
    claimed_at = $4::timestamptz, terms_no = (select terms_no from me)
  from ahead a where u.batch_id = $1::uuid and u.task_id = a.task_id and u.slot_no = a.slot_no
  returning u.lease_id, u.task_id, u.slot_no, u.round, u.sort_key),
r as (
  update readers r set ${COUNTED}, claimed = r.claimed + n.n, after_key = coalesce(n.last, r.after_key),
    encumbered_minor = r.encumbered_minor - case when $6::boolean then s.price_minor + s.fee_minor else 0 end
      + n.n * (select p.price_minor + p.fee_minor from terms p where p.batch_id = $1::uuid
        and p.annotator_id = $3::uuid and p.tier = 'label' and p.terms_no = r.terms_no)
  from s, (select count(*)::int as n, max(sort_key) as last from taken) n
  where r.batch_id = $1::uuid and r.annotator_id = $3::uuid and r.tier = 'label'
  returning ${ASKED}),
${TASK}
${LABEL},
  (select json_agg(json_build_object('leaseId', lease_id, 'taskId', task_id, 'slotNo', slot_no, 'round', round,
    'source', 'ahead') order by sort_key) from taken) as leases`;

/** A slot that a hot submit has just submitted. */
export type SubmittedSlot = {
  taskId: string;
  slotNo: number;
  round: number;
  revision: number;
  termsNo: number;
};

export type HotSubmit = {
  batchId: string;
  leaseId: string;
  labelId: string;
  annotatorId: string;
  protocolVersionId: string;
  isAccepted: boolean;
  now: Date;
  answers: unknown;
  confidence: number | null;
  rationale: string | null;
  contentSha256: string;
  labelOrigin: string;
  shown: unknown;
  appBuild: string;
  viewport: string;
  activeMs: number;
  country: string | null;
};

/**
 * Submits, and claims with `claim`, in one statement. Null when the lease does not hold or the slot is of another
 * protocol version: then nothing has changed.
 */
export async function submitHot(
  sql: HotSql,
  l: HotSubmit,
  claim: ClaimParameters | null,
): Promise<{ slot: SubmittedSlot; leases: ClaimedSlot[] } | null> {
  const parameters = [
    l.batchId,
    l.leaseId,
    l.annotatorId,
    l.now.toISOString(),
    l.labelId,
    l.isAccepted,
    l.activeMs,
    l.protocolVersionId,
    JSON.stringify(l.answers),
    l.confidence,
    l.rationale,
    l.contentSha256,
    l.labelOrigin,
    JSON.stringify(l.shown),
    l.appBuild,
    l.viewport,
    l.country,
  ];
  const more = claim && [
    claim.limit,
    claim.mostLeases,
    claim.checkedAfter.toISOString(),
    claim.leaseIds[0] ?? '',
    claim.leaseUntil.toISOString(),
  ];
  const [row] = more
    ? await sql.unsafe(SUBMIT_NEXT, [...parameters, ...more], { prepare: true })
    : await sql.unsafe(SUBMIT_HOT, parameters, { prepare: true });
  if (!row) return null;
  const slot = {
    taskId: row.task_id,
    slotNo: row.slot_no,
    round: row.round,
    revision: row.revision,
    termsNo: row.terms_no,
  };
  return { slot, leases: row.leases ?? [] };
}
