import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { insertDraft } from './queries.ts';
import { findLatestProtocol, type ProtocolVersion } from './reads.ts';
import type { ChangeClass } from './schemas.ts';

/**
 * Starts the next version as a draft copy of the newest one, saying what the change will mean for labels made before.
 * Refused while a draft is open (`draft_open`). The version in force stays in force until the new one is signed.
 */
export async function newVersion(
  ctx: OrgContext,
  input: { projectId: string; changeClass: ChangeClass },
): Promise<ProtocolVersion> {
  return transact(ctx, (tx) => newVersionIn(tx, ctx, input));
}

/** The same inside the caller's transaction. */
export async function newVersionIn(
  tx: CommandTx,
  { actor }: Pick<OrgContext, 'actor'>,
  input: { projectId: string; changeClass: ChangeClass },
): Promise<ProtocolVersion> {
  await getProjectForOrg(tx.db, actor.orgId, input.projectId);
  const latest = await findLatestProtocol(tx.db, input.projectId);
  if (latest === null || latest.status === 'draft' || latest.status === 'partially_signed') {
    throw new AppError({
      kind: 'precondition',
      reason: 'draft_open',
      message:
        latest === null
          ? 'Write the first version before starting a second one.'
          : `Version ${latest.version} is not signed yet. Change or sign that one.`,
    });
  }
  try {
    const made = await insertDraft(tx.db, {
      guidelinesMarkdown: latest.guidelinesMarkdown,
      labelSchema: latest.labelSchema,
      edgeCases: latest.edgeCases,
      projectId: input.projectId,
      version: latest.version + 1,
      changeClass: input.changeClass,
      contentSha256: latest.contentSha256,
      createdBy: actor.personId,
      now: tx.now,
    });
    await tx.audit({
      action: 'protocols.version_started',
      subject: { kind: 'protocol_version', id: made.id },
      detail: { version: made.version, changeClass: input.changeClass },
    });
    return made;
  } catch (error) {
    if (!violates(error, 'protocol_versions_project_version_key')) throw error;
    throw new AppError({
      kind: 'conflict',
      reason: 'protocol_changed',
      message: 'Somebody else has just started this version. Reload to see it.',
      cause: error,
    });
  }
}
