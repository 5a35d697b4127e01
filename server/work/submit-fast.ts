import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import type { GoldAnswers } from '#server/gold/schemas.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { type BatchFacts, goldOf } from './batch-facts.ts';
import { claimWithGold, parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { type HotSql, hotSql, transactHot } from './hot-sql.ts';
import { isAcceptedOnSubmit, isDealtGoldSlot, isRepeated, repeatSeat, repeatSlotNo } from './rules.ts';
import { type SubmittedSlot, submitHot } from './submit-hot.ts';
import { insertRepeat, scoreGold } from './submit-queries.ts';
import type { Submission } from './write-submission.ts';

/** A hot submit that did not find what it needs; nothing was written. The slow path says why. */
export const NOT_HOT = Symbol('not hot');

type Given = { answers: Answers; schema: LabelSchema; limit: number; now: Date };

/**
 * Submit and next in one statement: slot, label, reader's counters, task and the next leases move together, guarded by
 * the lease. Where gold or repeats are in play, in one transaction with their statement. Returns `NOT_HOT` when the
 * lease, the protocol version or the label id is not as expected; then nothing has changed.
 */
export async function submitFast(
  ctx: OrgContext,
  facts: BatchFacts,
  s: Submission,
  given: Given,
): Promise<typeof NOT_HOT | Pick<SlotsClaimed, 'slots' | 'leaseUntil'>> {
  const annotatorId = ctx.actor.personId;
  const key = { batchId: facts.id, annotatorId, tier: 'label' as const };
  const isDealt = facts.goldMode === 'dealt';
  const claim = parametersOf(facts, { ...key, limit: given.limit, now: given.now });
  const put = (sql: HotSql) =>
    submitHot(
      sql,
      {
        ...s,
        answers: given.answers,
        annotatorId,
        country: ctx.actor.country,
        protocolVersionId: facts.protocolVersionId,
        isAccepted: isAcceptedOnSubmit(facts.kind, false),
        now: given.now,
      },
      given.limit > 0 && !isDealt ? claim : null,
    );
  try {
    if (facts.goldMode === 'none' && facts.rounds === 1) {
      const done = await put(hotSql(ctx.db));
      return done === null ? NOT_HOT : { slots: done.leases, leaseUntil: claim.leaseUntil };
    }
    const gold = facts.goldMode === 'none' ? null : await goldOf(ctx.db, facts.id);
    return await transactHot(ctx.db, async (sql) => {
      const done = await put(sql);
      if (done === null) throw NOT_HOT;
      await followUp(sql, { key, facts, s, given, slot: done.slot, known: gold?.get(done.slot.taskId) });
      return given.limit > 0 && isDealt
        ? claimWithGold(sql, facts, { ...key, limit: given.limit, now: given.now })
        : { slots: done.leases, leaseUntil: claim.leaseUntil };
    });
  } catch (error) {
    const isExpected =
      error === NOT_HOT || violates(error, 'labels_batch_id_id_pk') || violates(error, 'labels_task_key');
    if (isExpected) return NOT_HOT;
    throw error;
  }
}

/** What a submit brings with it: the score of a gold read, and the repeat that the batch asks for (R23). */
async function followUp(
  sql: HotSql,
  p: {
    key: { batchId: string; annotatorId: string; tier: 'label' };
    facts: BatchFacts;
    s: Submission;
    given: Given;
    slot: SubmittedSlot;
    known: GoldAnswers | undefined;
  },
): Promise<void> {
  const { key, facts, given, slot, known } = p;
  if (known !== undefined) {
    const correct = isCorrectLabel(given.schema, known, given.answers);
    await scoreGold(sql, {
      ...key,
      ...slot,
      labelId: p.s.labelId,
      goldN: correct === null ? 0 : 1,
      goldOk: correct === true ? 1 : 0,
      accepts: !isAcceptedOnSubmit(facts.kind, false),
      now: given.now,
    });
  }
  await addRepeat(sql, { key, facts, slot, now: given.now });
}

/** The next round of a read just submitted, in a batch that is read in rounds (R23); dealt gold is met once only. */
export async function addRepeat(
  sql: HotSql,
  p: {
    key: { batchId: string; annotatorId: string; tier: 'label' };
    facts: BatchFacts;
    slot: Pick<SubmittedSlot, 'taskId' | 'slotNo' | 'round' | 'revision'>;
    now: Date;
  },
): Promise<void> {
  const { key, facts, slot } = p;
  const isAgain =
    slot.revision === 1 &&
    slot.round < facts.rounds &&
    !isDealtGoldSlot(slot.slotNo, 'label') &&
    isRepeated({ seed: facts.seed, taskId: slot.taskId, shareBasisPoints: facts.repeatShareBasisPoints });
  if (!isAgain) return;
  const round = slot.round + 1;
  // Repeats of a slot keep its place: the number of the first read's slot, whatever the round.
  const seat = slot.round === 1 ? slot.slotNo : repeatSeat(slot.slotNo);
  const opensAt = plus(p.now, facts.repeatAfterDays * DAY);
  await insertRepeat(sql, { ...key, taskId: slot.taskId, slotNo: repeatSlotNo(round, seat), round, opensAt });
}
