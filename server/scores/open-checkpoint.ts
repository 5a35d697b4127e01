import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { holdClaims } from '#server/work/hold-claims.ts';
import type { Batch } from '#server/work/reads.ts';
import { insertCheckpoint } from './checkpoint-queries.ts';
import { holdReason } from './checkpoint-rules.ts';

type Trigger =
  | { trigger: 'share'; shareBasisPoints: number }
  /** `about`: the measure that crossed its bound, in words. */
  | { trigger: 'bound'; proposalId: string; about: string };

/**
 * Stops new claims of a batch and asks the clinical lead to look and sign (R26). Part of the caller's transaction. A bound that is
 * crossed while another checkpoint holds the batch has its own after that one. False when the batch reads no more, and for a share while it is held.
 */
export async function openCheckpoint(tx: CommandTx, input: { batch: Batch } & Trigger): Promise<boolean> {
  const { batch } = input;
  const id = newId();
  const shareBasisPoints = input.trigger === 'share' ? input.shareBasisPoints : null;
  const reason = holdReason({ shareBasisPoints, about: input.trigger === 'bound' ? input.about : null });
  const held = await holdClaims(tx, { batchId: batch.id, checkpointId: id, reason });
  if (held === 'over' || (held === 'waits' && input.trigger === 'share')) return false;
  await insertCheckpoint(tx.db, {
    id,
    projectId: batch.projectId,
    batchId: batch.id,
    trigger: input.trigger,
    shareBasisPoints,
    proposalId: input.trigger === 'bound' ? input.proposalId : null,
    reachedAt: tx.now,
    reason,
  });
  await tellLeads(tx, batch, id, reason);
  await tx.audit({
    action: 'scores.checkpoint_reached',
    subject: { kind: 'checkpoint', id },
    detail: { batchId: batch.id, trigger: input.trigger, shareBasisPoints },
  });
  return true;
}

async function tellLeads(tx: CommandTx, batch: Batch, checkpointId: string, reason: string): Promise<void> {
  const { orgId } = await getProject(tx.db, batch.projectId);
  const leads = (await listOrgMembers(tx.db, orgId)).filter((member) =>
    member.roles.some((role) => ROLE_CAPABILITIES[role].includes('protocol.sign_clinical')),
  );
  for (const lead of leads) {
    await notifyPerson(tx, {
      personId: lead.personId,
      orgId,
      kind: 'quality.checkpoint',
      title: `${batch.name} waits for you. ${reason}`,
      href: `/sponsor/projects/${batch.projectId}/quality/checkpoints/${checkpointId}`,
      detail: { batchId: batch.id },
    });
  }
}
