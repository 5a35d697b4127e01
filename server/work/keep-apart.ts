import { and, eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { areOfSameSponsor } from './apart-queries.ts';
import { lockBatch } from './batch-queries.ts';
import { ownBatch, wrongState } from './pause-batch.ts';

/**
 * Says of which batches nobody may work in a draft, nor anybody from it in them (R23); those that name it themselves stay as they are.
 * Refused with `batch_state` once it was opened, because whoever is in it by then came under what was said before; with
 * `batch_ordered` for a pilot, whose group its order gives; and with `batch_invalid` for a batch that is not the sponsor's, or itself.
 */
export async function keepApart(
  ctx: OrgContext,
  input: { batchId: string; apartFromBatchIds: readonly string[] },
): Promise<void> {
  await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (batch?.status !== 'draft') throw await wrongState(tx, input.batchId, ['draft']);
    if (batch.kind === 'pilot') {
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_ordered',
        message: 'The people of a pilot are kept apart from those of the call’s other pilots by its order.',
      });
    }
    const ids = [...new Set(input.apartFromBatchIds)];
    const own = { orgId: ctx.actor.orgId, batchIds: ids };
    if (ids.includes(batch.id) || !(await areOfSameSponsor(tx.db, own))) {
      const message = 'You have no such other batch whose readers could be kept apart.';
      throw new AppError({
        kind: 'invalid',
        reason: 'batch_invalid',
        message,
        details: [{ code: 'batch.batch_unknown', path: 'apartFromBatchIds', message }],
      });
    }
    await tx.db
      .update(batches)
      .set({ apartFromBatchIds: ids.length > 0 ? ids : null })
      .where(and(eq(batches.id, batch.id), eq(batches.status, 'draft')));
    await tx.audit({
      action: 'work.batch_kept_apart',
      subject: { kind: 'batch', id: batch.id },
      detail: { before: batch.apartFromBatchIds ?? [], apartFrom: ids },
    });
  });
}
