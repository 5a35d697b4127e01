import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { hashProtocol } from './content-hash.ts';
import { insertDraft, updateDraft } from './queries.ts';
import { findLatestProtocol, type ProtocolVersion } from './reads.ts';
import type { ChangeClass, ProtocolContent } from './schemas.ts';

export type SaveDraftInput = ProtocolContent & {
  projectId: string;
  /** Hash of the draft the editor was filled from; null when the project had no protocol. */
  seenSha256: string | null;
  /** What the change means for labels made before; asked for from version 2 on. */
  changeClass: ChangeClass | null;
};

/**
 * Saves the project's draft protocol, making version 1 when there is none. A signed or half-signed version is frozen
 * (`protocol_frozen`): start a new version. A draft that somebody else changed is a conflict (`protocol_changed`).
 */
export async function saveDraft(ctx: OrgContext, input: SaveDraftInput): Promise<ProtocolVersion> {
  return transact(ctx, (tx) => saveDraftIn(tx, ctx, input));
}

/** The same inside the caller's transaction, so that it is saved with what else that decides, or not at all. */
export async function saveDraftIn(
  tx: CommandTx,
  { actor }: Pick<OrgContext, 'actor'>,
  input: SaveDraftInput,
): Promise<ProtocolVersion> {
  const { projectId, seenSha256, changeClass, ...content } = input;
  await getProjectForOrg(tx.db, actor.orgId, projectId);
  const latest = await findLatestProtocol(tx.db, projectId);
  const contentSha256 = hashProtocol(content);
  if (latest === null) {
    if (seenSha256 !== null) throw changedMeanwhile();
    const made = await insertFirst();
    await tx.audit({
      action: 'protocols.drafted',
      subject: { kind: 'protocol_version', id: made.id },
      detail: { projectId, version: 1, contentSha256 },
    });
    return made;
  }
  if (latest.status !== 'draft') {
    throw new AppError({
      kind: 'precondition',
      reason: 'protocol_frozen',
      message: `Version ${latest.version} is ${latest.status === 'signed' ? 'signed' : 'being signed'} and cannot change. Start a new version.`,
    });
  }
  if (seenSha256 === null) throw changedMeanwhile();
  const saved = await updateDraft(tx.db, {
    ...content,
    id: latest.id,
    seenSha256,
    changeClass: latest.version === 1 ? null : (changeClass ?? latest.changeClass),
    contentSha256,
    now: tx.now,
  });
  if (saved === null) throw changedMeanwhile();
  if (saved.contentSha256 !== latest.contentSha256) {
    await tx.audit({
      action: 'protocols.draft_saved',
      subject: { kind: 'protocol_version', id: saved.id },
      detail: { version: saved.version, contentSha256 },
    });
  }
  return saved;

  async function insertFirst() {
    const row = { ...content, projectId, version: 1, changeClass: null, contentSha256 };
    try {
      return await insertDraft(tx.db, { ...row, createdBy: actor.personId, now: tx.now });
    } catch (error) {
      if (violates(error, 'protocol_versions_project_version_key')) throw changedMeanwhile(error);
      throw error;
    }
  }
}

function changedMeanwhile(cause?: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'protocol_changed',
    message: 'Somebody else saved this protocol meanwhile. Reload to see their version.',
    cause,
  });
}
