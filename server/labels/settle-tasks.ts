import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { subgroupsOf } from '#server/datasets/reads.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { getProject } from '#server/projects/reads.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { endRepeatsOfGone } from '#server/work/end-repeats.ts';
import { finishBatch } from '#server/work/finish-batch.ts';
import { countMoreSlots, lockLiveBatch } from '#server/work/more-reads.ts';
import { canExtend, overlapRuleOf } from '#server/work/overlap-rules.ts';
import { type Batch, findBatch, LIVE, pagesOfBatches } from '#server/work/reads.ts';
import { standUncorrected } from '#server/work/returned-reads.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { settleByBest, settleByDawidSkene } from './consensus-of-batch.ts';
import { drawPlannedAudit, openChecks } from './draw-checks.ts';
import { moveOn, type Route } from './move-on.ts';
import { withOrdinals } from './read-ordinals.ts';
import { readerAccuracy } from './reader-accuracy.ts';
import { withSnapshots } from './reader-snapshots.ts';
import { listGoldAnswers } from './reads.ts';
import {
  countSteps,
  finishPlainTasks,
  isReadingOver,
  listTaskReads,
  lockLabelled,
  putConsensusChoice,
  SETTLED_KINDS,
  shrinkTasks,
  type TaskRead,
} from './settle-queries.ts';

/** Tasks moved on in one transaction. */
const CHUNK = 200;

/**
 * Moves every labelled task one step on (`moveOn`): to one read more, to review, to the panel, or to its final label; reads that were returned and that nobody corrects any more stand, repeats of whoever has left end; closes batches whose tasks are all done and settles those. The standing job
 * of this domain; safe in several processes and to repeat.
 */
export async function settleTasks(
  ctx: CommandContext,
  input: { batchId?: string; pageSize?: number } = {},
): Promise<void> {
  if (input.batchId !== undefined) {
    const batch = await findBatch(ctx.db, input.batchId);
    if (batch !== null && LIVE.includes(batch.status)) await settleTasksOf(ctx, batch);
    return;
  }
  const size = input.pageSize === undefined ? {} : { size: input.pageSize };
  for await (const page of pagesOfBatches(ctx.db, { statuses: LIVE, ...size })) {
    const byId = new Map(page.map((batch) => [batch.id, batch]));
    await eachBatch(ctx, [...byId.keys()], async (batchId) => {
      const batch = byId.get(batchId);
      if (batch) await settleTasksOf(ctx, batch);
    });
  }
}

async function settleTasksOf(ctx: CommandContext, batch: Batch): Promise<void> {
  if (batch.status === 'closing') await transact(ctx, (tx) => shrinkTasks(tx.db, batch.id));
  let steps = await countSteps(ctx.db, batch.id);
  // A closing batch takes the reads that there are in any case.
  const isAwaited = steps.repeats > 0 && batch.status !== 'closing';
  if (isAwaited) while ((await transact(ctx, (tx) => endRepeatsOfGone(tx, batch))) > 0);
  if (steps.returned > 0) while ((await transact(ctx, (tx) => standUncorrected(tx, batch))) > 0);
  if (isAwaited || steps.returned > 0) steps = await countSteps(ctx.db, batch.id);
  if (!SETTLED_KINDS.includes(batch.kind)) {
    if (steps.waiting > 0) await transact(ctx, (tx) => finishPlainTasks(tx.db, batch.id));
  } else if (steps.labelled > 0) {
    // Dawid–Skene weighs every reader by all that was read, so it waits until the reading is over: in a closing batch what nobody has
    // read stays open for ever.
    const isReady =
      batch.consensusMethod === 'majority' ||
      steps.open === 0 ||
      (batch.status === 'closing' && (await isReadingOver(ctx.db, batch.id)));
    if (isReady) await settleLabelled(ctx, batch);
  }
  // No check may keep a batch from its end that nobody could do.
  const mayHaveChecks = steps.checks > 0 || batch.auditPlan !== null || batch.status === 'closing';
  if (mayHaveChecks) await openChecksOf(ctx, batch);
  const isDone = async (q: Queryable) => {
    const after = await countSteps(q, batch.id);
    return after.open === 0 && after.waiting === 0 && after.leased === 0 && batch.taskCount > 0;
  };
  if (batch.status !== 'closing' && (await isDone(ctx.db)))
    await finishBatch(ctx, { batchId: batch.id, isDone });
  if (batch.status === 'closing') await settleBatch(ctx, { batchId: batch.id });
}

