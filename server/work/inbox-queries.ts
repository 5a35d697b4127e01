import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { tasks } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';
import { caseAlerts, caseFlags } from '#db/schema/work-trouble.ts';
import { reportsOf } from './flag-queries.ts';
import type { InboxPlace } from './inbox-schemas.ts';
import type { FlagKind } from './trouble-rules.ts';

type Page = { after: InboxPlace | null; limit: number };

/** An instant in milliseconds, as a key to order and to go on by. */
const ms = (instant: SQL) => sql<number>`(extract(epoch from ${instant}) * 1000)::float8`;

/** What an inbox is ordered by: first by rank, what waits before what is done; keys of the done are negative, so that the newest comes first. */
type Order = { rank: SQL<number>; key: SQL<number>; id: SQL<string> };

const behind = (order: Order, after: InboxPlace | null) =>
  after === null
    ? undefined
    : sql`(${order.rank}, ${order.key}, ${order.id}) > (${after.rank}::int, ${after.key}::float8, ${after.id}::uuid)`;

const flagReply = sql<string | null>`(select a.note from case_flags a where a.batch_id = ${caseFlags.batchId}
  and a.task_id = ${caseFlags.taskId} and a.reply_to = ${caseFlags.id} order by a.created_at desc limit 1)`;
const flagOrder: Order = {
  rank: sql<number>`(${flagReply} is not null)::int`,
  key: sql<number>`case when ${flagReply} is null then ${ms(sql`coalesce(${caseFlags.dueAt}, ${caseFlags.createdAt})`)}
    else -${ms(sql`${caseFlags.createdAt}`)} end`,
  id: sql<string>`${caseFlags.id}`,
};

/** A page of the flags of a project's batches with their cases and answers: what waits, soonest due first, then what is answered, newest first. */
export async function listFlagRows(q: Queryable, projectId: string, page: Page) {
  return q
    .select({
      flag: caseFlags,
      batchName: batches.name,
      datasetId: batches.datasetId,
      caseId: tasks.caseId,
      reply: flagReply,
      clarifiedIn: sql<{ version: number; status: string } | null>`(
        select json_build_object('version', p.version, 'status', p.status) from case_alerts a
        join protocol_versions p on p.id = a.protocol_version_id
        where a.batch_id = ${caseFlags.batchId} and a.task_id = ${caseFlags.taskId} and a.kind = 'edge_case'
          and a.status = 'clarifying')`,
      rank: flagOrder.rank,
      key: flagOrder.key,
    })
    .from(caseFlags)
    .innerJoin(batches, eq(batches.id, caseFlags.batchId))
    .innerJoin(tasks, and(eq(tasks.batchId, caseFlags.batchId), eq(tasks.id, caseFlags.taskId)))
    .where(and(eq(batches.projectId, projectId), isNull(caseFlags.replyTo), behind(flagOrder, page.after)))
    .orderBy(flagOrder.rank, flagOrder.key, caseFlags.id)
    .limit(page.limit);
}

/** How many flags of a project there are and wait, by kind, and when the first of those that wait is due. */
export async function countFlags(
  q: Queryable,
  projectId: string,
): Promise<{ kind: FlagKind; n: number; waiting: number; firstDueAt: Date | null }[]> {
  const rows = await q.execute<{ kind: FlagKind; n: number; waiting: number; firstDueAt: string | null }>(sql`
    select f.kind, count(*)::int as n, count(*) filter (where a.id is null)::int as waiting,
      min(f.due_at) filter (where a.id is null) as "firstDueAt"
    from batches b join case_flags f on f.batch_id = b.id and f.reply_to is null
    left join lateral (select a.id from case_flags a
      where a.batch_id = f.batch_id and a.task_id = f.task_id and a.reply_to = f.id limit 1) a on true
    where b.project_id = ${projectId} group by f.kind`);
  return [...rows].map((row) => ({
    ...row,
    firstDueAt: row.firstDueAt === null ? null : new Date(row.firstDueAt),
  }));
}

const alertOrder: Order = {
  rank: sql<number>`case when ${caseAlerts.status} = 'open' then 0 when ${caseAlerts.kind} = 'edge_case' then 1 else 2 end`,
  key: sql<number>`case when ${caseAlerts.status} = 'open' then ${ms(sql`coalesce(${caseAlerts.dueAt}, ${caseAlerts.openedAt})`)}
    else -${ms(sql`${caseAlerts.openedAt}`)} end`,
  id: sql<string>`${caseAlerts.id}`,
};

