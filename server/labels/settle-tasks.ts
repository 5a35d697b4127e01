import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { type AdjudicationRule, adjudicationRule } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { acceptSlots } from '#server/work/accept-slots.ts';
import { finishBatch } from '#server/work/finish-batch.ts';
import { type Batch, listBatchesByStatus } from '#server/work/reads.ts';
import { isInShare, SLOT_BASE } from '#server/work/rules.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { settleByDawidSkene } from './consensus-of-batch.ts';
import { adjudicationReasons, countUncertain, settleByMajority } from './rules.ts';
import type { FinalField } from './schemas.ts';
import {
  addTierSlot,
  costOfTask,
  countSteps,
  finishPlainTasks,
  insertFinalLabel,
  listTaskReads,
  lockLabelled,
  setTaskStatus,
  shrinkTasks,
  type TaskRead,
  type WaitingTask,
} from './settle-queries.ts';

/** Tasks moved on in one transaction. */
const CHUNK = 200;
/** Kinds whose labels become final labels. */
const SETTLED_KINDS: readonly Batch['kind'][] = ['pilot', 'production', 'relabel'];

/**
 * Moves every labelled task one step on: to review (a share chosen by hash), to the panel (the signed rule, R25), or to
 * its final label by majority or Dawid–Skene; closes batches whose tasks are all done and settles those. The standing job
 * of this domain; safe in several processes and to repeat.
 */
export async function settleTasks(ctx: CommandContext, input: { batchId?: string } = {}): Promise<void> {
  const live = await listBatchesByStatus(ctx.db, ['open', 'paused', 'closing']);
  for (const batch of live) {
    if (input.batchId !== undefined && batch.id !== input.batchId) continue;
    await settleTasksOf(ctx, batch);
  }
}

async function settleTasksOf(ctx: CommandContext, batch: Batch): Promise<void> {
  if (batch.status === 'closing') await transact(ctx, (tx) => shrinkTasks(tx.db, batch.id));
  const steps = await countSteps(ctx.db, batch.id);
  if (!SETTLED_KINDS.includes(batch.kind)) {
    if (steps.waiting > 0) await transact(ctx, (tx) => finishPlainTasks(tx.db, batch.id));
  } else if (steps.waiting > 0) {
    // Dawid–Skene weighs every reader by all that was read, so it waits until the reading is over.
    const isReady = batch.consensusMethod === 'majority' || steps.open === 0;
    if (isReady) await settleLabelled(ctx, batch);
  }
  const after = await countSteps(ctx.db, batch.id);
  const isDone = after.open === 0 && after.waiting === 0 && after.leased === 0 && batch.taskCount > 0;
  if (isDone && batch.status !== 'closing') await finishBatch(ctx, { batchId: batch.id });
  if (batch.status === 'closing') await settleBatch(ctx, { batchId: batch.id });
}

async function settleLabelled(ctx: CommandContext, batch: Batch): Promise<void> {
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const rule = adjudicationRule.parse(batch.adjudicationRule);
  const consensus =
    batch.consensusMethod === 'dawid_skene'
      ? settleByDawidSkene(labelSchema, await listTaskReads(ctx.db, { batchId: batch.id, taskIds: null }))
      : null;
  for (let n = CHUNK; n === CHUNK; ) {
    n = await transact(ctx, async (tx) => {
      const waiting = await lockLabelled(tx.db, { batchId: batch.id, limit: CHUNK });
      if (waiting.length === 0) return 0;
      const reads = Map.groupBy(
        await listTaskReads(tx.db, { batchId: batch.id, taskIds: waiting.map((task) => task.taskId) }),
        (read) => read.taskId,
      );
      for (const [order, task] of waiting.entries()) {
        const own = reads.get(task.taskId) ?? [];
        await moveOn(tx, { batch, task, reads: own, schema: labelSchema, rule, consensus, order });
      }
      return waiting.length;
    });
  }
}

type Step = {
  batch: Batch;
  task: WaitingTask;
  reads: readonly TaskRead[];
  schema: LabelSchema;
  rule: AdjudicationRule;
  consensus: Map<string, Record<string, FinalField>> | null;
  order: number;
};

async function moveOn(tx: CommandTx, step: Step): Promise<void> {
  const { batch, task, reads, schema, rule } = step;
  const at = { batchId: batch.id, taskId: task.taskId };
  const isReviewDue =
    !task.isGold &&
    reads.some((read) => !read.isReviewed) &&
    isInShare(batch.seed, task.taskId, batch.reviewShareBasisPoints);
  if (isReviewDue) {
    await addTierSlot(tx.db, {
      ...at,
      tier: 'review',
      base: SLOT_BASE.review,
      now: tx.now,
      order: step.order,
    });
    await setTaskStatus(tx.db, { ...at, to: 'in_review' });
    return;
  }
  const first = reads.filter((read) => read.round === 1);
  const independent = (first.length > 0 ? first : reads).map((read) => read.answers);
  const fields = step.consensus?.get(task.taskId) ?? settleByMajority(schema, independent);
  if (adjudicationReasons(rule, schema, independent, fields).length > 0) {
    await addTierSlot(tx.db, {
      ...at,
      tier: 'adjudicate',
      base: SLOT_BASE.adjudicate,
      now: tx.now,
      order: step.order,
    });
    await setTaskStatus(tx.db, { ...at, to: 'in_adjudication' });
    return;
  }
  await writeFinalLabel(tx, {
    batch,
    task,
    reads,
    schema,
    fields,
    method: batch.consensusMethod,
    decidedBy: null,
  });
}

/** Writes a final label, accepts the reads it rests on (R30: task final), and closes the task. */
export async function writeFinalLabel(
  tx: CommandTx,
  input: {
    batch: Batch;
    task: { taskId: string; caseId: string };
    reads: readonly TaskRead[];
    schema: LabelSchema;
    fields: Record<string, FinalField>;
    method: string;
    /** The reviewer's or the panel's submission, when a person decided. */
    decidedBy: { labelId: string; tier: 'review' | 'adjudicate' } | null;
  },
): Promise<void> {
  const { batch, task, reads } = input;
  const submitted = reads.filter((read) => read.slotStatus === 'submitted');
  await acceptSlots(tx, {
    batchId: batch.id,
    slots: submitted.map(({ taskId, slotNo }) => ({ taskId, slotNo })),
  });
  await insertFinalLabel(tx.db, {
    batchId: batch.id,
    taskId: task.taskId,
    caseId: task.caseId,
    fields: input.fields,
    method: input.method,
    sources: { labels: reads.map((read) => read.labelId), decidedBy: input.decidedBy },
    costMinor: await costOfTask(tx.db, { batchId: batch.id, taskId: task.taskId }),
    currency: batch.currency,
    uncertain: countUncertain(input.schema, input.fields),
    settledAt: tx.now,
  });
  await setTaskStatus(tx.db, { batchId: batch.id, taskId: task.taskId, to: 'final' });
}
