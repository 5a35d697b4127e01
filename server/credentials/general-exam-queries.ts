import { and, desc, eq, gte, inArray, or, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { credentials, generalExams } from '#db/schema/credentials.ts';
import { organisations } from '#db/schema/identity.ts';
import { credentialRule } from './schemas.ts';

type ExamRow = typeof generalExams.$inferSelect;
export type GeneralExam = Omit<ExamRow, 'entryRule'> & {
  entryRule: ReturnType<typeof credentialRule.parse>;
  owner: { kind: (typeof organisations.$inferSelect)['kind']; legalName: string };
};

const withOwner = {
  exam: generalExams,
  owner: { kind: organisations.kind, legalName: organisations.legalName },
};
const whole = (row: { exam: ExamRow; owner: GeneralExam['owner'] }): GeneralExam => ({
  ...row.exam,
  entryRule: credentialRule.parse(row.exam.entryRule),
  owner: row.owner,
});

export async function insertExam(tx: Tx, row: typeof generalExams.$inferInsert): Promise<void> {
  await tx.insert(generalExams).values(row);
}

export async function findExam(q: Queryable, examId: string): Promise<GeneralExam | null> {
  const [row] = await q
    .select(withOwner)
    .from(generalExams)
    .innerJoin(organisations, eq(organisations.id, generalExams.ownerOrgId))
    .where(eq(generalExams.id, examId));
  return row === undefined ? null : whole(row);
}

/** Closes an open exam of an organisation; false when it is another's or closed already. */
export async function closeExamRow(
  tx: Tx,
  at: { examId: string; ownerOrgId: string; reason: string; now: Date },
): Promise<boolean> {
  const rows = await tx
    .update(generalExams)
    .set({ status: 'closed', statusReason: at.reason, closedAt: at.now })
    .where(
      and(
        eq(generalExams.id, at.examId),
        eq(generalExams.ownerOrgId, at.ownerOrgId),
        eq(generalExams.status, 'open'),
      ),
    )
    .returning({ id: generalExams.id });
  return rows.length === 1;
}

/** An organisation's exams, newest first; general_exams_owner_idx. */
export async function listExamsOf(q: Queryable, ownerOrgId: string): Promise<GeneralExam[]> {
  const rows = await q
    .select(withOwner)
    .from(generalExams)
    .innerJoin(organisations, eq(organisations.id, generalExams.ownerOrgId))
    .where(eq(generalExams.ownerOrgId, ownerOrgId))
    .orderBy(desc(generalExams.createdAt), desc(generalExams.id))
    .limit(200);
  return rows.map(whole);
}

/** Open exams of the platform and of these organisations, the platform's first. */
export async function listOpenExams(q: Queryable, ownerOrgIds: readonly string[]): Promise<GeneralExam[]> {
  const rows = await q
    .select(withOwner)
    .from(generalExams)
    .innerJoin(organisations, eq(organisations.id, generalExams.ownerOrgId))
    .where(
      and(
        eq(generalExams.status, 'open'),
        or(
          eq(organisations.kind, 'platform'),
          ownerOrgIds.length === 0 ? undefined : inArray(generalExams.ownerOrgId, [...ownerOrgIds]),
        ),
      ),
    )
    .orderBy(sql`${organisations.kind} <> 'platform'`, generalExams.specialty)
    .limit(200);
  return rows.map(whole);
}

/** The last day of the person's pass of an exam that is in force on a day, or null; credentials_person_idx. */
export async function findPass(
  q: Queryable,
  at: { personId: string; specialty: string; today: string },
): Promise<{ id: string; expiresOn: string } | null> {
  const [row] = await q
    .select({ id: credentials.id, expiresOn: credentials.expiresOn })
    .from(credentials)
    .where(
      and(
        eq(credentials.personId, at.personId),
        eq(credentials.kind, 'general_exam'),
        eq(credentials.specialty, at.specialty),
        eq(credentials.status, 'verified'),
        gte(credentials.expiresOn, at.today),
      ),
    )
    .orderBy(desc(credentials.expiresOn))
    .limit(1);
  return row === undefined || row.expiresOn === null ? null : { id: row.id, expiresOn: row.expiresOn };
}
