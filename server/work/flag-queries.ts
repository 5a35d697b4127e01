import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { tasks } from '#db/schema/work.ts';
import { caseFlags } from '#db/schema/work-trouble.ts';
import { type CaseKey, sameContent } from '#server/datasets/same-content.ts';
import type { FlagKind } from './trouble-rules.ts';

export async function insertFlag(tx: Tx, row: typeof caseFlags.$inferInsert): Promise<void> {
  await tx.insert(caseFlags).values(row);
}

export async function findFlag(q: Queryable, input: { batchId: string; flagId: string }) {
  const [row] = await q
    .select()
    .from(caseFlags)
    .where(and(eq(caseFlags.batchId, input.batchId), eq(caseFlags.id, input.flagId)));
  return row ?? null;
}

/** Whether a flag was answered. Index: case_flags_task_idx. */
export async function hasReply(
  q: Queryable,
  flag: { batchId: string; taskId: string; id: string },
): Promise<boolean> {
  const rows = await q.execute(sql`select 1 from case_flags where batch_id = ${flag.batchId}
    and task_id = ${flag.taskId} and reply_to = ${flag.id} limit 1`);
  return rows.length > 0;
}

/**
 * Holds every batch that has a case, or a copy of it, in the state it is in, in the order of their ids: one incident of the case ends after
 * the other, whichever batch it was seen in, and no batch opens or settles while the case goes back to work. Waits for a settlement that
 * is under way. Index: tasks_case_idx.
 */
export async function lockBatchesOfCase(tx: Tx, of: CaseKey): Promise<void> {
  await tx.execute(sql`select 1 from batches b where b.id in (
      select held.id from ${sameContent(keysOf(of))} c join batches held on held.dataset_id = c.dataset_id
      join tasks t on t.batch_id = held.id and t.case_id = c.id)
    order by b.id for no key update of b`);
}

const keysOf = (of: CaseKey) => ({ datasetId: sql`${of.datasetId}::uuid`, caseId: sql`${of.caseId}::uuid` });

/** Whether the incident desk has not closed a report yet. Index: the primary key, case_flags_task_idx. */
export async function isOpenReport(
  q: Queryable,
  flag: { batchId: string; taskId: string; id: string },
): Promise<boolean> {
  const rows = await q.execute(sql`select 1 from case_flags where batch_id = ${flag.batchId}
    and task_id = ${flag.taskId} and reply_to = ${flag.id} and outcome is not null limit 1`);
  return rows.length === 0;
}

/** Reports of protected information (R24) of one case and its copies, in whatever batch. */
export type ReportsOfCase = {
  /** Those that the incident desk has not closed yet. */
  open: number;
  /** The desk has confirmed one of them, whatever the others came to: the case stays shut for good. */
  isConfirmed: boolean;
};

/** A row of `ReportsOfCase`. Indexes: cases_content_idx, tasks_case_idx, case_flags_task_idx. */
export const reportsOf = (of: { datasetId: SQL; caseId: SQL }): SQL => sql`(
  select count(*) filter (where report.outcome is null)::int as open,
    coalesce(bool_or(report.outcome = 'confirmed'), false) as "isConfirmed"
  from (select (select answer.outcome from case_flags answer where answer.batch_id = said.batch_id
        and answer.task_id = said.task_id and answer.reply_to = said.id and answer.outcome is not null limit 1) as outcome
    from ${sameContent(of)} content join batches held on held.dataset_id = content.dataset_id
    join tasks place on place.batch_id = held.id and place.case_id = content.id
    join case_flags said on said.batch_id = place.batch_id and said.task_id = place.id
      and said.kind = 'phi_seen' and said.reply_to is null) report)`;

export async function reportsOfCase(q: Queryable, of: CaseKey): Promise<ReportsOfCase> {
  const [row] = await q.execute<ReportsOfCase>(sql`select * from ${reportsOf(keysOf(of))} of_case`);
  return row ?? { open: 0, isConfirmed: false };
}

/**
 * The case of a lease that is over: handed in, given back, run out or taken; `isHeld` where it ran out and is theirs still, because nobody has
 * taken it back yet. Walks what they have read here; for a rare question. Index: slots_person_task_key, the primary key of slot_releases.
 */
export async function findPastTask(
  q: Queryable,
  of: { batchId: string; leaseId: string; annotatorId: string },
): Promise<{ taskId: string; isHeld: boolean } | null> {
  const mine = sql`batch_id = ${of.batchId} and annotator_id = ${of.annotatorId} and lease_id = ${of.leaseId}`;
  const [row] = await q.execute<{ taskId: string; isHeld: boolean }>(sql`
    select task_id as "taskId", status = 'leased' as "isHeld" from slots where ${mine}
    union all select task_id, false from slot_releases where ${mine} limit 1`);
  return row ?? null;
}

/** What a person has reported of a case in a batch before (R24). Index: case_flags_task_idx. */
export async function findOwnReport(
  q: Queryable,
  of: { batchId: string; taskId: string; annotatorId: string },
): Promise<{ flagId: string; dueAt: Date } | null> {
  const [row] = await q
    .select({ flagId: caseFlags.id, dueAt: caseFlags.dueAt, createdAt: caseFlags.createdAt })
    .from(caseFlags)
    .where(
      and(
        eq(caseFlags.batchId, of.batchId),
        eq(caseFlags.taskId, of.taskId),
        eq(caseFlags.annotatorId, of.annotatorId),
        eq(caseFlags.kind, 'phi_seen'),
        isNull(caseFlags.replyTo),
      ),
    )
    .limit(1);
  return row ? { flagId: row.flagId, dueAt: row.dueAt ?? row.createdAt } : null;
}

