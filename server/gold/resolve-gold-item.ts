import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import { findGoldItem, type GoldItemRow, lockGoldSet, moveGoldItem } from './queries.ts';
import { type GoldEvent, goldFaults, nextGoldStatus } from './rules.ts';
import type { GoldStatus, ResolveGoldInput } from './schemas.ts';

/**
 * Settles a case the panel disagreed on (R7): a right answer with its rationale (an ordinal answer may be a set of
 * levels), or `ambiguous`, which is kept and never gold. Until the set is signed a decision can be made again.
 */
export async function resolveGoldItem(
  ctx: OrgContext,
  input: ResolveGoldInput,
): Promise<{ status: GoldStatus }> {
  return transact(ctx, async (tx) => {
    const item = await ownItem(ctx, tx, input.goldItemId);
    const set = await lockGoldSet(tx.db, item.goldSetId);
    if (set?.status !== 'draft') {
      throw new AppError({
        kind: 'precondition',
        reason: 'gold_set_signed',
        message: 'This gold set is signed. Retire the item and add it again in the next version.',
      });
    }
    if (input.outcome === 'resolved') await checkAnswers(tx, item, input.answers);
    const event = input.outcome === 'resolved' ? 'resolve' : 'call_ambiguous';
    const status = await move(tx, item, event, {
      ...(input.outcome === 'resolved' ? { answers: input.answers, unanimous: 'resolved' as const } : {}),
      rationale: input.rationale,
      resolvedBy: ctx.actor.personId,
    });
    await tx.audit({
      action: 'gold.resolved',
      subject: { kind: 'gold_item', id: item.id },
      detail: { outcome: input.outcome, from: item.status, to: status },
    });
    return { status };
  });
}

/** Takes an item out of use for good, with the reason; scores made with it are not changed. */
export async function retireGoldItem(
  ctx: OrgContext,
  input: { goldItemId: string; reason: string },
): Promise<{ status: GoldStatus }> {
  return transact(ctx, async (tx) => {
    const item = await ownItem(ctx, tx, input.goldItemId);
    await lockGoldSet(tx.db, item.goldSetId);
    const status = await move(tx, item, 'retire', {
      rationale: input.reason,
      resolvedBy: ctx.actor.personId,
    });
    await tx.audit({
      action: 'gold.retired',
      subject: { kind: 'gold_item', id: item.id },
      detail: { from: item.status },
    });
    return { status };
  });
}

async function ownItem(ctx: OrgContext, tx: CommandTx, goldItemId: string): Promise<GoldItemRow> {
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

async function move(
  tx: CommandTx,
  item: GoldItemRow,
  event: GoldEvent,
  set: Partial<Pick<GoldItemRow, 'answers' | 'unanimous' | 'rationale' | 'resolvedBy'>>,
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

async function checkAnswers(
  tx: CommandTx,
  item: GoldItemRow,
  answers: Extract<ResolveGoldInput, { outcome: 'resolved' }>['answers'],
): Promise<void> {
  const protocol =
    (await findSignedProtocol(tx.db, item.projectId)) ?? (await findLatestProtocol(tx.db, item.projectId));
  const faults = protocol ? goldFaults(protocol.labelSchema, answers) : [];
  if (faults.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'gold_invalid',
    message: faults[0]?.message ?? 'The answer is not valid.',
    details: faults.map(({ path, message }) => ({ code: 'gold_invalid', path, message })),
  });
}
