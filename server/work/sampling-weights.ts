import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { Batch } from './reads.ts';
import { isByClass, weightOf } from './selection-rules.ts';
import { selection } from './selection-schemas.ts';

/** For how many cases of the population a drawn case stands. */
export type SamplingWeight = {
  /** Null where its name says a known class and who looks may not know gold. */
  stratum: string | null;
  weight: number | null;
};

/** Looks up the stratum and weight of tasks of a batch; null when the batch is no sample, so that every case speaks for itself. */
export async function samplingWeights(
  q: Queryable,
  batch: Batch,
  { isGoldShown }: { isGoldShown: boolean },
): Promise<((taskIds: readonly string[]) => Promise<ReadonlyMap<string, SamplingWeight>>) | null> {
  if (batch.selection === null) return null;
  const { strata, sampling } = selection.parse(batch.selection);
  if (strata === null) return null;
  const isNamed = isGoldShown || !isByClass(sampling);
  return async (taskIds) => {
    const rows = await q.execute<{ id: string; stratum: number | null }>(sql`
      select id, stratum from tasks where batch_id = ${batch.id} and id = any(${sql.param([...taskIds])}::uuid[])`);
    return new Map(
      [...rows].flatMap(({ id, stratum }) => {
        const own = stratum === null ? undefined : strata[stratum];
        return own ? [[id, { stratum: isNamed ? own.key : null, weight: weightOf(own) }] as const] : [];
      }),
    );
  };
}
