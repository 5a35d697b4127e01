import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { FINDING_CODES } from '#server/datasets/intake-schemas.ts';
import { countExcluded, countReasons, getDataset } from '#server/datasets/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';

const count = z.number().int();

/** What became of every case of a dataset (STARD's flow of participants): nothing is dropped without a line. */
export const caseFlowView = z.object({
  found: count,
  /** Kept out at intake, each case under one reason. */
  excluded: z.array(z.object({ reason: z.enum(FINDING_CODES), cases: count })),
  accepted: count,
  isFrozen: z.boolean(),
  /**
   * In a batch that was opened, with a final label that holds in one (there the case is final, as exports and costs count it), and given
   * up as unusable in one without such a label in any. Cases that are read to make gold or to qualify people are done without a final label.
   */
  inBatch: count,
  final: count,
  unusable: count,
  /** Found and excluded by site and every subgroup. */
  subgroups: z.array(z.object({ dimension: z.string(), value: z.string(), found: count, excluded: count })),
});

/** The flow of one of the acting sponsor's datasets, from the file to final labels. */
export async function viewCaseFlow(
  ctx: OrgContext,
  input: { datasetId: string },
): Promise<z.infer<typeof caseFlowView>> {
  const dataset = await getDataset(ctx.db, input.datasetId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, dataset.projectId);
  const excluded = await countReasons(ctx.db, dataset.id);
  return {
    found: dataset.caseCount,
    excluded,
    accepted: dataset.caseCount - excluded.reduce((sum, one) => sum + one.cases, 0),
    isFrozen: dataset.intakeStatus === 'frozen',
    ...(await countWork(ctx.db, dataset.id)),
    subgroups: await countExcluded(ctx.db, dataset.id),
  };
}

/** Distinct cases in opened batches of a dataset by what came of them. A draft that was never opened and ended with its order is none. Indexes: the primary keys. */
async function countWork(
  q: Queryable,
  datasetId: string,
): Promise<{ inBatch: number; final: number; unusable: number }> {
  const [row] = await q.execute<{ inBatch: number; final: number; unusable: number }>(sql`
    select count(*)::int as "inBatch", count(*) filter (where is_final)::int as final,
      count(*) filter (where is_unusable and not is_final)::int as unusable
    from (
      select k.case_id, bool_or(k.status = 'unusable') as is_unusable,
        bool_or(k.status = 'final' and exists (select 1 from final_labels f where f.batch_id = k.batch_id and f.task_id = k.id)) as is_final
      from batches b join tasks k on k.batch_id = b.id
      where b.dataset_id = ${datasetId} and b.opened_at is not null
      group by k.case_id) c`);
  return row ?? { inBatch: 0, final: 0, unusable: 0 };
}
