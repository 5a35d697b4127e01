import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { insertRootCause, type RootCause } from './governance-queries.ts';
import { rootCauseEvidence } from './root-cause-evidence.ts';
import { METHOD_VERSION } from './rules.ts';

/**
 * Opens a root-cause case on a field of a batch of the acting sponsor, with the evidence as it stands. Throws
 * `root_cause_open` when there is one already, `field_unknown` for a field that is not measured, `pilot_withheld` while a
 * pilot of its call is read (R15), `panel_reading` while its panel reads (R7).
 */
export async function openRootCause(
  ctx: OrgContext,
  input: { batchId: string; field: string },
): Promise<{ rootCauseId: string }> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    await refuseWithheld(tx.db, { batchId: batch.id, now: tx.now });
    const { labelSchema } = await getProtocolVersion(tx.db, batch.protocolVersionId);
    if (!labelSchema.fields.some((field) => field.key === input.field && field.type !== 'text')) {
      throw new AppError({
        kind: 'invalid',
        reason: 'field_unknown',
        message: 'The protocol has no such measured field. Choose one of its fields.',
      });
    }
    const made = await openRootCauseOf(tx, {
      batch,
      field: input.field,
      proposalId: null,
      openedBy: ctx.actor.personId,
    });
    if (made === null) {
      throw new AppError({
        kind: 'conflict',
        reason: 'root_cause_open',
        message: 'A root-cause case is open on this field of this batch. Go on with that one.',
      });
    }
    return { rootCauseId: made.id };
  });
}

/** As `openRootCause` inside the caller's transaction; null when a case is open already. */
export async function openRootCauseOf(
  tx: CommandTx,
  input: { batch: Batch; field: string; proposalId: string | null; openedBy: string | null },
): Promise<RootCause | null> {
  const { batch, field } = input;
  const made = await insertRootCause(tx.db, {
    id: newId(),
    projectId: batch.projectId,
    batchId: batch.id,
    field,
    proposalId: input.proposalId,
    evidence: await rootCauseEvidence(tx.db, { batchId: batch.id, field }),
    methodVersion: METHOD_VERSION,
    openedAt: tx.now,
    openedBy: input.openedBy,
  });
  if (made === null) return null;
  await tx.audit({
    action: 'scores.root_cause_opened',
    subject: { kind: 'root_cause', id: made.id },
    detail: { batchId: batch.id, field, proposalId: input.proposalId },
  });
  return made;
}
