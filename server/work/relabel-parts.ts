import type { Queryable } from '#db/client.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { listEligible } from './plan-batch.ts';
import { isDoubtful } from './selection-rules.ts';
import type { RelabelScope } from './trouble-rules.ts';

/** Cases of one dataset and split, because a batch draws from one of each. */
export type RelabelPart = { datasetId: string; dataset: string; split: string | null; cases: number };

/**
 * The cases whose newest final label is of a protocol version, by how far a change of the protocol makes them doubtful. Each part holds
 * exactly the cases that a relabel batch is drawn from by the filter of its scope (the version; doubtful, where only those are), under
 * the gold mode of the project's policy: they are looked up the same way. What a relabel batch under way has already is in none, so that
 * nobody pays for it twice.
 */
export async function listRelabelParts(
  q: Queryable,
  of: { project: Project; protocolVersionId: string; datasetIds: readonly string[]; now: Date },
): Promise<Record<RelabelScope, RelabelPart[]>> {
  const { project, protocolVersionId, now } = of;
  const parts: Record<RelabelScope, RelabelPart[]> = { all: [], disputed: [], none: [] };
  const goldMode = project.qualityPolicy.gold.mode;
  const filter = { work: { protocolVersionIds: [protocolVersionId], isReadAgain: false } };
  for (const { id: datasetId, name: dataset } of await listDatasets(q, project.id)) {
    if (!of.datasetIds.includes(datasetId)) continue;
    const eligible = await listEligible(q, { project, datasetId, goldMode, filter, now });
    for (const [split, own] of Map.groupBy(eligible, (one) => one.split)) {
      const doubtful = own.filter(isDoubtful);
      parts.all.push({ datasetId, dataset, split, cases: own.length });
      if (doubtful.length > 0) parts.disputed.push({ datasetId, dataset, split, cases: doubtful.length });
    }
  }
  return parts;
}
