import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { withdrawGold } from '#server/work/withdraw-gold.ts';
import { moveOwnItem, ownGoldItem } from './own-gold-item.ts';
import { lockGoldSet } from './queries.ts';
import type { GoldStatus } from './schemas.ts';

/**
 * Puts an item in force in doubt, with the reason (R7): from now on it is dealt to nobody and counted for nobody, also not
 * what was read of it before; scores that rest on it are computed again, readers' own counts are put right and everybody is
 * told (`take-back-gold.ts`). What was read stays paid (R31).
 */
export async function disputeGoldItem(
  ctx: OrgContext,
  input: { goldItemId: string; reason: string },
): Promise<{ status: GoldStatus }> {
  return withdraw(ctx, { ...input, event: 'dispute', action: 'gold.disputed' });
}

/** Takes an item out of use for good, with the reason; the effect on batches and scores is that of a dispute. */
export async function retireGoldItem(
  ctx: OrgContext,
  input: { goldItemId: string; reason: string },
): Promise<{ status: GoldStatus }> {
  return withdraw(ctx, { ...input, event: 'retire', action: 'gold.retired' });
}

async function withdraw(
  ctx: OrgContext,
  input: { goldItemId: string; reason: string; event: 'dispute' | 'retire'; action: string },
): Promise<{ status: GoldStatus }> {
  return transact(ctx, async (tx) => {
    const item = await ownGoldItem(ctx, tx, input.goldItemId);
    await lockGoldSet(tx.db, item.goldSetId);
    const status = await moveOwnItem(tx, item, input.event, {
      statusReason: input.reason,
      resolvedBy: ctx.actor.personId,
    });
    const { batchIds } = await withdrawGold(tx, { goldItemId: item.id });
    for (const batchId of batchIds) {
      const key = `gold.take-back-gold:${batchId}:${item.id}`;
      await tx.enqueue({ name: 'gold.take-back-gold', payload: { batchId, goldItemId: item.id }, key });
      await tx.enqueue({
        name: 'analytics.measure-again',
        payload: { batchId },
        key: `analytics.measure-again:${batchId}`,
      });
    }
    await tx.audit({
      action: input.action,
      subject: { kind: 'gold_item', id: item.id },
      detail: { from: item.status, batches: batchIds.length },
    });
    return { status };
  });
}
