import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { auditPlan, missRule } from '#server/projects/tier-schemas.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { lockForChecks } from '#server/work/more-reads.ts';
import type { Batch } from '#server/work/reads.ts';
import { isInShare, SLOT_BASE } from '#server/work/rules.ts';
import {
  countAuditable,
  drawAuditSample,
  dropLostSamples,
  findAudit,
  giveUpEnded,
  insertAudit,
  lockReadyChecks,
  setSamplesStatus,
  withdrawExtra,
} from './audit-queries.ts';
import { isNormalLabel } from './audit-rules.ts';
import { drawFromRead } from './grow-audit.ts';
import { putRereads, withdrawRereads } from './reread-queries.ts';
import type { FinalField } from './schemas.ts';
import { addTierSlots, isReadingOver } from './settle-queries.ts';

/** Slots opened in one transaction. */
const CHUNK = 200;
/** Of the cases that are not normal a fifth as many are read again, so that the task itself does not tell what was found. */
const DECOY_SHARE = 0.2;

/**
 * Draws of cases that have just become final some for a blind re-read, by chance: the share that the policy asks of the normal class,
 * and fewer of the rest. A case that is final anew (undone, R22; decided by the panel) is drawn by what it says now, or not at all, unless
 * somebody reads it already. Part of writing final labels.
 */
export async function drawRereads(
  tx: CommandTx,
  input: {
    batch: Batch;
    settled: readonly { task: { taskId: string }; fields: Record<string, FinalField> }[];
  },
): Promise<void> {
  const { batch, settled } = input;
  const rule = missRule.nullable().parse(batch.missRule ?? null);
  if (rule === null) return;
  const taskIds = settled.map((one) => one.task.taskId);
  await withdrawRereads(tx.db, { batchId: batch.id, taskIds });
  const drawn = settled.flatMap(({ task: { taskId }, fields }) => {
    const isNormal = isNormalLabel(rule, fields);
    const share = isNormal ? rule.shareBasisPoints : Math.round(rule.shareBasisPoints * DECOY_SHARE);
    return isInShare(batch.seed, `reread|${taskId}`, share) ? [{ taskId, isNormal }] : [];
  });
  await putRereads(tx.db, { batchId: batch.id, drawn, now: tx.now });
}

/**
 * Draws the audit that the batch's plan asks for, once: its money was reserved at opening (R29), and it grows with the batch
 * (`growAudit`). It holds the batch, so that no case is added between the count and the draw.
 */
export async function drawPlannedAudit(tx: CommandTx, batch: Batch): Promise<void> {
  const plan = auditPlan.nullable().parse(batch.auditPlan ?? null);
  if (plan === null || (await findAudit(tx.db, batch.id)) !== null) return;
  await lockForChecks(tx.db, batch.id);
  const population = await countAuditable(tx.db, batch.id);
  if (population === 0) return;
  const size = auditSampleSize({ ...plan, population });
  const id = newId();
  const isNew = await insertAudit(tx.db, {
    ...plan,
    batchId: batch.id,
    id,
    sampleSize: size.n,
    population,
    acceptErrors: size.acceptErrors,
    reservedMinor: 0n,
    currency: batch.currency,
    orderedBy: null,
    orderedAt: tx.now,
  });
  if (isNew) await drawAuditSample(tx.db, { batchId: batch.id, auditId: id, n: size.n, now: tx.now });
}

/**
 * Opens a slot for each drawn case that is final, unless the checks were ended; puts aside those that never will be, and takes back what
 * the sample has outgrown once nobody holds it. Of a batch that closed early the audit is drawn from what was read. Returns how many were opened.
 */
export async function openChecks(tx: CommandTx, batch: Batch): Promise<number> {
  const { id: batchId } = batch;
  const isReadOut = batch.status === 'closing' && (await isReadingOver(tx.db, batchId));
  if (isReadOut) await drawFromRead(tx, batch);
  await withdrawExtra(tx.db, batchId);
  await dropLostSamples(tx.db, { batchId, isReadOut });
  await giveUpEnded(tx.db, batchId);
  const ready = await lockReadyChecks(tx.db, { batchId, limit: CHUNK });
  const turns = ready.map((one, order) => ({ ...one, order, reason: one.purpose }));
  for (const [purpose, of] of Map.groupBy(turns, (one) => one.purpose)) {
    await addTierSlots(tx.db, { batchId, tier: 'audit', base: SLOT_BASE[purpose], now: tx.now, turns: of });
    await setSamplesStatus(tx.db, { batchId, taskIds: of.map((one) => one.taskId), purpose, to: 'open' });
  }
  return ready.length;
}
