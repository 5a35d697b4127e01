import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';

/**
 * Holds all that a decision on a case's reads rests on and changes, before anything is looked at: its slots, the rows of
 * those who hold them, its task. What is amended, accepted or rejected at the same moment is so before the decision looks,
 * or after it is made. Lock order: slots by number, readers by id, task. Indexes: the primary keys.
 */
export async function holdCase(tx: Tx, at: { batchId: string; taskId: string }): Promise<void> {
  await tx.execute(sql`select 1 from slots where batch_id = ${at.batchId} and task_id = ${at.taskId}
    order by slot_no for update`);
  await tx.execute(sql`select 1 from readers r where r.batch_id = ${at.batchId} and (r.annotator_id, r.tier) in (
      select s.annotator_id, s.tier from slots s where s.batch_id = ${at.batchId} and s.task_id = ${at.taskId})
    order by r.annotator_id, r.tier for update`);
  await tx.execute(sql`select 1 from tasks where batch_id = ${at.batchId} and id = ${at.taskId} for update`);
}
