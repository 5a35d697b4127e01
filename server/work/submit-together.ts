import type { Answers } from '#server/protocols/schemas.ts';
import { activeToday, passedAtMost } from './active-day.ts';
import { countsFor } from './gold-sql.ts';
import type { HotSql } from './hot-sql.ts';
import { READER_AT } from './reader-place.ts';
import { insertAskedAgain, isAskedAgain } from './repeat-sql.ts';
import { type Shown, saidOf, storedShown } from './schemas.ts';

/**
 * Submissions of several people in one batch, at most one each: slot by its lease, reader's counters, task, the repeat that the reader was asked for, label row. A
 * submission whose lease does not hold, or whose slot or reader somebody holds this moment, is left out and changes nothing.
 * The active time is the device's word; no more of it counts than has passed since the claim.
 * A read of gold brings its score, which counts unless the gold is withdrawn (R7, `countsFor`), and is accepted (R30).
 * $1 batch, $2 protocol version, $3 accepted at once, $4 submissions in the order of their people's ids. Lock order: slots,
 * readers' rows, tasks by id. `is true` keeps the planner off the index of all that a person has read; `lateral` with a
 * limit, and `any(array(…))` beside a join, keep every plan on its keys.
 */
export const SUBMIT_TOGETHER = `
with q as materialized (
  select q.*, ${READER_AT} as reader_at from jsonb_to_recordset($4::jsonb) as q (lease_id uuid, annotator_id uuid, label_id uuid, at timestamptz,
    active_ms int, answers jsonb, confidence smallint, rationale text, label_origin text, shown jsonb,
    app_build text, viewport text, country text, gold_n smallint, gold_ok smallint)),
h as materialized (
  select q.reader_at, q.lease_id, q.annotator_id, q.label_id, q.at, q.answers, q.confidence, q.rationale, q.label_origin, q.shown, q.app_build,
    q.viewport, ${passedAtMost('q.active_ms', 'u.claimed_at', 'q.at')} as active_ms, u.task_id, u.slot_no, u.round, u.revision, u.terms_no, u.earlier, t.price_minor, t.fee_minor,
    coalesce(q.country, t.country) as read_in, r.reader_no, r.repeat_after_days, ${isAskedAgain('u', 'r')} as again,
    case when g.in_force then q.gold_n else 0 end as scored_n, case when g.in_force then q.gold_ok else 0 end as scored_ok,
    $3::boolean or q.gold_n is not null as accepted
  from q cross join lateral (
    select u.task_id, u.slot_no, u.round, u.revision + 1 as revision, u.terms_no, u.claimed_at,
      coalesce(u.label_id, u.earlier_label_id) as earlier from slots u
    where u.batch_id = $1::uuid and u.lease_id = q.lease_id and u.status = 'leased' and u.lease_until > q.at
      and (u.annotator_id = q.annotator_id) is true and (u.tier = 'label') is true
    limit 1 for update skip locked) u
  cross join lateral (
    select r.reader_no, r.repeat_rounds, r.repeat_after_days from readers r where r.ctid = q.reader_at and (r.batch_id = $1::uuid) is true
    limit 1 for update skip locked) r
  cross join lateral (
    select t.price_minor, t.fee_minor, t.country from terms t where t.batch_id = $1::uuid
      and t.annotator_id = q.annotator_id and t.tier = 'label' and t.terms_no = u.terms_no
      and t.protocol_version_id = $2::uuid limit 1) t
  left join lateral (
    select ${countsFor('g', 'q.annotator_id')} as in_force from gold_answers g where g.batch_id = $1::uuid and g.task_id = u.task_id
      and q.gold_n is not null limit 1 for share skip locked) g on true
  where q.gold_n is null or g.in_force is not null),
s as (
  update slots u set status = case when h.accepted then 'accepted' else 'submitted' end, label_id = h.label_id,
    revision = h.revision, submitted_at = h.at, accepted_at = case when h.accepted then h.at end, reserved_for = null
  from h where u.batch_id = $1::uuid and u.lease_id = any(array(select lease_id from h)) and u.status = 'leased'
    and u.lease_id = h.lease_id),
r as (
  update readers r set submitted = r.submitted + 1, repeats = r.repeats + h.again, active_ms = r.active_ms + h.active_ms, last_seen_at = h.at,
    ${activeToday('r', 'h.active_ms', 'h.at')},
    gold_n = r.gold_n + h.scored_n, gold_ok = r.gold_ok + h.scored_ok, accepted = r.accepted + case when h.accepted then 1 else 0 end,
    accrued_minor = r.accrued_minor + case when h.accepted then h.price_minor else 0 end,
    accrued_fee_minor = r.accrued_fee_minor + case when h.accepted then h.fee_minor else 0 end,
    encumbered_minor = r.encumbered_minor - case when h.accepted then h.price_minor + h.fee_minor else 0 end
  from h where r.ctid = any(array(select reader_at from h)) and r.ctid = h.reader_at and (r.batch_id = $1::uuid) is true),
k as materialized (
  select k.id, o.n, o.again from (select task_id, count(*)::int as n, sum(again)::int as again from h group by task_id order by task_id) o
  cross join lateral (
    select t.id from tasks t where t.batch_id = $1::uuid and t.id = o.task_id and not t.is_dealt_gold
    limit 1 for update) k),
t as (
  update tasks t set reads_done = t.reads_done + k.n, reads_needed = t.reads_needed + k.again,
    status = case when t.status = 'open' and t.reads_done + k.n >= t.reads_needed + k.again then 'labelled' else t.status end
  from k where t.batch_id = $1::uuid and t.id = any(array(select id from k)) and t.id = k.id),
again as (${insertAskedAgain('$1::uuid', 'h')})
insert into labels (batch_id, id, task_id, slot_no, tier, round, revision, is_amendment, supersedes_id,
  annotator_id, lease_id, terms_no, answers, confidence, rationale, label_origin, shown, app_build, viewport,
  active_ms, country, submitted_at)
select $1::uuid, h.label_id, h.task_id, h.slot_no, 'label', h.round, h.revision, null,
  h.earlier, h.annotator_id, h.lease_id, h.terms_no, h.answers, h.confidence, h.rationale, h.label_origin, h.shown,
  h.app_build, h.viewport, h.active_ms, h.read_in, h.at
from h
returning lease_id, task_id, slot_no, round, revision, terms_no`;

