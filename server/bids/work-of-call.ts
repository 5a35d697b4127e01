import type { Queryable } from '#db/client.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { taskTypes } from './call-schemas.ts';
import type { Work } from './pricing.ts';
import type { CallRow } from './queries.ts';

/** The work that a call's bids are priced for; a call from before cases were kept has what its datasets hold. */
export async function workOfCall(q: Queryable, call: CallRow, project: Project): Promise<Work> {
  const held = async () =>
    (await listDatasets(q, project.id)).reduce((sum, dataset) => sum + dataset.caseCount, 0);
  return {
    cases: call.cases ?? (await held()),
    overlap: project.qualityPolicy.overlap,
    reviewShareBasisPoints: project.qualityPolicy.reviewShareBasisPoints,
    taskTypes: taskTypes.parse(call.taskTypes),
    feeBasisPoints: project.platformFeeBasisPoints,
    currency: project.currency,
  };
}
