import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, MINUTE, plus } from '#server/core/clock.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { getBatch } from '#server/work/reads.ts';
import {
  addAnswerDays,
  addReadHours,
  clearRollUps,
  listAnswerDays,
  listHours,
  listRollUpDue,
  lockRollUpMark,
  MOST_DUE,
  moveRollUpMark,
  putRollUpPass,
  type RollUpMark,
  readHorizon,
} from './roll-up-queries.ts';

/** What the clocks of several processes, and a wait for a connection, may put between a label's stamp and its transaction. */
const GRACE_MS = MINUTE;
/** A transaction that has not written for so long will not write a label any more: commands are cut after 30 s. */
const LATEST_WRITE_MS = 5 * MINUTE;
/** After a pause as long as this, transaction ids are no longer comparable with certainty: the batch is counted anew. */
const COMPARABLE_MS = DAY;
/** Types of fields whose answers are of a closed list, so that there are few classes. */
const CLASSED: ReadonlySet<LabelField['type']> = new Set([
  'boolean',
  'categorical',
  'ordinal',
  'multi_label',
]);

/** Whether answers to a field are counted by class and day. */
export const isCountedByDay = (field: LabelField): boolean => CLASSED.has(field.type);

/**
 * Brings the hours and classes of a batch up to its labels; returns the reads it added, or null while another process is at
 * it. Every label is counted by one pass: the one whose window of transaction ids holds the transaction that wrote it. A window
 * ends where the oldest open transaction begins, so nothing appears behind it, however late it commits and whatever the clocks
 * say; clocks only bound how far back is looked. Costs per label of the last minute, not per batch.
 */
export async function rollUpBatch(ctx: CommandContext, input: { batchId: string }): Promise<number | null> {
  const { batchId } = input;
  const fields = await countedFields(ctx, batchId);
  return transact(ctx, async (tx) => {
    const mark = await lockRollUpMark(tx.db, { batchId, now: tx.now });
    if (mark === null) return null;
    const isComparable = mark.horizon > 0n && tx.now.getTime() - mark.advancedAt.getTime() < COMPARABLE_MS;
    if (mark.horizon > 0n && !isComparable) await clearRollUps(tx.db, batchId);
    return addWindow(tx, isComparable ? mark : { ...mark, horizon: 0n, floorAt: new Date(0) }, fields);
  });
}

async function addWindow(tx: CommandTx, mark: RollUpMark, fields: readonly string[]): Promise<number> {
  const { horizon, oldestWriter, oldestOpen } = await readHorizon(tx.db);
  const isFirst = mark.horizon === 0n;
  const completeTo = earlier(oldestWriter, tx.now);
  const mayStillWrite = later(earlier(oldestOpen, tx.now), plus(tx.now, -LATEST_WRITE_MS));
  const floorAt = later(plus(earlier(completeTo, mayStillWrite), -GRACE_MS), mark.floorAt);
  const window = {
    batchId: mark.batchId,
    since: mark.floorAt,
    from: mark.horizon,
    to: horizon,
    oldBefore: isFirst ? floorAt : null,
  };
  const reads = await addReadHours(tx.db, window);
  await addAnswerDays(tx.db, window, fields);
  await moveRollUpMark(tx.db, {
    batchId: mark.batchId,
    horizon,
    floorAt,
    completeTo: later(completeTo, mark.completeTo),
    advancedAt: tx.now,
  });
  return reads;
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);
const earlier = (a: Date | null, b: Date): Date => (a !== null && a < b ? a : b);

/** One pass over all batches that may have something new; returns how many reads were added. Safe in several processes. */
export async function rollUp(ctx: CommandContext): Promise<number> {
  const { oldestWriter } = await readHorizon(ctx.db);
  const now = ctx.clock.now();
  const due = await listRollUpDue(ctx.db, now);
  let reads = 0;
  let isWhole = due.length < MOST_DUE;
  let done = 0;
  await eachBatch(ctx, due, async (batchId) => {
    const added = await rollUpBatch(ctx, { batchId });
    if (added === null) isWhole = false;
    else reads += added;
    done += 1;
  });
  if (done < due.length) isWhole = false;
  if (isWhole) await putRollUpPass(ctx.db, earlier(oldestWriter, now));
  return reads;
}

/**
 * Counts a batch from its first label on, whatever was counted before; returns the reads. Waits for a pass that is at it and keeps
 * others away until it is done, in one transaction: the old figures stand until the new ones do, and no label is in both.
 */
export async function rebuildRollUp(ctx: CommandContext, input: { batchId: string }): Promise<number> {
  const { batchId } = input;
  const fields = await countedFields(ctx, batchId);
  return transact(ctx, async (tx) => {
    const mark = present(
      await lockRollUpMark(tx.db, { batchId, now: tx.now, waits: true }),
      'the mark it waited for',
    );
    await clearRollUps(tx.db, batchId);
    const zero = new Date(0);
    return addWindow(tx, { ...mark, horizon: 0n, floorAt: zero, completeTo: zero }, fields);
  });
}

/** Fields of a batch whose answers are counted by class and day. */
async function countedFields(ctx: CommandContext, batchId: string): Promise<string[]> {
  const batch = await getBatch(ctx.db, batchId);
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  return labelSchema.fields.filter(isCountedByDay).map((field) => field.key);
}

/** Everything rolled up of a batch, for comparison. */
export async function rolledUp(q: Queryable, batchId: string) {
  const hours = await listHours(q, { batchIds: [batchId], since: new Date(0) });
  return { hours: hours.get(batchId) ?? [], answers: await listAnswerDays(q, { batchId }) };
}
