import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { findExam } from '#server/credentials/general-exam-reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { InsertBatchInput } from './create-batch.ts';
import { holdsNow, listAttempts, listJoined, sharesCases } from './exam-queries.ts';

/** A batch in which a general exam can be, or could be, taken. */
export type Sitting = {
  batchId: string;
  projectId: string;
  name: string;
  status: string;
  cases: number;
  /** People who can take it, and who have begun. */
  places: number;
  taken: number;
};

/** The sittings of exams, oldest first. Index: batches_general_exam_idx. */
export async function listSittings(
  q: Queryable,
  examIds: readonly string[],
): Promise<(Sitting & { examId: string })[]> {
  if (examIds.length === 0) return [];
  const rows = await q.execute<Sitting & { examId: string }>(sql`
    select b.general_exam_id as "examId", b.id as "batchId", b.project_id as "projectId", b.name, b.status,
      b.task_count as cases, b.overlap::int as places,
      (select count(*)::int from readers r where r.batch_id = b.id and r.tier = 'label') as taken
    from batches b where b.general_exam_id = any(${sql.param([...examIds])}::uuid[]) and b.load_state <> 'discarding'
    order by b.created_at, b.id limit 2000`);
  return [...rows];
}

/** How an exam went for everybody together: who has finished it, and who of them has passed. Index: exam_attempts_exam_idx. */
export async function countPassed(
  q: Queryable,
  examIds: readonly string[],
): Promise<Map<string, { people: number; passed: number }>> {
  if (examIds.length === 0) return new Map();
  const rows = await q.execute<{ examId: string; people: number; passed: number }>(sql`
    select general_exam_id as "examId", count(distinct annotator_id)::int as people,
      (count(distinct annotator_id) filter (where verdict = 'pass'))::int as passed
    from exam_attempts a where general_exam_id = any(${sql.param([...examIds])}::uuid[]) and ${holdsNow(sql`a`)} group by 1`);
  return new Map([...rows].map(({ examId, ...of }) => [examId, of]));
}

/** The sitting that a person takes next: the one they have begun, else the first with a place and cases they have not met; null when there is none. */
export async function chooseSitting(
  q: Queryable,
  of: { examId: string; personId: string; sittings: readonly Sitting[] },
): Promise<(Sitting & { hasBegun: boolean }) | null> {
  const attempts = await listAttempts(q, {
    annotatorId: of.personId,
    on: { generalExamId: of.examId },
  });
  const finished = attempts.map((one) => one.batchId);
  const open = of.sittings.filter((one) => one.status === 'open' && !finished.includes(one.batchId));
  const begun = await findBegun(q, of);
  const own = of.sittings.find((one) => one.batchId === begun && !finished.includes(one.batchId));
  if (own !== undefined) return { ...own, hasBegun: true };
  for (const one of open) {
    if (one.taken >= one.places) continue;
    const at = { annotatorId: of.personId, batchId: one.batchId, kind: 'training' as const };
    const taught = (await listJoined(q, at)).map((training) => training.id);
    if (!(await sharesCases(q, one.batchId, [...finished, ...taught]))) return { ...one, hasBegun: false };
  }
  return null;
}

/** The sitting that a person is a reader of and has not finished. Index: readers_person_idx. */
async function findBegun(q: Queryable, of: { examId: string; personId: string }): Promise<string | null> {
  const [row] = await q.execute<{ id: string }>(sql`
    select b.id from readers r join batches b on b.id = r.batch_id
    where r.annotator_id = ${of.personId} and r.tier = 'label' and b.general_exam_id = ${of.examId}
      and b.status in ('open', 'paused', 'closing')
      and not exists (select 1 from exam_attempts a where a.batch_id = b.id and a.annotator_id = r.annotator_id)
    limit 1`);
  return row?.id ?? null;
}

/**
 * The draft of a sitting: level, tries and price are its exam's, and its cases are none of the exam's other sittings', so that who
 * tries again meets others. Anything else is given back as it is.
 */
export async function sittingOf(
  q: Queryable,
  project: Project,
  input: InsertBatchInput,
): Promise<{ input: InsertBatchInput; faults: ErrorDetail[] }> {
  const { generalExamId } = input;
  if (!generalExamId) return { input, faults: [] };
  const faults: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    faults.push({ code: `batch.${code}`, path, message });
  const exam = await findExam(q, generalExamId);
  if (exam === null || exam.ownerOrgId !== project.orgId || exam.status !== 'open') {
    add('exam_unknown', 'generalExamId', 'Your organisation has set no such exam that is open.');
    return { input, faults };
  }
  if (input.kind !== 'exam')
    add('exam_kind', 'kind', 'Only a batch of kind exam can be a sitting of a general exam.');
  if (exam.currency !== project.currency)
    add(
      'exam_currency',
      'generalExamId',
      `The exam pays in ${exam.currency}, this project in ${project.currency}. Choose a project in ${exam.currency}.`,
    );
  if (input.contractId || input.vendorOrgId || (input.claimRules?.contractIds ?? []).length > 0)
    add(
      'exam_vendor',
      'vendorOrgId',
      'A general exam is open to everybody whom it lets in, not to one vendor.',
    );
  const isChosen = input.caseIds !== undefined || input.copied !== undefined;
  return {
    faults,
    input: {
      ...input,
      pricePerReadMinor: exam.pricePerReadMinor,
      goldMode: 'embedded',
      claimRules: {
        ...input.claimRules,
        passLevelBasisPoints: exam.passLevelBasisPoints,
        retryAfterDays: exam.retryAfterDays,
      },
      ...(isChosen ? {} : { withoutCases: await casesOfSittings(q, exam.id) }),
    },
  };
}

async function casesOfSittings(q: Queryable, examId: string): Promise<Set<string>> {
  const rows = await q.execute<{ id: string }>(sql`
    select distinct t.case_id as id from batches b join tasks t on t.batch_id = b.id
    where b.general_exam_id = ${examId} and b.load_state <> 'discarding'`);
  return new Set([...rows].map((row) => row.id));
}
