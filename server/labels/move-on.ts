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
  addTierSlots,
  askAnotherRead,
  setTasksStatus,
  type TaskRead,
  type WaitingTask,
} from './settle-queries.ts';
import { type Settled, writeFinalLabels } from './write-final-label.ts';

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
};

/** Where a labelled case goes next: to one read more, to review or the panel and why, or to its final label. */
export type Move =
  | { to: 'open' }
  | { to: 'in_review' | 'in_adjudication'; reason: string }
  | ({ to: 'final' } & Pick<Settled, 'fields' | 'method' | 'undecided'>);

/**
 * Where one labelled case goes, in this order: one read more (adaptive overlap, disagreement), review (share and
 * rules), the panel (the signed rule, R25), its final label. Gold goes the same way as other work, so that no
 * extra read tells it. A case of a test reference that has fewer reads than its protocol names, because the batch closed early, stays
 * undecided: no one person settles it (R5).
 */
export function nextStep(route: Route, one: RoutedCase): Move {
  const { batch, schema } = route;
  const { task, reads, accuracyOf } = one;
  const independent = independentOf(reads);
  const answers = independent.map((read) => read.answers);
  const rule = route.overlap;
  const isAsked =
    route.mayAsk &&
    wantsAnotherRead({ rule, overlap: batch.overlap, schema, reads: independent, accuracyOf });
  if (isAsked) return { to: 'open' };
  const method = rule.mode === 'adaptive' ? 'weighted' : batch.consensusMethod;
  if (route.isTestReference && independent.length < batch.overlap) {
    const fields = leftUndecided(settleByMajority(schema, answers));
    return { to: 'final', fields, method, undecided: 'too_few_reads' };
  }
  const reasons = reviewReasonsOf(route, one);
  if (reasons.length > 0) return { to: 'in_review', reason: reasons.join(' ') };
  const fields =
    route.consensus?.get(task.taskId) ??
    (rule.mode === 'adaptive'
      ? settleByWeight(schema, independent, accuracyOf)
      : settleByMajority(schema, answers));
  const split = adjudicationReasons(route.adjudication, schema, answers, fields);
  if (split.length > 0) return { to: 'in_adjudication', reason: split.join(' ') };
  return { to: 'final', fields, method };
}

/**
 * Moves labelled cases, which the caller holds, a step on; returns how many get one read more. A statement for each kind of step and not
 * for each case: at a thousand cases a second there is no time for more, and nobody who read them can claim or submit meanwhile.
 */
export async function moveOn(tx: CommandTx, route: Route, cases: readonly RoutedCase[]): Promise<number> {
  const { batch, schema } = route;
  const batchId = batch.id;
  const moves = cases.map((one, order) => ({ ...one, order, move: nextStep(route, one) }));
  const more = moves.filter(({ move }) => move.to === 'open');
  await addTierSlots(tx.db, {
    ...{ batchId, tier: 'label', base: SLOT_BASE.label, now: tx.now },
    turns: more.map(({ task, order }) => ({ taskId: task.taskId, order, reason: null })),
  });
  const asked = more.map(({ task }) => task.taskId);
  if (asked.length > 0) {
    await askAnotherRead(tx.db, { batchId, taskIds: asked });
    await keepPriorReadersAway(tx.db, batch, asked);
  }
  for (const [to, tier] of [
    ['in_review', 'review'],
    ['in_adjudication', 'adjudicate'],
  ] as const) {
    const turns = moves.flatMap(({ task, order, move }) =>
      move.to === to ? [{ taskId: task.taskId, order, reason: move.reason }] : [],
    );
    await addTierSlots(tx.db, { batchId, tier, base: SLOT_BASE[tier], now: tx.now, turns });
    await setTasksStatus(tx.db, { batchId, taskIds: turns.map((turn) => turn.taskId), to });
  }
  const settled = moves.flatMap(({ task, reads, move }) => {
    if (move.to !== 'final') return [];
    const { to: _, ...label } = move;
    return [{ task, reads, decidedBy: null, ...label }];
  });
  await writeFinalLabels(tx, { batch, schema, settled });
  return more.length;
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
