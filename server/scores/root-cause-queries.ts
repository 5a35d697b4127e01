import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** One right-or-wrong answer with the circumstances in which it was given. */
export type TrialContext = {
  taskId: string;
  isRight: boolean;
  hour: number;
  origin: string;
  prelabelShown: boolean;
  protocolVersion: number;
  site: string;
  subgroups: unknown;
};

/** The newest answers to a field in a batch with their circumstances; at most 20,000. Read once, when a case is opened. */
export async function listTrialContexts(
  q: Queryable,
  of: { batchId: string; field: string; reference: 'gold' | 'others' },
): Promise<TrialContext[]> {
  return [
    ...(await q.execute<TrialContext>(sql`
      select t.task_id as "taskId", t.is_right as "isRight", extract(hour from t.at at time zone 'UTC')::int as hour, coalesce(l.label_origin, 'manual') as origin,
        coalesce(jsonb_typeof(l.shown -> 'prelabel') = 'object', false) as "prelabelShown",
        p.version as "protocolVersion", c.site, c.subgroups
      from score_trials t
      join batches b on b.id = t.batch_id
      join slots s on s.batch_id = t.batch_id and s.task_id = t.task_id and s.annotator_id = t.reader_id
        and s.tier = 'label' and s.round = 1
      join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      join terms m on m.batch_id = l.batch_id and m.annotator_id = l.annotator_id and m.tier = l.tier
        and m.terms_no = l.terms_no
      join protocol_versions p on p.id = m.protocol_version_id
      join tasks k on k.batch_id = t.batch_id and k.id = t.task_id
      join cases c on c.dataset_id = b.dataset_id and c.id = k.case_id
      where t.batch_id = ${of.batchId} and t.field = ${of.field} and t.reference = ${of.reference}
      order by t.at desc, t.task_id limit 20000`)),
  ];
}

/** Cases with the most answers that were not the expected one, most first. */
export async function listWorstTasks(
  q: Queryable,
  of: { batchId: string; field: string; reference: 'gold' | 'others'; limit: number },
): Promise<string[]> {
  const rows = await q.execute<{ taskId: string }>(sql`
    select task_id as "taskId" from score_trials
    where batch_id = ${of.batchId} and field = ${of.field} and reference = ${of.reference}
    group by task_id having bool_or(not is_right)
    order by avg(is_right::int), count(*) desc, task_id limit ${of.limit}`);
  return [...rows].map((row) => row.taskId);
}

export type CaseOfRootCause = {
  taskId: string;
  externalId: string;
  status: string;
  final: unknown;
  gold: unknown;
  reads: { alias: string; answer: unknown; confidence: number | null; rationale: string | null }[];
};

/** Some cases with their reads in force side by side, by alias (R21), in the given order. */
export async function listCasesWithReads(
  q: Queryable,
  of: { batchId: string; field: string; taskIds: readonly string[] },
): Promise<CaseOfRootCause[]> {
  if (of.taskIds.length === 0) return [];
  return [
    ...(await q.execute<CaseOfRootCause>(sql`
      select k.id as "taskId", c.external_id as "externalId", k.status,
        (select f.fields -> ${of.field}::text -> 'value' from final_labels f
          where f.batch_id = k.batch_id and f.task_id = k.id order by f.version desc limit 1) as final,
        (select g.answers -> ${of.field}::text from gold_answers g
          where g.batch_id = k.batch_id and g.task_id = k.id and g.withdrawn_at is null) as gold,
        coalesce((select jsonb_agg(jsonb_build_object('alias', r.alias, 'answer', l.answers -> ${of.field}::text,
            'confidence', l.confidence, 'rationale', l.rationale) order by r.alias)
          from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
          join readers r on r.batch_id = l.batch_id and r.annotator_id = l.annotator_id and r.tier = 'label'
          where s.batch_id = k.batch_id and s.task_id = k.id and s.tier = 'label' and s.round = 1
            and s.status in ('submitted', 'accepted')), '[]') as reads
      from unnest(${sql.param([...of.taskIds])}::uuid[]) with ordinality as w (id, n)
      join tasks k on k.batch_id = ${of.batchId} and k.id = w.id
      join batches b on b.id = k.batch_id
      join cases c on c.dataset_id = b.dataset_id and c.id = k.case_id
      order by w.n limit 100`)),
  ];
}

export type SideCell = { side: 'before' | 'after'; truth: string; answer: string; n: number };

/**
 * What became of the cases of a field before and from a day, over a project's production and relabel batches: before in the batch
 * concerned, from that day on in all. From the stored counts by day, so that a case read on two days is there twice.
 */
export async function listSideCells(
  q: Queryable,
  of: { projectId: string; batchId: string; field: string; reference: 'gold' | 'others'; day: string },
): Promise<SideCell[]> {
  return [
    ...(await q.execute<SideCell>(sql`
      select case when c.day < ${of.day} then 'before' else 'after' end as side, c.truth, c.answer, sum(c.n)::int as n
      from batches b join score_cells c on c.batch_id = b.id and c.subject_kind = 'batch' and c.subject_id = b.id
        and c.field = ${of.field}
      where b.project_id = ${of.projectId} and b.kind in ('production', 'relabel') and c.day <> 'all'
        and c.reference = ${`${of.reference}_case`} and (c.day >= ${of.day} or c.batch_id = ${of.batchId})
      group by 1, 2, 3 order by 1, 2, 3`)),
  ];
}
