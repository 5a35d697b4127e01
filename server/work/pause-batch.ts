import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject, getProjectForOrg, lockProjectState } from '#server/projects/reads.ts';
import { moveBatch } from './batch-queries.ts';
import { refuseHeld } from './hold-claims.ts';
import { type Batch, getBatch } from './reads.ts';

/** R27: no new claims; who holds a case finishes it within the lease and is paid. */
export async function pauseBatch(ctx: OrgContext, input: { batchId: string; reason: string }): Promise<void> {
  await move(ctx, input.batchId, ['open'], 'paused', input.reason);
}

/**
 * Lets the people of a paused batch claim again. Refused with `project_paused` while its project stands still, with
 * `checkpoint_unsigned` while a checkpoint holds it and with `stop_undecided` while nobody has decided on a stop of new claims.
 */
export async function resumeBatch(ctx: OrgContext, input: { batchId: string }): Promise<void> {
  await move(ctx, input.batchId, ['paused'], 'open', null);
}

async function move(
  ctx: OrgContext,
  batchId: string,
  from: readonly Batch['status'][],
  to: Batch['status'],
  reason: string | null,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const batch = await ownBatch(tx, ctx, batchId);
    if (to === 'open') {
      refuseHeld(batch);
      await refuseInPausedProject(tx, batch.projectId);
    }
    const moved = await moveBatch(tx.db, { batchId, from, to, set: { statusReason: reason } });
    if (!moved) throw await wrongState(tx, batchId, from);
    await tx.audit({
      action: to === 'paused' ? 'work.batch_paused' : 'work.batch_resumed',
      subject: { kind: 'batch', id: batchId },
    });
  });
}

/** Refuses with `project_paused` while the project of a batch stands still; locks the project's state. */
export async function refuseInPausedProject(tx: CommandTx, projectId: string): Promise<void> {
  await lockProjectState(tx.db, projectId);
  if ((await getProject(tx.db, projectId)).status !== 'paused') return;
  throw new AppError({
    kind: 'precondition',
    reason: 'project_paused',
    message: 'The project is paused. Resume the project; its batches open again with it.',
  });
}

/** The batch when its project is the acting sponsor's; `not_found` otherwise. */
export async function ownBatch(tx: CommandTx, ctx: OrgContext, batchId: string): Promise<Batch> {
  const batch = await getBatch(tx.db, batchId);
  await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
  return batch;
}

/** A conflict that says in which state the batch is. */
export async function wrongState(
  tx: CommandTx,
  batchId: string,
  from: readonly Batch['status'][],
): Promise<AppError> {
  const batch = await getBatch(tx.db, batchId);
  return new AppError({
    kind: 'conflict',
    reason: 'batch_state',
    message: `This batch is ${batch.status}; that needs it to be ${from.join(' or ')}.`,
  });
}
