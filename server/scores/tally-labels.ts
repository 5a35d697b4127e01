import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { HOUR, plus, SECOND } from '#server/core/clock.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { addCounts, forgetCounts, listCountsOf, putRunningScores } from './count-queries.ts';
import { type CountPlan, type Counts, countedAs, dropUnchanged, noCounts } from './counts.ts';
import { disputesOf, putDisputes } from './disputed-tasks.ts';
import { countPlan, loadCounted } from './load-counted.ts';
import { keysOf, runningRows } from './running-rows.ts';
import {
  type ChangedTask,
  listChangedTasks,
  listTouchedTasks,
  lockMark,
  type Mark,
  moveMark,
  oldestWriter,
  putScoredTasks,
} from './tally-queries.ts';
import { countTask } from './task-counts.ts';

/** Cases looked at in one transaction. */
const CHUNK = 1000;
/** What another process' clock and a full connection pool may hold back a label for after it was stamped. */
const GRACE_MS = 15 * SECOND;
/** A batch under way is looked through whole so often, should anything have been stamped behind the mark. */
const SWEEP_EVERY_MS = 6 * HOUR;

export type TallyResult = { changed: number; readerIds: ReadonlySet<string> };

/**
 * Brings the running counts and scores of a batch up to its labels: takes back what was counted of each changed case and
 * counts it as it stands. Costs per changed case, not per batch. The mark behind which everything is counted never
 * passes an open writing transaction, and what is newer is looked at again, so a label that commits late is not lost.
 * Safe to repeat and in several processes; returns the readers whose scores moved.
 */
export async function tallyLabels(ctx: CommandContext, input: { batchId: string }): Promise<TallyResult> {
  const batch = await getBatch(ctx.db, input.batchId);
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const total = { changed: 0, readerIds: new Set<string>() };
  let progress = BEGINNING;
  for (let isMore = true; isMore; ) {
    const step: Step | null = await transact(ctx, async (tx) => {
      const locked = await lockMark(tx.db, { batchId: batch.id, now: tx.now });
      if (locked === null) return null;
      // The policy may change between two steps, and with it what is kept.
      const plan = countPlan(batch.id, labelSchema, await getProject(tx.db, batch.projectId));
      const mark = await countAnew(tx, locked, plan);
      const next = await nextChanges(tx, batch, mark, mark === locked ? progress : BEGINNING);
      for (const id of await applyChanges(tx, plan, next.changes)) total.readerIds.add(id);
      const changed = next.changes.length > 0 ? { changedAt: tx.now } : {};
      await moveMark(tx.db, { ...next.mark, ...changed, advancedAt: tx.now });
      return next;
    });
    if (step === null) break;
    total.changed += step.changes.length;
    progress = step.progress;
    isMore = step.isMore;
  }
  return total;
}

/**
 * How far a run has come, which may lie beyond the mark: events up to `since`, or cases up to `after` when all are looked at.
 * `safe` is the horizon before the run's first look; the mark never passes it, because what commits behind the run's back is
 * not looked at again in it.
 */
type Progress = { since: Date | null; after: string | null; safe: Date | null };
const BEGINNING: Progress = { since: null, after: null, safe: null };
type Step = { changes: ChangedTask[]; mark: Mark; progress: Progress; isMore: boolean };

/** The mark as it is; or, when the batch was counted by another rule or for other fields, as before the first count, and nothing counted. */
async function countAnew(tx: CommandTx, mark: Mark, plan: CountPlan): Promise<Mark> {
  const rule = countedAs(plan);
  if (mark.countedAs === rule) return mark;
  await forgetCounts(tx.db, plan.batchId);
  return { ...mark, countedAs: rule, countedTo: new Date(0), sweptAt: null, changedAt: tx.now };
}

