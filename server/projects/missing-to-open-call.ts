import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { missingOf, requirementsToOpenCall } from './checklist.ts';
import { gatherFacts } from './gather-facts.ts';

/** Everything that stands between a project and its call (R6), each with where to mend it; empty when it may open. */
export async function missingToOpenCall(q: Queryable, projectId: string, now: Date): Promise<ErrorDetail[]> {
  return missingOf(requirementsToOpenCall(await gatherFacts(q, projectId, now)));
}
