import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { ownBatch } from './pause-batch.ts';
import { findReaderByAlias, type Reader } from './reads.ts';
import type { Tier } from './rules.ts';
import { ownStanding, type Standing, setStanding, standingChanged } from './set-standing.ts';

export type ReaderDecision = { batchId: string; tier: Tier; alias: string; reason: string };

/**
 * Whoever leads quality stops one person of any tier in a batch of theirs: no new cases, while what is held is finished within its
 * lease and paid (R26, R27). The person is told the reason. Somebody in paid calibration is decided on where their alarm stands
 * (`reader_calibrating`), so that no decision is left open. Throws `reader_unknown`, `own_standing`, `standing_changed`.
 */
export async function pauseReader(ctx: OrgContext, input: ReaderDecision): Promise<void> {
  await change(ctx, input, { from: 'active', to: 'paused' });
}

/** Lets a paused person go on, told with the reason. Throws `reader_unknown`, `own_standing`, `standing_changed` when they are not paused. */
export async function resumeReader(ctx: OrgContext, input: ReaderDecision): Promise<void> {
  await change(ctx, input, { from: 'paused', to: 'active' });
}

async function change(
  ctx: OrgContext,
  input: ReaderDecision,
  move: { from: Standing; to: Extract<Standing, 'active' | 'paused'> },
): Promise<void> {
  const { batchId, tier, alias, reason } = input;
  await transact(ctx, async (tx) => {
    const batch = await ownBatch(tx, ctx, batchId);
    const reader = await findReaderByAlias(tx.db, { batchId, tier, alias });
    if (reader === null) throw unknownReader();
    if (reader.annotatorId === ctx.actor.personId) throw ownStanding();
    refuseOtherwise(reader, move.from);
    const isPaused = move.to === 'paused';
    const personId = reader.annotatorId;
    await setStanding(tx, {
      batchId,
      personId,
      tier,
      from: [move.from],
      to: move.to,
      reason: isPaused ? reason : null,
    });
    await notifyPerson(tx, {
      personId,
      kind: isPaused ? 'quality.paused' : 'quality.back_to_work',
      title: `${isPaused ? 'A person has paused you' : 'You can go on'} in ${batch.name}: ${reason}`.slice(
        0,
        400,
      ),
      href: isPaused ? '/work' : `/work/${tier === 'label' ? 'read' : tier}/${batchId}`,
      detail: { batchId },
    });
    await tx.audit({
      action: isPaused ? 'work.reader_paused' : 'work.reader_resumed',
      subject: { kind: 'batch', id: batchId },
      detail: { personId, tier, reason },
    });
  });
}

function refuseOtherwise(reader: Reader, from: Standing): void {
  if (reader.status === from) return;
  if (reader.status !== 'calibration_only') throw standingChanged();
  throw new AppError({
    kind: 'precondition',
    reason: 'reader_calibrating',
    message:
      'This person reads paid calibration until somebody decides on their alarm. Decide on it in the inbox of quality; pausing them is one of the decisions.',
  });
}

function unknownReader(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'reader_unknown',
    message: 'Nobody in this batch is called so at this tier. Load the page again.',
  });
}
