import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import { moveOwnItem, ownGoldItem } from './own-gold-item.ts';
import { type GoldItemRow, lockGoldSet } from './queries.ts';
import { goldFaults } from './rules.ts';
import type { GoldStatus, ResolveGoldInput } from './schemas.ts';

/**
 * Settles a case the panel disagreed on (R7): a right answer with its rationale (an ordinal answer may be a set of
 * levels), or `ambiguous`, which is kept and never gold. Until the set is signed a decision can be made again; after that
 * only a disputed item can still be called ambiguous.
 */
export async function resolveGoldItem(
  ctx: OrgContext,
  input: ResolveGoldInput,
): Promise<{ status: GoldStatus }> {
  return transact(ctx, async (tx) => {
    const item = await ownGoldItem(ctx, tx, input.goldItemId);
    const set = await lockGoldSet(tx.db, item.goldSetId);
    const isDispute = item.status === 'disputed' && input.outcome === 'ambiguous';
    if (set?.status !== 'draft' && !isDispute) {
      throw new AppError({
        kind: 'precondition',
        reason: 'gold_set_signed',
        message: 'This gold set is signed. Retire the item and add it again in the next version.',
      });
    }
    if (input.outcome === 'resolved') await checkAnswers(tx, item, input.answers);
    const event = input.outcome === 'resolved' ? 'resolve' : 'call_ambiguous';
    const status = await moveOwnItem(tx, item, event, {
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
