import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';

export type HeldPassRow = {
  batchId: string;
  batchName: string;
  annotatorId: string;
  alias: string;
  revision: number;
  passLevel: number;
  casesBefore: number;
  correctBefore: number;
  cases: number;
  correct: number;
  lower: number;
  upper: number;
  regrade: 'waits' | 'kept' | 'taken';
  regradedAt: Date;
  reason: string | null;
};

/** Of a marking a: a pass would be lost by it and nobody has decided, nor has a later marking made that needless. */
const waitsStill = sql`(a.regrade = 'waits' and not exists (select 1 from exam_attempts n
  where n.batch_id = a.batch_id and n.annotator_id = a.annotator_id and n.revision > a.revision))`;

/** A project's passes in doubt, open ones first, then the last decided. Indexes: batches_project_idx, the primary keys. */
export async function listHeldPasses(q: Queryable, projectId: string): Promise<HeldPassRow[]> {
  const rows = await q.execute<Omit<HeldPassRow, 'regradedAt'> & { regradedAt: string }>(sql`
    select a.batch_id as "batchId", b.name as "batchName", a.annotator_id as "annotatorId", r.alias, a.revision, a.pass_level as "passLevel",
      p.cases as "casesBefore", p.correct as "correctBefore", a.cases, a.correct, a.lower, a.upper, a.regrade,
      a.regraded_at as "regradedAt", a.reason
    from batches b
    join exam_attempts a on a.batch_id = b.id and (a.regrade in ('kept', 'taken') or ${waitsStill})
    join readers r on r.batch_id = a.batch_id and r.annotator_id = a.annotator_id and r.tier = 'label'
    cross join lateral (select o.cases, o.correct from exam_attempts o where o.batch_id = a.batch_id
      and o.annotator_id = a.annotator_id and o.revision < a.revision and o.regrade is distinct from 'waits'
      order by o.revision desc limit 1) p
    where b.project_id = ${projectId} and b.kind = 'exam'
    order by a.regrade <> 'waits', a.regraded_at desc, a.batch_id, r.alias limit 300`);
  return [...rows].map((row) => ({ ...row, regradedAt: new Date(row.regradedAt) }));
}

/** `decisionDue` in SQL: the same time on the next business day, UTC. */
export function dueAtSql(found: SQL): SQL {
  return sql`(${found} + interval '24 hours'
    * case extract(isodow from ${found} at time zone 'UTC') when 5 then 3 when 6 then 2 else 1 end)`;
}

const dueAt = dueAtSql(sql`a.regraded_at`);

/** Passes in doubt of one exam that are due on one day (UTC), which are reminded of together; `id` is the batch. */
export type WaitingPasses = {
  id: string;
  batchName: string;
  projectId: string;
  orgId: string;
  day: string;
  n: number;
  createdAt: Date;
  dueAt: Date;
};

/** Exams with passes that nobody has decided on and that are due until an instant, soonest first, keyset by due time and id. Index: exam_attempts_waits_idx. */
export async function listPassesDueBy(
  q: Queryable,
  page: { after: { dueAt: Date; id: string }; until: Date; limit: number },
): Promise<WaitingPasses[]> {
  const after = sql`${page.after.dueAt.toISOString()}::timestamptz`;
  const rows = await q.execute<
    Omit<WaitingPasses, 'createdAt' | 'dueAt'> & { createdAt: string; dueAt: string }
  >(sql`
    select a.batch_id as id, b.name as "batchName", b.project_id as "projectId", p.org_id as "orgId",
      to_char(${dueAt} at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as n,
      min(a.regraded_at) as "createdAt", min(${dueAt}) as "dueAt"
    from exam_attempts a join batches b on b.id = a.batch_id join projects p on p.id = b.project_id
    where ${waitsStill} and a.regraded_at > ${after} - interval '4 days'
    group by 1, 2, 3, 4, 5
    having min(${dueAt}) <= ${page.until.toISOString()}::timestamptz
      and (min(${dueAt}), a.batch_id) > (${after}, ${page.after.id}::uuid)
    order by min(${dueAt}), a.batch_id limit ${page.limit}`);
  return [...rows].map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
    dueAt: new Date(row.dueAt),
  }));
}

/** How many passes wait for a decision in each project, and of how many it is overdue. */
export async function countHeldPasses(
  q: Queryable,
  of: { projectIds: readonly string[]; now: Date },
): Promise<{ projectId: string; n: number; overdue: number }[]> {
  const { projectIds, now } = of;
  if (projectIds.length === 0) return [];
  const rows = await q.execute<{ projectId: string; n: number; overdue: number }>(sql`
    select b.project_id as "projectId", count(*)::int as n,
      (count(*) filter (where ${dueAt} < ${now.toISOString()}::timestamptz))::int as overdue
    from batches b join exam_attempts a on a.batch_id = b.id and ${waitsStill}
    where b.project_id = any(${sql.param([...projectIds])}::uuid[]) and b.kind = 'exam' group by 1`);
  return [...rows];
}

/** Batches in which a person's pass waits for a decision. Index: exam_attempts_version_key, exam_attempts_general_key. */
export async function listInDoubt(q: Queryable, personId: string): Promise<Set<string>> {
  const rows = await q.execute<{ id: string }>(
    sql`select a.batch_id as id from exam_attempts a where a.annotator_id = ${personId} and ${waitsStill}`,
  );
  return new Set([...rows].map((row) => row.id));
}

/** The person whom a batch knows by an alias, their row locked. Index: readers_pkey. */
export async function lockByAlias(tx: Tx, at: { batchId: string; alias: string }): Promise<string | null> {
  const [row] = await tx.execute<{ id: string }>(sql`
    select annotator_id as id from readers
    where batch_id = ${at.batchId} and alias = ${at.alias} and tier = 'label' for update`);
  return row?.id ?? null;
}