/** Draws the audit that is planned and opens what was drawn and has become final. */
async function openChecksOf(ctx: CommandContext, batch: Batch): Promise<void> {
  for (let more = true; more; )
    more = await transact(ctx, async (tx) => {
      await drawPlannedAudit(tx, batch);
      return (await openChecks(tx, batch)) > 0;
    });
}

async function settleLabelled(ctx: CommandContext, batch: Batch): Promise<void> {
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const { intendedUse } = await getProject(ctx.db, batch.projectId);
  const overlap = overlapRuleOf(batch);
  const route: Route = {
    batch,
    schema: labelSchema,
    adjudication: adjudicationRule.parse(batch.adjudicationRule),
    overlap,
    reviews: reviewRules.parse(batch.reviewRules),
    consensus: await consensusOf(ctx, batch, labelSchema),
    mayAsk: false,
    isTestReference: intendedUse === 'test_reference',
  };
  for (let n = CHUNK; n === CHUNK; ) {
    n = await transact(ctx, async (tx) => {
      // Whoever asks for more reads holds the batch, so that it cannot close meanwhile. Lock order: batch, then tasks.
      const mayAsk = canExtend(overlap) && (await lockLiveBatch(tx.db, batch.id));
      return moveChunk(tx, { ...route, mayAsk });
    });
  }
}

/** The consensus of all reads where the method needs them all; an automatic choice is kept with its reason. */
async function consensusOf(
  ctx: CommandContext,
  batch: Batch,
  schema: LabelSchema,
): Promise<Route['consensus']> {
  if (batch.consensusMethod === 'majority') return null;
  const reads = await listTaskReads(ctx.db, { batchId: batch.id, taskIds: null });
  const gold = await listGoldAnswers(ctx.db, batch.id);
  if (batch.consensusMethod === 'dawid_skene') return settleByDawidSkene(schema, reads, gold);
  const { settled, choice } = settleByBest(schema, reads, gold);
  await putConsensusChoice(ctx.db, { batchId: batch.id, choice });
  return settled;
}

/** Moves up to `CHUNK` labelled cases on; returns how many there were. */
async function moveChunk(tx: CommandTx, route: Route): Promise<number> {
  const { batch, schema } = route;
  const waiting = await lockLabelled(tx.db, { batchId: batch.id, limit: CHUNK });
  if (waiting.length === 0) return 0;
  const taskIds = waiting.map((task) => task.taskId);
  const listed = await listTaskReads(tx.db, { batchId: batch.id, taskIds });
  const known = await withHeld(tx, route, await ordered(tx, route, listed));
  const reads = Map.groupBy(known, (read) => read.taskId);
  const isBySubgroup = route.reviews.some((rule) => rule.kind === 'subgroup');
  const subgroups = isBySubgroup
    ? await subgroupsOf(tx.db, { datasetId: batch.datasetId, caseIds: waiting.map((task) => task.caseId) })
    : new Map<string, Record<string, string>>();
  const readerIds = [...new Set(listed.map((read) => read.annotatorId))];
  const accuracyOn =
    route.overlap.mode === 'adaptive'
      ? await readerAccuracy(tx.db, { batchId: batch.id, schema, readerIds, taskIds })
      : () => () => 1;
  const asked = await moveOn(
    tx,
    route,
    waiting.map((task) => ({
      task,
      reads: reads.get(task.taskId) ?? [],
      subgroups: subgroups.get(task.caseId) ?? {},
      accuracyOf: accuracyOn(task.taskId),
    })),
  );
  if (asked > 0) await countMoreSlots(tx.db, { batchId: batch.id, slots: asked });
  return waiting.length;
}

/** The reads with what their readers held, when a rule tells experts from technical staff. */
async function withHeld(
  tx: CommandTx,
  route: Route,
  reads: readonly TaskRead[],
): Promise<readonly TaskRead[]> {
  const isAsked = route.reviews.some((rule) => rule.kind === 'technical_reader');
  return isAsked ? withSnapshots(tx.db, { batchId: route.batch.id, reads }) : reads;
}

/** The reads with their place among their reader's own, when a rule asks whose first reads they are. */
async function ordered(
  tx: CommandTx,
  route: Route,
  reads: readonly TaskRead[],
): Promise<readonly TaskRead[]> {
  const asked = route.reviews.flatMap((rule) => (rule.kind === 'new_annotator' ? [rule.firstReads] : []));
  if (asked.length === 0) return reads;
  const places = { least: Math.min(...asked), most: Math.max(...asked) };
  return withOrdinals(tx.db, { batchId: route.batch.id, reads, ...places });
}
