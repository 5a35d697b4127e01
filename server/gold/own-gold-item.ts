import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findGoldItem, type GoldItemRow, moveGoldItem } from './queries.ts';
import { type GoldEvent, nextGoldStatus } from './rules.ts';
import type { GoldStatus } from './schemas.ts';

/** A gold item of the acting sponsor's project; `gold_not_found` or `not_found` otherwise. */
export async function ownGoldItem(ctx: OrgContext, tx: CommandTx, goldItemId: string): Promise<GoldItemRow> {
  const item = await findGoldItem(tx.db, goldItemId);
  if (!item) {
    throw new AppError({
      kind: 'not_found',
      reason: 'gold_not_found',
      message: 'There is no such gold item.',
    });
  }
  await getProjectForOrg(tx.db, ctx.actor.orgId, item.projectId);
  return item;
}

/** Moves an item by an event with what was decided; `gold_state` when it cannot, `gold_changed` when somebody was faster. */
export async function moveOwnItem(
  tx: CommandTx,
  item: GoldItemRow,
  event: GoldEvent,
  set: Partial<Pick<GoldItemRow, 'answers' | 'unanimous' | 'rationale' | 'statusReason' | 'resolvedBy'>>,
): Promise<GoldStatus> {
  const status = nextGoldStatus(item.status, event);
  if (status === null) {
    throw new AppError({
      kind: 'precondition',
      reason: 'gold_state',
      message: `This gold item is ${item.status}; that cannot be decided any more.`,
    });
  }
  const moved = await moveGoldItem(tx.db, {
    id: item.id,
    from: item.status,
    set: { ...set, status, updatedAt: tx.now },
  });
  if (!moved) {
    throw new AppError({
      kind: 'conflict',
      reason: 'gold_changed',
      message: 'Somebody else decided this item meanwhile. Reload to see it.',
    });
  }
  return status;
}
