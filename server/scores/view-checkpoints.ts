import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { WATCHED_KINDS } from '#server/work/batch-rules.ts';
import { type Batch, batchesById, getBatch } from '#server/work/reads.ts';
import { type Checkpoint, countReading, getCheckpoint, listCheckpoints } from './checkpoint-queries.ts';
import { type CheckpointLine, type CheckpointView, checkpointEvidence } from './checkpoint-schemas.ts';
import { optionsOf } from './schema-options.ts';

/** The checkpoints of a project of the acting sponsor, or of one of its batches: what waits first, what was freed last. */
export async function viewCheckpoints(
  ctx: OrgContext,
  input: { projectId: string; batchId?: string | undefined },
): Promise<CheckpointLine[]> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const found = await listCheckpoints(ctx.db, { projectId: project.id, batchId: input.batchId });
  const batches = await batchesById(
    ctx.db,
    found.map((one) => one.batchId),
  );
  const names = await namesOf(ctx, found);
  const isLast = (line: CheckpointLine) => Number(line.status === 'freed');
  return found
    .map((one) => lineOf(one, batches.get(one.batchId), names))
    .toSorted((a, b) => isLast(a) - isLast(b));
}

/**
 * A checkpoint of the acting sponsor with the evidence that is signed. Its sample names every read by alias, so that one of a panel or a
 * pilot, made when such batches still took shares, waits until what was read is shown (R7, R15).
 */
export async function viewCheckpoint(
  ctx: OrgContext,
  input: { checkpointId: string },
): Promise<CheckpointView> {
  const one = await getCheckpoint(ctx.db, input.checkpointId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, one.projectId);
  await refuseWithheld(ctx.db, { batchId: one.batchId, now: ctx.clock.now() });
  const batch = await getBatch(ctx.db, one.batchId);
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const { personId, capabilities } = ctx.actor;
  const signer = (await namesOfPeople(ctx.db, [personId])).get(personId)?.name ?? null;
  const line = lineOf(one, batch, await namesOf(ctx, [one]));
  const isUnsigned = line.status === 'due' || line.status === 'stopped';
  return {
    ...line,
    projectId: one.projectId,
    datasetId: batch.datasetId,
    batchStatus: batch.status,
    fields: labelSchema.fields.map((field) => ({
      key: field.key,
      label: field.label,
      options: optionsOf(field),
    })),
    evidence: one.evidence === null ? null : checkpointEvidence.parse(one.evidence),
    evidenceSha256: one.evidenceSha256,
    evidenceAt: one.evidenceAt,
    leased: await countReading(ctx.db, batch.id),
    signerName: capabilities.has('protocol.sign_clinical') && isUnsigned ? signer : null,
  };
}

async function namesOf(ctx: OrgContext, found: readonly Checkpoint[]) {
  return namesOfPeople(ctx.db, [...new Set(found.flatMap((one) => (one.decidedBy ? [one.decidedBy] : [])))]);
}

function lineOf(
  one: Checkpoint,
  batch: Batch | undefined,
  names: ReadonlyMap<string, { name: string }>,
): CheckpointLine {
  return {
    id: one.id,
    batchId: one.batchId,
    batchName: batch?.name ?? 'Batch',
    trigger: one.trigger,
    shareBasisPoints: one.shareBasisPoints,
    status: batch !== undefined && isFreed(one, batch) ? 'freed' : one.status,
    reachedAt: one.reachedAt,
    decidedAt: one.decidedAt,
    decidedBy: names.get(one.decidedBy ?? '')?.name ?? null,
    reason: one.reason,
    decisionReason: one.decisionReason,
  };
}

/** Whether nothing waits for an unsigned checkpoint: its panel or pilot stops at none any more, and was freed of it (migration 0095). */
export const isFreed = (
  one: Pick<Checkpoint, 'id' | 'status'>,
  batch: Pick<Batch, 'kind' | 'checkpointId'>,
): boolean => one.status !== 'signed' && !WATCHED_KINDS.includes(batch.kind) && batch.checkpointId !== one.id;
