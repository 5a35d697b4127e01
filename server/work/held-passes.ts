import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { decisionDue } from '#server/scores/reads.ts';
import { isTry } from './claim-rules.ts';
import { NO_TRY } from './conclude-exam.ts';
import { insertAttempt, listMarkings, lockPasses } from './exam-queries.ts';
import { listHeldPasses, lockByAlias } from './held-pass-queries.ts';
import type { decideHeldPassInput, heldPassesView } from './held-pass-schemas.ts';
import { getBatch } from './reads.ts';
import { markingInForce } from './regrade-rules.ts';
import { type TakenOutcome, takePass } from './take-pass.ts';

/** Passes of exams in a project of the acting sponsor that a wrong known answer would undo (R7), open ones first. */
export async function viewHeldPasses(
  ctx: OrgContext,
  input: { projectId: string },
): Promise<z.infer<typeof heldPassesView>> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const rows = await listHeldPasses(ctx.db, project.id);
  const mayDecide = ctx.actor.capabilities.has('quality.decide');
  return {
    passes: rows.map((row) => {
      const { batchId, batchName, alias, revision, passLevel, cases, correct, lower, upper, reason } = row;
      const dueAt = decisionDue(row.regradedAt);
      return {
        ...{ batchId, batchName, alias, revision, passLevel, reason, dueAt },
        before: { cases: row.casesBefore, correct: row.correctBefore },
        now: { cases, correct, lower, upper },
        status: row.regrade === 'waits' ? ('open' as const) : row.regrade,
        isOwn: row.annotatorId === ctx.actor.personId,
        mayDecide: mayDecide && row.regrade === 'waits' && row.annotatorId !== ctx.actor.personId,
        foundAt: row.regradedAt,
        isOverdue: row.regrade === 'waits' && dueAt < now,
      };
    }),
  };
}

/**
 * A person of the sponsor decides on a pass that a wrong known answer would undo (R26): it stays, or it ends now, and what rested
 * on it with it (R27). Never the person whose pass it is. Written down as a further marking; the person is told, with the reason.
 * Errors: `pass_not_found` (also of other sponsors), `own_pass`, `pass_decided`.
 */
export async function decideHeldPass(
  ctx: OrgContext,
  input: z.infer<typeof decideHeldPassInput>,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    const annotatorId = await lockByAlias(tx.db, input);
    const markings = annotatorId === null ? [] : await listMarkings(tx.db, { ...input, annotatorId });
    const asked = markings.find((one) => one.revision === input.revision && one.regrade === 'waits');
    const before = markingInForce(markings);
    if (annotatorId === null || asked === undefined || before === undefined)
      throw new AppError({
        kind: 'not_found',
        reason: 'pass_not_found',
        message: 'There is no such pass to decide on.',
      });
    if (annotatorId === ctx.actor.personId)
      throw new AppError({
        kind: 'forbidden',
        reason: 'own_pass',
        message: 'This pass is your own. Somebody else who decides on quality says whether it stays (R26).',
      });
    if (markings.at(-1) !== asked)
      throw new AppError({
        kind: 'conflict',
        reason: 'pass_decided',
        message: 'This was decided or marked anew in the meantime. Load the page again.',
      });
    await insertAttempt(tx.db, {
      ...asked,
      revision: asked.revision + 1,
      regrade: input.decision,
      regradedAt: tx.now,
      verdict: input.decision === 'kept' ? 'pass' : asked.verdict,
      decidedBy: ctx.actor.personId,
      reason: input.reason,
    });
    await lockPasses(tx.db, annotatorId);
    const outcome =
      input.decision === 'kept'
        ? 'kept'
        : await takePass(tx, { batch, markings, asked, decidedBy: ctx.actor.personId });
    const isFreed = outcome === 'ended' && !isTry(asked);
    await notifyPerson(tx, {
      personId: annotatorId,
      kind: `work.exam_pass_${input.decision}`,
      title: `A person has decided on your exam ${batch.name}: ${OUTCOMES[outcome]}. ${input.reason}${isFreed ? ` Besides, ${NO_TRY}.` : ''}`,
      href: '/work/qualifications',
      detail: { batchId: batch.id },
    });
    await tx.audit({
      action: `work.exam_pass_${input.decision}`,
      subject: { kind: 'batch', id: batch.id },
      detail: {
        personId: annotatorId,
        revision: asked.revision,
        verdict: asked.verdict,
        n: asked.cases,
        outcome,
      },
    });
  });
}

/** What the decision comes to for the person, who reads the reason in either case. */
const OUTCOMES: Record<'kept' | TakenOutcome, string> = {
  kept: 'your pass stays',
  ended: 'your pass has ended',
  passed_elsewhere:
    'this sitting does not count as passed any more; you have passed on another, so that your pass stays',
  nothing_rested: 'this sitting does not count as passed any more; no pass that you hold now rests on it',
};
