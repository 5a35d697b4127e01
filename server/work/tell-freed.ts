import { sql } from 'drizzle-orm';
import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { isTry, leastCases } from './claim-rules.ts';
import { NO_TRY } from './conclude-exam.ts';
import { listMarkings, type Marking } from './exam-queries.ts';
import { reportsOf } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { markingInForce } from './regrade-rules.ts';

type Case = { datasetId: string; caseId: string };
type Sitting = { batchId: string; annotatorId: string };

/**
 * Finished sittings that are tries and of which a reader's own report of a case may be the only reason (`isTry`, R24): what the report
 * took out counts as left until the case is out for good. Holds their readers' rows, also of those who are finishing just now, so that this
 * and every marking take turns. To be asked before the case goes out, and told of by `tellFreed` after. Indexes: tasks_case_idx,
 * case_flags_task_idx.
 */
export async function triesThatRestOn(tx: CommandTx, of: Case): Promise<Sitting[]> {
  const rows = await tx.db.execute<Sitting>(sql`
    select r.batch_id as "batchId", r.annotator_id as "annotatorId"
    from batches b join tasks t on t.batch_id = b.id and t.case_id = ${of.caseId}
    join readers r on r.batch_id = b.id and r.tier = 'label'
    where b.dataset_id = ${of.datasetId} and b.kind = 'exam' and r.annotator_id in (
      select f.annotator_id from batches held join tasks said on said.batch_id = held.id and said.case_id = ${of.caseId}
      join case_flags f on f.batch_id = said.batch_id and f.task_id = said.id and f.kind = 'phi_seen' and f.reply_to is null
      where held.dataset_id = ${of.datasetId})
    order by 1, 2 for no key update of r`);
  const tries: Sitting[] = [];
  for (const sitting of rows) {
    const now = await markingNow(tx, sitting);
    if (now !== undefined && isTry(now)) tries.push(sitting);
  }
  return tries;
}

const markingNow = async (tx: CommandTx, of: Sitting): Promise<Marking | undefined> =>
  markingInForce(await listMarkings(tx.db, of));

/**
 * A case of exams is out for good (R7, R24). Whose sitting is no try any more by it is told so, once: a sitting that was none before is
 * not among `tries`. Whoever runs an exam that has too few cases left for anybody to pass is told once as well, however many go out.
 */
export async function tellFreed(
  tx: CommandTx,
  of: Case & { tries: readonly Sitting[] },
): Promise<{ freed: number }> {
  let freed = 0;
  for (const sitting of of.tries) {
    const now = await markingNow(tx, sitting);
    if (now === undefined || isTry(now)) continue;
    const batch = await getBatch(tx.db, sitting.batchId);
    await notifyPerson(tx, {
      personId: sitting.annotatorId,
      kind: 'work.exam_no_try',
      title: `A case of your exam ${batch.name} was taken out of use: ${NO_TRY}`,
      href: '/work/qualifications',
      detail: { batchId: batch.id },
    });
    freed += 1;
  }
  for (const exam of await listExamsLeft(tx, of))
    if (exam.left < leastCases(exam.passLevelBasisPoints / 10_000)) await tellOfShortExam(tx, exam);
  return { freed };
}

type Exam = { batchId: string; passLevelBasisPoints: number; left: number };

/** Exams that can be sat and hold a case, with the cases that count in them still or may come back: what is reported is not out yet. */
async function listExamsLeft(tx: CommandTx, of: Case): Promise<Exam[]> {
  const rows = await tx.db.execute<Exam>(sql`
    select b.id as "batchId", b.pass_level_basis_points as "passLevelBasisPoints", (
      select count(*)::int from tasks k cross join lateral ${reportsOf({ datasetId: sql`b.dataset_id`, caseId: sql`k.case_id` })} said
      where k.batch_id = b.id
        and (k.status <> 'unusable' or (said.open > 0 and not said."isConfirmed"
          and not exists (select 1 from case_alerts a where a.batch_id = b.id and a.task_id = k.id and a.kind = 'unusable')))
        and not exists (select 1 from gold_answers g where g.batch_id = b.id and g.task_id = k.id and g.withdrawn_at is not null)
      ) as "left"
    from batches b join tasks t on t.batch_id = b.id and t.case_id = ${of.caseId}
    where b.dataset_id = ${of.datasetId} and b.kind = 'exam' and b.status in ('open', 'paused')
      and b.pass_level_basis_points is not null
    order by b.id`);
  return [...rows];
}

async function tellOfShortExam(tx: CommandTx, exam: Exam): Promise<void> {
  const batch = await getBatch(tx.db, exam.batchId);
  const { orgId } = await getProject(tx.db, batch.projectId);
  const least = leastCases(exam.passLevelBasisPoints / 10_000);
  const members = await listOrgMembers(tx.db, orgId);
  for (const { personId } of members.filter((one) =>
    one.roles.some((role) => ROLE_CAPABILITIES[role].includes('batch.manage')),
  ))
    await notifyPerson(tx, {
      id: derivedId('work.exam_too_short', batch.id, personId),
      personId,
      orgId,
      kind: 'work.exam_too_short',
      title: `Nobody who begins the exam ${batch.name} can pass it any more: ${exam.left} of its cases are left, and it takes ${least}. Close it, and make another from other cases.`,
      href: `/sponsor/projects/${batch.projectId}/batches/${batch.id}`,
      detail: { batchId: batch.id },
    });
}
