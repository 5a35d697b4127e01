import { signatures } from '#db/schema/audit.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { isSameName } from '#server/protocols/signing-rules.ts';
import { releaseHold } from '#server/work/hold-claims.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { type Checkpoint, getCheckpoint, nextUnsigned, updateCheckpoint } from './checkpoint-queries.ts';
import { checkpointMeaning } from './checkpoint-rules.ts';
import type { SignCheckpointInput } from './checkpoint-schemas.ts';
import { lockProposal, updateProposal } from './governance-queries.ts';
import { isFreed } from './view-checkpoints.ts';

/**
 * The clinical lead's signature under a checkpoint (R26): over the hash of what was shown. `go_on` lets people claim again
 * unless something else holds the batch, and decides the proposal that asked for it; `stop` keeps the batch still, and may be followed by `go_on`. Throws
 * `checkpoint_freed`, `evidence_changed` when more was counted since the page was opened, `checkpoint_signed`, `typed_name_differs`.
 */
export async function signCheckpoint(
  ctx: OrgContext,
  input: SignCheckpointInput,
): Promise<{ batchStatus: Batch['status'] }> {
  requireVerifiedOrg(ctx);
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const checkpoint = await getCheckpoint(tx.db, input.checkpointId, 'update');
    await getProjectForOrg(tx.db, ctx.actor.orgId, checkpoint.projectId);
    const batch = await getBatch(tx.db, checkpoint.batchId);
    if (isFreed(checkpoint, batch)) throw freed();
    refuseUnlessShown(checkpoint, input.evidenceSha256);
    await assertOwnName(tx, ctx.actor.personId, input.typedName);
    await tx.db.insert(signatures).values({
      id: newId(),
      subjectKind: 'checkpoint',
      subjectId: checkpoint.id,
      personId: ctx.actor.personId,
      orgId: ctx.actor.orgId,
      role: 'clinical_lead',
      typedName: input.typedName.trim(),
      meaning: checkpointMeaning(input.decision, batch.name),
      contentSha256: input.evidenceSha256,
      authMethod: authMethodOf(ctx.actor),
      sessionId: ctx.actor.sessionId,
      signedAt: tx.now,
    });
    await updateCheckpoint(tx.db, checkpoint.id, {
      status: input.decision === 'go_on' ? 'signed' : 'stopped',
      decidedBy: ctx.actor.personId,
      decidedAt: tx.now,
      decisionReason: input.reason,
    });
    const batchStatus = input.decision === 'go_on' ? await goOn(tx, ctx, checkpoint, input) : batch.status;
    await tx.audit({
      action: 'scores.checkpoint_signed',
      subject: { kind: 'checkpoint', id: checkpoint.id },
      detail: { batchId: batch.id, decision: input.decision, evidenceSha256: input.evidenceSha256 },
    });
    return { batchStatus: batchStatus ?? batch.status };
  });
}

function freed(): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'checkpoint_freed',
    message:
      'Nothing waits for this checkpoint any more: panels and pilots stop at none, and its batch was freed of it.',
  });
}

/** What is signed is what was on the screen, and the newest there is. */
function refuseUnlessShown(checkpoint: Checkpoint, sha256: string): void {
  if (checkpoint.status === 'signed') {
    throw new AppError({
      kind: 'conflict',
      reason: 'checkpoint_signed',
      message: 'This checkpoint is signed already; the batch goes on.',
    });
  }
  if (checkpoint.evidenceSha256 === sha256) return;
  throw new AppError({
    kind: 'conflict',
    reason: 'evidence_changed',
    message:
      'The figures have changed since you opened this page. Load it again and look at the new ones before you sign.',
  });
}

async function assertOwnName(tx: CommandTx, personId: string, typedName: string): Promise<void> {
  const name = (await namesOfPeople(tx.db, [personId])).get(personId)?.name ?? '';
  if (isSameName(typedName, name)) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'typed_name_differs',
    message: 'The typed name is not the name of this account. Type your own name to sign.',
    details: [{ code: 'typed_name', message: 'Type your own name.', path: 'typedName' }],
  });
}

async function goOn(
  tx: CommandTx,
  ctx: OrgContext,
  checkpoint: Checkpoint,
  input: SignCheckpointInput,
): Promise<Batch['status'] | null> {
  if (checkpoint.proposalId !== null) {
    const proposal = await lockProposal(tx.db, checkpoint.proposalId);
    if (proposal.status === 'open')
      await updateProposal(tx.db, proposal.id, {
        status: 'decided',
        decision: 'resume_batch',
        decisionReason: input.reason,
        decisionEvidence: `The checkpoint of this bound, signed over ${input.evidenceSha256.slice(0, 12)}…`,
        decidedBy: ctx.actor.personId,
        decidedAt: tx.now,
      });
  }
  return releaseHold(tx, {
    batchId: checkpoint.batchId,
    checkpointId: checkpoint.id,
    reason: checkpoint.reason ?? '',
    next: async () => {
      const next = await nextUnsigned(tx.db, checkpoint.batchId);
      return next && { checkpointId: next.id, reason: next.reason ?? '' };
    },
  });
}
