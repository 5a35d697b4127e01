import type { OrgContext } from '#server/command/context.ts';
import type { AppError } from '#server/core/errors.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { canonicalAnswers, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers } from '#server/protocols/schemas.ts';
import { type BatchFacts, batchFacts, signedSchema } from './batch-facts.ts';
import { checkedAnswers } from './checked-answers.ts';
import { claimAlone, claimNextTasks, toResult } from './claim-next-tasks.ts';
import { concludeExam } from './conclude-exam.ts';
import { hotSql } from './hot-sql.ts';
import { lookAhead } from './look-ahead.ts';
import { isAcceptedOnSubmit, isDealtGoldSlot } from './rules.ts';
import {
  type ClaimResult,
  type Shown,
  type SubmitAndNextInput,
  type SubmitInput,
  type SubmitResult,
  submitAndNextInput,
  submitInput,
} from './schemas.ts';
import { prelabelFault, shownWith } from './shown-case.ts';
import { addRepeat, submitInGroup } from './submit-in-group.ts';
import {
  expectTier,
  findSubmittable,
  refuseTooLarge,
  type Submission,
  writeSubmission,
} from './write-submission.ts';

/**
 * Submits a label under a lease: validated against the protocol version of the slot, written once whatever is retried.
 * The same id with the same content gives the first answer again; with other content it is `label_id_reused`. Throws
 * `answers_invalid` with every fault, `lease_over` (the work is kept as a draft), `lease_unknown`,
 * `case_not_opened`, `prelabel_unstated`, `prelabel_not_shown`.
 */
export async function submitLabel(ctx: OrgContext, input: SubmitInput): Promise<SubmitResult> {
  const { label } = await submit(ctx, { ...submitInput.parse(input), limit: 0 });
  return label;
}

/** As `submitLabel`, and claims up to `limit` next cases once it is submitted. */
export async function submitAndNext(
  ctx: OrgContext,
  input: SubmitAndNextInput,
): Promise<{ label: SubmitResult; next: ClaimResult }> {
  return submit(ctx, submitAndNextInput.parse(input));
}

const NOT_SENT = { isSubmitted: false, next: null };

async function submit(
  ctx: OrgContext,
  input: ReturnType<typeof submitAndNextInput.parse>,
): Promise<{ label: SubmitResult; next: ClaimResult }> {
  const facts = await batchFacts(ctx.db, input.batchId);
  const submission = toSubmission(input, await shownWith(ctx, input));
  const limit = Math.min(input.limit, facts.prefetch);
  const now = ctx.clock.now();
  const schema = await signedSchema(ctx.db, facts.protocolVersionId);
  refuseTooLarge(submission);
  const answers = submission.answers as Answers;
  const unstated = prelabelFault(facts, input);
  const isExam = facts.kind === 'exam' || facts.kind === 'training';
  // An exam may be over with this answer, and a repeat is made before the next case is looked for.
  const goesOn = !isExam && facts.rounds === 1;
  // What does not fit is told to whoever holds the case, and to nobody else: it names the sponsor's fields and options.
  const isFit = unstated === null && validateAnswers(schema, answers).length === 0;
  const { isSubmitted, next } = isFit
    ? await submitInGroup(ctx.db, facts, schema, {
        ...submission,
        answers: canonicalAnswers(schema, answers),
        annotatorId: ctx.actor.personId,
        country: ctx.actor.country,
        at: now,
        limit: goesOn ? limit : 0,
      })
    : NOT_SENT;
  const label = isSubmitted
    ? { labelId: submission.labelId, submittedAt: now, isReplay: false }
    : await submitSlowly(ctx, facts, submission, unstated);
  if (isExam) await concludeExam(ctx, { batchId: facts.id, annotatorId: ctx.actor.personId });
  if (limit === 0) return { label, next: { leases: [], reasons: [], retryAfterMs: null } };
  if (next?.isLookDue) lookAhead(ctx, { batchId: facts.id, tier: 'label' });
  if (next !== null) return { label, next: toResult(next) };
  const claim = { batchId: facts.id, tier: 'label' as const, limit };
  const isTried = isSubmitted && goesOn;
  return { label, next: await (isTried ? claimAlone : claimNextTasks)(ctx, claim) };
}

/** Submits alone, or finds out why the submit did not fit: a replay, a lease that is over, another protocol version. */
async function submitSlowly(
  ctx: OrgContext,
  facts: BatchFacts,
  submission: Submission,
  unstated: AppError | null,
): Promise<SubmitResult> {
  const found = await findSubmittable(ctx, submission);
  if ('replay' in found) return found.replay;
  if (unstated !== null) throw unstated;
  const { slot } = found;
  expectTier(slot, 'label');
  const schema = await signedSchema(ctx.db, slot.protocolVersionId);
  const answers = checkedAnswers(schema, submission.answers as Answers);
  const isGold = slot.gold !== null;
  const correct = isGold ? isCorrectLabel(schema, goldAnswers.parse(slot.gold), answers) : null;
  const outcome = {
    isAccepted: isAcceptedOnSubmit(facts.kind, isGold),
    goldN: correct === null ? 0 : 1,
    goldOk: correct === true ? 1 : 0,
    countsRead: !isDealtGoldSlot(slot.slotNo, slot.tier),
  };
  return writeSubmission(ctx, { ...submission, answers }, slot, outcome, (tx) =>
    addRepeat(hotSql(tx.db), facts, {
      annotatorId: ctx.actor.personId,
      slot: { ...slot, revision: slot.revision + 1 },
      at: tx.now,
    }),
  );
}

function toSubmission(input: ReturnType<typeof submitAndNextInput.parse>, shown: Shown): Submission {
  const content = {
    answers: input.answers,
    confidence: input.confidence ?? null,
    rationale: input.rationale ?? null,
    labelOrigin: input.labelOrigin,
  };
  return {
    ...content,
    contentSha256: null,
    batchId: input.batchId,
    leaseId: input.leaseId,
    labelId: input.labelId,
    shown,
    appBuild: input.appBuild,
    viewport: input.viewport,
    activeMs: input.activeMs,
    work: { tier: 'label', confidence: content.confidence, rationale: content.rationale },
  };
}
