import type postgres from 'postgres';
import type { Answers } from '#server/protocols/schemas.ts';
import { activeToday, passedAtMost } from './active-day.ts';
import {
  claimColumns,
  claimedBy,
  claimKept,
  claimRow,
  encumberedBy,
  type Granted,
  type GroupClaim,
  type GroupMoment,
  gets,
  gotten,
  grantedOf,
  IS_LOOK_DUE,
  instantsOf,
  readerColumns,
  slotsGot,
  type WishWithGold,
} from './claim-together.ts';
import { countsFor } from './gold-sql.ts';
import { lessOne } from './held-slots.ts';
import type { HotSql } from './hot-sql.ts';
import { inOneOrSeveral, type NamesBatch, sayFor } from './one-or-several.ts';
import { readerAt } from './reader-place.ts';
import { insertAskedAgain, isAskedAgain } from './repeat-sql.ts';
import { type Shown, saidOf, storedOrigin, storedShown } from './schemas.ts';

/*
 * Submissions of several people, at most one each in a batch: slot by its lease, reader's counters, task, the repeat that the reader was
 * asked for, label row. A submission whose lease does not hold, or whose slot or reader somebody holds this moment, is left out and changes nothing.
 * The active time is the device's word; no more of it counts than has passed since the claim.
 * A read of gold brings its score, which counts unless the gold is withdrawn (R7, `countsFor`), and is accepted (R30).
 * $1 submissions in the order in which their rows are locked, each with its batch, the protocol version it is for and whether it is accepted
 * at once; the last parameter is the one batch, where it is one (`one-or-several.ts`). Lock order: slots, readers' rows, tasks by id.
 * `is true` keeps the planner off the keys of rows that are gone to by their place; `lateral` with a limit, and `any(array(…))` beside a join,
 * keep every plan on its keys.
 */

/** What is said of each submission. */
const SUBMIT_COLUMNS = `n int, batch_id uuid, annotator_id uuid, reader_hint tid, protocol_version_id uuid, accepted boolean, lease_id uuid, task_id uuid, label_id uuid, at timestamptz,
    active_ms int, answers jsonb, confidence smallint, rationale text, label_origin text, shown jsonb,
    app_build text, viewport text, country text, gold_n smallint, gold_ok smallint`;

/**
 * Where the slot of a lease that is out lies now: by its person and case, and not by a place that the claim tells. A page is tidied up when a
 * key leads there, and without it a submit finds no room in the slot's page: 1,008 B a label for 878 (ADR 031). Index: slots_person_task_key.
 */
const slotAt = (batch: NamesBatch) =>
  `(select u.ctid from slots u where u.batch_id = ${batch('q')} and u.annotator_id = q.annotator_id and u.task_id = q.task_id
      and u.lease_id = q.lease_id and u.status = 'leased' limit 1)`;

