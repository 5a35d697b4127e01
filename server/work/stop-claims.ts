import type { CommandTx } from '#server/command/transaction.ts';
import { getProject } from '#server/projects/reads.ts';
import { lockBatch, moveBatch } from './batch-queries.ts';
import { goOn, stopsOf } from './hold-claims.ts';
import { getBatch } from './reads.ts';

/**
 * Stops new claims of a batch because the project's own policy says so, until somebody has decided on the proposal that asks
 * for it (R26); what people hold they finish, paid (R27). A batch that stands still for another reason keeps that reason and is
 * stopped besides. Part of the caller's transaction. False when the batch reads no more.
 */
export async function stopClaims(
  tx: CommandTx,
  input: { batchId: string; proposalId: string; reason: string },
): Promise<boolean> {
  const { batchId, proposalId, reason } = input;
  const batch = await lockBatch(tx.db, batchId, 'update');
  if (batch === null || (batch.status !== 'open' && batch.status !== 'paused')) return false;
  const stops = [...stopsOf(batch), { proposalId, reason }];
  const statusReason = batch.status === 'open' ? reason : batch.statusReason;
  await moveBatch(tx.db, { batchId, from: ['open', 'paused'], to: 'paused', set: { stops, statusReason } });
  if (batch.status === 'open') await recordPause(tx, batchId);
  return true;
}

/** What a batch still stands still for; null when it is open, or reads no more. */
export type WaitsFor = 'checkpoint' | 'stop' | 'project' | 'pause' | null;

/**
 * Ends a stop that somebody has decided on. It goes on (`goOn`) unless `keptBecause` says why it does not: then it stays paused for
 * that reason, as if paused by hand. Part of the deciding command. Returns what keeps it still nevertheless.
 */
export async function endStop(
  tx: CommandTx,
  input: { batchId: string; proposalId: string; keptBecause: string | null },
): Promise<WaitsFor> {
  const { batchId, proposalId, keptBecause } = input;
  const batch = await lockBatch(tx.db, batchId, 'update');
  if (batch === null) return null;
  const own = stopsOf(batch).find((stop) => stop.proposalId === proposalId);
  const stops = stopsOf(batch).filter((stop) => stop.proposalId !== proposalId);
  if (keptBecause !== null && (batch.status === 'open' || batch.status === 'paused')) {
    const set = { stops, statusReason: keptBecause };
    await moveBatch(tx.db, { batchId, from: ['open', 'paused'], to: 'paused', set });
    if (batch.status === 'open') await recordPause(tx, batchId);
    return waitsFor(tx, batchId);
  }
  await goOn(tx, {
    batch,
    ended: own?.reason ?? '',
    checkpointId: batch.checkpointId,
    stops,
    // While a checkpoint holds it the reason is the checkpoint's, and nothing is to be said instead of this one's.
    heldBecause: batch.checkpointId === null ? (stops[0]?.reason ?? null) : (batch.statusReason ?? ''),
    detail: { by: 'quality policy' },
  });
  return waitsFor(tx, batchId);
}

async function waitsFor(tx: CommandTx, batchId: string): Promise<WaitsFor> {
  const batch = await getBatch(tx.db, batchId);
  if (batch.status !== 'paused') return null;
  if (batch.checkpointId !== null) return 'checkpoint';
  if (stopsOf(batch).length > 0) return 'stop';
  return (await getProject(tx.db, batch.projectId)).status === 'paused' ? 'project' : 'pause';
}

async function recordPause(tx: CommandTx, batchId: string): Promise<void> {
  await tx.audit({
    action: 'work.batch_paused',
    subject: { kind: 'batch', id: batchId },
    detail: { by: 'quality policy' },
  });
}
