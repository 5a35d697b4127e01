import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import type { ChangeClass, EdgeCase } from '#server/protocols/schemas.ts';
import { getFlagOfDesk, reply } from './answer-flag.ts';
import { disputesToShow } from './disputes-to-show.ts';
import { hasReply } from './flag-queries.ts';
import { putIntoDraft } from './put-into-draft.ts';
import { clarifyCase, countAskers, nameVersion } from './trouble-queries.ts';

/**
 * The answer to one question becomes a clarification for all (R24), without waiting for enough people to ask: the same as `clarifyAlert`,
 * whose alert of the case this makes, or decides. Who asked is told what to do in such a case, unless an answer was given before.
 */
export async function clarifyFlag(
  ctx: OrgContext,
  input: { batchId: string; flagId: string; edgeCase: EdgeCase; changeClass: ChangeClass },
): Promise<{ protocolVersionId: string; version: number }> {
  const { edgeCase, changeClass } = input;
  const { batch, flag } = await getFlagOfDesk(ctx, ctx.db, input);
  if (flag.kind !== 'ask') {
    throw new AppError({
      kind: 'precondition',
      reason: 'flag_no_question',
      message: 'Only the answer to a question becomes a clarification. Change the protocol on its page.',
    });
  }
  const { batchId, taskId } = flag;
  return transact(ctx, async (tx) => {
    const disputed = await disputesToShow(tx.db, { batchId, taskIds: [taskId], now: tx.now });
    // The case is claimed before the draft is touched: of two who clarify it at once the second changes nothing.
    const alert = await clarifyCase(tx.db, {
      batchId,
      id: newId(),
      taskId,
      kind: 'edge_case',
      status: 'clarifying',
      reasons: { ask: await countAskers(tx.db, { batchId, taskId }) },
      isDisputed: disputed.has(taskId),
      openedAt: tx.now,
      dueAt: null,
      decidedAt: tx.now,
      decidedBy: ctx.actor.personId,
      decisionNote: edgeCase.title,
    });
    if (alert === null) throw clarified();
    const saved = await putIntoDraft(tx, ctx, { projectId: batch.projectId, edgeCase, changeClass });
    await nameVersion(tx.db, { batchId, alertId: alert.id, protocolVersionId: saved.id });
    if (!(await hasReply(tx.db, flag)))
      await reply(tx, flag, { by: ctx.actor.personId, note: edgeCase.description });
    await tx.audit({
      action: 'work.flag_clarified',
      subject: { kind: 'case_flag', id: flag.id },
      detail: { alertId: alert.id, protocolVersionId: saved.id, changeClass },
    });
    return { protocolVersionId: saved.id, version: saved.version };
  });
}

function clarified(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'alert_decided',
    message:
      'What to do in this case was put into the protocol already. Answer the question, or change the protocol on its page.',
  });
}