/** Submissions `q` that hold (`h`), their slot and reader locked; `more` of what is said of each, and of the reader's row. */
const handedIn = (batch: NamesBatch, more: { said: string; kept: string; reader: string }) => `
q as materialized (
  select q.*, ${readerAt(batch)} as reader_at, ${slotAt(batch)} as slot_at
  from jsonb_to_recordset($1::jsonb) as q (${SUBMIT_COLUMNS}${more.said})),
h as materialized (
  select q.n, q.reader_at, q.slot_at, q.batch_id, q.lease_id, q.annotator_id, q.label_id, q.at, q.answers, q.confidence, q.rationale, q.label_origin, q.shown, q.app_build,
    q.viewport, ${passedAtMost('q.active_ms', 'u.claimed_at', 'q.at')} as active_ms, u.task_id, u.slot_no, u.round, u.revision, u.terms_no, u.earlier, t.price_minor, t.fee_minor,
    coalesce(q.country, t.country) as read_in, r.*, ${isAskedAgain('u', 'r')} as again,
    case when g.in_force then q.gold_n else 0 end as scored_n, case when g.in_force then q.gold_ok else 0 end as scored_ok,
    q.accepted or q.gold_n is not null as accepted${more.kept}
  from q cross join lateral (
    select u.task_id, u.slot_no, u.round, u.revision + 1 as revision, u.terms_no, u.claimed_at,
      coalesce(u.label_id, u.earlier_label_id) as earlier from slots u
    where u.ctid = q.slot_at and (u.batch_id = ${batch('q')}) is true and u.lease_id = q.lease_id and u.status = 'leased'
      and u.lease_until > q.at and (u.annotator_id = q.annotator_id) is true and (u.tier = 'label') is true
    limit 1 for update skip locked) u
  cross join lateral (
    select r.repeat_rounds, r.repeat_after_days, ${more.reader} from readers r
    where r.ctid = q.reader_at and (r.batch_id = ${batch('q')}) is true
    limit 1 for update skip locked) r
  cross join lateral (
    select t.price_minor, t.fee_minor, t.country from terms t where t.batch_id = ${batch('q')}
      and t.annotator_id = q.annotator_id and t.tier = 'label' and t.terms_no = u.terms_no
      and t.protocol_version_id = q.protocol_version_id limit 1) t
  left join lateral (
    select ${countsFor('g', 'q.annotator_id')} as in_force from gold_answers g where g.batch_id = ${batch('q')} and g.task_id = u.task_id
      and q.gold_n is not null limit 1 for share skip locked) g on true
  where q.gold_n is null or g.in_force is not null),
s as (
  update slots u set status = case when h.accepted then 'accepted' else 'submitted' end, label_id = h.label_id,
    revision = h.revision, submitted_at = h.at, accepted_at = case when h.accepted then h.at end, reserved_for = null
  from h where u.ctid = any(array(select slot_at from h)) and u.ctid = h.slot_at and (u.batch_id = ${batch('h')}) is true)`;

/** What changes on the row `r` of who submitted `h`, but for what is encumbered. */
const SUBMITTED_BY = `submitted = r.submitted + 1, repeats = r.repeats + h.again, active_ms = r.active_ms + h.active_ms, last_seen_at = h.at,
    ${activeToday('r', 'h.active_ms', 'h.at')},
    gold_n = r.gold_n + h.scored_n, gold_ok = r.gold_ok + h.scored_ok, accepted = r.accepted + case when h.accepted then 1 else 0 end,
    accrued_minor = r.accrued_minor + case when h.accepted then h.price_minor else 0 end,
    accrued_fee_minor = r.accrued_fee_minor + case when h.accepted then h.fee_minor else 0 end`;

/** What the reader holds without the case of `h`. */
const HELD_STILL = lessOne('r.held', 'h.task_id');

/** What was encumbered and has become earned. */
const EARNED = `case when h.accepted then h.price_minor + h.fee_minor else 0 end`;

/** The row `r` of who submitted `h`. */
const ofReader = (batch: NamesBatch) =>
  `r.ctid = any(array(select reader_at from h)) and r.ctid = h.reader_at and (r.batch_id = ${batch('h')}) is true`;

/** Tasks that have a read more, repeats that were asked for. */
const tasksMoveOn = (batch: NamesBatch) => `
k as materialized (
  select o.batch_id, k.id, o.n, o.again from (
    select batch_id, task_id, count(*)::int as n, sum(again)::int as again from h group by batch_id, task_id order by task_id) o
  cross join lateral (
    select t.id from tasks t where t.batch_id = ${batch('o')} and t.id = o.task_id and not t.is_dealt_gold
    limit 1 for update) k),
t as (
  update tasks t set reads_done = t.reads_done + k.n, reads_needed = t.reads_needed + k.again,
    status = case when t.status = 'open' and t.reads_done + k.n >= t.reads_needed + k.again then 'labelled' else t.status end
  from k where ${batch.any('t', 'k')} and t.id = any(array(select id from k)) and t.id = k.id),
again as (${insertAskedAgain(batch('a'), 'h')})`;

