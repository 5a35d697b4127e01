import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { acceptSlots } from './accept-slots.ts';
import type { Batch } from './reads.ts';

/** Reads in one transaction. */
const CHUNK = 500;

/**
 * Whether nobody is engaged any more who could go on with work under the terms of `of`, a slot or a reader: that one has left the project,
 * or the organisation through which they read has (R32). Whoever was engaged anew in the same place is there again.
 */
export const isGone = (of: 's' | 'r') =>
  sql.raw(`not exists (select 1 from terms t join engagements o on o.id = t.engagement_id
  join engagements e on e.project_id = o.project_id and e.person_id = o.person_id and e.via_org_id = o.via_org_id
    and e.role = o.role and e.status <> 'ended'
  where t.batch_id = ${of}.batch_id and t.annotator_id = ${of}.annotator_id and t.tier = ${of}.tier and t.terms_no = ${of}.terms_no)`);

const isAuthorGone = isGone('s');

/**
 * Whether the time to correct the read of slot `s` is over: its author is gone, or the review period has passed since it was
 * returned. From the return and not from the submit, so that a return on the period's last day can be corrected at all (R30, R31).
 */
export const isPastCorrecting = (
  now: Date,
) => sql`(${isAuthorGone} or (select max(r.created_at) from reviews r
    where r.batch_id = s.batch_id and r.task_id = s.task_id and r.label_id = s.label_id and r.outcome = 'return')
  <= ${now.toISOString()}::timestamptz
    - (select b.review_period_days from batches b where b.id = s.batch_id) * interval '1 day')`;

/** Numbers of a case's reads whose authors are gone, so that a return cannot go to them. Indexes: the primary keys. */
export async function listWithoutAuthor(
  q: Queryable,
  at: { batchId: string; taskId: string },
): Promise<ReadonlySet<number>> {
  const rows = await q.execute<{ slotNo: number }>(sql`
    select s.slot_no as "slotNo" from slots s where s.batch_id = ${at.batchId} and s.task_id = ${at.taskId}
      and s.tier = 'label' and s.label_id is not null and ${isAuthorGone}`);
  return new Set([...rows].map((row) => row.slotNo));
}

type Standing = {
  taskId: string;
  slotNo: number;
  annotatorId: string;
  submittedAt: Date;
};

/**
 * Reads that were returned and that nobody corrects any more stand as they were first submitted: a return is no rejection (R31). They
 * count on their cases again, which go on to review by the rule; those whose review period since the submit is over are accepted
 * with it (R30), so that no review returns them once more. Under no other lock; at most 500, returns how many. Lock order: slots, readers, tasks.
 * Indexes: slots_aside_idx, reviews_task_idx, engagements_person_idx.
 */
export async function standUncorrected(tx: CommandTx, batch: Batch): Promise<number> {
  const batchId = batch.id;
  const due = await lockUncorrected(tx.db, { batchId, now: tx.now });
  if (due.length === 0) return 0;
  await tx.db.execute(sql`
    update slots s set status = 'submitted'
    from unnest(${sql.param(due.map((one) => one.taskId))}::uuid[], ${sql.param(due.map((one) => one.slotNo))}::int[])
      as u (task_id, slot_no)
    where s.batch_id = ${batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no`);
  const byAuthor = Map.groupBy(due, (one) => one.annotatorId);
  for (const [annotatorId, reads] of [...byAuthor].sort(([a], [b]) => (a < b ? -1 : 1)))
    await tx.db.execute(sql`update readers set returned = returned - ${reads.length}::int
      where batch_id = ${batchId} and annotator_id = ${annotatorId} and tier = 'label'`);
  const accepted = plus(tx.now, -batch.reviewPeriodDays * DAY);
  await acceptSlots(tx, { batchId, slots: due.filter((one) => one.submittedAt <= accepted) });
  const byTask = Map.groupBy(due, (one) => one.taskId);
  for (const [taskId, reads] of [...byTask].sort(([a], [b]) => (a < b ? -1 : 1)))
    await tx.db.execute(sql`update tasks set reads_done = reads_done + ${reads.length}::int,
        status = case when status = 'open' and reads_done + ${reads.length}::int >= reads_needed then 'labelled' else status end
      where batch_id = ${batchId} and id = ${taskId}`);
  for (const [personId, reads] of byAuthor)
    await notifyPerson(tx, {
      personId,
      kind: 'label.stands',
      title:
        reads.length === 1
          ? 'A read that waited for your correction stands as you first submitted it'
          : `${reads.length} reads that waited for your correction stand as you first submitted them`,
      href: '/work/earnings',
      detail: { batchId },
    });
  return due.length;
}

/** Passes over what its author takes up at the same moment. */
async function lockUncorrected(tx: Tx, p: { batchId: string; now: Date }): Promise<Standing[]> {
  const rows = await tx.execute<Omit<Standing, 'submittedAt'> & { submittedAt: string }>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo", s.annotator_id as "annotatorId", s.submitted_at as "submittedAt"
    from slots s
    where s.batch_id = ${p.batchId} and s.aside = 'returned' and ${isPastCorrecting(p.now)}
    order by s.task_id, s.slot_no limit ${CHUNK} for update of s skip locked`);
  return [...rows].map((row) => ({ ...row, submittedAt: new Date(row.submittedAt) }));
}