async function nextChanges(tx: CommandTx, batch: Batch, mark: Mark, progress: Progress): Promise<Step> {
  const safe = progress.safe ?? (await horizon(tx));
  const isSettledSince =
    batch.settledAt !== null && (mark.sweptAt === null || mark.sweptAt < batch.settledAt);
  const isStale = mark.sweptAt === null || plus(mark.sweptAt, SWEEP_EVERY_MS) <= tx.now;
  if (isSettledSince || (isStale && batch.status !== 'settled')) {
    const { after } = progress;
    const changes = await listChangedTasks(tx.db, { batchId: batch.id, after, limit: CHUNK });
    const last = changes.at(-1)?.taskId ?? null;
    const isMore = changes.length === CHUNK;
    const done = { ...mark, sweptAt: tx.now, countedTo: later(safe, mark.countedTo) };
    return { changes, isMore, progress: { since: null, after: last, safe }, mark: isMore ? mark : done };
  }
  const since = progress.since ?? mark.countedTo;
  for (let limit = 4 * CHUNK; ; limit *= 4) {
    const touched = await listTouchedTasks(tx.db, { batchId: batch.id, since, limit });
    // So many events of one instant do not fit in a page: take a larger one.
    if (touched.until !== null && touched.until <= since) continue;
    const changes: ChangedTask[] = [];
    for (let at = 0; at < touched.taskIds.length; at += CHUNK) {
      const taskIds = touched.taskIds.slice(at, at + CHUNK);
      changes.push(...(await listChangedTasks(tx.db, { batchId: batch.id, taskIds, limit: CHUNK })));
    }
    const upTo = touched.until !== null && touched.until < safe ? touched.until : safe;
    return {
      changes,
      mark: { ...mark, countedTo: later(upTo, mark.countedTo) },
      progress: { since: touched.until, after: null, safe },
      isMore: touched.until !== null,
    };
  }
}

const later = (a: Date, b: Date): Date => new Date(Math.max(a.getTime(), b.getTime()));

/** Before this instant no label can appear any more. */
async function horizon(tx: CommandTx): Promise<Date> {
  const oldest = await oldestWriter(tx.db);
  return plus(oldest !== null && oldest < tx.now ? oldest : tx.now, -GRACE_MS);
}

/** Counts some changed cases anew and follows with the running scores they touch; returns the readers among them. */
async function applyChanges(
  tx: CommandTx,
  plan: CountPlan,
  changes: readonly ChangedTask[],
): Promise<Set<string>> {
  const readerIds = new Set<string>();
  for (let at = 0; at < changes.length; at += CHUNK) {
    const chunk = changes.slice(at, at + CHUNK);
    const before = await loadCounted(
      tx.db,
      plan,
      chunk.map((one) => ({
        taskId: one.taskId,
        labelIds: one.before,
        finalVersion: one.beforeFinal,
        isGold: one.beforeGold,
      })),
    );
    const after = await loadCounted(
      tx.db,
      plan,
      chunk.map((one) => ({
        taskId: one.taskId,
        labelIds: one.after,
        finalVersion: one.afterFinal,
        isGold: one.afterGold,
      })),
    );
    const counts = noCounts();
    for (const one of chunk) {
      const [old, now] = [before.get(one.taskId), after.get(one.taskId)];
      if (old) countTask(counts, plan, old, -1);
      if (now) countTask(counts, plan, now, 1);
      for (const read of [...(old?.reads ?? []), ...(now?.reads ?? [])]) readerIds.add(read.readerId);
    }
    dropUnchanged(counts);
    await addCounts(tx.db, plan.batchId, counts);
    await putScoredTasks(tx.db, plan.batchId, chunk);
    await putDisputes(tx.db, {
      batchId: plan.batchId,
      fields: plan.fields.map((field) => field.key),
      taskIds: chunk.map((one) => one.taskId),
      disputes: [...after.values()].flatMap((task) => disputesOf(plan, task)),
    });
    await followUp(tx, plan, counts);
  }
  return readerIds;
}

/** Computes the running scores of every key whose counts have changed. */
async function followUp(tx: CommandTx, plan: CountPlan, counts: Counts): Promise<void> {
  const keys = keysOf(counts);
  const rows = runningRows(plan, keys, await listCountsOf(tx.db, plan.batchId, keys));
  await putRunningScores(tx.db, plan.batchId, keys, rows, tx.now);
}
