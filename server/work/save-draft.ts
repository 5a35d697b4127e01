import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { keepDraft } from './draft-queries.ts';
import { hotSql } from './hot-sql.ts';
import { leaseGone } from './lease-errors.ts';
import { findLease } from './reads.ts';

const MOST_BYTES = 64 * 1024;

/** Keeps what was typed under a live lease, so that a crash loses nothing. Answers need not be complete. */
export async function saveDraft(
  ctx: OrgContext,
  input: { batchId: string; leaseId: string; answers: Record<string, unknown>; activeMs: number },
): Promise<{ savedAt: Date }> {
  if (JSON.stringify(input.answers).length > MOST_BYTES) {
    throw new AppError({
      kind: 'invalid',
      reason: 'label_too_large',
      message: 'The draft is larger than 64 kB. Shorten the text.',
    });
  }
  const now = ctx.clock.now();
  const personId = ctx.actor.personId;
  const held = await findLease(ctx.db, { ...input, personId, now });
  if (held === null) throw leaseGone();
  await keepDraft(hotSql(ctx.db), { ...input, annotatorId: personId, taskId: held.taskId, now });
  return { savedAt: now };
}
