import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { findWithholding } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { AuditPlan } from '#server/projects/tier-schemas.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { countMoreReserve, lockForChecks } from '#server/work/more-reads.ts';
import {
  countAuditable,
  countLeft,
  drawAuditSample,
  dropOpenSamples,
  findAudit,
  insertAudit,
  putChecksEnded,
  takeUpAudit,
  updateAudit,
} from './audit-queries.ts';
import { costOfAudited } from './grow-audit.ts';

/** Batches whose labels become final labels. */
const AUDITED: readonly string[] = ['pilot', 'production', 'relabel'];

/**
 * Orders the audit of a batch's final labels (R25), or a larger one in its place: a random sample of the size that shows the
 * error rate asked for. Reserves what looking at it may cost, the panel's second look included (R29). Throws `audit_not_possible`
 * for a batch that is settled or makes no final labels, `audit_not_larger`, `funds_missing`.
 */
export async function orderAudit(
  ctx: OrgContext,
  input: { batchId: string; plan: AuditPlan },
): Promise<{ sampleSize: number; population: number; acceptErrors: number; reservedMinor: bigint }> {
  return transact(ctx, async (tx) => {
    const batch = await lockForChecks(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    const isLive = ['open', 'paused', 'closing'].includes(batch.status);
    if (!isLive || !AUDITED.includes(batch.kind)) throw notPossible(batch.status);
    const before = await findAudit(tx.db, batch.id);
    const population = await countAuditable(tx.db, batch.id);
    const size = auditSampleSize({ ...input.plan, population });
    if (size.n <= (before?.sampleSize ?? 0)) throw notLarger(before?.sampleSize ?? 0);
    const { projectId, currency } = batch;
    const auditId = before?.id ?? newId();
    const draw = { batchId: batch.id, auditId, n: size.n, now: tx.now };
    await takeUpAudit(tx.db, batch.id);
    const { drawn, withdrawn } = await drawAuditSample(tx.db, draw);
    const reservedMinor = costOfAudited(batch, drawn - withdrawn);
    await reserveBatchFunds(tx, { batchId: batch.id, projectId, amountMinor: reservedMinor, currency });
    await countMoreReserve(tx.db, { batchId: batch.id, amountMinor: reservedMinor });
    const row = {
      ...input.plan,
      sampleSize: size.n,
      population,
      acceptErrors: size.acceptErrors,
      reservedMinor: reservedMinor + (before?.reservedMinor ?? 0n),
      orderedBy: ctx.actor.personId,
      orderedAt: tx.now,
    };
    if (before === null) await insertAudit(tx.db, { ...row, batchId: batch.id, id: auditId, currency });
    else await updateAudit(tx.db, batch.id, row);
    await tx.audit({
      action: 'labels.audit_ordered',
      subject: { kind: 'batch', id: batch.id },
      detail: { ...input.plan, sampleSize: size.n, population, acceptErrors: size.acceptErrors },
    });
    return { sampleSize: size.n, population, acceptErrors: size.acceptErrors, reservedMinor };
  });
}

/**
 * Ends the checks of a batch before all are done: what was not looked at is given up, what somebody holds is finished and
 * paid, what was found stays. What is given up counts at its worst, and so does what is drawn after it (ADR 014), or let go: that they were
 * ended is kept with the batch, also where nothing was left to give up. Returns how many were
 * given up, and how many are held and waited for; null of a pilot that is held back and has re-reads, as on the page (R15).
 */
export async function endAudit(
  ctx: OrgContext,
  input: { batchId: string; reason: string },
): Promise<{ dropped: number | null; held: number | null }> {
  return transact(ctx, async (tx) => {
    const batch = await lockForChecks(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    const [before] = await countLeft(tx.db, [batch.id]);
    const isHeldBack = (await findWithholding(tx.db, { batchId: batch.id, now: tx.now })) !== null;
    await putChecksEnded(tx.db, { batchId: batch.id, now: tx.now });
    const dropped = await dropOpenSamples(tx.db, batch.id);
    const [left] = await countLeft(tx.db, [batch.id]);
    await tx.audit({
      action: 'labels.audit_ended',
      subject: { kind: 'batch', id: batch.id },
      detail: { dropped, reason: input.reason },
    });
    return isHeldBack && (before?.rereads ?? 0) > 0
      ? { dropped: null, held: null }
      : { dropped, held: left?.held ?? 0 };
  });
}

function notPossible(status: string): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'audit_not_possible',
    message: `This batch is ${status} or makes no final labels; an audit is ordered while a pilot, production or relabel batch is open, paused or closing.`,
  });
}

function notLarger(n: number): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'audit_not_larger',
    message:
      n === 0
        ? 'The batch has no cases to audit.'
        : `The audit already looks at ${n} cases, which is enough for this. Ask for a lower error rate or a higher confidence.`,
  });
}
