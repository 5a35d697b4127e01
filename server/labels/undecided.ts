import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { batchToShow } from './label-views.ts';
import { LEFT_BECAUSE } from './schemas.ts';

/** Why a case has a field that nobody decided: what kept a test reference from it (`LEFT_BECAUSE`), or else that its readers were divided. */
export const UNDECIDED_BECAUSE = [...LEFT_BECAUSE, 'divided'] as const;
type Because = (typeof UNDECIDED_BECAUSE)[number];

const count = z.number().int().nonnegative();

export const undecidedView = z.object({
  cases: count,
  because: z.array(
    z.object({
      why: z.enum(UNDECIDED_BECAUSE),
      cases: count,
      /** Those that a relabel batch of the project holds already. */
      readAgain: count,
    }),
  ),
});

/**
 * The cases of a batch of the acting sponsor that were left undecided, counted by why. Of a test reference (R5) those with fewer reads than its
 * protocol names, and those that came back when the batch had settled (an appeal, a false alarm): what the protocol names is not done again
 * for them, and nothing less decides a reference. Everywhere those whose readers were divided and whom nobody decided. They are had read
 * again in a relabel batch, whose filter picks exactly them (`isUncertain`). Refused as `viewFinalLabels`.
 */
export async function viewUndecided(
  ctx: OrgContext,
  input: { batchId: string },
): Promise<z.infer<typeof undecidedView>> {
  const batch = await batchToShow(ctx, input.batchId);
  const because = await countUndecided(ctx.db, batch.id);
  return { because, cases: because.reduce((sum, one) => sum + one.cases, 0) };
}

/** Final labels in force of a batch with an undecided field, by why; of older ones, which do not say it, by how many reads they rest on. Indexes: final_labels_uncertain_idx, tasks_case_idx. */
async function countUndecided(
  q: Queryable,
  batchId: string,
): Promise<{ why: Because; cases: number; readAgain: number }[]> {
  const rows = await q.execute<{ why: Because; cases: number; readAgain: number }>(sql`
    select u.why, count(*)::int as cases, (count(*) filter (where u.again))::int as "readAgain" from (
      select coalesce(f.sources ->> 'undecided', case when p.intended_use = 'test_reference'
          and jsonb_array_length(coalesce(f.sources -> 'labels', '[]')) < b.overlap then 'too_few_reads' else 'divided' end) as why,
        exists (select 1 from batches r join tasks t on t.batch_id = r.id and t.case_id = f.case_id
          where r.project_id = b.project_id and r.dataset_id = b.dataset_id and r.kind = 'relabel' and r.id <> b.id
            and r.created_at > b.created_at and r.load_state <> 'discarding') as again
      from final_labels f join batches b on b.id = f.batch_id join projects p on p.id = b.project_id
      where f.batch_id = ${batchId} and f.uncertain > 0 and not exists (select 1 from final_labels v
        where v.batch_id = f.batch_id and v.task_id = f.task_id and v.version > f.version)) u
    group by u.why`);
  const found = new Map([...rows].map((row) => [row.why, row]));
  return UNDECIDED_BECAUSE.flatMap((why) => found.get(why) ?? []);
}
