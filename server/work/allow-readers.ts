import { eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { lockBatch } from './batch-queries.ts';
import { ownBatch } from './pause-batch.ts';
import { type Batch, getBatch } from './reads.ts';
import { isSequestered } from './selection-rules.ts';

/**
 * Says who alone may join a batch, by engagement; null opens it to everyone who is eligible, which test data never is. Who
 * is inside already and is not on the list gets no new case from their next look at eligibility on (a minute at most).
 */
export async function allowReaders(
  ctx: OrgContext,
  input: { batchId: string; engagementIds: readonly string[] | null },
): Promise<void> {
  await transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (!batch) return;
    if (input.engagementIds === null && isSequestered(batch.split)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_sequestered',
        message: `The split “${batch.split}” is test data: it is read only by people who are named. List them instead.`,
      });
    }
    const known = new Set(
      (await findEngagements(tx.db, { projectId: batch.projectId })).map((one) => one.id),
    );
    if (input.engagementIds?.some((id) => !known.has(id))) {
      throw new AppError({
        kind: 'invalid',
        reason: 'engagement_unknown',
        message: 'Somebody on the list is not engaged in this project any more. Load the page again.',
      });
    }
    const ids = input.engagementIds === null ? null : [...new Set(input.engagementIds)];
    await tx.db.update(batches).set({ allowedEngagementIds: ids }).where(eq(batches.id, batch.id));
    await tx.audit({
      action: 'work.readers_allowed',
      subject: { kind: 'batch', id: batch.id },
      detail: { engagements: ids?.length ?? null },
    });
  });
}

/** Whether a person's engagement is on the list of a batch that has one. */
export function decideAllowed(
  batch: Pick<Batch, 'allowedEngagementIds' | 'split'>,
  engagementId: string | null,
): Decision {
  if (batch.allowedEngagementIds === null) return allow('');
  if (engagementId !== null && batch.allowedEngagementIds.includes(engagementId)) return allow('');
  return refuse({
    code: 'batch.not_listed',
    message: isSequestered(batch.split)
      ? 'This is test data, kept apart: only people whom the sponsor has named for it may read it.'
      : 'Only people whom the sponsor has named for this batch may read it.',
  });
}

/** Who could be let into a batch: people engaged in its project by organisation and role, without their names (R21). */
export async function viewAllowable(ctx: OrgContext, input: { batchId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProject(ctx.db, batch.projectId);
  if (project.orgId !== ctx.actor.orgId)
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  const engaged = await findEngagements(ctx.db, { projectId: project.id });
  const orgs = await organisationsById(
    ctx.db,
    engaged.map((one) => one.viaOrgId),
  );
  const allowed = new Set(batch.allowedEngagementIds ?? []);
  return {
    isListed: batch.allowedEngagementIds !== null,
    isSequestered: isSequestered(batch.split),
    split: batch.split,
    people: engaged.map((one) => ({
      engagementId: one.id,
      // The pseudonymous id that labels keep; a name is the vendor's to say.
      person: `P-${one.personId.slice(-6)}`,
      via: orgs.get(one.viaOrgId)?.legalName ?? '',
      isOwn: one.viaOrgId === project.orgId,
      role: one.role,
      isAllowed: allowed.has(one.id),
    })),
  };
}
