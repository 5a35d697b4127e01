import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { assertDesk } from './assert-desk.ts';
import { findFlag, insertFlag } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { deskOf } from './trouble-rules.ts';

/** The answer of the desk that must act on what a reader said (R24), and of no other; who asked is told, and never named to the sponsor. */
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
    assertDesk(ctx, deskOf(flag.kind));
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
