import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { missingOf, requirementsToStartWork, type WorkKind } from './checklist.ts';
import { gatherFacts } from './gather-facts.ts';

/**
 * Everything that stands between a project and its work, pilot included (R6); empty when it may start. The panel's own
 * reading (`panel`: self-label batches, adjudication) needs neither gold nor money. With `datasetId` it looks at that data
 * set alone. `openBatch` refuses by it; the project page shows it.
 */
export async function missingToStartWork(
  q: Queryable,
  projectId: string,
  now: Date,
  kind: WorkKind = 'paid',
  datasetId?: string,
): Promise<ErrorDetail[]> {
  return missingOf(requirementsToStartWork(await gatherFacts(q, projectId, now, datasetId), kind));
}
