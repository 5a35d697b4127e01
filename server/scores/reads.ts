import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { CaseOutcome } from '#server/quality/clustered-proportion.ts';
import { METHOD_VERSION } from './rules.ts';

export type StoredScore = {
  batchId: string;
  subjectKind: 'batch' | 'reader' | 'vendor' | 'pair';
  subjectId: string;
  otherId: string | null;
  field: string;
  className: string;
  metric: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  n: number;
  excluded: number;
  exclusions: Readonly<Record<string, number>>;
  reason: string | null;
  method: string;
  computedAt: string;
};

/**
 * The newest scores of a batch, which are measured together. Index: scores_newest_idx, so that a long history costs nothing.
 * At most 20,000 rows.
 */
export async function latestScores(q: Queryable, batchId: string): Promise<StoredScore[]> {
  return [
    ...(await q.execute<StoredScore>(sql`
      select distinct on (metric, subject_kind, subject_id, other_id, field, class_name)
        batch_id as "batchId", subject_kind as "subjectKind", subject_id as "subjectId", other_id as "otherId", field,
        class_name as "className", metric, value, lower, upper, n, excluded, exclusions, reason, method, computed_at as "computedAt"
      from scores where batch_id = ${batchId}
        and computed_at = (select max(computed_at) from scores where batch_id = ${batchId})
      order by metric, subject_kind, subject_id, other_id, field, class_name
      limit 20000`)),
  ];
}

/** Accuracy on gold of an organisation's people in a batch, over all of its days; null where none was counted. Index: running_scores_pkey. */
export async function findTeamAccuracy(
  q: Queryable,
  of: { batchId: string; orgId: string; field: string },
): Promise<{ value: number | null; lower: number | null; upper: number | null; n: number } | null> {
  const [row] = await q.execute<{
    value: number | null;
    lower: number | null;
    upper: number | null;
    n: number;
  }>(sql`
    select value, lower, upper, n from running_scores
    where batch_id = ${of.batchId} and subject_kind = 'team' and subject_id = ${of.orgId} and field = ${of.field}
      and day = 'all' and metric = 'accuracy' and class_name = ''`);
  return row ?? null;
}

/** Newest scores of whole batches (subject kind `batch`), for pages about many of them. Index: scores_newest_idx. */
export async function latestBatchScores(
  q: Queryable,
  of: { batchIds: readonly string[]; metrics: readonly string[] },
): Promise<StoredScore[]> {
  if (of.batchIds.length === 0) return [];
  return [
    ...(await q.execute<StoredScore>(sql`
      select distinct on (s.batch_id, s.metric, s.field, s.class_name)
        s.batch_id as "batchId", s.subject_kind as "subjectKind", s.subject_id as "subjectId",
        s.other_id as "otherId", s.field, s.class_name as "className", s.metric, s.value, s.lower, s.upper, s.n, s.excluded,
        s.exclusions, s.reason, s.method, s.computed_at as "computedAt"
      from unnest(${sql.param([...of.batchIds])}::uuid[]) b (id)
      cross join lateral (select max(computed_at) as at from scores where batch_id = b.id) newest
      join scores s on s.batch_id = b.id and s.metric = any (${sql.param([...of.metrics])}::text[])
        and s.subject_kind = 'batch' and s.subject_id = b.id and s.computed_at = newest.at
      order by s.batch_id, s.metric, s.field, s.class_name limit 20000`)),
  ];
}

/**
 * The history of one metric of a batch, oldest first, at most 2,000 points: of those measured by today's method, because others
 * count something else; and how many those are.
 */
export async function scoreHistory(
  q: Queryable,
  input: { batchId: string; metric: string; field: string },
): Promise<{ points: StoredScore[]; otherwise: number }> {
  const rows = [
    ...(await q.execute<StoredScore & { methodVersion: string }>(sql`
      select batch_id as "batchId", subject_kind as "subjectKind", subject_id as "subjectId", other_id as "otherId", field,
        class_name as "className", metric, value, lower, upper, n, excluded, exclusions, reason, method, method_version as "methodVersion", computed_at as "computedAt"
      from scores
      where batch_id = ${input.batchId} and metric = ${input.metric} and subject_kind = 'batch' and subject_id = ${input.batchId} and field = ${input.field}
      order by computed_at limit 2000`)),
  ];
  const points = rows.filter((row) => row.methodVersion === METHOD_VERSION);
  return { points, otherwise: rows.length - points.length };
}

/** Quality proposals that wait for a decision, and how many of them are overdue, by project. Index: quality_proposals_project_idx. */
export async function listOpenProposalCounts(
  q: Queryable,
  projectIds: readonly string[],
  now: Date,
): Promise<{ projectId: string; n: number; overdue: number }[]> {
  if (projectIds.length === 0) return [];
  return [
    ...(await q.execute<{ projectId: string; n: number; overdue: number }>(sql`
      select project_id as "projectId", count(*)::int as n,
        count(*) filter (where due_at <= ${now.toISOString()}::timestamptz)::int as overdue
      from quality_proposals
      where project_id = any (${sql.param([...projectIds])}::uuid[]) and status = 'open' group by 1 order by 1`)),
  ];
}

export { type ClassAgreement, classAgreementOf } from './class-agreement.ts';
export { type BatchCosts, batchCosts, isCorrect } from './costs.ts';
export { leftOut } from './figures.ts';
export { type RepeatAgreement, repeatAgreementOf } from './repeat-agreement.ts';

/**
 * What became of the cases with gold that a batch has read, by batch: how many reads a case had, how many of them with every gated
 * field right, and how many such cases. Counts as of the last pass. Index: the primary key.
 */
export async function goldCasesOf(
  q: Queryable,
  batchIds: readonly string[],
): Promise<Map<string, CaseOutcome[]>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q.execute<CaseOutcome & { batchId: string }>(sql`
    select c.batch_id as "batchId", c.truth::int as compared, c.answer::int as right, c.n
    from unnest(${sql.param([...batchIds])}::uuid[]) b (id)
    join score_cells c on c.batch_id = b.id and c.subject_kind = 'batch' and c.subject_id = b.id and c.field = ''
      and c.day = 'all' and c.reference = 'gated_case'`);
  return Map.groupBy([...rows], (row) => row.batchId);
}
export { ALL_DAYS } from './counts.ts';
/** Cases whose readers agree least on a field. */
export { type HardTask, listDisputedAmong, listHardestTasks } from './disputed-tasks.ts';
export { decisionDue } from './governance-rules.ts';
export { listDeciders } from './list-deciders.ts';
export { type CountedRight, type RightCount, type RightCounts, rightCountsOf } from './right-counts.ts';
export { cellsOf } from './running-reads.ts';
