import { eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject, lockProjectState } from '#server/projects/reads.ts';
import { lockBatch, moveBatch } from './batch-queries.ts';
import type { Batch } from './reads.ts';

/**
 * Stops new claims of a batch until a checkpoint is signed; what people hold they finish, paid (R27). `reason` is what
 * readers and sponsor are told. A batch that stands still for another reason keeps that reason and is held besides.
 * Part of opening a checkpoint. False when the batch reads no more, or another checkpoint holds it already.
 */
export async function holdClaims(
  tx: CommandTx,
  input: { batchId: string; checkpointId: string; reason: string },
): Promise<boolean> {
  const batch = await lockBatch(tx.db, input.batchId, 'update');
  if (batch === null || batch.checkpointId !== null) return false;
  if (batch.status !== 'open' && batch.status !== 'paused') return false;
  if (batch.status === 'paused') {
    await tx.db.update(batches).set({ checkpointId: input.checkpointId }).where(eq(batches.id, batch.id));
    return true;
  }
  await moveBatch(tx.db, {
    batchId: batch.id,
    from: ['open'],
    to: 'paused',
    set: { checkpointId: input.checkpointId, statusReason: input.reason },
  });
  await tx.audit({
    action: 'work.batch_paused',
    subject: { kind: 'batch', id: batch.id },
    detail: { by: 'checkpoint', checkpointId: input.checkpointId },
  });
  return true;
}

/**
 * Ends the hold of a signed checkpoint. A batch that stood still because of it opens again, unless its project stands still
 * too: then it opens with the project (`pausedWithProject` is the reason by which that is known). One that was paused by
 * somebody stays so. Returns the state afterwards.
 */
export async function releaseHold(
  tx: CommandTx,
  input: { batchId: string; checkpointId: string; reason: string; pausedWithProject: string },
): Promise<Batch['status'] | null> {
  const batch = await lockBatch(tx.db, input.batchId, 'update');
  if (batch === null) return null;
  if (batch.checkpointId !== input.checkpointId) return batch.status;
  await tx.db.update(batches).set({ checkpointId: null }).where(eq(batches.id, batch.id));
  const isOurs = batch.statusReason === input.reason || batch.statusReason === input.pausedWithProject;
  if (batch.status !== 'paused' || !isOurs) return batch.status;
  await lockProjectState(tx.db, batch.projectId);
  const isProjectPaused = (await getProject(tx.db, batch.projectId)).status === 'paused';
  await moveBatch(tx.db, {
    batchId: batch.id,
    from: ['paused'],
    to: isProjectPaused ? 'paused' : 'open',
    set: { statusReason: isProjectPaused ? input.pausedWithProject : null },
  });
  if (!isProjectPaused)
    await tx.audit({
      action: 'work.batch_resumed',
      subject: { kind: 'batch', id: batch.id },
      detail: { by: 'checkpoint', checkpointId: input.checkpointId },
    });
  return isProjectPaused ? 'paused' : 'open';
}

/** Refuses to open a batch that a checkpoint holds: only the clinical lead's signature does. */
export function refuseHeld(batch: Pick<Batch, 'checkpointId' | 'projectId' | 'id'>): void {
  if (batch.checkpointId === null) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'checkpoint_unsigned',
    message: 'A checkpoint holds this batch. It goes on once the clinical lead has looked at it and signed.',
    details: [
      {
        code: 'checkpoint_unsigned',
        message: 'The clinical lead looks at the sample and the trends, and signs.',
        href: `/sponsor/projects/${batch.projectId}/quality/checkpoints/${batch.checkpointId}`,
      },
    ],
  });
}
