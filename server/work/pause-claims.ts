import type { CommandTx } from '#server/command/transaction.ts';
import { moveBatch } from './batch-queries.ts';
import { refuseHeld } from './hold-claims.ts';
import { refuseInPausedProject } from './pause-batch.ts';
import { getBatch } from './reads.ts';

/**
 * Stops new claims of an open batch because the project's own policy says so; what people hold they finish, paid (R27).
 * Part of the caller's transaction. False when the batch was not open.
 */
export async function pauseClaims(
  tx: CommandTx,
  input: { batchId: string; reason: string },
): Promise<boolean> {
  return move(tx, input.batchId, 'open', 'paused', input.reason);
}

/** Lets people claim again; false when the batch was not paused. Throws `project_paused` while its project stands still, `checkpoint_unsigned` while a checkpoint holds it. */
export async function resumeClaims(tx: CommandTx, input: { batchId: string }): Promise<boolean> {
  const batch = await getBatch(tx.db, input.batchId);
  refuseHeld(batch);
  await refuseInPausedProject(tx, batch.projectId);
  return move(tx, input.batchId, 'paused', 'open', null);
}

async function move(
  tx: CommandTx,
  batchId: string,
  from: 'open' | 'paused',
  to: 'open' | 'paused',
  reason: string | null,
): Promise<boolean> {
  const moved = await moveBatch(tx.db, { batchId, from: [from], to, set: { statusReason: reason } });
  if (moved === null) return false;
  await tx.audit({
    action: to === 'paused' ? 'work.batch_paused' : 'work.batch_resumed',
    subject: { kind: 'batch', id: batchId },
    detail: { by: 'quality policy' },
  });
  return true;
}
