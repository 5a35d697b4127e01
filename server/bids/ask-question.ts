import { and, eq, isNull, sql } from 'drizzle-orm';
import { callQuestions } from '#db/schema/call-room.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getProject } from '#server/projects/reads.ts';
import { findQuestionForSponsor, listFollowers, listQuestions } from './call-queries.ts';
import { questionProblem } from './call-rules.ts';
import { getVisibleCall } from './get-call.ts';
import { tellSponsor, tellVendors } from './tell-organisations.ts';

/**
 * A bidder's question. Every bidder reads it and its answer; who asked is told to nobody, the sponsor included. Refused
 * with `questions_ended` after the time for questions.
 */
export async function askQuestion(
  ctx: OrgContext,
  input: { callId: string; question: string },
): Promise<{ questionId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { orgId, personId } = ctx.actor;
    const call = await getVisibleCall(tx.db, { callId: input.callId, orgId });
    const asked = await listQuestions(tx.db, call.id);
    const openOfAsker = asked.filter((one) => one.askerOrgId === orgId && one.answer === null).length;
    const problem = questionProblem({ call, openOfAsker, now: tx.now });
    if (problem)
      throw new AppError({
        kind: 'precondition',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    const questionId = newId();
    await tx.db.insert(callQuestions).values({
      id: questionId,
      callId: call.id,
      askerOrgId: orgId,
      askedBy: personId,
      question: input.question,
      askedAt: tx.now,
    });
    const project = await getProject(tx.db, call.projectId);
    await tellSponsor(tx, project.orgId, {
      kind: 'bids.question_asked',
      title: `A bidder asks something about “${project.title}”.`,
      href: `/sponsor/projects/${project.id}/bids#questions`,
    });
    await tx.audit({
      action: 'bids.question_asked',
      subject: { kind: 'call', id: call.id },
      detail: { questionId },
    });
    return { questionId };
  });
}

/**
 * The sponsor's answer, for all bidders at once; each is told. Given once: a correction is the answer to another question,
 * so that no bidder has priced by words that are gone.
 */
export async function answerQuestion(
  ctx: OrgContext,
  input: { questionId: string; answer: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const found = await findQuestionForSponsor(tx.db, {
      questionId: input.questionId,
      orgId: ctx.actor.orgId,
    });
    if (!found)
      throw new AppError({
        kind: 'not_found',
        reason: 'question_not_found',
        message: 'There is no such question.',
      });
    const answered = await tx.db
      .update(callQuestions)
      .set({ answer: input.answer, answeredBy: ctx.actor.personId, answeredAt: tx.now })
      .where(and(eq(callQuestions.id, found.question.id), isNull(callQuestions.answer)))
      .returning({ id: sql<string>`id` });
    if (answered.length === 0)
      throw new AppError({
        kind: 'conflict',
        reason: 'question_answered',
        message: 'This question has been answered already. Bidders have read that answer.',
      });
    await tellVendors(tx, await listFollowers(tx.db, found.call.id), {
      kind: 'bids.question_answered',
      title: `A question about “${found.projectTitle}” is answered.`,
      href: `/vendor/calls/${found.call.id}#questions`,
    });
    await tx.audit({
      action: 'bids.question_answered',
      subject: { kind: 'call', id: found.call.id },
      detail: { questionId: found.question.id },
    });
  });
}
