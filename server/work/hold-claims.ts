import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { batches } from '#db/schema/work-batches.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { getProject, lockProjectState } from '#server/projects/reads.ts';
import { PROJECT_PAUSED } from '#server/projects/rules.ts';
import { lockBatch, moveBatch } from './batch-queries.ts';
import type { Batch } from './reads.ts';

/** Stops of new claims in the order they arose: the proposal whose decision ends each, and why it is there. */
const batchStops = z.array(z.object({ proposalId: z.uuid(), reason: z.string() }));
export type BatchStop = z.infer<typeof batchStops>[number];

/**
 * A batch that stood still with its project and is stopped besides says why it still does, now that the project goes on. The reason of a
 * checkpoint is its own to say, and ends with its signature.
 */
export async function sayStop(tx: CommandTx, batchId: string): Promise<void> {
  const batch = await lockBatch(tx.db, batchId, 'update');
  const [stop] = batch === null ? [] : stopsOf(batch);
  if (batch?.status !== 'paused' || batch.statusReason !== PROJECT_PAUSED) return;
  if (stop === undefined || batch.checkpointId !== null) return;
  await tx.db.update(batches).set({ statusReason: stop.reason }).where(eq(batches.id, batchId));
}

/** The stops of a batch that nobody has decided on (R26). */
export const stopsOf = (batch: Pick<Batch, 'stops'>): BatchStop[] => batchStops.parse(batch.stops);

/**
 * Stops new claims of a batch until a checkpoint is signed; what people hold they finish, paid (R27). `reason` is what
 * readers and sponsor are told. A batch that stands still for another reason keeps that reason and is held besides; the reason of
 * a stop gives way. Part of opening a checkpoint. `waits`: another checkpoint holds it, and this one will when that is signed. `over`: the batch reads no more.
 */
export async function holdClaims(
  tx: CommandTx,
  input: { batchId: string; checkpointId: string; reason: string },
): Promise<'held' | 'waits' | 'over'> {
  const batch = await lockBatch(tx.db, input.batchId, 'update');
  if (batch === null || (batch.status !== 'open' && batch.status !== 'paused')) return 'over';
  if (batch.checkpointId !== null) return 'waits';
  const isForStop = stopsOf(batch).some((stop) => stop.reason === batch.statusReason);
  if (batch.status === 'paused') {
    await tx.db
      .update(batches)
      .set({ checkpointId: input.checkpointId, ...(isForStop ? { statusReason: input.reason } : {}) })
      .where(eq(batches.id, batch.id));
    return 'held';
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
  return 'held';
}

/**
 * Ends the hold of a signed checkpoint. `next`, asked while the batch is locked, is the checkpoint that holds it from now on. Without one a
 * batch that stood still because of it goes on (`goOn`). Returns the state afterwards.
 */
export async function releaseHold(
  tx: CommandTx,
  input: {
    batchId: string;
    checkpointId: string;
    reason: string;
    next: () => Promise<{ checkpointId: string; reason: string } | null>;
  },
): Promise<Batch['status'] | null> {
  const batch = await lockBatch(tx.db, input.batchId, 'update');
  if (batch === null) return null;
  if (batch.checkpointId !== input.checkpointId) return batch.status;
  const next = await input.next();
  const stops = stopsOf(batch);
  return goOn(tx, {
    batch,
    ended: input.reason,
    checkpointId: next?.checkpointId ?? null,
    stops,
    heldBecause: next?.reason ?? stops[0]?.reason ?? null,
    detail: { by: 'checkpoint', checkpointId: input.checkpointId },
  });
}

/**
 * Takes one hold from a locked batch. It opens again when it stood still because of that one and nothing else holds it, or with its
 * project while that stands still too. One that was paused by somebody stays so. Returns the state afterwards.
 */
export async function goOn(
  tx: CommandTx,
  p: {
    batch: Batch;
    /** The reason of the hold that ended. */
    ended: string;
    checkpointId: string | null;
    stops: readonly BatchStop[];
    /** The reason of what still holds it; null when nothing does. */
    heldBecause: string | null;
    detail: Record<string, string>;
  },
): Promise<Batch['status']> {
  const { batch, heldBecause } = p;
  const holds = { checkpointId: p.checkpointId, stops: p.stops };
  const update = (set: Partial<typeof batches.$inferInsert>) =>
    tx.db
      .update(batches)
      .set({ ...holds, ...set })
      .where(eq(batches.id, batch.id));
  const isOurs = batch.statusReason === p.ended || batch.statusReason === PROJECT_PAUSED;
  if (batch.status !== 'paused' || !isOurs) {
    await update({});
    return batch.status;
  }
  if (heldBecause !== null) {
    await update(batch.statusReason === p.ended ? { statusReason: heldBecause } : {});
    return 'paused';
  }
  await lockProjectState(tx.db, batch.projectId);
  if ((await getProject(tx.db, batch.projectId)).status === 'paused') {
    await update({ statusReason: PROJECT_PAUSED });
    return 'paused';
  }
  await moveBatch(tx.db, {
    batchId: batch.id,
    from: ['paused'],
    to: 'open',
    set: { ...holds, statusReason: null },
  });
  await tx.audit({
    action: 'work.batch_resumed',
    subject: { kind: 'batch', id: batch.id },
    detail: p.detail,
  });
  return 'open';
}

/**
 * Refuses to open a batch by hand that a checkpoint holds (`checkpoint_unsigned`: only the clinical lead's signature does) or whose stop
 * nobody has decided on (`stop_undecided`); says every one of them and where it is ended.
 */
export function refuseHeld(batch: Pick<Batch, 'checkpointId' | 'stops' | 'projectId' | 'id'>): void {
  const quality = `/sponsor/projects/${batch.projectId}/quality`;
  const stops = stopsOf(batch).map(
    ({ reason }): ErrorDetail => ({
      code: 'stop_undecided',
      message: `New claims are stopped: ${reason} The clinical lead or the project manager decides whether reading goes on.`,
      href: `${quality}/inbox`,
    }),
  );
  if (batch.checkpointId !== null)
    throw new AppError({
      kind: 'precondition',
      reason: 'checkpoint_unsigned',
      message:
        'A checkpoint holds this batch. It goes on once the clinical lead has looked at it and signed.',
      details: [
        {
          code: 'checkpoint_unsigned',
          message: 'The clinical lead looks at the sample and the trends, and signs.',
          href: `${quality}/checkpoints/${batch.checkpointId}`,
        },
        ...stops,
      ],
    });
  if (stops.length > 0)
    throw new AppError({
      kind: 'precondition',
      reason: 'stop_undecided',
      message:
        'The quality policy has stopped new claims of this batch. It goes on once somebody has decided on that in the quality inbox.',
      details: stops,
    });
}
