import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { appealDecisions, appeals, waitingAppeals } from '#db/schema/appeals.ts';
import { BY_APPEAL } from '#server/labels/schemas.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import type { RejectReason } from '#server/work/draft-work.ts';
import type { InboxPlace } from '#server/work/inbox-schemas.ts';

type At = { batchId: string; labelId: string };

/** A rejection with the read that it is about. */
export type Rejection = At & {
  taskId: string;
  slotNo: number;
  annotatorId: string;
  rejectedBy: string;
  rejectedAt: Date;
};

/** The rejection of a read; null when it never was rejected. Indexes: the primary keys of labels and slots, reviews_task_idx. */
export async function findRejection(q: Queryable, at: At): Promise<Rejection | null> {
  const [row] = await q.execute<Omit<Rejection, 'rejectedAt'> & { rejectedAt: string }>(sql`
    select l.batch_id as "batchId", l.id as "labelId", l.task_id as "taskId", l.slot_no as "slotNo",
      l.annotator_id as "annotatorId", v.reviewer_id as "rejectedBy", v.created_at as "rejectedAt"
    from labels l join reviews v on v.batch_id = l.batch_id and v.task_id = l.task_id and v.label_id = l.id
      and v.outcome = 'reject'
    where l.batch_id = ${at.batchId} and l.id = ${at.labelId} and l.tier = 'label'`);
  return row ? { ...row, rejectedAt: new Date(row.rejectedAt) } : null;
}

/** What a read costs with its fee, as locked at its claim. Indexes: the primary keys of labels and terms. */
export async function costOfRead(q: Queryable, at: At): Promise<bigint> {
  const [row] = await q.execute<{ minor: string }>(sql`
    select (t.price_minor + t.fee_minor)::text as minor
    from labels l join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier
      and t.terms_no = l.terms_no
    where l.batch_id = ${at.batchId} and l.id = ${at.labelId}`);
  return BigInt(row?.minor ?? '0');
}

/** Keeps an appeal, which waits from then on; false when there is one already. */
export async function insertAppeal(tx: Tx, row: typeof appeals.$inferInsert): Promise<boolean> {
  const isNew = (await tx.insert(appeals).values(row).onConflictDoNothing().returning()).length === 1;
  const { batchId, labelId, createdAt, dueAt } = row;
  if (isNew) await tx.insert(waitingAppeals).values({ batchId, labelId, createdAt, dueAt });
  return isNew;
}

/** Keeps a decision, for which nothing waits any more; false when there is one already. */
export async function insertDecision(tx: Tx, row: typeof appealDecisions.$inferInsert): Promise<boolean> {
  const isNew = (await tx.insert(appealDecisions).values(row).onConflictDoNothing().returning()).length === 1;
  if (isNew)
    await tx.execute(
      sql`delete from waiting_appeals where batch_id = ${row.batchId} and label_id = ${row.labelId}`,
    );
  return isNew;
}

/** Whether a read was appealed. Index: the primary key. */
export async function hasAppeal(q: Queryable, at: At): Promise<boolean> {
  const rows = await q.execute(
    sql`select 1 from appeals where batch_id = ${at.batchId} and label_id = ${at.labelId}`,
  );
  return rows.length > 0;
}

