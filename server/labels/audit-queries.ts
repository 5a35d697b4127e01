import { eq, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { auditResults, audits } from '#db/schema/audits.ts';
import { batches } from '#db/schema/work-batches.ts';
import { isCaseShut } from '#server/datasets/shut-cases.ts';
import { SLOT_BASE, type Tier } from '#server/work/rules.ts';
import type { AuditErrorKind } from './schemas.ts';

export type Audit = typeof audits.$inferSelect;
export type CheckPurpose = 'audit' | 'reread';

/** The audit of a batch, or null. Index: audits_batch_key. */
export async function findAudit(q: Queryable, batchId: string): Promise<Audit | null> {
  const [row] = await q.select().from(audits).where(eq(audits.batchId, batchId));
  return row ?? null;
}

/** Keeps an audit; false when the batch has one already. */
export async function insertAudit(tx: Tx, row: typeof audits.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(audits).values(row).onConflictDoNothing().returning({ id: audits.id });
  return rows.length === 1;
}

export async function updateAudit(
  tx: Tx,
  batchId: string,
  set: Partial<typeof audits.$inferInsert>,
): Promise<void> {
  await tx.update(audits).set(set).where(eq(audits.batchId, batchId));
}

/** Whether task `t` of a batch is shut (R24): one that was final then stays so, and nobody looks at it. */
const isShut = (batchId: string) =>
  isCaseShut({
    datasetId: sql`(select b.dataset_id from batches b where b.id = ${batchId})`,
    caseId: sql`t.case_id`,
  });

/** Tasks `t` that have a final label or may get one: no dealt gold, nothing unusable or shut, and once nothing more is read what was read. */
const auditable = (
  batchId: string,
) => sql`t.batch_id = ${batchId} and not t.is_dealt_gold and t.status <> 'unusable' and not ${isShut(batchId)}
  and (t.status <> 'open' or t.reads_done > 0
    or exists (select 1 from batches b where b.id = ${batchId} and b.status in ('open', 'paused')))`;

/** Cases of a batch that can be audited. */
export async function countAuditable(q: Queryable, batchId: string): Promise<number> {
  const [row] = await q.execute<{ n: number }>(
    sql`select count(*)::int as n from tasks t where ${auditable(batchId)}`,
  );
  return row?.n ?? 0;
}

/**
 * Draws the sample of an audit: the `n` cases whose hash with the audit's id comes first, so that every case has the same chance,
 * nobody can foresee which, and a larger sample holds the smaller one. Drawn again after the batch has grown it is the sample that
 * would have been drawn from the whole at once: what nobody has begun to look at and is not in it any more is withdrawn, the rest of
 * that is kept as extra. What had been given up and is in it is to be looked at after all, or lost where nobody can. Under a lock of the batch. Returns how many
 * were drawn and withdrawn.
 */
export async function drawAuditSample(
  tx: Tx,
  input: { batchId: string; auditId: string; n: number; now: Date },
): Promise<{ drawn: number; withdrawn: number }> {
  const { batchId } = input;
  const place = (id: string) => sql`md5(${input.auditId}::text || ${sql.raw(id)}::text)`;
  const [last] = await tx.execute<{ place: string | null }>(sql`
    select max(place) as place from (
      select ${place('t.id')} as place from tasks t where ${auditable(batchId)} order by 1 limit ${input.n}) f`);
  const bound = last?.place ?? '';
  const [put] = await tx.execute<{ drawn: number }>(sql`
    with put as (
      insert into audit_samples as s (batch_id, purpose, task_id, status, drawn_at)
      select t.batch_id, 'audit', t.id, 'waiting', ${input.now.toISOString()}::timestamptz from tasks t
      where ${auditable(batchId)} and ${place('t.id')} <= ${bound}
      on conflict (batch_id, purpose, task_id) do update set is_extra = false,
        status = case when s.status = 'dropped' then 'waiting' else s.status end
        where s.is_extra or s.status = 'dropped'
      returning xmax = 0 as is_new)
    select count(*) filter (where is_new)::int as drawn from put`);
  await tx.execute(sql`
    update audit_samples s set is_extra = true from tasks t
    where s.batch_id = ${batchId} and s.purpose = 'audit' and not s.is_extra and t.batch_id = s.batch_id and t.id = s.task_id
      and (${place('s.task_id')} > ${bound} or (s.status = 'done' and (t.status = 'unusable' or ${isShut(batchId)})))`);
  await tx.execute(sql`
    update audit_samples s set status = 'lost' from tasks t
    where s.batch_id = ${batchId} and s.purpose = 'audit' and not s.is_extra and s.status = 'dropped' and t.id = s.task_id
      and t.batch_id = s.batch_id and not (${auditable(batchId)})`);
  return { drawn: put?.drawn ?? 0, withdrawn: await withdrawExtra(tx, batchId) };
}

/** Samples `s` of the audit of a batch whose case `t` nobody has read. */
const unread = (
  batchId: string,
) => sql`s.batch_id = ${batchId} and s.purpose = 'audit' and s.status in ('waiting', 'lost')
  and t.batch_id = s.batch_id and t.id = s.task_id and t.status = 'open' and t.reads_done = 0`;

/** Whether the audit of a batch has drawn a case that nobody has read. Index: audit_samples_status_idx. */
export async function hasUnreadSamples(q: Queryable, batchId: string): Promise<boolean> {
  const rows = await q.execute(sql`select 1 from audit_samples s, tasks t where ${unread(batchId)} limit 1`);
  return rows.length > 0;
}

/** Takes out of the audit of a batch what nobody has read. Under a lock of the batch. */
export async function dropUnreadSamples(tx: Tx, batchId: string): Promise<void> {
  await tx.execute(sql`delete from audit_samples s using tasks t where ${unread(batchId)}`);
}

/** Takes back what is not in the sample any more and nobody has looked at or holds; returns how many. */
export async function withdrawExtra(tx: Tx, batchId: string): Promise<number> {
  const [out] = await tx.execute<{ n: number }>(sql`
    with gone as (
      delete from slots o using audit_samples s
      where o.batch_id = ${batchId} and o.tier = 'audit' and o.status = 'open' and o.slot_no < ${SLOT_BASE.reread}::int
        and s.batch_id = o.batch_id and s.task_id = o.task_id and s.purpose = 'audit' and s.is_extra and s.status = 'open'
      returning o.task_id),
    out as (
      delete from audit_samples s where s.batch_id = ${batchId} and s.purpose = 'audit' and s.is_extra
        and (s.status in ('waiting', 'dropped', 'lost') or (s.status = 'open' and s.task_id in (select task_id from gone)))
      returning 1)
    select count(*)::int as n from out`);
  return out?.n ?? 0;
}

/** Cases of an audit that somebody has looked at or holds, and that count. */
export async function countBegun(q: Queryable, batchId: string): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from audit_samples s
    where s.batch_id = ${batchId} and s.purpose = 'audit' and not s.is_extra and (s.status = 'done' or (s.status = 'open'
      and not exists (select 1 from slots o where o.batch_id = ${batchId} and o.task_id = s.task_id and o.tier = 'audit'
        and o.slot_no < ${SLOT_BASE.reread}::int and o.status = 'open')))`);
  return row?.n ?? 0;
}

/**
 * Drawn cases that are final, not shut and not opened yet, locked with their tasks, so that none is undone meanwhile (R22); at most `limit`.
 * Index: audit_samples_status_idx.
 */
export async function lockReadyChecks(
  tx: Tx,
  input: { batchId: string; limit: number },
): Promise<{ taskId: string; purpose: CheckPurpose }[]> {
  const rows = await tx.execute<{ taskId: string; purpose: CheckPurpose }>(sql`
    select s.task_id as "taskId", s.purpose from audit_samples s
    join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
    where s.batch_id = ${input.batchId} and s.status = 'waiting' and t.status = 'final'
      and not ${isShut(input.batchId)}
    order by s.task_id, s.purpose limit ${input.limit} for update of s, t skip locked`);
  return [...rows].map(({ taskId, purpose }) => ({ taskId, purpose }));
}

/** Moves samples on. `isNormal`: of a re-read that is done, whether it was held against a normal label. */
export async function setSamplesStatus(
  tx: Tx,
  input: {
    batchId: string;
    taskIds: readonly string[];
    purpose: CheckPurpose;
    to: 'open' | 'done' | 'dropped';
    isNormal?: boolean | null;
  },
): Promise<void> {
  await tx.execute(sql`update audit_samples set status = ${input.to},
      is_normal = coalesce(${input.isNormal ?? null}::boolean, is_normal)
    where batch_id = ${input.batchId} and task_id = any (${sql.param([...input.taskIds])}::uuid[]) and purpose = ${input.purpose}`);
}

/**
 * Puts samples aside whose case nobody checks: unusable, shut for protected information, final or not (R24), or, once a closing batch is
 * read out, never read. A turn that is open for one goes with it; one that somebody holds ends first. Those whose case is final and open again (a
 * false alarm) wait again. Index: audit_samples_status_idx.
 */
export async function dropLostSamples(tx: Tx, input: { batchId: string; isReadOut: boolean }): Promise<void> {
  const { batchId } = input;
  await tx.execute(sql`
    update audit_samples s set status = 'waiting' from tasks t
    where s.batch_id = ${batchId} and s.status = 'lost' and t.batch_id = s.batch_id and t.id = s.task_id
      and t.status = 'final' and not ${isShut(batchId)}`);
  await tx.execute(sql`
    with never as materialized (
      select s.purpose, s.task_id, s.status from audit_samples s
      join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
      where s.batch_id = ${batchId} and s.status in ('waiting', 'open')
        and (t.status = 'unusable' or ${isShut(batchId)} or (${input.isReadOut} and t.status = 'open' and t.reads_done = 0))),
    gone as (
      delete from slots o using never n
      where o.batch_id = ${batchId} and o.task_id = n.task_id and o.tier = 'audit' and o.status = 'open'
        and n.purpose = case when o.slot_no >= ${SLOT_BASE.reread}::int then 'reread' else 'audit' end
      returning n.purpose, n.task_id)
    update audit_samples s set status = 'lost' from never n
    where s.batch_id = ${batchId} and s.purpose = n.purpose and s.task_id = n.task_id and s.status = n.status
      and (n.status = 'waiting' or (n.purpose, n.task_id) in (select purpose, task_id from gone))`);
}

/** Whether the checks of sample `s` were ended, of batch `b`. */
const IS_ENDED = sql`(case s.purpose when 'audit' then b.audit_ended_at else b.rereads_ended_at end) is not null`;

/** The turn `o` that sample `s` of its batch has. */
const IS_TURN = sql`o.task_id = s.task_id and o.tier = 'audit'
  and s.purpose = case when o.slot_no >= ${SLOT_BASE.reread}::int then 'reread' else 'audit' end`;
/** While nobody has taken it. */
const IS_FREE_TURN = sql`${IS_TURN} and o.status = 'open'`;

/** Keeps that the audit and the re-reads of a batch were ended, whether or not anything was left to give up. Under a lock of the batch. */
export async function putChecksEnded(tx: Tx, input: { batchId: string; now: Date }): Promise<void> {
  await tx
    .update(batches)
    .set({ auditEndedAt: input.now, rereadsEndedAt: input.now })
    .where(eq(batches.id, input.batchId));
}

/** Why the checks of batches were ended the last time, of those of which they were. Index: audit_events_subject_idx. */
export async function findEndReasons(
  q: Queryable,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<{ batchId: string; reason: string }>(sql`
    select distinct on (subject_id) subject_id as "batchId", detail ->> 'reason' as reason from audit_events
    where subject_kind = 'batch' and subject_id in ${batchIds} and action = 'labels.audit_ended'
    order by subject_id, at desc, id desc`);
  return new Map(rows.map((row) => [row.batchId, row.reason]));
}

/** An audit that is ordered, or grows with its batch, is not ended any more; re-reads stay so. Under a lock of the batch. */
export async function takeUpAudit(tx: Tx, batchId: string): Promise<void> {
  await tx.update(batches).set({ auditEndedAt: null }).where(eq(batches.id, batchId));
}

/** Whether a check that was ended is free again, so that it is to be given up: 1 or 0. Index: audit_samples_status_idx. */
export const isEndedFree = (batchId: string) => sql`(select count(*)::int from (select 1 from batches b
  join audit_samples s on s.batch_id = b.id and s.status = 'open' and ${IS_ENDED}
  join slots o on o.batch_id = b.id and ${IS_FREE_TURN} where b.id = ${batchId} limit 1) e)`;

/**
 * Checks that were ended stay ended, audits and re-reads each for themselves: what has been drawn since, or is free again, is given up with
 * the rest, and so counts as the rest does (ADR 014). An audit that grows is drawn again, and then nothing of it is given up any more.
 * Index: audit_samples_status_idx.
 */
export async function giveUpEnded(tx: Tx, batchId: string): Promise<void> {
  await tx.execute(sql`
    with ended as materialized (
      select s.purpose, s.task_id, s.status from batches b
      join audit_samples s on s.batch_id = b.id and s.status in ('waiting', 'open')
      where b.id = ${batchId} and ${IS_ENDED}),
    gone as (
      delete from slots o using ended s
      where o.batch_id = ${batchId} and s.status = 'open' and ${IS_FREE_TURN}
      returning s.purpose, s.task_id)
    update audit_samples s set status = 'dropped' from ended e
    where s.batch_id = ${batchId} and s.purpose = e.purpose and s.task_id = e.task_id and s.status = e.status
      and (e.status = 'waiting' or (e.purpose, e.task_id) in (select purpose, task_id from gone))`);
}

export type LeftChecks = {
  batchId: string;
  /** Drawn and not done, whatever class their labels are of and whether or not they are in the sample still. */
  checks: number;
  /** Of them, those that somebody holds. */
  held: number;
  /** Of them, re-reads. */
  rereads: number;
  /** All of them are of checks that were ended: the held ones are waited for, what is let go is given up. */
  isEnded: boolean;
};

/** What the checks of some batches have left, of those that have any left. Indexes: audit_samples_status_idx, slots' primary key. */
export async function countLeft(q: Queryable, batchIds: readonly string[]): Promise<LeftChecks[]> {
  if (batchIds.length === 0) return [];
  const rows = await q.execute<LeftChecks>(sql`
    select s.batch_id as "batchId", count(*)::int as checks,
      count(*) filter (where s.status = 'open' and exists (select 1 from slots o
        where o.batch_id = s.batch_id and ${IS_TURN} and o.status = 'leased'))::int as held,
      count(*) filter (where s.purpose = 'reread')::int as rereads, bool_and(${IS_ENDED}) as "isEnded"
    from audit_samples s join batches b on b.id = s.batch_id
    where s.batch_id = any (${sql.param([...batchIds])}::uuid[]) and s.status in ('waiting', 'open')
    group by s.batch_id`);
  return [...rows];
}

/** Gives up everything not checked yet; a slot that somebody holds is finished by them. Returns how many were given up. */
export async function dropOpenSamples(tx: Tx, batchId: string): Promise<number> {
  const rows = await tx.execute<{ taskId: string }>(sql`
    update audit_samples s set status = 'dropped'
    where s.batch_id = ${batchId} and s.status in ('waiting', 'open') and not exists (
      select 1 from slots o where o.batch_id = s.batch_id and o.task_id = s.task_id and o.tier = 'audit'
        and o.status = 'leased')
    returning s.task_id as "taskId"`);
  await tx.execute(sql`
    delete from slots o using audit_samples s
    where o.batch_id = ${batchId} and o.tier = 'audit' and o.status = 'open'
      and s.batch_id = o.batch_id and s.task_id = o.task_id and s.status = 'dropped'`);
  return rows.length;
}

/** In which other tiers a person has worked on a case. Index: slots_person_task_key. */
export async function otherTiersOf(
  q: Queryable,
  input: { batchId: string; taskId: string; personId: string; tier: Tier },
): Promise<Tier[]> {
  const rows = await q.execute<{ tier: Tier }>(sql`
    select distinct tier from slots where batch_id = ${input.batchId} and annotator_id = ${input.personId}
      and task_id = ${input.taskId} and tier <> ${input.tier}
    union select distinct tier from slot_releases where batch_id = ${input.batchId} and annotator_id = ${input.personId}
      and task_id = ${input.taskId} and tier <> ${input.tier} and cause in ('returned', 'rejected')`);
  return [...rows].map((row) => row.tier);
}

export async function insertAuditResult(tx: Tx, row: typeof auditResults.$inferInsert): Promise<void> {
  await tx.insert(auditResults).values(row);
}

export type Dissent = {
  id: string;
  purpose: CheckPurpose;
  errorKind: AuditErrorKind | null;
  answers: unknown;
  comment: string;
};

/**
 * What an audit and a re-read have said against the final label of a case that is in force, for the panel, oldest first: two at most. What
 * was said of an earlier version has been decided. Indexes: audit_results_task_key, the primary key of final_labels.
 */
export async function listDissents(
  q: Queryable,
  input: { batchId: string; taskId: string },
): Promise<Dissent[]> {
  return [
    ...(await q.execute<Dissent>(sql`
      select r.id, r.purpose, r.error_kind as "errorKind", l.answers, r.comment from audit_results r
      join labels l on l.batch_id = r.batch_id and l.id = r.label_id
      where r.batch_id = ${input.batchId} and r.task_id = ${input.taskId} and r.outcome = 'disagree'
        and r.final_version = (select max(f.version) from final_labels f
          where f.batch_id = ${input.batchId} and f.task_id = ${input.taskId})
      order by r.created_at, r.id`)),
  ];
}

/** Why a slot was asked for. Index: the primary key. */
export async function findSlotReason(
  q: Queryable,
  input: { batchId: string; taskId: string; slotNo: number },
): Promise<string | null> {
  const [row] = await q.execute<{ reason: string | null }>(sql`
    select reason from slots where batch_id = ${input.batchId} and task_id = ${input.taskId}
      and slot_no = ${input.slotNo}`);
  return row?.reason ?? null;
}

export type AuditCounts = {
  batchId: string;
  /** Looked at and not in the sample any more; in no estimate. */
  isExtra: boolean;
  drawn: number;
  waiting: number;
  open: number;
  done: number;
  dropped: number;
  lost: number;
  errors: number;
  /** Of the errors, those after which the panel gave another final label. */
  upheld: number;
  kinds: Record<string, number>;
};

/** How the audits of some batches stand, what counts of them and what does not. Re-reads: `countRereads`. */
export async function countAudits(q: Queryable, batchIds: readonly string[]): Promise<AuditCounts[]> {
  if (batchIds.length === 0) return [];
  const rows = await q.execute<AuditCounts>(sql`
    with results as (
      select r.*, exists (select 1 from final_labels a join final_labels b on b.batch_id = a.batch_id and b.task_id = a.task_id
          where a.batch_id = r.batch_id and a.task_id = r.task_id and a.version = r.final_version
            and b.version = r.final_version + 1
            and jsonb_path_query_array(a.fields, '$.*.value') <> jsonb_path_query_array(b.fields, '$.*.value')) as upheld
      from audit_results r where r.batch_id = any (${sql.param([...batchIds])}::uuid[]) and r.purpose = 'audit')
    select s.batch_id as "batchId", s.is_extra as "isExtra", count(*)::int as drawn,
      count(*) filter (where s.status = 'waiting')::int as waiting, count(*) filter (where s.status = 'open')::int as open,
      count(*) filter (where s.status = 'done')::int as done, count(*) filter (where s.status = 'dropped')::int as dropped,
      count(*) filter (where s.status = 'lost')::int as lost,
      count(*) filter (where r.outcome = 'disagree')::int as errors,
      count(*) filter (where r.outcome = 'disagree' and r.upheld)::int as upheld,
      coalesce((select jsonb_object_agg(k.kind, k.n) from (select x.error_kind as kind, count(*)::int as n from results x
        join audit_samples m on m.batch_id = x.batch_id and m.purpose = x.purpose and m.task_id = x.task_id
        where x.batch_id = s.batch_id and m.is_extra = s.is_extra and x.outcome = 'disagree'
          and x.error_kind is not null group by 1) k), '{}') as kinds
    from audit_samples s
    left join results r on r.batch_id = s.batch_id and r.purpose = s.purpose and r.task_id = s.task_id
    where s.batch_id = any (${sql.param([...batchIds])}::uuid[]) and s.purpose = 'audit'
    group by s.batch_id, s.is_extra order by 1, 2`);
  return [...rows];
}
