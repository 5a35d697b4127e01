import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { credentials, qualifications } from '#db/schema/credentials.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import type { GeneralExam } from './general-exam-queries.ts';
import { insertVerification, updateCredential } from './queries.ts';
import { dayOf } from './rules.ts';

/**
 * Ends the pass of an exam on a protocol version that was won in a batch, inside the caller's transaction, which has a human's
 * decision (R26). False where none is in force any more.
 */
export async function endExamQualification(
  tx: CommandTx,
  of: { personId: string; protocolVersionId: string; batchId: string },
): Promise<boolean> {
  const ended = await tx.db
    .update(qualifications)
    .set({ validUntil: tx.now })
    .where(
      and(
        eq(qualifications.personId, of.personId),
        eq(qualifications.kind, 'exam'),
        eq(qualifications.protocolVersionId, of.protocolVersionId),
        sql`${qualifications.score} ->> 'batchId' = ${of.batchId}`,
        or(isNull(qualifications.validUntil), gt(qualifications.validUntil, tx.now)),
      ),
    )
    .returning({ id: qualifications.id });
  if (ended.length === 0) return false;
  await tx.audit({
    action: 'credentials.qualification_ended',
    subject: { kind: 'person', id: of.personId },
    detail: { kind: 'exam', protocolVersionId: of.protocolVersionId, batchId: of.batchId },
  });
  return true;
}

/**
 * Revokes the credential that a sitting of a general exam gave on one of these days, with the check that says why; null where it is not in force any
 * more, or a later pass has taken its place. The caller closes what rested on it (R27).
 */
export async function revokeExamPass(
  tx: CommandTx,
  of: { exam: GeneralExam; personId: string; passedOn: readonly string[]; note: string; decidedBy: string },
): Promise<{ credentialId: string; verificationId: string; since: string } | null> {
  const [own] = await tx.db
    .select({ id: credentials.id, issuedOn: credentials.issuedOn })
    .from(credentials)
    .where(
      and(
        eq(credentials.personId, of.personId),
        eq(credentials.kind, 'general_exam'),
        eq(credentials.specialty, of.exam.specialty),
        eq(credentials.status, 'verified'),
        inArray(credentials.issuedOn, [...of.passedOn]),
      ),
    )
    .for('update');
  if (!own?.issuedOn) return null;
  await updateCredential(
    tx.db,
    { id: own.id, expected: 'verified' },
    { status: 'revoked', updatedAt: tx.now },
  );
  const verificationId = newId();
  await insertVerification(tx.db, {
    id: verificationId,
    credentialId: own.id,
    status: 'reval-fail',
    statusDate: tx.now,
    primarySource: `Exam taken here: ${of.exam.specialty}`,
    communicationMethod: 'push',
    level: 'primary_source',
    sourceAsOf: dayOf(tx.now),
    sourceStanding: 'marked anew, not passed',
    effectiveOn: own.issuedOn,
    note: of.note,
    verifiedBy: of.decidedBy,
    createdAt: tx.now,
  });
  await tx.audit({
    action: 'credentials.exam_pass_revoked',
    subject: { kind: 'credential', id: own.id },
    detail: { examId: of.exam.id },
  });
  return { credentialId: own.id, verificationId, since: own.issuedOn };
}
