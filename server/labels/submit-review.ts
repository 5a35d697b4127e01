import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { acceptSlots, rejectSlots } from '#server/work/accept-slots.ts';
import { batchFacts, signedSchema } from '#server/work/batch-facts.ts';
import { checkedForHolder } from '#server/work/checked-answers.ts';
import { dropRepeats } from '#server/work/drop-repeats.ts';
import { holdCase } from '#server/work/hold-case.ts';
import { lockLiveBatch } from '#server/work/more-reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { listWithoutAuthor } from '#server/work/returned-reads.ts';
import { labelHash } from '#server/work/rules.ts';
import type { Shown, SubmitResult } from '#server/work/schemas.ts';
import { shownWith } from '#server/work/shown-case.ts';
import {
  expectTier,
  findSubmittable,
  type Submission,
  writeSubmission,
} from '#server/work/write-submission.ts';
import { insertReviews, lockTask, returnSlots } from './decide-queries.ts';
import { giveToAnother } from './give-to-another.ts';
import { tellRejected, tellReturned } from './notify-authors.ts';
import { refuseOwnWork } from './refuse-own-work.ts';
import { independentOf, settleByDecision } from './rules.ts';
import { type ReviewInput, reviewInput } from './schemas.ts';
import { listTaskReads, reopenReads, setTaskStatus, type TaskRead } from './settle-queries.ts';
import { writeFinalLabel } from './write-final-label.ts';

type Review = ReturnType<typeof reviewInput.parse>;

/**
 * Decides on every label of a case under a review lease: accept, accept with a fix (which settles the case), return to
 * its author or to somebody else, or reject for a reason of R31 (a new read takes its place). Idempotent by `labelId`. Nobody reviews their
 * own work: the claim does not give it, and this refuses it. Throws `batch_closing` for a return where nobody reads any more, `author_left` for one to somebody who is gone.
 */
export async function submitReview(ctx: OrgContext, input: ReviewInput): Promise<SubmitResult> {
  const review = reviewInput.parse(input);
  const facts = await batchFacts(ctx.db, review.batchId);
  const schema = await signedSchema(ctx.db, facts.protocolVersionId);
  const fixed = review.fixedAnswers ? await checkedForHolder(ctx, review, schema, review.fixedAnswers) : null;
  const submission = toSubmission(review, fixed, await shownWith(ctx, review));
  const found = await findSubmittable(ctx, submission);
  if ('replay' in found) return found.replay;
  const { slot } = found;
  expectTier(slot, 'review');
  const outcome = { isAccepted: true, goldN: 0, goldOk: 0, countsRead: false };
  const at = { batchId: review.batchId, taskId: slot.taskId };
  const decide = async (tx: CommandTx) => {
    const task = await lockTask(tx.db, at);
    const reads = await listTaskReads(tx.db, { batchId: review.batchId, taskIds: [slot.taskId] });
    // A read was rejected meanwhile, say: then the case waits for another, and comes to review again with it.
    if (task === null || !['in_review', 'unusable'].includes(task.status)) throw changed();
    await refuseOwnWork(tx.db, { ...at, personId: ctx.actor.personId, tier: 'review' });
    checkDecisions(review, reads);
    await refuseReturnToNobody(tx, { ...at, review, reads });
    await insertReviews(
      tx.db,
      review.decisions.map((decision) => ({
        batchId: review.batchId,
        id: newId(),
        taskId: slot.taskId,
        labelId: decision.labelId,
        reviewerId: ctx.actor.personId,
        slotNo: slot.slotNo,
        outcome: decision.outcome,
        reason: decision.outcome === 'reject' ? (decision.reason ?? null) : null,
        comment: decision.comment,
        fixedAnswers: decision.outcome === 'fix_accept' ? fixed : null,
        createdAt: tx.now,
      })),
    );
    await applyDecisions(tx, { review, reads, task, fixed, schema });
  };
  return writeSubmission(ctx, submission, slot, outcome, decide, async (tx) => {
    await refuseReturnInClosing(tx, review);
    await holdCase(tx.db, at);
  });
}

/**
 * A returned read waits for its author, or for somebody else, to claim it; in a closing batch nobody claims reads (R27): it would
 * come to review again as it was, and be paid for again. The batch keeps its state until the review is written. Lock order: batch, then the case.
 */
async function refuseReturnInClosing(tx: CommandTx, review: Review): Promise<void> {
  if (!review.decisions.some((decision) => decision.outcome === 'return')) return;
  if (await lockLiveBatch(tx.db, review.batchId, 'share')) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'batch_closing',
    message:
      'This batch is closing: nobody reads in it any more, so nothing can be returned. Fix and accept the read, accept it as it is, or reject it (R31).',
  });
}

