import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { finalFields } from '#server/labels/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { answerText } from '#server/scores/measured-fields.ts';
import { isCorrect } from '#server/scores/reads.ts';
import { COUNTED_AT_ONCE } from '#server/work/count-progress.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { listCheckedFinals } from './queries.ts';
import { listCheckedDue, listRollUpMarks, lockRollUpMark, moveRollUpMark } from './roll-up-queries.ts';

/** Final labels of cases with a known answer, and those of them with every gated field right (R12). */
export type Checked = { total: number; right: number };

/** Of the time at most this share goes into checking one batch. */
const SHARE = 0.02;

/** The checked final labels of some batches: small batches are checked now, large ones were by the last pass. */
export async function checkedOf(
  q: Queryable,
  batches: readonly { batch: Batch; gatedFields: readonly string[] }[],
): Promise<Map<string, Checked>> {
  const isSmall = (batch: Batch) => batch.taskCount <= COUNTED_AT_ONCE;
  const now = batches.filter(({ batch }) => isSmall(batch)).slice(0, 20);
  const nowIds = new Set(now.map(({ batch }) => batch.id));
  const later = batches.filter(({ batch }) => !nowIds.has(batch.id));
  const marks = await listRollUpMarks(
    q,
    later.map(({ batch }) => batch.id),
  );
  const found = new Map<string, Checked>(
    later.map(({ batch }) => {
      const mark = marks.get(batch.id);
      return [batch.id, { total: mark?.checked ?? 0, right: mark?.checkedRight ?? 0 }];
    }),
  );
  const rows = Map.groupBy(await listCheckedFinals(q, [...nowIds]), (row) => row.batchId);
  for (const { batch, gatedFields } of now) found.set(batch.id, count(rows.get(batch.id) ?? [], gatedFields));
  return found;
}

function count(rows: readonly { fields: unknown; gold: unknown }[], gatedFields: readonly string[]): Checked {
  const checked: Checked = { total: 0, right: 0 };
  for (const row of rows) {
    const isRight = isCorrect(textsOfFinal(row.fields), textsOfGold(row.gold), gatedFields);
    if (isRight === null) continue;
    checked.total += 1;
    if (isRight) checked.right += 1;
  }
  return checked;
}

/**
 * One pass: checks the large batches with gold that may have new final labels, seldom where it takes long; returns how many. One that
 * cannot be checked stays the first that is due, and keeps none of the others from it.
 */
export async function checkLargeBatches(ctx: CommandContext): Promise<number> {
  const due = await listCheckedDue(ctx.db, {
    moreTasksThan: COUNTED_AT_ONCE,
    now: ctx.clock.now(),
    share: SHARE,
  });
  await eachBatch(ctx, due, (batchId) => checkBatch(ctx, { batchId }));
  return due.length;
}

/** Checks a large batch now; passes over one that another process is at, unless it `waits` until that is done. */
export async function checkBatch(
  ctx: CommandContext,
  of: { batchId: string; waits?: boolean },
): Promise<void> {
  const { batchId } = of;
  const batch = await getBatch(ctx.db, batchId);
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  await transact(ctx, async (tx) => {
    if ((await lockRollUpMark(tx.db, { ...of, now: tx.now })) === null) return;
    const began = performance.now();
    const { total, right } = count(await listCheckedFinals(tx.db, [batchId]), labelSchema.gatedFields);
    await moveRollUpMark(tx.db, {
      batchId,
      checked: total,
      checkedRight: right,
      checkedAt: tx.now,
      checkedTookMs: Math.ceil(performance.now() - began),
    });
  });
}

function textsOfFinal(fields: unknown): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(finalFields.parse(fields)).map(([key, field]) => [key, answerText(field.value)]),
  );
}

function textsOfGold(gold: unknown): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(goldAnswers.parse(gold)).map(([key, values]) => [
      key,
      values.map(answerText).filter((text) => text !== null),
    ]),
  );
}
