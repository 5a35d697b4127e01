import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { assertDesk } from './assert-desk.ts';
import { findFlag, insertFlag } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { deskOf } from './trouble-rules.ts';

type FlagId = { batchId: string; flagId: string };
type Flag = NonNullable<Awaited<ReturnType<typeof findFlag>>>;

/** The answer of the desk that must act on what a reader said (R24), and of no other; who asked is told, and never named to the sponsor. */
export async function answerFlag(
  ctx: OrgContext,
  input: FlagId & { note: string },
): Promise<{ replyId: string }> {
  return transact(ctx, async (tx) => {
    const { flag } = await getFlagOfDesk(ctx, tx.db, input);
    return { replyId: await reply(tx, flag, { by: ctx.actor.personId, note: input.note }) };
  });
}

/** What a reader said in a batch of the acting sponsor, for the person whose desk it comes to. */
export async function getFlagOfDesk(ctx: OrgContext, q: Queryable, input: FlagId) {
  const batch = await getBatch(q, input.batchId);
  await getProjectForOrg(q, ctx.actor.orgId, batch.projectId);
  const flag = await findFlag(q, input);
  if (!flag || flag.replyTo !== null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'flag_not_found',
      message: 'There is no such question.',
    });
  }
  assertDesk(ctx, deskOf(flag.kind));
  return { batch, flag };
}

/** Writes the answer and tells who asked. Returns its id. */
export async function reply(
  tx: CommandTx,
  flag: Flag,
  answer: { by: string; note: string },
): Promise<string> {
  const { batchId } = flag;
  const replyId = newId();
  await insertFlag(tx.db, {
    batchId,
    id: replyId,
    taskId: flag.taskId,
    annotatorId: answer.by,
    kind: flag.kind,
    note: answer.note,
    replyTo: flag.id,
    createdAt: tx.now,
  });
  await notifyPerson(tx, {
    personId: flag.annotatorId,
    kind: 'case_flag.answered',
    title: 'Your question about a case was answered',
    href: `/work/read/${batchId}`,
    detail: { batchId, flagId: flag.id },
  });
  await tx.audit({ action: 'work.flag_answered', subject: { kind: 'case_flag', id: flag.id } });
  return replyId;
}
