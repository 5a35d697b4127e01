import type postgres from 'postgres';
import { countsFor } from './gold-sql.ts';
import { lessOne } from './held-slots.ts';
import type { HotSql } from './hot-sql.ts';
import { isAskedAgain, opensAtSql } from './repeat-sql.ts';
import { REPEATS_PER_ROUND, SLOT_BASE, type Tier } from './rules.ts';
import { type Shown, saidOf, storedOrigin, storedShown } from './schemas.ts';

/*
 * The submit. Lock order: gold answer (shared) → slot → reader's row → task, the same as everywhere (a claim locks the reader's row first, but
 * never waits for a slot). Every statement names one batch.
 */

/** What stands behind a lease that is out. */
export type LeasedSlot = {
  taskId: string;
  slotNo: number;
  tier: Tier;
  round: number;
  revision: number;
  previousLabelId: string | null;
  annotatorId: string;
  leaseUntil: Date;
  claimedAt: Date;
  termsNo: number;
  protocolVersionId: string;
  priceMinor: bigint;
  feeMinor: bigint;
  country: string | null;
  /** Known answers when the case is gold; raw JSON. */
  gold: unknown;
};

/** The slot of a person's lease with its terms, or null when it is not theirs, or over and taken back. Index: slots_person_task_key. */
export async function findLeasedSlot(
  sql: HotSql,
  input: { batchId: string; annotatorId: string; leaseId: string },
): Promise<LeasedSlot | null> {
  const [row] = await sql`
    select s.task_id, s.slot_no, s.tier, s.round, s.revision, coalesce(s.label_id, s.earlier_label_id) as label_id,
      s.annotator_id, s.lease_until, s.claimed_at, s.terms_no,
      t.protocol_version_id, t.price_minor, t.fee_minor, t.country,
      (select g.answers from gold_answers g where g.batch_id = ${input.batchId} and g.task_id = s.task_id) as gold
    from slots s
    join terms t on t.batch_id = ${input.batchId} and t.annotator_id = s.annotator_id and t.tier = s.tier
      and t.terms_no = s.terms_no
    where s.batch_id = ${input.batchId} and s.annotator_id = ${input.annotatorId} and s.status = 'leased'
      and s.task_id = any (array(select unnest(h.held) from readers h
        where h.batch_id = ${input.batchId} and h.annotator_id = ${input.annotatorId}))
      and s.lease_id = ${input.leaseId}`;
  if (!row) return null;
  return {
    taskId: row.task_id,
    slotNo: row.slot_no,
    tier: row.tier,
    round: row.round,
    revision: row.revision,
    previousLabelId: row.label_id,
    annotatorId: row.annotator_id,
    leaseUntil: new Date(row.lease_until),
    claimedAt: new Date(row.claimed_at),
    termsNo: row.terms_no,
    protocolVersionId: row.protocol_version_id,
    priceMinor: BigInt(row.price_minor),
    feeMinor: BigInt(row.fee_minor),
    country: row.country,
    gold: row.gold,
  };
}

export type LabelRow = {
  batchId: string;
  id: string;
  taskId: string;
  slotNo: number;
  tier: Tier;
  round: number;
  revision: number;
  isAmendment: boolean;
  supersedesId: string | null;
  annotatorId: string;
  leaseId: string;
  termsNo: number;
  answers: unknown;
  confidence: number | null;
  rationale: string | null;
  contentSha256: string | null;
  labelOrigin: string;
  shown: Shown;
  appBuild: string;
  viewport: string;
  activeMs: number;
  country: string | null;
  submittedAt: Date;
};

/** Adds a label. A second one under the same id violates `labels_batch_id_id_pk`. */
export async function insertLabel(sql: HotSql, l: LabelRow): Promise<void> {
  const shown = storedShown(l.shown);
  await sql`
    insert into labels (batch_id, id, task_id, slot_no, tier, round, revision, is_amendment, supersedes_id, annotator_id,
      lease_id, terms_no, answers, confidence, rationale, content_sha256, label_origin, shown, app_build, viewport,
      active_ms, country, submitted_at)
    values (${l.batchId}, ${l.id}, ${l.taskId}, ${l.slotNo}, ${l.tier}, ${l.round}, ${l.revision}, ${l.isAmendment ? true : null},
      ${l.supersedesId}, ${l.annotatorId}, ${l.leaseId}, ${l.termsNo}, ${JSON.stringify(l.answers)}, ${l.confidence},
      ${l.rationale}, ${l.contentSha256}, ${storedOrigin(l.labelOrigin)}, ${shown === null ? null : JSON.stringify(shown)}, ${saidOf(l.appBuild)}, ${saidOf(l.viewport)},
      ${l.activeMs}, ${l.country}, ${l.submittedAt.toISOString()})`;
}

export type FinishInput = {
  batchId: string;
  taskId: string;
  slotNo: number;
  tier: Tier;
  annotatorId: string;
  leaseId: string;
  labelId: string;
  now: Date;
  activeMs: number;
  /** True when the read is accepted at once (R30): it accrues now. */
  isAccepted: boolean;
  priceMinor: bigint;
  feeMinor: bigint;
  goldN: number;
  goldOk: number;
  /** True when the task counts this read: a label of an ordinary task. */
  countsRead: boolean;
};

/**
 * Submits the slot of a lease that still holds, and counts it on the reader's row and the task. Returns false, having
 * changed nothing, when the lease was over or another's. Indexes: the primary keys.
 */