const labelsOf = (batch: NamesBatch) => `
insert into labels (batch_id, id, task_id, slot_no, tier, round, revision, is_amendment, supersedes_id,
  annotator_id, lease_id, terms_no, answers, confidence, rationale, label_origin, shown, app_build, viewport,
  active_ms, country, submitted_at)
select ${batch('h')}, h.label_id, h.task_id, h.slot_no, 'label', h.round, h.revision, null,
  h.earlier, h.annotator_id, h.lease_id, h.terms_no, h.answers, h.confidence, h.rationale, h.label_origin, h.shown,
  h.app_build, h.viewport, h.active_ms, h.read_in, h.at
from h`;

const SUBMITTED = 'h.n, h.task_id, h.slot_no, h.round, h.revision, h.terms_no';

export const SUBMIT_TOGETHER = inOneOrSeveral(
  2,
  (batch) => `
with ${handedIn(batch, { said: '', kept: '', reader: 'r.reader_no' })},
r as (
  update readers r set ${SUBMITTED_BY}, held = ${HELD_STILL}, encumbered_minor = r.encumbered_minor - ${EARNED} from h where ${ofReader(batch)}
  returning h.n, r.ctid as reader_at),
${tasksMoveOn(batch)},
l as (${labelsOf(batch)})
select ${SUBMITTED}, r.reader_at from h join r on r.n = h.n`,
);

const submitAndClaim = (gold: boolean) => {
  return inOneOrSeveral(
    4,
    (batch) => `
with ${handedIn(batch, {
      said: `, ${claimColumns(gold)}`,
      kept: `, ${claimKept(gold, 'q.')}`,
      reader: `r.terms_no as terms_now, ${readerColumns(gold, 1)}`,
    })},
me as materialized (
  select n, batch_id, annotator_id, reader_at, terms_now as terms_no, reader_no, lane, after_key, late_key, late_lane, room,
    least(most, room) as k, ${claimKept(gold)}
  from h),
${gets(batch, gold)},
r as (
  update readers r set ${SUBMITTED_BY}, ${claimedBy(gold, HELD_STILL)},
    encumbered_minor = r.encumbered_minor - ${EARNED} + ${encumberedBy(batch)}
  from h join (${gotten(gold)}) g on g.n = h.n where ${ofReader(batch)}
  returning h.n, r.dealt, r.gold_next, r.reader_no, r.ctid as reader_at, ${IS_LOOK_DUE}),
${tasksMoveOn(batch)},
l as (${labelsOf(batch)})
select ${SUBMITTED}, r.dealt, r.gold_next, r.reader_no, r.reader_at, r.is_look_due, c.lease_id as next_lease_id, c.task_id as next_task_id,
  c.slot_no as next_slot_no, c.round as next_round, c.source
from h join r on r.n = h.n left join (${slotsGot(gold)}) c on c.n = h.n order by c.sort_key`,
  );
};

/**
 * As `SUBMIT_TOGETHER`, and who has submitted claims the next cases in the same statement: a reader's row is found and written once.
 * $2 and $3 as in `claim-together.ts`.
 */
export const SUBMIT_AND_CLAIM = submitAndClaim(false);
/** With gold dealt at claim. */
export const SUBMIT_AND_CLAIM_WITH_GOLD = submitAndClaim(true);

/** A lease and who has it. */
export type LeaseOf = { leaseId: string; annotatorId: string };

/** The cases behind labels' leases that are out. Indexes: the primary key of readers, slots_person_task_key. */
export async function tasksOfLeases(
  sql: HotSql,
  p: { batchId: string; leases: readonly LeaseOf[] },
): Promise<Map<string, string>> {
  const rows = await sql`
    select s.lease_id, s.task_id
    from unnest(${p.leases.map((one) => one.leaseId)}::uuid[], ${p.leases.map((one) => one.annotatorId)}::uuid[])
      as q (lease_id, annotator_id)
    cross join lateral (select h.held from readers h where h.batch_id = ${p.batchId} and h.annotator_id = q.annotator_id
      and h.tier = 'label' limit 1) h
    cross join lateral (select s.lease_id, s.task_id from slots s where s.batch_id = ${p.batchId}
      and s.annotator_id = q.annotator_id and s.task_id = any(h.held) and s.lease_id = q.lease_id and s.status = 'leased' limit 1) s`;
  return new Map(rows.map((row) => [row.lease_id as string, row.task_id as string]));
}

