import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { submissionOrder } from '#db/submission-order.ts';
import type { TaskRead } from './settle-queries.ts';

/**
 * Reads with their place among their reader's own in the batch, as far as the first `most`; later ones keep Infinity. Looks
 * at a batch's labels from the moment the reader joined until so many of theirs are found. Nobody asks for the place within the first
 * `least`: of a reader who has handed in no more, all are, at the latest the last of them, and nothing is looked at. It would be the whole
 * batch, of which they have not so many. Indexes: readers' primary key, labels_submitted_idx.
 */
export async function withOrdinals(
  q: Queryable,
  input: { batchId: string; reads: readonly TaskRead[]; least: number; most: number },
): Promise<TaskRead[]> {
  const readerIds = [...new Set(input.reads.map((read) => read.annotatorId))];
  const submitted = await submittedBy(q, { batchId: input.batchId, readerIds });
  const isNew = (readerId: string) => (submitted.get(readerId) ?? 0) <= input.least;
  const ordinals = new Map<string, number>();
  for (const readerId of readerIds.filter((id) => !isNew(id))) {
    const rows = await q.execute<{ taskId: string; slotNo: number }>(sql`
      select l.task_id as "taskId", l.slot_no as "slotNo" from labels l
      where l.batch_id = ${input.batchId} and l.annotator_id = ${readerId} and l.tier = 'label'
        and (select e.annotator_id from labels e where e.batch_id = l.batch_id and e.id = l.supersedes_id)
          is distinct from l.annotator_id
        and l.submitted_at >= (select r.joined_at from readers r where r.batch_id = ${input.batchId}
          and r.annotator_id = ${readerId} and r.tier = 'label')
      order by ${submissionOrder(sql`l`)} limit ${input.most}`);
    for (const [place, row] of [...rows].entries())
      ordinals.set(`${readerId} ${row.taskId} ${row.slotNo}`, place + 1);
  }
  return input.reads.map((read) => ({
    ...read,
    ordinal: isNew(read.annotatorId)
      ? (submitted.get(read.annotatorId) ?? 0)
      : (ordinals.get(`${read.annotatorId} ${read.taskId} ${read.slotNo}`) ?? read.ordinal),
  }));
}

/** How often each has handed in, corrections too, so never less than they have read. */
async function submittedBy(
  q: Queryable,
  of: { batchId: string; readerIds: readonly string[] },
): Promise<Map<string, number>> {
  const rows = await q.execute<{ id: string; submitted: number }>(sql`
    select annotator_id as id, submitted from readers
    where batch_id = ${of.batchId} and annotator_id = any (${sql.param([...of.readerIds])}::uuid[]) and tier = 'label'`);
  return new Map([...rows].map((row) => [row.id, row.submitted]));
}