export async function finishSlot(sql: HotSql, f: FinishInput): Promise<boolean> {
  const now = f.now.toISOString();
  const accepted = f.isAccepted ? 1 : 0;
  // Only labels are read again; reviews and decisions are not.
  const again = f.tier === 'label' ? sql.unsafe(isAskedAgain('s', 'readers')) : sql`0`;
  const rows = await sql`
    with s as (
      update slots set status = ${f.isAccepted ? 'accepted' : 'submitted'}, label_id = ${f.labelId},
        revision = revision + 1, submitted_at = ${now}::timestamptz,
        accepted_at = ${f.isAccepted ? now : null}::timestamptz, reserved_for = null
      where batch_id = ${f.batchId} and task_id = ${f.taskId} and slot_no = ${f.slotNo}
        and status = 'leased' and lease_id = ${f.leaseId} and annotator_id = ${f.annotatorId}
        and lease_until > ${now}::timestamptz
      returning task_id, slot_no, round, revision),
    r as (
      update readers set submitted = submitted + 1, held = ${sql.unsafe(lessOne('readers.held', 's.task_id'))}, repeats = repeats + ${again}, active_ms = active_ms + ${f.activeMs}::int,
        day_active_ms = case when active_day = (${now}::timestamptz at time zone 'UTC')::date then day_active_ms else 0 end
          + ${f.activeMs}::int, active_day = (${now}::timestamptz at time zone 'UTC')::date,
        gold_n = gold_n + ${f.goldN}::int * ${goldInForce(sql, f)},
        gold_ok = gold_ok + ${f.goldOk}::int * ${goldInForce(sql, f)},
        accepted = accepted + ${accepted}::int,
        encumbered_minor = encumbered_minor - ${accepted}::int * ${(f.priceMinor + f.feeMinor).toString()}::bigint,
        accrued_minor = accrued_minor + ${accepted}::int * ${f.priceMinor.toString()}::bigint,
        accrued_fee_minor = accrued_fee_minor + ${accepted}::int * ${f.feeMinor.toString()}::bigint,
        last_seen_at = ${now}::timestamptz
      from s
      where batch_id = ${f.batchId} and annotator_id = ${f.annotatorId} and tier = ${f.tier}
      returning reader_no, ${again} as again, repeat_after_days),
    t as (
      update tasks set reads_done = reads_done + 1, reads_needed = reads_needed + r.again,
        status = case when status = 'open' and reads_done + 1 >= reads_needed + r.again then 'labelled' else status end
      from r
      where batch_id = ${f.batchId} and id = ${f.taskId} and ${f.countsRead}::boolean
      returning 1),
    again as (
      insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
      select ${f.batchId}, s.task_id, ${SLOT_BASE.repeat} + (s.round - 1) * ${REPEATS_PER_ROUND} + r.reader_no, 'label', s.round + 1, 0,
        ${sql.unsafe(opensAtSql(`'${now}'::timestamptz`, 'r.repeat_after_days'))}, 'open', ${f.annotatorId}::uuid
      from s, r where r.again = 1)
    select (select count(*)::int from s) as slots, (select count(*)::int from r) as readers`;
  return rows[0]?.slots === 1 && rows[0]?.readers === 1;
}

/** 1 while the task's known answer counts for the row of `readers`, 0 once it is withdrawn (R7). Index: the primary key. */
function goldInForce(sql: HotSql, at: { batchId: string; taskId: string }) {
  return sql`(select count(*)::int from gold_answers g where g.batch_id = ${at.batchId}
    and g.task_id = ${at.taskId} and ${sql.unsafe(countsFor('g', 'readers.annotator_id'))})`;
}

/** Shares a known answer, so that it stays in force, or out of it, until the end of the transaction. Index: the primary key. */
export async function shareGold(sql: HotSql, p: { batchId: string; taskId: string }): Promise<void> {
  await sql`select 1 from gold_answers where batch_id = ${p.batchId} and task_id = ${p.taskId} for share`;
}

/** A repeat of the read just submitted, kept for its reader (R23); its place is when it opens. */
export async function insertRepeat(
  sql: HotSql,
  p: {
    batchId: string;
    taskId: string;
    slotNo: number;
    round: number;
    annotatorId: string;
    tier: Tier;
    opensAt: Date;
  },
): Promise<void> {
  await sql`
    with added as (
      insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
      select ${p.batchId}, t.id, ${p.slotNo}, ${p.tier}, ${p.round}, 0,
        ${(BigInt(p.opensAt.getTime()) * 1000n).toString()}::bigint, 'open', ${p.annotatorId}
      from tasks t where t.batch_id = ${p.batchId} and t.id = ${p.taskId}
      on conflict do nothing returning 1)
    update readers set repeats = repeats + (select count(*)::int from added)
    where batch_id = ${p.batchId} and annotator_id = ${p.annotatorId} and tier = ${p.tier}`;
}

/** The label with this id, for telling a replay from another content. Index: the primary key. */
export async function findLabel(
  sql: HotSql,
  input: { batchId: string; labelId: string },
): Promise<postgres.Row | null> {
  const [row] = await sql`
    select l.*, t.protocol_version_id
    from labels l join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier
      and t.terms_no = l.terms_no
    where l.batch_id = ${input.batchId} and l.id = ${input.labelId}`;
  return row ?? null;
}

/** How a lease ended that was not submitted. */
export type Release = { taskId: string; cause: string; at: Date };

/** How a lease of this person ended that they lost or gave back; null for any other. Index: slot_releases_lease_idx. */
export async function findRelease(
  sql: HotSql,
  input: { batchId: string; annotatorId: string; leaseId: string },
): Promise<Release | null> {
  const [row] = await sql`
    select task_id, cause, at from slot_releases
    where batch_id = ${input.batchId} and annotator_id = ${input.annotatorId} and lease_id = ${input.leaseId}
    order by at desc limit 1`;
  return row ? { taskId: row.task_id, cause: row.cause, at: new Date(row.at) } : null;
}