/** A page of a project's alerts: what waits, soonest due first; decided edge cases and then cases taken out of work, newest first. */
export async function listAlertRows(q: Queryable, projectId: string, page: Page) {
  return q
    .select({
      alert: caseAlerts,
      batchName: batches.name,
      datasetId: batches.datasetId,
      caseId: tasks.caseId,
      change: {
        version: protocolVersions.version,
        status: protocolVersions.status,
        changeClass: protocolVersions.changeClass,
      },
      asks: sql<string[]>`coalesce((select array_agg(f.note order by f.created_at) from (
        select note, created_at from case_flags f where f.batch_id = ${caseAlerts.batchId}
          and f.task_id = ${caseAlerts.taskId} and f.kind = 'ask' and f.reply_to is null order by created_at limit 20) f), '{}')`,
      // Index: the primary key.
      gold: sql<{
        itemId: string;
        isWithdrawn: boolean;
      } | null>`case when ${caseAlerts.kind} = 'gold_skipped' then (
        select json_build_object('itemId', g.gold_item_id, 'isWithdrawn', g.withdrawn_at is not null) from gold_answers g
        where g.batch_id = ${caseAlerts.batchId} and g.task_id = ${caseAlerts.taskId}) end`,
      rank: alertOrder.rank,
      key: alertOrder.key,
    })
    .from(caseAlerts)
    .innerJoin(batches, eq(batches.id, caseAlerts.batchId))
    .innerJoin(tasks, and(eq(tasks.batchId, caseAlerts.batchId), eq(tasks.id, caseAlerts.taskId)))
    .leftJoin(protocolVersions, eq(protocolVersions.id, caseAlerts.protocolVersionId))
    .where(and(eq(batches.projectId, projectId), behind(alertOrder, page.after)))
    .orderBy(alertOrder.rank, alertOrder.key, caseAlerts.id)
    .limit(page.limit);
}

/** How many alerts of a project there are, how many wait, and how many cases were taken out of work by the reason most people gave. */
export async function countAlerts(
  q: Queryable,
  projectId: string,
): Promise<{ total: number; open: number; excluded: { reason: string; cases: number }[] }> {
  const rows = await q.execute<{ reason: string | null; n: number; open: number }>(sql`
    select case when a.kind = 'unusable' then (select r.key from jsonb_each_text(a.reasons) r
        order by r.value::int desc, r.key limit 1) end as reason,
      count(*)::int as n, count(*) filter (where a.status = 'open')::int as open
    from batches b join case_alerts a on a.batch_id = b.id
    where b.project_id = ${projectId} group by 1 order by 2 desc, 1`);
  return {
    total: [...rows].reduce((sum, row) => sum + row.n, 0),
    open: [...rows].reduce((sum, row) => sum + row.open, 0),
    excluded: [...rows].flatMap(({ reason, n }) => (reason === null ? [] : [{ reason, cases: n }])),
  };
}

const closing = sql`left join lateral (select outcome, note, created_at from case_flags a
  where a.batch_id = f.batch_id and a.task_id = f.task_id and a.reply_to = f.id and a.outcome is not null limit 1) a on true`;

type IncidentRow = {
  flagId: string;
  batchId: string;
  batchName: string;
  project: string;
  sponsor: string;
  note: string;
  createdAt: Date;
  dueAt: Date | null;
  outcome: 'false_alarm' | 'confirmed' | null;
  answer: string | null;
  closedAt: Date | null;
  /** Of all reports of its case. */
  openReports: number;
  isConfirmed: boolean;
  rank: number;
  key: number;
};
type Dates = 'createdAt' | 'dueAt' | 'closedAt';

/**
 * A page of the reports of protected information: open ones, soonest due first, then those closed, newest first; with what all reports of
 * the case have come to. Indexes: case_flags_incident_idx, tasks_case_idx.
 */
export async function listIncidentRows(q: Queryable, page: Page): Promise<IncidentRow[]> {
  const order: Order = {
    rank: sql<number>`(a.outcome is not null)::int`,
    key: sql<number>`case when a.outcome is null then ${ms(sql`coalesce(f.due_at, f.created_at)`)} else -${ms(sql`f.created_at`)} end`,
    id: sql<string>`f.id`,
  };
  const rows = await q.execute<
    Omit<IncidentRow, Dates> & { createdAt: string; dueAt: string | null; closedAt: string | null }
  >(sql`
    select page.*, k.open as "openReports", k."isConfirmed" from (
    select f.id as "flagId", f.batch_id as "batchId", b.name as "batchName", p.title as project, o.legal_name as sponsor,
      f.note, f.created_at as "createdAt", f.due_at as "dueAt", a.outcome, a.note as answer, a.created_at as "closedAt",
      b.dataset_id, f.task_id, ${order.rank} as rank, ${order.key} as key
    from case_flags f join batches b on b.id = f.batch_id join projects p on p.id = b.project_id
    join organisations o on o.id = p.org_id ${closing}
    where f.kind = 'phi_seen' and f.reply_to is null and ${behind(order, page.after) ?? sql`true`}
    order by ${order.rank}, ${order.key}, f.id limit ${page.limit}) page
    join tasks t on t.batch_id = page."batchId" and t.id = page.task_id
    cross join lateral ${reportsOf({ datasetId: sql`page.dataset_id`, caseId: sql`t.case_id` })} k
    order by page.rank, page.key, page."flagId"`);
  const date = (text: string | null) => (text === null ? null : new Date(text));
  return [...rows].map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    dueAt: date(row.dueAt),
    closedAt: date(row.closedAt),
  }));
}

/** How many reports of protected information there are, are open, and are open past their time. Index: case_flags_incident_idx. */
export async function countIncidents(
  q: Queryable,
  now: Date,
): Promise<{ total: number; open: number; overdue: number }> {
  const [row] = await q.execute<{ total: number; open: number; overdue: number }>(sql`
    select count(*)::int as total, count(*) filter (where a.outcome is null)::int as open,
      count(*) filter (where a.outcome is null and f.due_at < ${now.toISOString()}::timestamptz)::int as overdue
    from case_flags f ${closing} where f.kind = 'phi_seen' and f.reply_to is null`);
  return row ?? { total: 0, open: 0, overdue: 0 };
}
