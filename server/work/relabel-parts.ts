import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { SETTLED_FIRST } from '#server/labels/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { batchesToShow } from './plan-batch.ts';
import type { RelabelScope } from './trouble-rules.ts';

/** Cases of one dataset and split, because a batch draws from one of each. */
export type RelabelPart = { datasetId: string; dataset: string; split: string | null; cases: number };

/**
 * The cases whose newest final label is of a protocol version, by how far a change of the protocol makes them doubtful. Each part holds
 * exactly the cases that a relabel batch is drawn from by the filter of its scope (the version; doubtful, where only those are), under
 * the gold mode of the project's policy. What a relabel batch under way has already is in none, so that nobody pays for it twice.
 */
export async function listRelabelParts(
  q: Queryable,
  of: { project: Project; protocolVersionId: string; datasetIds: readonly string[]; now: Date },
): Promise<Record<RelabelScope, RelabelPart[]>> {
  const { project, protocolVersionId, now } = of;
  const parts: Record<RelabelScope, RelabelPart[]> = { all: [], disputed: [], none: [] };
  const own = (await listDatasets(q, project.id)).filter((one) => of.datasetIds.includes(one.id));
  if (own.length === 0) return parts;
  const counts = await countParts(q, {
    projectId: project.id,
    protocolVersionId,
    datasetIds: own.map((one) => one.id),
    batchIds: await batchesToShow(q, project.id, now),
    isGoldDealt: project.qualityPolicy.gold.mode === 'dealt',
  });
  const byDataset = Map.groupBy(counts, (one) => one.datasetId);
  for (const { id: datasetId, name: dataset } of own)
    for (const { split, cases, doubtful } of byDataset.get(datasetId) ?? []) {
      parts.all.push({ datasetId, dataset, split, cases });
      if (doubtful > 0) parts.disputed.push({ datasetId, dataset, split, cases: doubtful });
    }
  return parts;
}

type PartCount = { datasetId: string; split: string | null; cases: number; doubtful: number };

/**
 * Counts by dataset and split, in one walk over the final labels of the project and without loading any, what `planCases` would draw from:
 * which label is the newest of a case and holds, as in `finalFactsOf`; whether it is of the version and `isDoubtful`; whether its case is accepted
 * and not quarantined (R24). Indexes: the primary keys of
 * final_labels, tasks and cases, case_flags_task_idx, batches_project_idx, assets_quarantined_idx.
 */
async function countParts(
  q: Queryable,
  of: {
    projectId: string;
    protocolVersionId: string;
    datasetIds: readonly string[];
    batchIds: readonly string[];
    isGoldDealt: boolean;
  },
): Promise<PartCount[]> {
  const datasetIds = sql`${sql.param([...of.datasetIds])}::uuid[]`;
  const batchIds = sql`${sql.param([...of.batchIds])}::uuid[]`;
  const rows = await q.execute<PartCount>(sql`
    with newest as materialized (
      select distinct on (f.case_id) f.case_id, f.batch_id, f.task_id, b.protocol_version_id,
        b.protocol_version_id = ${of.protocolVersionId}::uuid and jsonb_path_exists(f.fields, '$.*.votes[1]') as is_disputed
      from batches b join final_labels f on f.batch_id = b.id
      where b.id = any(${batchIds})
      order by f.case_id, ${SETTLED_FIRST} desc, f.batch_id, f.version desc),
    asked as materialized (
      select distinct k.case_id from batches b
      join case_flags f on f.batch_id = b.id and f.kind = 'ask' and f.reply_to is null
      join tasks k on k.batch_id = f.batch_id and k.id = f.task_id
      where b.id = any(${batchIds}) and b.protocol_version_id = ${of.protocolVersionId}),
    kept_out as materialized (
      select k.case_id from batches b join tasks k on k.batch_id = b.id and not k.is_dealt_gold
      where b.project_id = ${of.projectId} and b.kind = 'relabel' and b.status <> 'settled'
      union
      select a.case_id from assets a where a.dataset_id = any(${datasetIds}) and a.quarantined_at is not null
      union
      select g.case_id from gold_items g where ${of.isGoldDealt}::boolean and g.project_id = ${of.projectId} and g.status = 'active')
    select c.dataset_id as "datasetId", c.split, count(*)::int as cases,
      count(*) filter (where n.is_disputed or a.case_id is not null)::int as doubtful
    from newest n
    join tasks k on k.batch_id = n.batch_id and k.id = n.task_id and k.status = 'final'
    join cases c on c.id = n.case_id and c.dataset_id = any(${datasetIds}) and c.excluded_reason is null
    left join asked a on a.case_id = n.case_id
    left join kept_out o on o.case_id = n.case_id
    where n.protocol_version_id = ${of.protocolVersionId} and o.case_id is null
    group by c.dataset_id, c.split order by c.dataset_id, min(c.position)`);
  return [...rows];
}
