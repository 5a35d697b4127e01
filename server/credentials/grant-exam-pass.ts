import { and, eq } from 'drizzle-orm';
import { credentials } from '#db/schema/credentials.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import type { GeneralExam } from './general-exam-queries.ts';
import { passHoldsUntil } from './general-exam-rules.ts';
import { insertCredential, insertVerification } from './queries.ts';
import { dayOf } from './rules.ts';

/**
 * Writes a passed general exam into a person's wallet, inside the caller's transaction: a credential that was measured here, with
 * the check that stands behind it. A pass that it renews is over from now on. Returns its last day; null, and nothing is written, for one
 * that was won so long ago that it has ended.
 */
export async function grantExamPass(
  tx: CommandTx,
  input: { exam: GeneralExam; personId: string; correct: number; cases: number; passedAt?: Date },
): Promise<{ validUntil: string } | null> {
  const { exam, personId } = input;
  const passedAt = input.passedAt ?? tx.now;
  const validUntil = passHoldsUntil(passedAt, exam.validMonths);
  if (validUntil < dayOf(tx.now)) return null;
  await tx.db
    .update(credentials)
    .set({ status: 'expired', updatedAt: tx.now })
    .where(
      and(
        eq(credentials.personId, personId),
        eq(credentials.kind, 'general_exam'),
        eq(credentials.specialty, exam.specialty),
        eq(credentials.status, 'verified'),
      ),
    );
  const id = newId();
  await insertCredential(tx.db, {
    id,
    personId,
    kind: 'general_exam',
    title: exam.title,
    issuer: exam.owner.legalName,
    specialty: exam.specialty,
    issuedOn: dayOf(passedAt),
    expiresOn: validUntil,
    status: 'verified',
    level: 'primary_source',
    createdAt: tx.now,
    updatedAt: tx.now,
  });
  await insertVerification(tx.db, {
    id: newId(),
    credentialId: id,
    status: 'validated',
    statusDate: tx.now,
    primarySource: `Exam taken here: ${exam.specialty}`,
    communicationMethod: 'push',
    level: 'primary_source',
    sourceAsOf: dayOf(tx.now),
    validUntil,
    note: `${input.correct} of ${input.cases} right; pass level ${exam.passLevelBasisPoints / 100} %.`,
    // Nobody marks it by hand: whoever set the exam and its level answers for it.
    verifiedBy: exam.createdBy,
    createdAt: tx.now,
  });
  await tx.audit({
    action: 'credentials.exam_passed',
    subject: { kind: 'credential', id },
    detail: { examId: exam.id, validUntil },
  });
  return { validUntil };
}
