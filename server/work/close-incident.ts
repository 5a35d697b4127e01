import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { releaseCase } from '#server/datasets/release-case.ts';
import { type CaseKey, listSameContent, lockCopies } from '#server/datasets/same-content.ts';
import { tellReturned } from '#server/labels/notify-authors.ts';
import { settleWhatIsLeft } from '#server/labels/settle-what-is-left.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import {
  caseOfTask,
  findFlag,
  insertFlag,
  isOpenReport,
  lockBatchesOfCase,
  reportsOfCase,
} from './flag-queries.ts';
import { listShutTasks, unparkTask } from './park-queries.ts';
import { recheckSharedReaders } from './prior-reading.ts';
import { getBatch } from './reads.ts';
import { tellFreed, triesThatRestOn } from './tell-freed.ts';
import { type ShutBy, whatShuts } from './trouble-rules.ts';

/**
 * The incident desk ends an incident (R24). A false alarm opens the case again for everyone, unless another report of it is still
 * open (`shutBy` says so) or was confirmed: a case in which it was confirmed stays shut for good, whatever other reports of it, in
 * whatever batch, come to before or after. Its copies go the same way (`sameContent`). In a batch that has settled meanwhile the case gets its final label from what it has. Whoever reported it is told, the authors of reads that wait for their correction again, and whose finished exam is no try any more by it. Closing twice is refused with `incident_closed`.
 * Lock order: the sponsor's copies, batches by id, then the readers of exams, or the case in each.
 */
export async function closeIncident(
  ctx: OrgContext,
  input: { batchId: string; flagId: string; outcome: 'false_alarm' | 'confirmed'; note: string },
): Promise<{ isOpenAgain: boolean; shutBy: ShutBy | null }> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    const flag = await findFlag(tx.db, input);
    if (!flag || flag.replyTo !== null || flag.kind !== 'phi_seen') {
      throw new AppError({
        kind: 'not_found',
        reason: 'flag_not_found',
        message: 'There is no such incident.',
      });
    }
    const caseId = present(
      await caseOfTask(tx.db, { batchId: batch.id, taskId: flag.taskId }),
      'The case of the task',
    );
    const of = { datasetId: batch.datasetId, caseId };
    await lockCopies(tx.db, batch.datasetId, 'change');
    await lockBatchesOfCase(tx.db, of);
    if (!(await isOpenReport(tx.db, flag))) {
      throw new AppError({
        kind: 'conflict',
        reason: 'incident_closed',
        message: 'This incident is closed already. Reload to see how it ended.',
      });
    }
    const copies = await listSameContent(tx.db, of);
    const atStake = [];
    if (input.outcome === 'confirmed')
      for (const one of copies) atStake.push({ ...one, tries: await triesThatRestOn(tx, one) });
    await insertFlag(tx.db, {
      batchId: batch.id,
      id: newId(),
      taskId: flag.taskId,
      annotatorId: ctx.actor.personId,
      kind: 'phi_seen',
      note: input.note,
      replyTo: flag.id,
      outcome: input.outcome,
      createdAt: tx.now,
    });
    const shutBy = whatShuts(await reportsOfCase(tx.db, of));
    const isOpenAgain = shutBy === null;
    if (isOpenAgain) for (const one of copies) await openAgain(tx, one);
    for (const one of atStake) await tellFreed(tx, one);
    await notifyPerson(tx, {
      personId: flag.annotatorId,
      kind: 'case_flag.answered',
      title: 'What you reported about a case was looked into',
      href: `/work/read/${batch.id}`,
      detail: { batchId: batch.id, flagId: flag.id },
    });
    await tx.audit({
      action: 'work.incident_closed',
      subject: { kind: 'case_flag', id: flag.id },
      detail: { outcome: input.outcome, isOpenAgain, shutBy },
    });
    return { isOpenAgain, shutBy };
  });
}

/** Gives a case back to work as it was, in every batch. */
async function openAgain(tx: CommandTx, of: CaseKey): Promise<void> {
  await releaseCase(tx, of);
  for (const task of await listShutTasks(tx.db, of)) {
    const holder = await getBatch(tx.db, task.batchId);
    for (const read of await unparkTask(tx.db, { ...task, now: tx.now }))
      await tellReturned(tx, { ...read, batchId: task.batchId });
    await settleWhatIsLeft(tx, holder, task.taskId);
    await recheckSharedReaders(tx.db, holder, [task.taskId]);
  }
}