/** Nobody corrects a read whose author has left: it would only come back as it was (R31). */
async function refuseReturnToNobody(
  tx: CommandTx,
  p: { batchId: string; taskId: string; review: Review; reads: readonly TaskRead[] },
): Promise<void> {
  const back = p.review.decisions.filter((one) => one.outcome === 'return' && one.to === 'author');
  if (back.length === 0) return;
  const gone = await listWithoutAuthor(tx.db, p);
  const ids = new Set(p.reads.filter((read) => gone.has(read.slotNo)).map((read) => read.labelId));
  if (!back.some((one) => ids.has(one.labelId))) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'author_left',
    message:
      'The author of one of these reads works here no more and cannot correct it. Have somebody else read it afresh, fix and accept it, accept it as it is, or reject it (R31).',
  });
}

async function applyDecisions(
  tx: CommandTx,
  p: {
    review: Review;
    reads: readonly TaskRead[];
    task: { taskId: string; caseId: string };
    fixed: Answers | null;
    schema: LabelSchema;
  },
): Promise<void> {
  const { review, reads, task } = p;
  const at = { batchId: review.batchId, taskId: task.taskId };
  const slotsWith = (...outcomes: string[]) => {
    const ids = new Set(review.decisions.filter((d) => outcomes.includes(d.outcome)).map((d) => d.labelId));
    return reads.filter((read) => ids.has(read.labelId));
  };
  const good = slotsWith('accept', 'fix_accept');
  const returned = slotsWith('return');
  const goesOn = new Set(review.decisions.filter((d) => d.to === 'another').map((d) => d.labelId));
  const back = returned.filter((read) => !goesOn.has(read.labelId));
  const away = returned.filter((read) => goesOn.has(read.labelId));
  const bad = slotsWith('reject');
  await acceptSlots(tx, { batchId: review.batchId, slots: good.filter((r) => r.slotStatus === 'submitted') });
  await returnSlots(tx.db, { ...at, slotNos: back.map((read) => read.slotNo) });
  await giveToAnother(tx, { ...at, slotNos: away.map((read) => read.slotNo) });
  await rejectSlots(tx, { batchId: review.batchId, slots: bad });
  await dropRepeats(tx, { ...at, reads: [...away, ...bad] });
  const reasons = new Map(review.decisions.map((decision) => [decision.labelId, decision.reason]));
  for (const read of bad)
    await tellRejected(tx, { ...read, batchId: review.batchId, reason: reasons.get(read.labelId) ?? null });
  if (returned.length + bad.length > 0) {
    const reopened = { ...at, now: tx.now, returned: returned.length, rejected: bad };
    // Of a case that is out of work a return waits for nobody: its author is told when the case comes back (`closeIncident`).
    if (await reopenReads(tx.db, reopened)) {
      const { reviewPeriodDays: days } = await getBatch(tx.db, review.batchId);
      for (const read of back) await tellReturned(tx, { ...read, batchId: review.batchId, days });
    }
    return;
  }
  if (p.fixed === null) return setTaskStatus(tx.db, { ...at, to: 'labelled' });
  const batch = await getBatch(tx.db, review.batchId);
  const fields = settleByDecision(
    p.schema,
    p.fixed,
    independentOf(reads).map((read) => read.answers),
    'review',
  );
  const decidedBy = { labelId: review.labelId, tier: 'review' as const };
  await writeFinalLabel(tx, { batch, task, reads, schema: p.schema, fields, method: 'review', decidedBy });
}

/** Every label in force is decided on, once; what is paid already can be neither returned nor rejected. */
function checkDecisions(review: Review, reads: readonly TaskRead[]): void {
  const byId = new Map(reads.map((read) => [read.labelId, read]));
  const decided = new Set(review.decisions.map((decision) => decision.labelId));
  if (
    decided.size !== review.decisions.length ||
    decided.size !== reads.length ||
    reads.some((r) => !decided.has(r.labelId))
  )
    throw changed();
  const repeated = review.decisions.find((d) => d.to === 'another' && (byId.get(d.labelId)?.round ?? 1) > 1);
  if (repeated) {
    throw new AppError({
      kind: 'precondition',
      reason: 'repeat_is_its_readers',
      message:
        'A repeat is its reader’s own and cannot go to somebody else (R23). Return it to its author, or decide on it as it is.',
    });
  }
  const paid = review.decisions.find(
    (d) => ['return', 'reject'].includes(d.outcome) && byId.get(d.labelId)?.slotStatus === 'accepted',
  );
  if (paid) {
    throw new AppError({
      kind: 'precondition',
      reason: 'label_accepted',
      message: 'One of these labels is accepted and paid already; it can be fixed, not returned or rejected.',
    });
  }
}

function changed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'labels_changed',
    message: 'The labels of this case are not those you decided on; one was undone. Look at it again.',
  });
}

function toSubmission(review: Review, fixed: Answers | null, shown: Shown): Submission {
  const answers = fixed ?? {};
  const content = { answers, confidence: null, rationale: null, labelOrigin: 'manual' };
  return {
    ...content,
    contentSha256: labelHash({ ...content, extra: review.decisions }),
    batchId: review.batchId,
    leaseId: review.leaseId,
    labelId: review.labelId,
    shown,
    appBuild: review.appBuild,
    viewport: review.viewport,
    activeMs: review.activeMs,
    work: {
      tier: 'review',
      decisions: review.decisions.map((one) => ({ ...one, reason: one.reason ?? null })),
    },
  };
}