/** What one person submits: the label as it was sent, under the lease it was read under. */
export type OneSubmission = {
  leaseId: string;
  /** The case behind the lease; null where no lease of theirs is out under this id, and then the submission is left out. */
  taskId: string | null;
  /** Where the reader's row was last written; null where this process does not know. */
  readerAt: string | null;
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

/** A slot that has just been submitted, and where its reader's row lies since. */
export type SubmittedSlot = {
  readerAt: string;
  taskId: string;
  slotNo: number;
  round: number;
  revision: number;
  termsNo: number;
};

/** A submission to a batch: the protocol version that it is read by, and whether it is accepted at once. */
export type GroupSubmission = OneSubmission & {
  batchId: string;
  protocolVersionId: string;
  isAccepted: boolean;
};

/** `SUBMIT_TOGETHER`: for each of `submissions` its slot, or null when it was left out; then nothing of it has changed. */
export async function submitTogether(
  sql: HotSql,
  submissions: readonly GroupSubmission[],
): Promise<(SubmittedSlot | null)[]> {
  const rows = submissions.map(submissionRow);
  const { text, parameters } = sayFor(SUBMIT_TOGETHER, rows, [JSON.stringify(rows)]);
  const answers = await sql.unsafe(text, parameters, { prepare: true });
  const found = new Map(answers.map((row) => [row.n as number, row]));
  return submissions.map((_, n) => submittedOf(found.get(n)));
}

/**
 * `SUBMIT_AND_CLAIM`, or with gold: for each submission its slot, or null when it was left out, and then there is no claim either; and
 * what came of the claim that goes with it. All are of batches that deal gold, or none.
 */
export async function submitAndClaimTogether(
  sql: HotSql,
  at: GroupMoment,
  submissions: readonly { submission: GroupSubmission; claim: GroupClaim | WishWithGold }[],
): Promise<{ submitted: SubmittedSlot | null; granted: Granted }[]> {
  const [first] = submissions;
  if (first === undefined) return [];
  const statement = 'dealt' in first.claim ? SUBMIT_AND_CLAIM_WITH_GOLD : SUBMIT_AND_CLAIM;
  const rows = submissions.map(({ submission, claim }, n) => ({
    ...submissionRow(submission, n),
    ...claimRow(claim, n),
  }));
  const { text, parameters } = sayFor(statement, rows, [JSON.stringify(rows), ...instantsOf(at)]);
  const answers = Map.groupBy(
    await sql.unsafe(text, parameters, { prepare: true }),
    (row) => row.n as number,
  );
  return submissions.map(({ claim }, n) => {
    const own = answers.get(n) ?? [];
    const next = own
      .filter((row) => row.next_lease_id !== null)
      .map((row) => ({
        ...row,
        lease_id: row.next_lease_id,
        task_id: row.next_task_id,
        slot_no: row.next_slot_no,
        round: row.next_round,
      }));
    return { submitted: submittedOf(own[0]), granted: grantedOf(claim.annotatorId, next) };
  });
}

function submittedOf(row: postgres.Row | undefined): SubmittedSlot | null {
  if (row === undefined) return null;
  return {
    readerAt: row.reader_at,
    taskId: row.task_id,
    slotNo: row.slot_no,
    round: row.round,
    revision: row.revision,
    termsNo: row.terms_no,
  };
}

function submissionRow(s: GroupSubmission, n: number) {
  return {
    n,
    batch_id: s.batchId,
    protocol_version_id: s.protocolVersionId,
    accepted: s.isAccepted,
    reader_hint: s.readerAt,
    lease_id: s.leaseId,
    task_id: s.taskId,
    annotator_id: s.annotatorId,
    label_id: s.labelId,
    at: s.at,
    active_ms: s.activeMs,
    answers: s.answers,
    confidence: s.confidence,
    rationale: s.rationale,
    label_origin: storedOrigin(s.labelOrigin),
    shown: storedShown(s.shown),
    app_build: saidOf(s.appBuild),
    viewport: saidOf(s.viewport),
    country: s.country,
    gold_n: s.gold?.n ?? null,
    gold_ok: s.gold?.ok ?? null,
  };
}
