import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { submissionOrder } from '#db/submission-order.ts';
import type { TaskRead } from './settle-queries.ts';

/**
 * Reads with their place among their reader's own in the batch, as far as the first `first`; later ones keep Infinity. Looks
 * at a batch's labels from the moment the reader joined until so many of theirs are found. Indexes: readers' primary key,
 * labels_submitted_idx.
 */
export async function withOrdinals(
  q: Queryable,
  input: { batchId: string; reads: readonly TaskRead[]; first: number },
): Promise<TaskRead[]> {
  const readerIds = [...new Set(input.reads.map((read) => read.annotatorId))];
  const ordinals = new Map<string, number>();
  for (const readerId of readerIds) {
    const rows = await q.execute<{ taskId: string; slotNo: number }>(sql`
      select l.task_id as "taskId", l.slot_no as "slotNo" from labels l
      where l.batch_id = ${input.batchId} and l.annotator_id = ${readerId} and l.tier = 'label'
        and (select e.annotator_id from labels e where e.batch_id = l.batch_id and e.id = l.supersedes_id)
          is distinct from l.annotator_id
        and l.submitted_at >= (select r.joined_at from readers r where r.batch_id = ${input.batchId}
          and r.annotator_id = ${readerId} and r.tier = 'label')
      order by ${submissionOrder(sql`l`)} limit ${input.first}`);
    for (const [place, row] of [...rows].entries())
      ordinals.set(`${readerId} ${row.taskId} ${row.slotNo}`, place + 1);
  }
  return input.reads.map((read) => ({
    ...read,
    ordinal: ordinals.get(`${read.annotatorId} ${read.taskId} ${read.slotNo}`) ?? read.ordinal,
  }));
}
