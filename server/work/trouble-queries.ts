import { and, eq, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { tasks } from '#db/schema/work.ts';
import { caseAlerts } from '#db/schema/work-trouble.ts';
import { DAY, plus } from '#server/core/clock.ts';

export type CaseAlert = typeof caseAlerts.$inferSelect;

/** Comes before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * How many people passed a case on for some reasons, and for each of them. Who passes on the correction of a read has read the case: that
 * says to leave the read as it is (R31), and would have it paid without a decision if it counted. Index: the releases of the batch by task
 * are few; slots' primary key.
 */
export async function countSkipReasons(
  q: Queryable,
  of: { batchId: string; taskId: string; reasons: readonly string[] },
): Promise<{ people: number; byReason: Record<string, number> }> {
  // One person can have given two: of a repeat, or of the slot of somebody whose read was rejected, another than before.
  const rows = await q.execute<{ reason: string | null; people: number }>(sql`
    select reason, count(distinct annotator_id)::int as people from slot_releases x
    where batch_id = ${of.batchId} and task_id = ${of.taskId} and cause = 'skipped'
      and reason = any (${sql.param([...of.reasons])}::text[])
      -- The read is still in its slot, or was given to another since.
      and not exists (select 1 from slots s where s.batch_id = ${of.batchId} and s.task_id = x.task_id and s.slot_no = x.slot_no
        and s.annotator_id = x.annotator_id and s.label_id is not null)
      and not exists (select 1 from slot_releases g where g.batch_id = ${of.batchId} and g.annotator_id = x.annotator_id
        and g.task_id = x.task_id and g.slot_no = x.slot_no and g.cause = 'returned')
    group by grouping sets ((reason), ()) order by 1`);
  const byReason = Object.fromEntries(
    [...rows].flatMap(({ reason, people }) => (reason === null ? [] : [[reason, people]])),
  );
  return { people: [...rows].find((row) => row.reason === null)?.people ?? 0, byReason };
}

/** How many people asked about a case. Index: case_flags_task_idx. */
export async function countAskers(q: Queryable, of: { batchId: string; taskId: string }): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(distinct annotator_id)::int as n from case_flags
    where batch_id = ${of.batchId} and task_id = ${of.taskId} and kind = 'ask' and reply_to is null`);
  return row?.n ?? 0;
}

export type AskedTask = { batchId: string; taskId: string; people: number };

/** A pilot is read for at most so long (`bids/schemas.ts`), and another of its call, which has settled, is held back as long. */
const HELD_BACK_DAYS = 365;

/**
 * All cases that somebody asked about and that no edge case was raised for, page by page in the order of batch and case, so that old
 * questions are looked at however many are newer: of live batches, and of pilots and panels that have settled, whose reads may have been
 * held back until then (R7, R15). Index: case_flags_task_idx.
 */
export async function* pagesOfAskedTasks(
  q: Queryable,
  of: { now: Date; size?: number },
): AsyncGenerator<AskedTask[]> {
  const size = of.size ?? 2000;
  let after = { batchId: NO_ID, taskId: NO_ID };
  for (;;) {
    const rows: AskedTask[] = [
      ...(await q.execute<AskedTask>(sql`
        select f.batch_id as "batchId", f.task_id as "taskId", count(distinct f.annotator_id)::int as people
        from case_flags f join batches b on b.id = f.batch_id
        where f.kind = 'ask' and f.reply_to is null
          and (f.batch_id, f.task_id) > (${after.batchId}::uuid, ${after.taskId}::uuid)
          and (b.status in ('open', 'paused', 'closing') or (b.status = 'settled' and b.kind in ('pilot', 'self_label')
            and b.settled_at > ${plus(of.now, -HELD_BACK_DAYS * DAY).toISOString()}::timestamptz))
          and not exists (select 1 from case_alerts a
            where a.batch_id = f.batch_id and a.task_id = f.task_id and a.kind = 'edge_case')
        group by 1, 2 order by 1, 2 limit ${size}`)),
    ];
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    after = last;
  }
}

/**
 * A task's state, locked, whether its answer is known, and what was said of its skips already; null when there is none. Known is what is
 * dealt and what has an answer in force among the batch's own cases, as all of an exam have. Indexes: gold_answers_pkey, case_alerts_task_key.
 */
export async function lockTask(
  tx: Tx,
  of: { batchId: string; taskId: string },
): Promise<{ status: string; isKnown: boolean; alerts: string[] } | null> {
  const [row] = await tx
    .select({
      status: tasks.status,
      isKnown: sql<boolean>`(${tasks.isDealtGold} or exists (select 1 from gold_answers g where g.batch_id = ${of.batchId}
        and g.task_id = ${of.taskId} and g.withdrawn_at is null))`,
      alerts: sql<string[]>`array(select a.kind from case_alerts a where a.batch_id = ${of.batchId}
        and a.task_id = ${of.taskId} and a.kind in ('unusable', 'gold_skipped'))`,
    })
    .from(tasks)
    .where(and(eq(tasks.batchId, of.batchId), eq(tasks.id, of.taskId)))
    .for('update');
  return row ?? null;
}

/** The case of a batch's own whose answer a gold item was, once it is withdrawn; null when it was dealt, or has none. Index: gold_answers_item_idx. */
export async function findOwnGold(
  q: Queryable,
  of: { batchId: string; goldItemId: string },
): Promise<{ taskId: string } | null> {
  const [row] = await q.execute<{ taskId: string }>(sql`
    select g.task_id as "taskId" from gold_answers g join tasks t on t.batch_id = g.batch_id and t.id = g.task_id
    where g.gold_item_id = ${of.goldItemId} and g.batch_id = ${of.batchId} and g.withdrawn_at is not null and not t.is_dealt_gold
    limit 1`);
  return row ?? null;
}

/** Label slots of a task that are submitted and not decided on. Index: the primary key. */
export async function listSubmittedSlots(
  q: Queryable,
  of: { batchId: string; taskId: string },
): Promise<{ taskId: string; slotNo: number }[]> {
  return [
    ...(await q.execute<{ taskId: string; slotNo: number }>(sql`
      select task_id as "taskId", slot_no as "slotNo" from slots
      where batch_id = ${of.batchId} and task_id = ${of.taskId} and status = 'submitted' order by slot_no`)),
  ];
}

/** Puts an alert; null when the case has one of the kind. */
export async function insertAlert(tx: Tx, row: typeof caseAlerts.$inferInsert): Promise<CaseAlert | null> {
  const [made] = await tx.insert(caseAlerts).values(row).onConflictDoNothing().returning();
  return made ?? null;
}

export async function findAlert(
  q: Queryable,
  of: { batchId: string; alertId: string },
): Promise<CaseAlert | null> {
  const [row] = await q
    .select()
    .from(caseAlerts)
    .where(and(eq(caseAlerts.batchId, of.batchId), eq(caseAlerts.id, of.alertId)));
  return row ?? null;
}

/** Moves an alert that is still open; null when it is not. */
export async function decideAlertRow(
  tx: Tx,
  of: { batchId: string; alertId: string; set: Partial<typeof caseAlerts.$inferInsert> },
): Promise<CaseAlert | null> {
  const [row] = await tx
    .update(caseAlerts)
    .set(of.set)
    .where(
      and(
        eq(caseAlerts.batchId, of.batchId),
        eq(caseAlerts.id, of.alertId),
        eq(caseAlerts.status, 'open'),
        eq(caseAlerts.kind, 'edge_case'),
      ),
    )
    .returning();
  return row ?? null;
}

/** Makes the edge case of a case a clarification, whether it was raised before or not; null when it is one already. Index: case_alerts_task_key. */
export async function clarifyCase(tx: Tx, row: typeof caseAlerts.$inferInsert): Promise<CaseAlert | null> {
  const { status, decidedAt, decidedBy, decisionNote } = row;
  const [made] = await tx
    .insert(caseAlerts)
    .values(row)
    .onConflictDoUpdate({
      target: [caseAlerts.batchId, caseAlerts.taskId, caseAlerts.kind],
      set: { status, decidedAt, decidedBy, decisionNote },
      setWhere: ne(caseAlerts.status, 'clarifying'),
    })
    .returning();
  return made ?? null;
}

/** Writes down which version of the protocol says what to do in a case, of an alert that was claimed in this transaction. */
export async function nameVersion(
  tx: Tx,
  of: { batchId: string; alertId: string; protocolVersionId: string },
): Promise<void> {
  const { batchId, alertId, protocolVersionId } = of;
  await tx
    .update(caseAlerts)
    .set({ protocolVersionId })
    .where(and(eq(caseAlerts.batchId, batchId), eq(caseAlerts.id, alertId)));
}

/** Edge cases that nobody has decided on yet, by project. */
export async function listOpenAlertCounts(
  q: Queryable,
  of: { projectIds: readonly string[]; now: Date },
): Promise<{ projectId: string; n: number; overdue: number }[]> {
  if (of.projectIds.length === 0) return [];
  return [
    ...(await q.execute<{ projectId: string; n: number; overdue: number }>(sql`
      select b.project_id as "projectId", count(*)::int as n,
        count(*) filter (where a.due_at < ${of.now.toISOString()}::timestamptz)::int as overdue
      from batches b join case_alerts a on a.batch_id = b.id
      where b.project_id = any(${sql.param([...of.projectIds])}::uuid[]) and a.kind = 'edge_case' and a.status = 'open'
      group by 1`)),
  ];
}

export type WaitingAlert = {
  id: string;
  batchId: string;
  projectId: string;
  orgId: string;
  createdAt: Date;
  dueAt: Date;
};

/** Edge cases that nobody has decided on and that are due until an instant, soonest first, keyset by due time and id. Index: case_alerts_due_idx. */
export async function listAlertsDueBy(
  q: Queryable,
  page: { after: { dueAt: Date; id: string }; until: Date; limit: number },
): Promise<WaitingAlert[]> {
  const rows = await q.execute<
    Omit<WaitingAlert, 'createdAt' | 'dueAt'> & { createdAt: string; dueAt: string }
  >(sql`
    select a.id, a.batch_id as "batchId", b.project_id as "projectId", p.org_id as "orgId",
      a.opened_at as "createdAt", a.due_at as "dueAt"
    from case_alerts a join batches b on b.id = a.batch_id join projects p on p.id = b.project_id
    where a.status = 'open' and a.due_at <= ${page.until.toISOString()}::timestamptz
      and (a.due_at, a.id) > (${page.after.dueAt.toISOString()}::timestamptz, ${page.after.id}::uuid)
    order by a.due_at, a.id limit ${page.limit}`);
  return [...rows].map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    dueAt: new Date(row.dueAt),
  }));
}

export type ImpactRow = { batchId: string; datasetId: string; name: string; status: string; reads: number };

/** Batches of a project under a protocol version with what was read in them: from the readers' own rows, never from labels. */
export async function listImpact(
  q: Queryable,
  of: { projectId: string; protocolVersionId: string },
): Promise<ImpactRow[]> {
  return [
    ...(await q.execute<ImpactRow>(sql`
      select b.id as "batchId", b.dataset_id as "datasetId", b.name, b.status,
        (select coalesce(sum(r.submitted), 0)::int from readers r where r.batch_id = b.id and r.tier = 'label') as reads
      from batches b
      where b.project_id = ${of.projectId} and b.protocol_version_id = ${of.protocolVersionId} and b.status <> 'draft'
      order by b.opened_at limit 500`)),
  ];
}

/** How often a case was passed on. Index: the primary key. */
export async function findSkips(
  q: Queryable,
  of: { batchId: string; taskId: string },
): Promise<{ skips: number } | null> {
  const [row] = await q
    .select({ skips: tasks.skips })
    .from(tasks)
    .where(and(eq(tasks.batchId, of.batchId), eq(tasks.id, of.taskId)));
  return row ?? null;
}
