import { violates } from '#db/errors.ts';
import { type OrgContext, requireVerifiedOrg, type UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { closeExamRow, insertExam, listOpenExams } from './general-exam-queries.ts';
import { examSpecialty } from './general-exam-rules.ts';
import type { DefineExamInput } from './general-exam-schemas.ts';

/** The longest name a rule can carry. */
const SPECIALTY_LENGTH = 160;

/**
 * Sets an exam on an anatomy, a modality or a tool: the platform for everybody, a sponsor for those it engages. What was said is
 * not changed afterwards, because people have passed by it; another exam takes its place. Its cases come with its sittings
 * (batches of kind `exam`). Errors: `exam_owner` (other organisations set none), `exam_exists`, `exam_name_long`.
 */
export async function defineExam(
  ctx: OrgContext,
  input: DefineExamInput,
): Promise<{ examId: string; specialty: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  const owner = await findOrganisation(ctx.db, actor.orgId);
  if (owner === null || (owner.kind !== 'sponsor' && owner.kind !== 'platform'))
    throw new AppError({
      kind: 'forbidden',
      reason: 'exam_owner',
      message: 'Exams are set by sponsors, for their own projects, and by the platform, for all.',
    });
  const examId = newId();
  const specialty = examSpecialty({ ...input, owner });
  if (specialty.length > SPECIALTY_LENGTH)
    throw new AppError({
      kind: 'invalid',
      reason: 'exam_name_long',
      message: `Title, subject and your name come to ${specialty.length} characters; rules carry ${SPECIALTY_LENGTH}. Shorten the title.`,
      details: [{ code: 'exam.name_long', path: 'title', message: 'Shorten the title.' }],
    });
  try {
    return await transact(ctx, async (tx) => {
      await insertExam(tx.db, {
        ...input,
        id: examId,
        ownerOrgId: actor.orgId,
        specialty,
        createdBy: actor.personId,
        createdAt: tx.now,
      });
      await tx.audit({
        action: 'credentials.exam_defined',
        subject: { kind: 'general_exam', id: examId },
        detail: { specialty, passLevelBasisPoints: input.passLevelBasisPoints },
      });
      return { examId, specialty };
    });
  } catch (error) {
    if (!violates(error, 'general_exams_specialty_key')) throw error;
    throw new AppError({
      kind: 'conflict',
      reason: 'exam_exists',
      message: 'There is or was an exam of this name. Rules name exams by it, so choose another title.',
      details: [{ code: 'exam.exists', path: 'title', message: 'Choose another title.' }],
      cause: error,
    });
  }
}

/**
 * Closes an exam: nobody begins it any more, who has begun finishes and is paid, a pass counts to its end. Errors:
 * `exam_not_found` (also others' and closed ones).
 */
export async function closeExam(ctx: OrgContext, input: { examId: string; reason: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const isClosed = await closeExamRow(tx.db, { ...input, ownerOrgId: ctx.actor.orgId, now: tx.now });
    if (!isClosed) throw noExam();
    await tx.audit({
      action: 'credentials.exam_closed',
      subject: { kind: 'general_exam', id: input.examId },
      detail: { reason: input.reason },
    });
  });
}

/** The exams that a rule of the acting person can name: the platform's and their organisation's own. */
export async function viewNamedExams(
  ctx: UserContext,
): Promise<{ specialty: string; isOfPlatform: boolean }[]> {
  const { orgId } = ctx.actor;
  const exams = await listOpenExams(ctx.db, orgId === null ? [] : [orgId]);
  return exams.map(({ specialty, owner }) => ({ specialty, isOfPlatform: owner.kind === 'platform' }));
}

export function noExam(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'exam_not_found',
    message: 'There is no such exam open.',
  });
}