/** The cases behind leases that are out. Index: slots_lease_idx. */
export async function tasksOfLeases(
  sql: HotSql,
  p: { batchId: string; leaseIds: readonly string[] },
): Promise<Map<string, string>> {
  const rows = await sql`
    select s.lease_id, s.task_id from slots s
    where s.batch_id = ${p.batchId} and s.lease_id = any(${[...p.leaseIds]}::uuid[]) and s.status = 'leased'`;
  return new Map(rows.map((row) => [row.lease_id as string, row.task_id as string]));
}

/** What one person submits: the label as it was sent, under the lease it was read under. */
export type OneSubmission = {
  leaseId: string;
  labelId: string;
  annotatorId: string;
  at: Date;
  answers: Answers;
  confidence: number | null;
  rationale: string | null;
  labelOrigin: string;
  shown: Shown;
  appBuild: string;
  viewport: string;
  activeMs: number;
  country: string | null;
  /** Whether a read of gold counts, and as correct; null for every other. */
  gold: { n: 0 | 1; ok: 0 | 1 } | null;
};

/** A slot that has just been submitted. */
export type SubmittedSlot = {
  taskId: string;
  slotNo: number;
  round: number;
  revision: number;
  termsNo: number;
};

/** `SUBMIT_TOGETHER`: for each of `submissions` its slot, or null when it was left out; then nothing of it has changed. */
export async function submitTogether(
  sql: HotSql,
  batch: { batchId: string; protocolVersionId: string; isAccepted: boolean },
  submissions: readonly OneSubmission[],
): Promise<(SubmittedSlot | null)[]> {
  const rows = await sql.unsafe(
    SUBMIT_TOGETHER,
    [batch.batchId, batch.protocolVersionId, batch.isAccepted, JSON.stringify(submissions.map(columnsOf))],
    { prepare: true },
  );
  const found = new Map(rows.map((row) => [row.lease_id as string, row]));
  return submissions.map(({ leaseId }) => {
    const row = found.get(leaseId);
    if (row === undefined) return null;
    return {
      taskId: row.task_id,
      slotNo: row.slot_no,
      round: row.round,
      revision: row.revision,
      termsNo: row.terms_no,
    };
  });
}

function columnsOf(s: OneSubmission) {
  return {
    lease_id: s.leaseId,
    annotator_id: s.annotatorId,
    label_id: s.labelId,
    at: s.at,
    active_ms: s.activeMs,
    answers: s.answers,
    confidence: s.confidence,
    rationale: s.rationale,
    label_origin: s.labelOrigin,
    shown: storedShown(s.shown),
    app_build: saidOf(s.appBuild),
    viewport: saidOf(s.viewport),
    country: s.country,
    gold_n: s.gold?.n ?? null,
    gold_ok: s.gold?.ok ?? null,
  };
}
