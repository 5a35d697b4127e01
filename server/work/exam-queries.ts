import { and, asc, eq, getTableColumns, isNull, min, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { batches } from '#db/schema/work-batches.ts';
import { examAttempts } from '#db/schema/work-exams.ts';
import { reportsOf } from './flag-queries.ts';

export type ExamAttempt = typeof examAttempts.$inferSelect;

/** A marking, with the cases that its reader took out of the sitting by a report of their own. */
export type Marking = ExamAttempt & { takenOut: number };

/** What an exam or training is on: a protocol version, or a general exam. */
export type ExamOn = { protocolVersionId: string } | { generalExamId: string };

const isOn = (on: ExamOn) =>
  'generalExamId' in on
    ? eq(examAttempts.generalExamId, on.generalExamId)
    : and(eq(examAttempts.protocolVersionId, on.protocolVersionId), isNull(examAttempts.generalExamId));

/** Of a row a of exam_attempts: how its sitting is marked now. What waits for a decision changes nothing yet, and a later marking takes the place of an earlier (R7). */
export const holdsNow = (a: SQL): SQL => sql`(${a}.regrade is distinct from 'waits' and not exists (
      select 1 from exam_attempts later where later.batch_id = ${a}.batch_id and later.annotator_id = ${a}.annotator_id
        and later.revision > ${a}.revision and later.regrade <> 'waits'))`;

/** Of a row x of slot_releases and its task t: the reader gave the case up. What a report took from whoever held it costs nobody a score, also where the alarm was false (R24). */
const gaveUp = sql`(x.excludes and t.status <> 'unusable' and not (x.cause = 'revoked' and x.reason = 'quarantine'))`;

/**
 * Cases of a sitting that its reader took out themself: they reported protected information in them (R24), in whatever batch, until a
 * moment, instead of reading them or giving them up. Not those in which the incident desk has confirmed it, whoever reported it and in
 * whatever batch, nor whose answer was withdrawn (R7). Indexes: tasks_pkey, case_flags_person_idx, case_flags_task_idx.
 */
const takenOut = (of: { batchId: SQL; annotatorId: SQL; until: SQL }) => sql<number>`(
  select count(*)::int from tasks t where t.batch_id = ${of.batchId}
    and exists (select 1 from case_flags f join tasks said on said.batch_id = f.batch_id and said.id = f.task_id
      where f.annotator_id = ${of.annotatorId} and f.kind = 'phi_seen' and f.reply_to is null and said.case_id = t.case_id
        and f.created_at <= ${of.until} and not (select "isConfirmed" from ${reportsOf({
          datasetId: sql`(select dataset_id from batches where id = f.batch_id)`,
          caseId: sql`said.case_id`,
        })} of_case))
    and not exists (select 1 from slots s where s.batch_id = ${of.batchId} and s.annotator_id = ${of.annotatorId}
      and s.task_id = t.id and s.status in ('submitted', 'accepted'))
    and not exists (select 1 from slot_releases x where x.batch_id = ${of.batchId} and x.annotator_id = ${of.annotatorId}
      and x.task_id = t.id and ${gaveUp})
    and not exists (select 1 from gold_answers g where g.batch_id = t.batch_id and g.task_id = t.id and g.withdrawn_at is not null))`;

const marking = {
  ...getTableColumns(examAttempts),
  takenOut: takenOut({
    batchId: sql`exam_attempts.batch_id`,
    annotatorId: sql`exam_attempts.annotator_id`,
    until: sql`exam_attempts.finished_at`,
  }),
};

/**
 * What a person has finished, of all or of one exam, as it is marked now, first attempt first. Indexes: exam_attempts_version_key,
 * exam_attempts_general_key.
 */
export async function listAttempts(
  q: Queryable,
  of: { annotatorId: string; on?: ExamOn },
): Promise<Marking[]> {
  return q
    .select(marking)
    .from(examAttempts)
    .where(
      and(
        eq(examAttempts.annotatorId, of.annotatorId),
        of.on === undefined ? undefined : isOn(of.on),
        holdsNow(sql`exam_attempts`),
      ),
    )
    .orderBy(asc(examAttempts.finishedAt))
    .limit(500);
}

/** The sittings of the exam of one, besides itself, that are passed as they are marked now, first to last. */
export async function listPassesOn(
  q: Queryable,
  of: Pick<ExamAttempt, 'batchId' | 'annotatorId' | 'protocolVersionId' | 'generalExamId'>,
): Promise<Marking[]> {
  const { annotatorId, protocolVersionId, generalExamId } = of;
  const on = generalExamId === null ? { protocolVersionId } : { generalExamId };
  const all = await listAttempts(q, { annotatorId, on });
  return all.filter((one) => one.kind === 'exam' && one.batchId !== of.batchId && one.verdict === 'pass');
}

/** Lets what gives and takes a person's passes take turns until the transaction ends: each looks at what the other sittings give. After their reader's row. */
export async function lockPasses(tx: Tx, personId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`exam passes|${personId}`}, 0))`);
}

/** Another exam on the same that the person has joined, that still runs and that they have not finished. */
export async function findExamUnderWay(
  q: Queryable,
  of: { annotatorId: string; batchId: string; on: ExamOn },
): Promise<string | null> {
  const { on } = of;
  const [row] = await q.execute<{ name: string }>(sql`
    select b.name from readers r join batches b on b.id = r.batch_id
    where r.annotator_id = ${of.annotatorId} and b.id <> ${of.batchId} and b.kind = 'exam'
      and ${'generalExamId' in on ? sql`b.general_exam_id = ${on.generalExamId}` : sql`b.protocol_version_id = ${on.protocolVersionId} and b.general_exam_id is null`}
      and b.status in ('open', 'paused', 'closing')
      and not exists (select 1 from exam_attempts a where a.batch_id = b.id and a.annotator_id = ${of.annotatorId})
    limit 1`);
  return row?.name ?? null;
}

/**
 * Since when there is an exam on a version of a project's protocol, and whether one can be taken now; null where none was ever
 * opened. General exams are not on a protocol. Index: batches_project_idx.
 */
export async function findProtocolExam(
  q: Queryable,
  on: { projectId: string; protocolVersionId: string },
): Promise<{ since: Date; isOpen: boolean } | null> {
  const [row] = await q
    .select({
      since: min(batches.openedAt),
      isOpen: sql<boolean | null>`bool_or(${batches.status} = 'open')`,
    })
    .from(batches)
    .where(
      and(
        eq(batches.projectId, on.projectId),
        eq(batches.kind, 'exam'),
        eq(batches.protocolVersionId, on.protocolVersionId),
        isNull(batches.generalExamId),
      ),
    );
  return row?.since ? { since: row.since, isOpen: row.isOpen === true } : null;
}

/**
 * Batches of the same project that a person has joined: the trainings, which show the answers of their cases (R21), or the exams that
 * still run and that they have not finished. Index: readers_person_idx.
 */
export async function listJoined(
  q: Queryable,
  of: { annotatorId: string; batchId: string; kind: 'training' | 'exam' },
): Promise<{ id: string; name: string }[]> {
  const rows = await q.execute<{ id: string; name: string }>(sql`
    select b.id, b.name from readers r join batches b on b.id = r.batch_id
    where r.annotator_id = ${of.annotatorId} and r.tier = 'label' and b.kind = ${of.kind} and b.id <> ${of.batchId}
      and b.project_id = (select project_id from batches where id = ${of.batchId})
      and (b.kind = 'training' or (b.status in ('open', 'paused', 'closing')
        and not exists (select 1 from exam_attempts a where a.batch_id = b.id and a.annotator_id = r.annotator_id)))
    order by b.id`);
  return [...rows];
}

/** Whether a batch holds a case of one of the others. Index: tasks_case_idx. */
export async function sharesCases(
  q: Queryable,
  batchId: string,
  others: readonly string[],
): Promise<boolean> {
  for (const other of others) {
    const rows = await q.execute(sql`
      select 1 from tasks a join tasks b on b.batch_id = ${batchId} and b.case_id = a.case_id
      where a.batch_id = ${other} limit 1`);
    if (rows.length > 0) return true;
  }
  return false;
}

/** Of a task t: it has not been read by the person nor given up, and can be. */
const couldStillCome = (batchId: SQL, annotatorId: SQL): SQL => sql`(t.status <> 'unusable'
        and not exists (select 1 from slots s where s.batch_id = ${batchId} and s.annotator_id = ${annotatorId}
          and s.task_id = t.id and s.status in ('submitted', 'accepted'))
        and not exists (select 1 from slot_releases x where x.batch_id = ${batchId}
          and x.annotator_id = ${annotatorId} and x.task_id = t.id and x.excludes))`;

type ExamCount = {
  left: number;
  judged: number;
  right: number;
  givenUp: number;
  takenOut: number;
  /** A known answer was withdrawn, and the person's counts still rest on it (R7). */
  isRegraded: boolean;
};

/**
 * How far a person is through an exam or training: cases that could still come to them, cases judged, right, and given up
 * (skipped, or run out twice: they count as not right; not where the answer was withdrawn). Walks the batch's tasks: exams are small.
 */
export async function countExam(
  tx: Tx,
  of: { batchId: string; annotatorId: string },
): Promise<ExamCount | null> {
  const [row] = await tx.execute<ExamCount>(sql`
    select r.gold_n as judged, r.gold_ok as "right",
      (select count(*)::int from tasks t where t.batch_id = ${of.batchId}
        and ${couldStillCome(sql`${of.batchId}`, sql`${of.annotatorId}`)}) as "left",
      (select count(distinct x.task_id)::int from slot_releases x join tasks t on t.batch_id = x.batch_id and t.id = x.task_id
        where x.batch_id = ${of.batchId} and x.annotator_id = ${of.annotatorId} and ${gaveUp}
          and not exists (select 1 from gold_answers g where g.batch_id = t.batch_id and g.task_id = t.id and g.withdrawn_at is not null))
        as "givenUp",
      ${takenOut({ batchId: sql`${of.batchId}::uuid`, annotatorId: sql`${of.annotatorId}::uuid`, until: sql`'infinity'` })} as "takenOut",
      (select true from gold_answers g where g.batch_id = ${of.batchId} and g.uncounted_to < r.annotator_id limit 1) is not null
        as "isRegraded"
    from readers r where r.batch_id = ${of.batchId} and r.annotator_id = ${of.annotatorId} and r.tier = 'label'
    for update`);
  return row ?? null;
}

/** Every marking of one sitting, first to last. Index: the primary key. */
export async function listMarkings(
  q: Queryable,
  of: { batchId: string; annotatorId: string },
): Promise<Marking[]> {
  return q
    .select(marking)
    .from(examAttempts)
    .where(and(eq(examAttempts.batchId, of.batchId), eq(examAttempts.annotatorId, of.annotatorId)))
    .orderBy(asc(examAttempts.revision));
}

/** Who has finished an exam, by id. Index: the primary key. */
export async function listFinished(q: Queryable, batchId: string): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(
    sql`select annotator_id as id from exam_attempts where batch_id = ${batchId} and revision = 0 order by 1`,
  );
  return [...rows].map((row) => row.id);
}

/** Writes an attempt, or a later marking of it, down; false when that was done already. */
export async function insertAttempt(tx: Tx, row: typeof examAttempts.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(examAttempts)
    .values(row)
    .onConflictDoNothing({ target: [examAttempts.batchId, examAttempts.annotatorId, examAttempts.revision] })
    .returning({ batchId: examAttempts.batchId });
  return rows.length === 1;
}

/** Readers of running exams and trainings who have handed something in and have no result yet; for the standing job. */
export async function listUnconcluded(q: Queryable): Promise<{ batchId: string; annotatorId: string }[]> {
  const rows = await q.execute<{ batchId: string; annotatorId: string }>(sql`
    select r.batch_id as "batchId", r.annotator_id as "annotatorId" from batches b
    join readers r on r.batch_id = b.id and r.tier = 'label' and r.submitted + r.skipped > 0
    where b.kind in ('exam', 'training') and b.status in ('open', 'paused', 'closing')
      and not exists (select 1 from exam_attempts a where a.batch_id = r.batch_id and a.annotator_id = r.annotator_id)
      -- Who began and left has cases still to come; a list full of them would keep others from ever being marked.
      and not exists (select 1 from tasks t where t.batch_id = r.batch_id and ${couldStillCome(sql`r.batch_id`, sql`r.annotator_id`)})
    order by r.last_seen_at limit 500`);
  return [...rows];
}
