import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { answersRecord } from '#server/protocols/schemas.ts';
import { viewCase } from '#server/work/reading-views.ts';
import { type Batch, findLease, getBatch } from '#server/work/reads.ts';
import { listWithoutAuthor } from '#server/work/returned-reads.ts';
import { shuffled } from '#server/work/rules.ts';
import { withDissents } from '#server/work/shown-case.ts';
import { type Dissent, findSlotReason, listDissents } from './audit-queries.ts';
import { purposeOf } from './audit-rules.ts';
import { getProvenance } from './provenance.ts';
import { finalLabelsOfTasks, listFinalLabels, listReads, type ReadCursor } from './reads.ts';
import { listTaskReads } from './settle-queries.ts';

/** What a blind re-read shows of others. */
const BLIND = { reason: null, mayReturn: false, final: null, dissents: [], reads: [] };

/**
 * A case under review, audit or adjudication: the case itself through the gate, why it is here, and its reads side by side as
 * A, B, C without names (R21), in an order that says nothing about who made them. A blind re-read shows the case alone.
 */
export async function viewDecisionCase(ctx: OrgContext, input: { batchId: string; leaseId: string }) {
  const lease = await findLease(ctx.db, {
    ...input,
    personId: ctx.actor.personId,
    now: ctx.clock.now(),
  });
  if (lease === null || lease.tier === 'label') {
    throw new AppError({
      kind: 'not_found',
      reason: 'lease_not_found',
      message: 'You do not hold such a case. Claim the next one.',
    });
  }
  const opened = await viewCase(ctx, input);
  const at = { batchId: input.batchId, taskId: lease.taskId };
  const purpose = lease.tier === 'audit' ? purposeOf(lease.slotNo) : null;
  // A blind re-read sees nothing of others, nor why the case was drawn.
  if (purpose === 'reread') return { ...opened, tier: lease.tier, purpose, ...BLIND };
  const [batch, reads, gone, reason, finals, dissents] = await Promise.all([
    getBatch(ctx.db, input.batchId),
    listTaskReads(ctx.db, { batchId: input.batchId, taskIds: [lease.taskId] }),
    lease.tier === 'review' ? listWithoutAuthor(ctx.db, at) : new Set<number>(),
    findSlotReason(ctx.db, { ...at, slotNo: lease.slotNo }),
    lease.tier === 'audit' ? finalLabelsOfTasks(ctx.db, at.batchId, [at.taskId]) : null,
    lease.tier === 'adjudicate' ? listDissents(ctx.db, at) : [],
  ]);
  const dissentIds = dissents.map((one) => one.id);
  const { receipt } = opened;
  const seed = Number.parseInt(input.leaseId.replaceAll('-', '').slice(0, 7), 16);
  return {
    ...opened,
    // What the panel had before it: a check that speaks against the label later is put before it first (`submitAdjudication`).
    receipt:
      lease.tier === 'adjudicate' ? await withDissents(ctx, { ...input, receipt, dissentIds }) : receipt,
    tier: lease.tier,
    purpose,
    reason: reasonWith(reason, dissents),
    mayReturn: lease.tier === 'review' && (batch.status === 'open' || batch.status === 'paused'),
    /** The final label under audit. */
    final: finals?.get(lease.taskId)?.fields ?? null,
    /** What its checks say against the label that the panel now looks at again. */
    dissents: dissents.map(({ purpose, answers, comment }) => ({
      purpose,
      answers: answersRecord.parse(answers),
      comment,
    })),
    reads: shuffled(reads, seed).map((read, index) => ({
      labelId: read.labelId,
      name: `Reader ${String.fromCharCode(65 + (index % 26))}`,
      answers: read.answers,
      confidence: read.confidence,
      rationale: read.rationale,
      /** Paid already: it can be fixed, not returned or rejected. */
      isAccepted: read.slotStatus === 'accepted',
      /** Its author works here no more: returned, it goes to somebody else. */
      isAuthorGone: gone.has(read.slotNo),
    })),
  };
}

/** Why a turn was asked for, and each check that has spoken against the label since: it asks for no turn of its own. */
function reasonWith(reason: string | null, dissents: readonly Dissent[]): string | null {
  const said = dissents.map(({ purpose, errorKind }) => `${purpose}:${errorKind ?? 'mislabel'}`);
  const all = [...new Set([...(reason?.split(' ') ?? []), ...said])];
  return all.length === 0 ? null : all.join(' ');
}

/**
 * A batch of the acting sponsor whose answers may be seen; refused with `pilot_withheld` while its pilot is read (R15), with
 * `panel_reading` while its panel reads (R7, R21).
 */
export async function batchToShow(ctx: OrgContext, batchId: string): Promise<Batch> {
  const batch = await getBatch(ctx.db, batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  await refuseWithheld(ctx.db, { batchId, now: ctx.clock.now() });
  return batch;
}

/** The history of a case's label, for the sponsor of the project. */
export async function viewProvenance(ctx: OrgContext, input: { batchId: string; taskId: string }) {
  const batch = await batchToShow(ctx, input.batchId);
  const found = await getProvenance(ctx.db, input);
  if (found === null)
    throw new AppError({ kind: 'not_found', reason: 'task_not_found', message: 'There is no such case.' });
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  return {
    ...found,
    fields: labelSchema.fields.map(({ key, label }) => ({ key, label })),
    steps: found.steps.map(({ personId: _pseudonym, ...step }) => step),
  };
}

/** Final labels of a batch of the acting sponsor, keyset by task. */
export async function viewFinalLabels(
  ctx: OrgContext,
  input: { batchId: string; after?: string | undefined; limit: number },
) {
  const batch = await batchToShow(ctx, input.batchId);
  const rows = await listFinalLabels(ctx.db, batch.id, { after: input.after ?? null, limit: input.limit });
  return rows.map(({ sources: _ids, ...row }) => row);
}

/** Reads of a batch of the acting sponsor by alias, keyset by their place and id: all, or those that wait for acceptance. */
export async function viewReads(
  ctx: OrgContext,
  input: {
    batchId: string;
    after?: ReadCursor | undefined;
    limit: number;
    isWaiting: boolean;
  },
) {
  const batch = await batchToShow(ctx, input.batchId);
  const rows = await listReads(ctx.db, batch.id, { ...input, after: input.after ?? null });
  return rows.map((read) => ({
    labelId: read.labelId,
    taskId: read.taskId,
    caseId: read.caseId,
    round: read.round,
    alias: read.alias,
    answers: read.answers,
    confidence: read.confidence,
    labelOrigin: read.labelOrigin,
    status: read.slotStatus,
    /** When it is accepted by itself at the latest (R30); null once it is. */
    acceptedBy:
      read.slotStatus === 'accepted' ? null : plus(read.slotSubmittedAt, batch.reviewPeriodDays * DAY),
    activeMs: read.activeMs,
    submittedAt: read.submittedAt,
    at: read.at,
  }));
}
