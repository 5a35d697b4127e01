import type { CommandTx } from '#server/command/transaction.ts';
import type { AdjudicationRule } from '#server/projects/schemas.ts';
import type { OverlapRule, ReviewRule } from '#server/projects/tier-schemas.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { keepPriorReadersAway } from '#server/work/more-reads.ts';
import type { Batch } from '#server/work/reads.ts';
import { SLOT_BASE } from '#server/work/rules.ts';
import { type AccuracyOf, settleByWeight, wantsAnotherRead } from './extra-reads.ts';
import { type ReviewReason, reviewReasons } from './review-rules.ts';
import { adjudicationReasons, independentOf, leftUndecided, settleByMajority } from './rules.ts';
import type { FinalField } from './schemas.ts';
import {
  addTierSlot,
  askAnotherRead,
  setTaskStatus,
  type TaskRead,
  type WaitingTask,
} from './settle-queries.ts';
import { writeFinalLabel } from './write-final-label.ts';

/** What of a batch decides where its labelled cases go next. */
export type Route = {
  batch: Batch;
  schema: LabelSchema;
  adjudication: AdjudicationRule;
  overlap: OverlapRule;
  reviews: readonly ReviewRule[];
  /** Final fields of the whole batch by Dawid–Skene; null under another method. */
  consensus: Map<string, Record<string, FinalField>> | null;
  /** False once nothing new is read: then a case takes what it has. */
  mayAsk: boolean;
  /** Whether the labels are what a model is tested by (R5). */
  isTestReference: boolean;
};

export type RoutedCase = {
  task: WaitingTask;
  reads: readonly TaskRead[];
  subgroups: Readonly<Record<string, string>>;
  accuracyOf: AccuracyOf;
  /** Place among the cases moved on at this instant. */
  order: number;
};

export type MovedTo = 'open' | 'in_review' | 'in_adjudication' | 'final';

/**
 * Moves one labelled case a step on, in this order: one read more (adaptive overlap, disagreement), review (share and
 * rules), the panel (the signed rule, R25), its final label. Gold goes the same way as other work, so that no
 * extra read tells it. A case of a test reference that has fewer reads than its protocol names, because the batch closed early, stays
 * undecided: no one person settles it (R5). Returns where it went.
 */
export async function moveOn(tx: CommandTx, route: Route, one: RoutedCase): Promise<MovedTo> {
  const { batch, schema } = route;
  const { task, reads, accuracyOf } = one;
  const at = { batchId: batch.id, taskId: task.taskId };
  const slot = { ...at, now: tx.now, order: one.order };
  const independent = independentOf(reads);
  const answers = independent.map((read) => read.answers);
  const rule = route.overlap;
  const isAsked =
    route.mayAsk &&
    wantsAnotherRead({ rule, overlap: batch.overlap, schema, reads: independent, accuracyOf });
  if (isAsked) {
    await addTierSlot(tx.db, { ...slot, tier: 'label', base: SLOT_BASE.label, reason: null });
    await askAnotherRead(tx.db, at);
    await keepPriorReadersAway(tx.db, batch, task.taskId);
    return 'open';
  }
  const method = rule.mode === 'adaptive' ? 'weighted' : batch.consensusMethod;
  if (route.isTestReference && independent.length < batch.overlap) {
    const fields = leftUndecided(settleByMajority(schema, answers));
    const undecided = 'too_few_reads';
    await writeFinalLabel(tx, { batch, task, reads, schema, fields, method, decidedBy: null, undecided });
    return 'final';
  }
  const reasons = reviewReasonsOf(route, one);
  if (reasons.length > 0) {
    await addTierSlot(tx.db, { ...slot, tier: 'review', base: SLOT_BASE.review, reason: reasons.join(' ') });
    await setTaskStatus(tx.db, { ...at, to: 'in_review' });
    return 'in_review';
  }
  const fields =
    route.consensus?.get(task.taskId) ??
    (rule.mode === 'adaptive'
      ? settleByWeight(schema, independent, accuracyOf)
      : settleByMajority(schema, answers));
  const split = adjudicationReasons(route.adjudication, schema, answers, fields);
  if (split.length > 0) {
    const reason = split.join(' ');
    await addTierSlot(tx.db, { ...slot, tier: 'adjudicate', base: SLOT_BASE.adjudicate, reason });
    await setTaskStatus(tx.db, { ...at, to: 'in_adjudication' });
    return 'in_adjudication';
  }
  await writeFinalLabel(tx, { batch, task, reads, schema, fields, method, decidedBy: null });
  return 'final';
}

/** Why the case goes to review now; nobody reviews gold, nor what a reviewer has accepted already. */
function reviewReasonsOf(route: Route, one: RoutedCase): ReviewReason[] {
  if (one.task.isGold || one.reads.every((read) => read.isReviewed)) return [];
  return reviewReasons({
    rules: route.reviews,
    shareBasisPoints: route.batch.reviewShareBasisPoints,
    seed: route.batch.seed,
    taskId: one.task.taskId,
    schema: route.schema,
    reads: one.reads,
    subgroups: one.subgroups,
  });
}
