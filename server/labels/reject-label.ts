import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { rejectSlots } from '#server/work/accept-slots.ts';
import { dropRepeats } from '#server/work/drop-repeats.ts';
import { holdCase } from '#server/work/hold-case.ts';
import { getBatch } from '#server/work/reads.ts';
import { findLabelSlot, insertReviews } from './decide-queries.ts';
import { tellRejected } from './notify-authors.ts';
import { BY_SPONSOR, type RejectInput } from './schemas.ts';
import { reopenReads } from './settle-queries.ts';

/**
 * R31: the sponsor rejects a read that is not accepted yet, for a reason of the closed list and with evidence. It is
 * unpaid and unused, a new read takes its place, and its author is told where to find why and what to do. Disagreement is no reason.
 */
export async function rejectLabel(ctx: OrgContext, input: RejectInput): Promise<void> {
  await transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    const label = await holdLabel(tx, input);
    if (label === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'label_not_found',
        message: 'There is no such label.',
      });
    }
    if (label.status !== 'submitted') {
      throw new AppError({
        kind: 'precondition',
        reason: 'label_decided',
        message: `This label is ${label.status}; only one that waits for acceptance can be rejected.`,
      });
    }
    const at = { batchId: batch.id, taskId: label.taskId };
    await insertReviews(tx.db, [
      {
        batchId: batch.id,
        id: newId(),
        taskId: label.taskId,
        labelId: input.labelId,
        reviewerId: ctx.actor.personId,
        slotNo: BY_SPONSOR,
        outcome: 'reject',
        reason: input.reason,
        comment: input.evidence,
        createdAt: tx.now,
      },
    ]);
    await rejectSlots(tx, { batchId: batch.id, slots: [label] });
    await dropRepeats(tx, { ...at, reads: [label] });
    await reopenReads(tx.db, { ...at, now: tx.now, returned: 0, rejected: [label] });
    await tellRejected(tx, { ...input, annotatorId: label.annotatorId });
    await tx.audit({
      action: 'labels.rejected',
      subject: { kind: 'label', id: input.labelId },
      detail: { batchId: batch.id, reason: input.reason },
    });
  });
}

/** The label with its slot as it stands once the whole case is held; null when there is none, or it was replaced meanwhile. */
async function holdLabel(tx: CommandTx, of: { batchId: string; labelId: string }) {
  const seen = await findLabelSlot(tx.db, of);
  if (seen === null) return null;
  await holdCase(tx.db, { batchId: of.batchId, taskId: seen.taskId });
  return findLabelSlot(tx.db, of);
}
