import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { tookPart } from './queries.ts';

/** The case that an appeal is about, and how the appeal stands to somebody who would look at it. */
export type AppealedCase = {
  batchId: string;
  labelId: string;
  datasetId: string;
  caseId: string;
  isDecided: boolean;
  /** They rejected the read or worked on its case, so that somebody else decides (R31). */
  isInvolved: boolean;
};

/** The case of an appeal, decided or not; null where nobody appealed. Indexes: the primary keys, reviews_task_idx. */
export async function findAppealedCase(
  q: Queryable,
  of: { batchId: string; labelId: string; personId: string },
): Promise<AppealedCase | null> {
  const [row] = await q.execute<{
    datasetId: string;
    caseId: string;
    taskId: string;
    rejectedBy: string;
    isDecided: boolean;
  }>(sql`
    select b.dataset_id as "datasetId", k.case_id as "caseId", l.task_id as "taskId", v.reviewer_id as "rejectedBy",
      exists (select 1 from appeal_decisions d where d.batch_id = a.batch_id and d.label_id = a.label_id) as "isDecided"
    from appeals a
    join labels l on l.batch_id = a.batch_id and l.id = a.label_id
    join reviews v on v.batch_id = l.batch_id and v.task_id = l.task_id and v.label_id = l.id and v.outcome = 'reject'
    join tasks k on k.batch_id = l.batch_id and k.id = l.task_id
    join batches b on b.id = a.batch_id
    where a.batch_id = ${of.batchId} and a.label_id = ${of.labelId} limit 1`);
  if (row === undefined) return null;
  const { datasetId, caseId, isDecided, ...read } = row;
  const isInvolved = await tookPart(q, { ...of, ...read });
  return { batchId: of.batchId, labelId: of.labelId, datasetId, caseId, isDecided, isInvolved };
}
