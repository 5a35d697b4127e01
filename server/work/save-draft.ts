import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { keepDraft } from './draft-queries.ts';
import type { DraftWork } from './draft-work.ts';
import { hotSql } from './hot-sql.ts';
import { leaseGone, sealedBy } from './lease-errors.ts';
import { activeSince } from './rules.ts';
import { findLeasedSlot, findRelease } from './submit-queries.ts';

const MOST_BYTES = 64 * 1024;

/**
 * Keeps what was put down under a lease, at whatever tier, so that a crash loses nothing. It need not be complete. A lease that ran out
 * or was given back keeps it too: whoever was offline then finds it when the case comes back. What the gate took is sealed (R27).
 * `savedAt` is null where nothing was saved, because what is kept under the lease was put down later.
 */
export async function saveDraft(
  ctx: OrgContext,
  input: {
    batchId: string;
    leaseId: string;
    answers: Record<string, unknown>;
    work?: DraftWork | null | undefined;
    activeMs: number;
    ageMs?: number | undefined;
  },
): Promise<{ savedAt: Date | null }> {
  const work = input.work ?? null;
  if (JSON.stringify([input.answers, work]).length > MOST_BYTES) {
    throw new AppError({
      kind: 'invalid',
      reason: 'label_too_large',
      message: 'The draft is larger than 64 kB. Shorten the text.',
    });
  }
  const now = ctx.clock.now();
  const annotatorId = ctx.actor.personId;
  const sql = hotSql(ctx.db);
  const held = await findLeasedSlot(sql, { ...input, annotatorId });
  const given = held === null ? await findRelease(sql, { ...input, annotatorId }) : null;
  if (held === null && given === null) throw leaseGone();
  const sealed = given === null ? null : sealedBy(given.cause);
  if (sealed !== null) throw sealed;
  if (held !== null && work !== null && work.tier !== held.tier) {
    throw new AppError({
      kind: 'invalid',
      reason: 'wrong_tier',
      message: `This lease is for ${held.tier} work; a draft of ${work.tier} work does not belong to it.`,
    });
  }
  const draft = { ...input, work, annotatorId };
  let isKept = false;
  if (held !== null) {
    const activeMs = activeSince(input.activeMs, held.claimedAt, now);
    // What an earlier visit left, which says how old it is, takes no place of what another device of theirs kept since.
    const at = new Date(now.getTime() - (input.ageMs ?? 0));
    const isLate = input.ageMs !== undefined;
    isKept = await keepDraft(sql, { ...draft, taskId: held.taskId, activeMs, now: at, isLate });
  } else if (given !== null) {
    // As of the end of the lease at most, so that it does not hide what was put down under a later one; and what another
    // device of theirs kept since stays.
    const putDownAt = new Date(Math.min(given.at.getTime(), now.getTime() - (input.ageMs ?? 0)));
    isKept = await keepDraft(sql, { ...draft, taskId: given.taskId, now: putDownAt, isLate: true });
  }
  return { savedAt: isKept ? now : null };
}
