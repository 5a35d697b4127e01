import { eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { lockBatch } from './batch-queries.ts';
import type { ChangeableClaimRules } from './claim-rules.ts';
import { ownBatch } from './pause-batch.ts';

/**
 * Changes how a batch is given out while it may run: priority and deadline hold at once in every list of work, caps for
 * each reader within a minute; what is left out stays. Reads taken before a cap was lowered stay theirs. Refused with
 * `batch_state` for a batch that takes no more reads, `deadline_past`.
 */
export async function setClaimRules(
  ctx: OrgContext,
  input: { batchId: string } & ChangeableClaimRules,
): Promise<void> {
  const { batchId, ...rules } = input;
  await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, batchId);
    const batch = await lockBatch(tx.db, batchId, 'update');
    if (batch?.status === 'closing' || batch?.status === 'settled')
      throw new AppError({
        kind: 'conflict',
        reason: 'batch_state',
        message: `This batch is ${batch.status}: nobody takes new reads of it, so there is nothing to change.`,
      });
    if (rules.dueAt && rules.dueAt <= tx.now && rules.dueAt.getTime() !== batch?.dueAt?.getTime())
      throw new AppError({
        kind: 'invalid',
        reason: 'deadline_past',
        message: 'The deadline has passed. Give one that lies ahead.',
        details: [
          {
            code: 'batch.due_past',
            path: 'dueAt',
            message: 'The deadline has passed. Give one that lies ahead.',
          },
        ],
      });
    const set = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
    if (Object.keys(set).length === 0) return;
    await tx.db.update(batches).set(set).where(eq(batches.id, batchId));
    await tx.audit({
      action: 'work.claim_rules_set',
      subject: { kind: 'batch', id: batchId },
      detail: Object.fromEntries(
        Object.entries(set).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
      ),
    });
  });
}