/** How much a person has said about cases since an instant, answers left out. Index: case_flags_person_idx. */
export async function countFlagsSince(
  q: Queryable,
  of: { annotatorId: string; since: Date },
): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from case_flags
    where annotator_id = ${of.annotatorId} and created_at > ${of.since.toISOString()}::timestamptz and reply_to is null`);
  return row?.n ?? 0;
}

/** The case of a task. */
export async function caseOfTask(
  q: Queryable,
  input: { batchId: string; taskId: string },
): Promise<string | null> {
  const [row] = await q
    .select({ caseId: tasks.caseId })
    .from(tasks)
    .where(and(eq(tasks.batchId, input.batchId), eq(tasks.id, input.taskId)));
  return row?.caseId ?? null;
}

/** Cases that a reader asked about in some batches, of some protocol versions where they are named. Index: case_flags_task_idx. */
export async function listAskedCases(
  q: Queryable,
  of: { batchIds: readonly string[]; protocolVersionIds?: readonly string[] | undefined },
): Promise<Set<string>> {
  const ofVersions = of.protocolVersionIds
    ? sql`and b.protocol_version_id = any(${sql.param([...of.protocolVersionIds])}::uuid[])`
    : sql``;
  const rows = await q.execute<{ caseId: string }>(sql`
    select distinct k.case_id as "caseId" from batches b
    join case_flags f on f.batch_id = b.id and f.kind = 'ask' and f.reply_to is null
    join tasks k on k.batch_id = f.batch_id and k.id = f.task_id
    where b.id = any(${sql.param([...of.batchIds])}::uuid[]) ${ofVersions}`);
  return new Set([...rows].map((row) => row.caseId));
}

/** Flags that nobody has answered yet, by project and kind; an incident, which its own desk closes, is none of the sponsor's to answer. */
export async function listOpenFlagCounts(
  q: Queryable,
  of: { projectIds: readonly string[]; now: Date },
): Promise<{ projectId: string; kind: FlagKind; n: number; overdue: number }[]> {
  if (of.projectIds.length === 0) return [];
  return [
    ...(await q.execute<{ projectId: string; kind: FlagKind; n: number; overdue: number }>(sql`
      select b.project_id as "projectId", f.kind, count(*)::int as n,
        count(*) filter (where f.due_at < ${of.now.toISOString()}::timestamptz)::int as overdue
      from batches b join case_flags f on f.batch_id = b.id
      where b.project_id = any(${sql.param([...of.projectIds])}::uuid[]) and f.reply_to is null and f.kind <> 'phi_seen'
        and not exists (select 1 from case_flags a
          where a.batch_id = f.batch_id and a.task_id = f.task_id and a.reply_to = f.id)
      group by 1, 2`)),
  ];
}

/** Answers to what a person said in a batch, newest first. */
export async function listReplies(
  q: Queryable,
  input: { batchId: string; annotatorId: string },
): Promise<{ kind: string; asked: string; answer: string; answeredAt: Date }[]> {
  const rows = await q.execute<{ kind: string; asked: string; answer: string; answeredAt: string }>(sql`
    select f.kind, f.note as asked, a.note as answer, a.created_at as "answeredAt"
    from case_flags f join case_flags a on a.batch_id = f.batch_id and a.reply_to = f.id
    where f.batch_id = ${input.batchId} and f.annotator_id = ${input.annotatorId}
    order by a.created_at desc limit 50`);
  return [...rows].map((row) => ({ ...row, answeredAt: new Date(row.answeredAt) }));
}

export type WaitingFlag = {
  id: string;
  batchId: string;
  projectId: string;
  orgId: string;
  kind: FlagKind;
  createdAt: Date;
  dueAt: Date;
};

/**
 * What readers said that nobody has answered and that is due until an instant, soonest first, keyset by due time and id. An incident
 * is answered when it was closed. Index: case_flags_due_idx, and case_flags_task_idx for answers, which are of the same task.
 */
export async function listFlagsDueBy(
  q: Queryable,
  page: { after: { dueAt: Date; id: string }; until: Date; limit: number },
): Promise<WaitingFlag[]> {
  const rows = await q.execute<
    Omit<WaitingFlag, 'createdAt' | 'dueAt'> & { createdAt: string; dueAt: string }
  >(sql`
    select f.id, f.batch_id as "batchId", b.project_id as "projectId", p.org_id as "orgId", f.kind,
      f.created_at as "createdAt", f.due_at as "dueAt"
    from case_flags f join batches b on b.id = f.batch_id join projects p on p.id = b.project_id
    where f.reply_to is null and f.due_at <= ${page.until.toISOString()}::timestamptz
      and (f.due_at, f.id) > (${page.after.dueAt.toISOString()}::timestamptz, ${page.after.id}::uuid)
      and not exists (select 1 from case_flags a where a.batch_id = f.batch_id and a.task_id = f.task_id
        and a.reply_to = f.id and (f.kind <> 'phi_seen' or a.outcome is not null))
    order by f.due_at, f.id limit ${page.limit}`);
  return [...rows].map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    dueAt: new Date(row.dueAt),
  }));
}
