import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findFlag, insertFlag } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { deskOf } from './trouble-rules.ts';

/** The sponsor's answer to what a reader said; who asked is told, and never named to the sponsor. */
export async function answerFlag(
  ctx: OrgContext,
  input: { batchId: string; flagId: string; note: string },
): Promise<{ replyId: string }> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    const flag = await findFlag(tx.db, input);
    if (!flag || flag.replyTo !== null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'flag_not_found',
        message: 'There is no such question.',
      });
    }
    if (deskOf(flag.kind) === 'operator') {
      throw new AppError({
        kind: 'forbidden',
        reason: 'not_your_desk',
        message:
          'Protected information is looked into by the incident desk of the installation; its decision is the answer.',
      });
    }
    if (deskOf(flag.kind) === 'data' && !ctx.actor.capabilities.has('dataset.write')) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'not_your_desk',
        message:
          'A technical problem is answered by whoever keeps the data: the project manager or the owner.',
      });
    }
    const replyId = newId();
    await insertFlag(tx.db, {
      batchId: batch.id,
      id: replyId,
      taskId: flag.taskId,
      annotatorId: ctx.actor.personId,
      kind: flag.kind,
      note: input.note,
      replyTo: flag.id,
      createdAt: tx.now,
    });
    await notifyPerson(tx, {
      personId: flag.annotatorId,
      kind: 'case_flag.answered',
      title: 'Your question about a case was answered',
      href: `/work/read/${batch.id}`,
      detail: { batchId: batch.id, flagId: flag.id },
    });
    await tx.audit({ action: 'work.flag_answered', subject: { kind: 'case_flag', id: flag.id } });
    return { replyId };
  });
}
