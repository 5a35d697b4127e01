import type { Queryable } from '#db/client.ts';
import { findWithholding } from '#server/pilots/reads.ts';
import { listDisputedAmong } from '#server/scores/reads.ts';

/**
 * Those of some cases whose reads differ, as far as it may be known: none of a batch that is held back, because that its reads differ
 * tells of them, to whoever leads a panel and may read in it too (R7, R21), and of how good a pilot is (R15).
 */
export async function disputesToShow(
  q: Queryable,
  of: { batchId: string; taskIds: readonly string[]; now: Date },
): Promise<Set<string>> {
  const disputed = await listDisputedAmong(q, of);
  if (disputed.size === 0 || (await findWithholding(q, of)) === null) return disputed;
  return new Set();
}
