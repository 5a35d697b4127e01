import { eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { isSequestered } from '#server/datasets/split-rules.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { type Engagement, findEngagements } from '#server/staffing/reads.ts';
import { lockBatch } from './batch-queries.ts';
import { listEngagementsInside } from './join-queries.ts';
import { ownBatch } from './pause-batch.ts';
import { type Batch, getBatch } from './reads.ts';
import { isTestData } from './selection-rules.ts';

/**
 * Says who alone may join a batch, by engagement; null opens it to everyone who is eligible, which test data never is. Who
 * is inside already and is not on the list gets no new case from their next look at eligibility on (a minute at most).
 */
export async function allowReaders(
  ctx: OrgContext,
  input: { batchId: string; engagementIds: readonly string[] | null },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const { projectId } = await ownBatch(tx, ctx, input.batchId);
    const project = await getProject(tx.db, projectId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (!batch) return;
    if (input.engagementIds === null && isTestData(batch, project.intendedUse)) {
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_sequestered',
        message: `${isSequestered(batch.split) ? `The split “${batch.split}” is test data` : 'The cases of a test reference are test data (R5)'}: they are read only by people who are named. List them instead.`,
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

type OfBatch = Pick<Batch, 'allowedEngagementIds' | 'split' | 'kind' | 'contractId' | 'reservedFor'>;
type OfProject = Pick<Project, 'intendedUse' | 'orgId'>;
type OfEngagement = Pick<Engagement, 'id' | 'contractId' | 'viaOrgId'>;

/**
 * Whether a person's engagement is on the list of a batch that has one. Test data without a list is read by those it was made for
 * only: the people of the order in a pilot, also who takes another's place; the sponsor's panel in its own batch. Whoever read in it
 * before it came to be test data (its project's use was changed, or it is older than the rule) goes on until the sponsor makes a list.
 */
export function decideAllowed(
  batch: OfBatch,
  project: OfProject,
  engagement: OfEngagement | null,
  isReader = false,
): Decision {
  const isTest = isTestData(batch, project.intendedUse);
  if (isLetIn(batch, project, engagement, isReader)) return allow('');
  return refuse({
    code: 'batch.not_listed',
    message: isTest
      ? 'This is test data, kept apart: only people whom the sponsor has named for it may read it.'
      : 'Only people whom the sponsor has named for this batch may read it.',
  });
}

function isLetIn(
  batch: OfBatch,
  project: OfProject,
  engagement: OfEngagement | null,
  isReader: boolean,
): boolean {
  if (batch.allowedEngagementIds !== null)
    return engagement !== null && batch.allowedEngagementIds.includes(engagement.id);
  if (!isTestData(batch, project.intendedUse) || batch.reservedFor !== null) return true;
  if (engagement === null) return false;
  if (isReader) return true;
  if (batch.kind === 'pilot')
    return engagement.contractId !== null && engagement.contractId === batch.contractId;
  return batch.kind === 'self_label' && engagement.viaOrgId === project.orgId;
}

/** Who could be let into a batch: people engaged in its project by organisation and role, without their names (R21). */
export async function viewAllowable(ctx: OrgContext, input: { batchId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProject(ctx.db, batch.projectId);
  if (project.orgId !== ctx.actor.orgId)
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  const engaged = await findEngagements(ctx.db, { projectId: project.id });
  const inside = await listEngagementsInside(ctx.db, batch.id);
  const orgs = await organisationsById(
    ctx.db,
    engaged.map((one) => one.viaOrgId),
  );
  return {
    isListed: batch.allowedEngagementIds !== null,
    isSequestered: isTestData(batch, project.intendedUse),
    split: batch.split,
    people: engaged.map((one) => ({
      engagementId: one.id,
      // The pseudonymous id that labels keep; a name is the vendor's to say.
      person: `P-${one.personId.slice(-6)}`,
      via: orgs.get(one.viaOrgId)?.legalName ?? '',
      isOwn: one.viaOrgId === project.orgId,
      role: one.role,
      isAllowed:
        (batch.allowedEngagementIds !== null || isTestData(batch, project.intendedUse)) &&
        isLetIn(batch, project, one, inside.has(one.id)),
    })),
  };
}
