import { and, eq, inArray } from 'drizzle-orm';
import { readers } from '#db/schema/work.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import type { Reader } from './reads.ts';
import type { Tier } from './rules.ts';

export type Standing = Reader['status'];

/**
 * Changes how a person stands at a tier of a batch: `active`, `calibration_only` (paid calibration instead of new cases) or
 * `paused`, with the reason that the person is shown. What they hold they finish, paid (R27). Part of the
 * caller's transaction, which records who decided and on what evidence. Throws `conflict` when they stand otherwise than in `from`.
 */
export async function setStanding(
  tx: CommandTx,
  input: {
    batchId: string;
    personId: string;
    tier: Tier;
    from: readonly Standing[];
    to: Standing;
    reason: string | null;
  },
): Promise<void> {
  const [row] = await tx.db
    .update(readers)
    .set({ status: input.to, statusReason: input.reason })
    .where(
      and(
        eq(readers.batchId, input.batchId),
        eq(readers.annotatorId, input.personId),
        eq(readers.tier, input.tier),
        inArray(readers.status, [...input.from]),
      ),
    )
    .returning({ alias: readers.alias });
  if (!row) throw standingChanged();
  await tx.audit({
    action: 'work.standing_changed',
    subject: { kind: 'batch', id: input.batchId },
    detail: { personId: input.personId, tier: input.tier, to: input.to },
  });
}

/** Says that a person stands otherwise in the batch than whoever decides has seen. */
export function standingChanged(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'standing_changed',
    message: 'How this person stands in the batch has changed meanwhile. Load the page again.',
  });
}

/** Whoever leads quality may read on the panel too: whether they go on is for somebody else to say. */
export function ownStanding(): AppError {
  return new AppError({
    kind: 'forbidden',
    reason: 'own_standing',
    message: 'This is you. Somebody else who decides on quality says whether you read here (R26).',
  });
}
