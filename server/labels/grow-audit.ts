import type { Queryable } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { percentOf } from '#server/core/money.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { lockForChecks } from '#server/work/more-reads.ts';
import type { Batch } from '#server/work/reads.ts';
import {
  countAuditable,
  countBegun,
  drawAuditSample,
  dropUnreadSamples,
  findAudit,
  hasUnreadSamples,
  takeUpAudit,
  updateAudit,
} from './audit-queries.ts';

/** What an audit of so many cases may cost: each is looked at, and decided again by the panel where the audit disagrees. */
export function costOfAudited(batch: Batch, cases: number): bigint {
  const price = batch.pricePerReviewMinor + percentOf(batch.pricePerReviewMinor, batch.feeBasisPoints);
  return 2n * BigInt(Math.max(0, cases)) * price;
}

/**
 * Draws a batch's audit anew from all the cases that it has now, so that its verdict goes on to speak of the whole batch (R25); what it
 * was ordered or planned to show stays, and one that was ended is looked at again. Part of adding cases, under a lock of the batch. Returns what it may cost beyond what is
 * reserved for it (R29), which the caller reserves; null when no audit is drawn yet: then the first draw takes all there is.
 */
export async function growAudit(tx: CommandTx, batch: Batch): Promise<bigint | null> {
  await takeUpAudit(tx.db, batch.id);
  const audit = await findAudit(tx.db, batch.id);
  if (audit === null) return null;
  const population = await countAuditable(tx.db, batch.id);
  const { n, acceptErrors } = auditSampleSize({ ...audit, population });
  const { drawn, withdrawn } = await drawAuditSample(tx.db, {
    batchId: batch.id,
    auditId: audit.id,
    n,
    now: tx.now,
  });
  const costMinor = costOfAudited(batch, drawn - withdrawn);
  const reservedMinor = audit.reservedMinor + costMinor;
  await updateAudit(tx.db, batch.id, { population, sampleSize: n, acceptErrors, reservedMinor });
  await tx.audit({
    action: 'labels.audit_drawn_again',
    subject: { kind: 'batch', id: batch.id },
    detail: { population, sampleSize: n, acceptErrors, drawn, withdrawn },
  });
  return costMinor;
}

/**
 * Draws the audit of a batch that closed before all of it was read anew from what was: what nobody has read gets no final label and is no
 * part of what the audit speaks of (ADR 014), and what is left of a sample of the whole would be too few to show it. Not of one that was ended. Once the reading
 * is over; nothing when all that was drawn has been read. Costs no more than was reserved with the unread cases (R29).
 */
export async function drawFromRead(tx: CommandTx, { id: batchId }: Batch): Promise<void> {
  if (!(await hasUnreadSamples(tx.db, batchId))) return;
  const batch = await lockForChecks(tx.db, batchId);
  const audit = await findAudit(tx.db, batchId);
  if (audit === null || batch.auditEndedAt !== null) return;
  await dropUnreadSamples(tx.db, batchId);
  const population = await countAuditable(tx.db, batchId);
  const { n, acceptErrors } = auditSampleSize({ ...audit, population });
  const { drawn, withdrawn } = await drawAuditSample(tx.db, { batchId, auditId: audit.id, n, now: tx.now });
  await updateAudit(tx.db, batchId, { population, sampleSize: n, acceptErrors });
  await tx.audit({
    action: 'labels.audit_drawn_again',
    subject: { kind: 'batch', id: batchId },
    detail: { population, sampleSize: n, acceptErrors, drawn, withdrawn },
  });
}

/**
 * The most that `growAudit` may come to for `count` cases more; null when no audit is drawn yet. How many of the cases looked at drop out
 * of the sample is chance, so that it has four standard deviations, as every share that is drawn by hash.
 */
export async function mostGrowth(q: Queryable, batch: Batch, count: number): Promise<bigint | null> {
  const audit = await findAudit(q, batch.id);
  if (audit === null) return null;
  const population = audit.population + count;
  const more = Math.max(0, auditSampleSize({ ...audit, population }).n - audit.sampleSize);
  const begun = await countBegun(q, batch.id);
  const share = count / population;
  const expected = begun * share;
  const outgrown = Math.min(begun, Math.ceil(expected + 4 * Math.sqrt(expected * (1 - share)) + 1));
  return costOfAudited(batch, more + outgrown);
}
