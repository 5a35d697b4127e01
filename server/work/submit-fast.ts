import type { Database } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { type BatchFacts, goldOf } from './batch-facts.ts';
import { claimFirst, claimWithGold, type SlotsClaimed } from './claim-slots.ts';
import { type HotSql, hotSql, transactHot } from './hot-sql.ts';
import { isAcceptedOnSubmit, repeatSlotNo } from './rules.ts';
import type { Submission } from './submission.ts';
import { insertRepeat, type SubmittedSlot, scoreGold, submitHot } from './submit-queries.ts';

/** A hot submit that did not find what it needs; nothing was written. The slow path says why. */
export const NOT_HOT = Symbol('not hot');

/**
 * Submit and next as two statements in one transaction (one statement alone when nothing is to be claimed): slot, label,
 * reader's counters and task move together, guarded by the lease. Returns `NOT_HOT` when the lease, the protocol version
 * or the label id is not as expected; then nothing has changed.
 */
export async function submitFast(
  ctx: OrgContext,
  facts: BatchFacts,
  s: Submission,
  given: { answers: Answers; schema: LabelSchema; limit: number; now: Date },
): Promise<typeof NOT_HOT | { claimed: SlotsClaimed | null }> {
  const gold = facts.goldMode === 'none' ? null : await goldOf(ctx.db, facts.id);
  const put = (sql: HotSql) =>
    submitHot(sql, {
      ...s,
      answers: given.answers,
      annotatorId: ctx.actor.personId,
      country: ctx.actor.country,
      protocolVersionId: facts.protocolVersionId,
      isAccepted: isAcceptedOnSubmit(facts.kind, false),
      now: given.now,
    });
  try {
    if (given.limit === 0 && gold === null && facts.rounds === 1) {
      const slot = await put(hotSql(ctx.db));
      return slot === null ? NOT_HOT : { claimed: null };
    }
    return { claimed: await together(ctx.db, put) };
  } catch (error) {
    const isExpected =
      error === NOT_HOT || violates(error, 'labels_batch_id_id_pk') || violates(error, 'labels_task_key');
    if (isExpected) return NOT_HOT;
    throw error;
  }

  async function together(db: Database, submit: typeof put): Promise<SlotsClaimed | null> {
    const key = { batchId: facts.id, annotatorId: ctx.actor.personId, tier: 'label' as const };
    const claim = { ...key, limit: given.limit, now: given.now };
    return transactHot(db, async (sql) => {
      const isDealt = facts.goldMode === 'dealt';
      // Sent together: the two statements travel as one.
      const [submitted, next] = await Promise.allSettled([
        submit(sql),
        given.limit > 0 && !isDealt ? claimFirst(sql, facts, claim) : null,
      ]);
      if (submitted.status === 'rejected') throw submitted.reason;
      if (submitted.value === null) throw NOT_HOT;
      if (next.status === 'rejected') throw next.reason;
      await afterwards(sql, key, submitted.value);
      return given.limit > 0 && isDealt ? claimWithGold(sql, facts, claim) : next.value;
    });
  }

  async function afterwards(
    sql: HotSql,
    key: { batchId: string; annotatorId: string; tier: 'label' },
    slot: SubmittedSlot,
  ): Promise<void> {
    const known = gold?.get(slot.taskId);
    if (known !== undefined) {
      const correct = isCorrectLabel(given.schema, known, given.answers);
      await scoreGold(sql, {
        ...key,
        ...slot,
        labelId: s.labelId,
        goldN: correct === null ? 0 : 1,
        goldOk: correct === true ? 1 : 0,
        accepts: !isAcceptedOnSubmit(facts.kind, false),
        now: given.now,
      });
    }
    if (slot.revision === 1 && slot.round < facts.rounds && known === undefined) {
      const round = slot.round + 1;
      // Repeats of a slot keep its place: the number of the first read's slot, whatever the round.
      const seat = slot.round === 1 ? slot.slotNo : (slot.slotNo - repeatSlotNo(2, 0)) % 1000;
      await insertRepeat(sql, { ...key, taskId: slot.taskId, slotNo: repeatSlotNo(round, seat), round });
    }
  }
}
