import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { newIds } from '#server/core/ids.ts';
import type { ActiveGold } from '#server/gold/reads.ts';
import {
  advanceLoad,
  type ChunkCases,
  endLoad,
  insertGoldOf,
  insertLoad,
  insertPriorLabels,
  insertPriorReaders,
  insertTasks,
  nextOfLoad,
} from './load-queries.ts';
import { overlapRuleOf, readsAt } from './overlap-rules.ts';
import { batchesToShow } from './plan-batch.ts';
import { planLanes } from './pool-rules.ts';
import { type Batch, findBatch } from './reads.ts';
import { isRepeated } from './rules.ts';

/** Tasks and slots of one chunk: well under a second, so that no transaction holds back clean-up for more than a moment. */
const TASKS = 5000;
const SLOTS = 25_000;

/** Up to so many chunks are loaded while the caller waits; more is the job's. */
export const CHUNKS_AT_ONCE = 3;

/** Tasks of one chunk. */
export const chunkSize = (overlap: number) => Math.max(100, Math.min(TASKS, Math.floor(SLOTS / overlap)));

/** How many chunks a batch is loaded in. */
export function chunksOf(batch: { taskCount: number; dealt: number; overlap: number }): number {
  return Math.ceil(batch.taskCount / chunkSize(batch.overlap)) + Math.ceil(batch.dealt / TASKS);
}

/** Freezes what a draft is to be loaded with, in its order. Part of the transaction that makes the draft. */
export async function beginLoad(
  tx: CommandTx,
  input: {
    batchId: string;
    ordinary: readonly string[];
    /** Stratum of each, when it is a sample; else empty. */
    strata: readonly number[];
    /** Lane of each slot, task by task, when the batch has pools; else empty. */
    lanes: readonly number[];
    dealt: readonly string[];
    gold: readonly ActiveGold[];
  },
): Promise<void> {
  const caseIds = [...input.ordinary, ...input.dealt];
  const loaded = new Set(caseIds);
  await insertLoad(tx.db, {
    batchId: input.batchId,
    caseIds,
    ordinary: input.ordinary.length,
    strata: [...input.strata],
    lanes: [...input.lanes],
    gold: input.gold
      .filter((item) => loaded.has(item.caseId))
      .map(({ caseId, goldItemId, answers }) => ({ caseId, goldItemId, answers })),
    startedAt: tx.now,
  });
}

/**
 * Loads a draft to its end, chunk by chunk, each in a transaction of its own. Safe to repeat and to run twice at once: the
 * next chunk is locked, and a draft that is whole, discarded or already gone has none: then there is nothing to do.
 */
export async function loadBatch(ctx: CommandContext, input: { batchId: string }): Promise<void> {
  for (;;) {
    const { isDone } = await transact(ctx, (tx) => loadChunk(tx, input.batchId));
    if (isDone) return;
  }
}

/** How often its readers read a task: once for each round when it is among those that are repeated (R23). */
function timesRead(batch: Batch, taskId: string): number {
  if (batch.rounds === 1) return 1;
  const { seed, repeatShareBasisPoints: shareBasisPoints } = batch;
  return isRepeated({ seed, taskId, shareBasisPoints }) ? batch.rounds : 1;
}

/**
 * The next chunk of a draft: its tasks with all that belongs to them, and its known answers. Ids are minted in the shuffled order and loaded in it: neighbours in time
 * are neighbours on disk.
 */
export async function loadChunk(tx: CommandTx, batchId: string): Promise<{ isDone: boolean }> {
  const batch = await findBatch(tx.db, batchId);
  // Discarded, and what it held removed, before its job had its turn.
  if (batch === null) return { isDone: true };
  const next = await nextOfLoad(tx.db, { batchId, overlap: batch.overlap, limit: chunkSize(batch.overlap) });
  if (next === null) return { isDone: true };
  const { caseIds, count, from, isDealt, strata } = next;
  if (count > 0) {
    const taskIds = newIds(count);
    if (isDealt) await insertDealt(tx, batch, { caseIds, taskIds, from });
    else await insertOrdinary(tx, batch, { caseIds, taskIds, from, strata, lanes: next.lanes });
    // Where gold is dealt, none is among the cases that are read.
    if (isDealt || batch.goldMode !== 'dealt') await insertGoldOf(tx.db, { batchId, caseIds, taskIds });
    await advanceLoad(tx.db, { batchId, by: count });
  }
  if (!next.isLast) return { isDone: false };
  await endLoad(tx.db, batchId);
  return { isDone: true };
}

type Chunk = { caseIds: ChunkCases; taskIds: readonly string[]; from: number };

/**
 * Tasks that are read, with their slots, the readers who may not meet these cases again, and the earlier labels that a
 * relabel stands beside.
 */
export async function insertOrdinary(
  tx: CommandTx,
  batch: Batch,
  chunk: Chunk & { strata: readonly number[] | null; lanes: readonly number[] | null },
): Promise<void> {
  const { overlap, seed } = batch;
  const rule = overlapRuleOf(batch);
  const firstReads = chunk.taskIds.map((_, i) => readsAt(chunk.from + i, overlap, rule));
  await insertTasks(tx.db, {
    ...chunk,
    batchId: batch.id,
    overlap,
    lanes: chunk.lanes ?? planLanes({ tasks: chunk.taskIds.length, overlap, pools: null, seed }),
    firstReads,
    readsNeeded: chunk.taskIds.map((taskId, i) => timesRead(batch, taskId) * (firstReads[i] ?? 0)),
    dealt: false,
  });
  await insertPriorReaders(tx.db, batch, chunk.taskIds);
  if (batch.kind !== 'relabel') return;
  // What a pilot says that is still read is held back (R15).
  const among = await batchesToShow(tx.db, batch.projectId, tx.now);
  await insertPriorLabels(tx.db, batch, { taskIds: chunk.taskIds, among });
}

/** Gold that is dealt at claim: no slots of its own, and not dealt to who has met it. */
async function insertDealt(tx: CommandTx, batch: Batch, chunk: Chunk): Promise<void> {
  await insertTasks(tx.db, {
    ...chunk,
    batchId: batch.id,
    overlap: 0,
    lanes: [],
    readsNeeded: chunk.taskIds.map(() => 0),
    dealt: true,
  });
  await insertPriorReaders(tx.db, batch, chunk.taskIds);
}