/** Whether a person has read, reviewed, audited or decided a case; to have decided an appeal about it is no part in it. Index: the primary key of slots, reviews_task_idx. */
async function workedOnCase(
  q: Queryable,
  of: { batchId: string; taskId: string; personId: string },
): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from slots where batch_id = ${of.batchId} and task_id = ${of.taskId} and annotator_id = ${of.personId}
    union all select 1 from reviews where batch_id = ${of.batchId} and task_id = ${of.taskId}
      and reviewer_id = ${of.personId} and slot_no <> ${BY_APPEAL} limit 1`);
  return rows.length > 0;
}

/** Whether a person rejected a read or worked on its case: then they neither decide its appeal nor look at its case for one (R31). */
export async function tookPart(
  q: Queryable,
  of: { batchId: string; taskId: string; rejectedBy: string; personId: string },
): Promise<boolean> {
  return of.rejectedBy === of.personId || (await workedOnCase(q, of));
}

export type RejectionRow = At & {
  project: string;
  batch: string;
  sponsor: string;
  reason: RejectReason;
  evidence: string;
  submittedAt: Date;
  rejectedAt: Date;
  priceMinor: bigint;
  feeMinor: bigint;
  currency: string;
  appealReason: string | null;
  appealedAt: Date | null;
  dueAt: Date | null;
  outcome: 'upheld' | 'overturned' | null;
  decisionReason: string | null;
  decidedAt: Date | null;
};

/** What both lists of rejections show. */
const SHOWN =
  sql.raw(`l.batch_id as "batchId", l.id as "labelId", p.title as project, b.name as batch, o.legal_name as sponsor,
  v.reason, v.comment as evidence, l.submitted_at as "submittedAt", v.created_at as "rejectedAt",
  t.price_minor::text as "priceMinor", t.fee_minor::text as "feeMinor", t.currency, a.reason as "appealReason",
  a.created_at as "appealedAt", a.due_at as "dueAt"`);
const OF_LABEL =
  sql.raw(`join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier
    and t.terms_no = l.terms_no
  join batches b on b.id = l.batch_id join projects p on p.id = b.project_id join organisations o on o.id = p.org_id`);

type OwnOf = {
  personId: string;
  /** Rejected since then, and not appealed, is open to an appeal. */
  since: Date;
};

/** Of a rejection `v` with its appeal `a`, if any: whether it can still be appealed. */
const isOpen = (since: Date) =>
  sql`(a.label_id is null and v.created_at >= ${since.toISOString()}::timestamptz)`;

/**
 * Rejected reads of a person and what they have appealed, each with its rejection and its appeal. It goes from their own slots and appeals,
 * so that it costs by these, however much is reviewed and rejected in their batches. Indexes: readers_person_idx, slots_aside_idx,
 * appeals_person_idx, reviews_task_idx, primary keys.
 */
const rejectedOf = (personId: string, more = sql``) => sql`from (
      select s.batch_id, s.task_id, s.label_id from readers r
      join slots s on s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = 'label' and s.aside = 'rejected'
      where r.annotator_id = ${personId} and r.tier = 'label' and r.rejected > 0
      union
      select x.batch_id, k.task_id, x.label_id from appeals x
      cross join lateral (select k.task_id from labels k where k.batch_id = x.batch_id and k.id = x.label_id limit 1) k
      where x.annotator_id = ${personId}) own
    cross join lateral (select v.reason, v.comment, v.created_at from reviews v where v.batch_id = own.batch_id
      and v.task_id = own.task_id and v.label_id = own.label_id and v.outcome = 'reject' limit 1) v
    ${more}
    left join appeals a on a.batch_id = own.batch_id and a.label_id = own.label_id
    left join appeal_decisions d on d.batch_id = own.batch_id and d.label_id = own.label_id
    where true`;
const ITS_LABEL = sql`cross join lateral (select l.* from labels l where l.batch_id = own.batch_id and l.id = own.label_id limit 1) l
    ${OF_LABEL}`;

/** A page of a person's rejected reads with what became of them: those that can still be appealed first, each the newest first. */
export async function listOwnRejections(
  q: Queryable,
  of: OwnOf & { limit: number; after: InboxPlace | null },
): Promise<(RejectionRow & { isOpen: boolean })[]> {
  const open = isOpen(of.since);
  const { after } = of;
  const at = after && sql`${new Date(after.key).toISOString()}::timestamptz`;
  const rest =
    at &&
    sql`and (not ${open}, ${at} - v.created_at, l.id) > (${after.rank > 0}::boolean, interval '0', ${after.id}::uuid)`;
  const rows = await q.execute(sql`
    select ${SHOWN}, d.outcome, d.reason as "decisionReason", d.decided_at as "decidedAt", ${open} as "isOpen"
    ${rejectedOf(of.personId, ITS_LABEL)} ${rest ?? sql``}
    order by ${open} desc, v.created_at desc, l.id limit ${of.limit}`);
  return [...rows].map((row) => ({ ...toRejection(row), isOpen: row.isOpen === true }));
}

/** How many reads of a person were rejected, and how many of the rejections can still be appealed. */
export async function countOwnRejections(q: Queryable, of: OwnOf): Promise<{ total: number; open: number }> {
  const [row] = await q.execute<{ total: number; open: number }>(sql`
    select count(*)::int as total, (count(*) filter (where ${isOpen(of.since)}))::int as open ${rejectedOf(of.personId)}`);
  return { total: row?.total ?? 0, open: row?.open ?? 0 };
}

export type WaitingRow = RejectionRow & {
  taskId: string;
  protocolVersionId: string;
  author: string;
  rejectedBy: string;
  answers: Answers;
  rationale: string | null;
  activeMs: number;
  medianActiveMs: number | null;
};

/** A page of the appeals that wait for their answer, longest waiting first. Indexes: waiting_appeals_due_idx, primary keys, reviews_task_idx. */
export async function listWaiting(
  q: Queryable,
  { limit, after }: { limit: number; after: InboxPlace | null },
): Promise<WaitingRow[]> {
  const rest = after
    ? sql`where (w.due_at, w.label_id) > (${new Date(after.key).toISOString()}::timestamptz, ${after.id}::uuid)`
    : sql``;
  const rows = await q.execute<Record<string, unknown>>(sql`
    select ${SHOWN}, l.task_id as "taskId", t.protocol_version_id as "protocolVersionId", r.alias as author,
      coalesce(e.alias, 'Sponsor') as "rejectedBy", l.answers, l.rationale, l.active_ms as "activeMs",
      (select case when count(*) >= 5 then percentile_cont(0.5) within group (order by m.active_ms) end from (
        select x.active_ms from labels x where x.batch_id = l.batch_id and x.tier = 'label' limit 2000) m) as "medianActiveMs"
    from waiting_appeals w
    join appeals a on a.batch_id = w.batch_id and a.label_id = w.label_id
    join labels l on l.batch_id = a.batch_id and l.id = a.label_id
    join reviews v on v.batch_id = l.batch_id and v.task_id = l.task_id and v.label_id = l.id and v.outcome = 'reject'
    ${OF_LABEL}
    join readers r on r.batch_id = l.batch_id and r.annotator_id = l.annotator_id and r.tier = 'label'
    left join readers e on v.slot_no >= 0 and e.batch_id = l.batch_id and e.annotator_id = v.reviewer_id and e.tier = 'review'
    ${rest}
    order by w.due_at, w.label_id limit ${limit}`);
  return [...rows].map((row) => ({
    ...(row as unknown as WaitingRow),
    ...toRejection(row),
    outcome: null,
    decisionReason: null,
    decidedAt: null,
    answers: answersRecord.parse(row.answers),
    medianActiveMs: row.medianActiveMs === null ? null : Number(row.medianActiveMs),
  }));
}

/** How many appeals wait, how many of them too long, and since when the oldest does. */
export async function countWaiting(
  q: Queryable,
  now: Date,
): Promise<{ total: number; overdue: number; oldestAt: Date | null }> {
  const [row] = await q.execute<{ total: number; overdue: number; oldestAt: string | null }>(sql`
    select count(*)::int as total, (count(*) filter (where due_at <= ${now.toISOString()}::timestamptz))::int as overdue,
      min(created_at) as "oldestAt"
    from waiting_appeals`);
  return {
    total: row?.total ?? 0,
    overdue: row?.overdue ?? 0,
    oldestAt: row?.oldestAt ? new Date(row.oldestAt) : null,
  };
}

/** Appeals that wait and are due by an instant, oldest first, after one. Index: waiting_appeals_due_idx. */
export async function listDueBy(
  q: Queryable,
  of: { until: Date; after: { dueAt: Date; labelId: string }; limit: number },
): Promise<(At & { dueAt: Date })[]> {
  const rows = await q.execute<At & { dueAt: string }>(sql`
    select batch_id as "batchId", label_id as "labelId", due_at as "dueAt" from waiting_appeals
    where (due_at, label_id) > (${of.after.dueAt.toISOString()}::timestamptz, ${of.after.labelId}::uuid)
      and due_at <= ${of.until.toISOString()}::timestamptz
    order by due_at, label_id limit ${of.limit}`);
  return [...rows].map((row) => ({ ...row, dueAt: new Date(row.dueAt) }));
}

const date = (value: unknown) => new Date(value as string);
const dateOrNull = (value: unknown) => (value === null || value === undefined ? null : date(value));

function toRejection(row: Record<string, unknown>): RejectionRow {
  return {
    ...(row as unknown as RejectionRow),
    submittedAt: date(row.submittedAt),
    rejectedAt: date(row.rejectedAt),
    priceMinor: BigInt(row.priceMinor as string),
    feeMinor: BigInt(row.feeMinor as string),
    appealedAt: dateOrNull(row.appealedAt),
    dueAt: dateOrNull(row.dueAt),
    decidedAt: dateOrNull(row.decidedAt),
  };
}
