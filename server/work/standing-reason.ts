import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Standing } from './set-standing.ts';

/**
 * Why somebody who is paused, or reads paid calibration for now, gets no case of a batch (R26): a person has paused them, with the
 * reason they were told; a calibration that waits for them is linked.
 */
export async function standingReason(
  ctx: OrgContext,
  of: { batchId: string; status: Standing; statusReason: string | null },
): Promise<ErrorDetail> {
  const because = of.statusReason === null ? '' : ` ${of.statusReason.replace(/\.*$/, '')}.`;
  if (of.status !== 'calibration_only')
    return { code: 'reader.paused', message: `A person has paused you here.${because}` };
  const href = await findOwnCalibration(ctx, of.batchId);
  return {
    code: 'reader.calibration_only',
    message: `For now you read paid calibration instead of new cases here (R26).${because}`,
    ...(href === null ? {} : { href }),
  };
}

/** Where the acting person's open calibration of a batch's project is: its page once begun, else the list of work. Index: batches_project_idx. */
async function findOwnCalibration(ctx: OrgContext, batchId: string): Promise<string | null> {
  const { personId } = ctx.actor;
  const [row] = await ctx.db.execute<{ id: string; isJoined: boolean }>(sql`
    select c.id, exists (select 1 from readers r where r.batch_id = c.id and r.annotator_id = ${personId}
      and r.tier = 'label') as "isJoined"
    from batches b join batches c on c.project_id = b.project_id and c.kind = 'calibration' and c.status = 'open'
      and c.reserved_for = ${personId}
    where b.id = ${batchId} order by c.created_at desc limit 1`);
  if (row === undefined) return null;
  return row.isJoined ? `/work/read/${row.id}` : '/work';
}
