import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { canonicalAnswers, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { type BatchFacts, batchFacts, signedSchema } from './batch-facts.ts';
import { claimNextTasks, toResult } from './claim-next-tasks.ts';
import { claimFirst, claimWithGold, type SlotsClaimed } from './claim-slots.ts';
import type { HotSql } from './hot-sql.ts';
import { isAcceptedOnSubmit, isDealtGoldSlot, labelHash, repeatSlotNo } from './rules.ts';
import {
  type ClaimResult,
  type SubmitAndNextInput,
  type SubmitInput,
  type SubmitResult,
  submitAndNextInput,
  submitInput,
} from './schemas.ts';
import { expectTier, findSubmittable, type Submission, writeSubmission } from './submission.ts';
import { insertRepeat, type LeasedSlot } from './submit-queries.ts';

/**
 * Submits a label under a lease: validated against the protocol version of the slot, written once whatever is retried.
 * The same id with the same content gives the first answer again; with other content it is `label_id_reused`. Throws
 * `answers_invalid` with every fault, `lease_over` (the work is kept as a draft), `not_your_slot`, `lease_unknown`.
 */
export async function submitLabel(ctx: OrgContext, input: SubmitInput): Promise<SubmitResult> {
  const { label } = await submit(ctx, { ...submitInput.parse(input), limit: 0 });
  return label;
}

/** As `submitLabel`, and claims up to `limit` next cases in the same transaction. */
export async function submitAndNext(
  ctx: OrgContext,
  input: SubmitAndNextInput,
): Promise<{ label: SubmitResult; next: ClaimResult }> {
  return submit(ctx, submitAndNextInput.parse(input));
}

async function submit(
  ctx: OrgContext,
  input: ReturnType<typeof submitAndNextInput.parse>,
): Promise<{ label: SubmitResult; next: ClaimResult }> {
  const facts = await batchFacts(ctx.db, input.batchId);
  const submission = toSubmission(input);
  const found = await findSubmittable(ctx, submission);
  const limit = Math.min(input.limit, facts.prefetch);
  const claimMore = (): Promise<ClaimResult> =>
    limit === 0
      ? Promise.resolve({ leases: [], reasons: [], retryAfterMs: null })
      : claimNextTasks(ctx, { batchId: facts.id, tier: 'label', limit });
  if ('replay' in found) return { label: found.replay, next: await claimMore() };
  const { slot } = found;
  expectTier(slot, 'label');
  const schema = await signedSchema(ctx.db, slot.protocolVersionId);
  const answers = checkedAnswers(schema, submission.answers as Answers);
  const isGold = slot.gold !== null;
  const correct = isGold ? isCorrectLabel(schema, goldAnswers.parse(slot.gold), answers) : null;
  const written = await writeSubmission(
    ctx,
    { ...submission, answers },
    slot,
    {
      isAccepted: isAcceptedOnSubmit(facts.kind, isGold),
      goldN: correct === null ? 0 : 1,
      goldOk: correct === true ? 1 : 0,
      countsRead: !isDealtGoldSlot(slot.slotNo, slot.tier),
    },
    (sql) => followUp(ctx, sql, facts, slot, limit),
  );
  const claimed = written.followed;
  const next = claimed !== null && claimed.slots.length > 0 ? toResult(claimed) : await claimMore();
  return { label: written.result, next };
}

/** Answers in their one spelling, or `answers_invalid` with every fault. */
export function checkedAnswers(schema: LabelSchema, answers: Answers): Answers {
  const faults = validateAnswers(schema, answers);
  if (faults.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'answers_invalid',
      message: `These answers cannot be submitted: ${faults.map((fault) => fault.message).join(' ')}`,
      details: faults,
    });
  }
  return canonicalAnswers(schema, answers);
}

/** What goes with a submit in its transaction: the repeat that is asked for, then the next claim. */
async function followUp(
  ctx: OrgContext,
  sql: HotSql,
  facts: BatchFacts,
  slot: LeasedSlot,
  limit: number,
): Promise<SlotsClaimed | null> {
  const key = { batchId: facts.id, annotatorId: ctx.actor.personId, tier: slot.tier };
  const asksRepeat =
    slot.revision === 0 && slot.round < facts.rounds && !isDealtGoldSlot(slot.slotNo, slot.tier);
  if (asksRepeat) {
    const round = slot.round + 1;
    const slotNo = repeatSlotNo(round, repeatSeat(slot));
    await insertRepeat(sql, { ...key, taskId: slot.taskId, slotNo, round });
  }
  if (limit === 0) return null;
  const claim = { ...key, limit, now: ctx.clock.now() };
  return facts.goldMode === 'dealt' ? claimWithGold(sql, facts, claim) : claimFirst(sql, facts, claim);
}

/** Repeats of a slot keep its place: the number of the first read's slot, whatever the round. */
function repeatSeat(slot: LeasedSlot): number {
  return slot.round === 1 ? slot.slotNo : (slot.slotNo - repeatSlotNo(2, 0)) % 1000;
}

function toSubmission(input: ReturnType<typeof submitAndNextInput.parse>): Submission {
  const content = {
    answers: input.answers,
    confidence: input.confidence ?? null,
    rationale: input.rationale ?? null,
    labelOrigin: input.labelOrigin,
  };
  return {
    ...content,
    contentSha256: labelHash(content),
    batchId: input.batchId,
    leaseId: input.leaseId,
    labelId: input.labelId,
    shown: input.shown,
    appBuild: input.appBuild,
    viewport: input.viewport,
    activeMs: input.activeMs,
  };
}
