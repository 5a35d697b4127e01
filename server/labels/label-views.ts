import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { viewCase } from '#server/work/reading-views.ts';
import { type Batch, findLease, getBatch } from '#server/work/reads.ts';
import { shuffled } from '#server/work/rules.ts';
import { getProvenance } from './provenance.ts';
import { listFinalLabels, listReads } from './reads.ts';
import { listTaskReads } from './settle-queries.ts';

/**
 * A case under review or adjudication: the case itself through the gate, and its reads side by side as A, B, C without
 * names (R21), in an order that says nothing about who made them.
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
  const reads = await listTaskReads(ctx.db, { batchId: input.batchId, taskIds: [lease.taskId] });
  const seed = Number.parseInt(input.leaseId.replaceAll('-', '').slice(0, 7), 16);
  return {
    ...opened,
    tier: lease.tier,
    reads: shuffled(reads, seed).map((read, index) => ({
      labelId: read.labelId,
      name: `Reader ${String.fromCharCode(65 + (index % 26))}`,
      answers: read.answers,
      confidence: read.confidence,
      rationale: read.rationale,
      /** Paid already: it can be fixed, not returned or rejected. */
      isAccepted: read.slotStatus === 'accepted',
    })),
  };
}

/** A batch of the acting sponsor whose answers may be seen; refused with `pilot_withheld` while its pilot is read (R15). */
async function batchToShow(ctx: OrgContext, batchId: string): Promise<Batch> {
  const batch = await getBatch(ctx.db, batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  if (batch.kind === 'pilot') await refuseWithheld(ctx.db, { batchId, now: ctx.clock.now() });
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

/** Reads of a batch of the acting sponsor by alias, keyset by time and id. */
export async function viewReads(
  ctx: OrgContext,
  input: { batchId: string; after?: { submittedAt: Date; labelId: string } | undefined; limit: number },
) {
  const batch = await batchToShow(ctx, input.batchId);
  const rows = await listReads(ctx.db, batch.id, { after: input.after ?? null, limit: input.limit });
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
    activeMs: read.activeMs,
    submittedAt: read.submittedAt,
  }));
}
