import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { credentialRule, credentialSnapshot } from '#server/credentials/schemas.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { expireChecks } from './lease-queries.ts';
import { insertRecall, listBatchesOfReader, listReadsSince, type ReaderBatch } from './recall-queries.ts';
import { revokeLeases } from './revoke-leases.ts';

type Lost = {
  personId: string;
  credentialId: string;
  verificationId: string;
  /** Since when it was not true at its source. */
  since: string;
};

/**
 * A credential has stopped to count (R27), in the caller's transaction: where a project's rule is not met without it, leases are
 * taken back and paid for their part and the next claim looks anew; reads since the day, made where the rule was met only with
 * it, become a recall that the sponsor's clinical lead decides on. What the rule does not ask for goes on untouched.
 */
export async function closeWorkWithout(
  tx: CommandTx,
  lost: Lost,
): Promise<{ leasesRevoked: number; recalls: number }> {
  const snapshots = await snapshotCredentials(tx.db, [lost.personId], tx.now);
  const held = snapshots.get(lost.personId) ?? { takenAt: tx.now.toISOString(), credentials: [] };
  let leasesRevoked = 0;
  let recalls = 0;
  for (const batch of await listBatchesOfReader(tx.db, lost.personId)) {
    const rule = credentialRule.parse(batch.credentialRule);
    if (batch.isLive && !evaluateCredentialRule(rule, held, tx.now).allowed)
      leasesRevoked += await revokeLeases(tx, {
        batchIds: [batch.batchId],
        personIds: [lost.personId],
        reason: 'credential_lost',
      });
    if (await recall(tx, batch, lost)) recalls += 1;
  }
  return { leasesRevoked, recalls };
}

/** A credential has expired or is in doubt: the next claim of the person looks at eligibility first, wherever they read. */
export async function lookAgainAtClaims(tx: CommandTx, personId: string): Promise<void> {
  for (const { batchId, isLive } of await listBatchesOfReader(tx.db, personId))
    if (isLive) await expireChecks(tx.db, { batchId, viaOrgIds: null, personIds: [personId] });
}

async function recall(tx: CommandTx, batch: ReaderBatch, lost: Lost): Promise<boolean> {
  const rule = credentialRule.parse(batch.credentialRule);
  const { batchId, projectId } = batch;
  let reads = 0;
  for (const made of await listReadsSince(tx.db, { ...lost, batchId })) {
    const snapshot = credentialSnapshot.parse(made.snapshot);
    const without = snapshot.credentials.filter((one) => one.credentialId !== lost.credentialId);
    const at = new Date(snapshot.takenAt);
    const isResting =
      without.length < snapshot.credentials.length &&
      !evaluateCredentialRule(rule, { ...snapshot, credentials: without }, at).allowed;
    if (isResting) reads += made.reads;
  }
  if (reads === 0) return false;
  const isNew = await insertRecall(tx.db, {
    id: newId(),
    projectId,
    batchId,
    personId: lost.personId,
    credentialId: lost.credentialId,
    verificationId: lost.verificationId,
    since: lost.since,
    reads,
    createdAt: tx.now,
  });
  if (!isNew) return false;
  await tx.audit({
    action: 'work.labels_recalled',
    subject: { kind: 'batch', id: batchId },
    detail: { credentialId: lost.credentialId, since: lost.since, reads },
  });
  for (const member of await listOrgMembers(tx.db, batch.sponsorOrgId))
    if (member.roles.includes('clinical_lead'))
      await notifyPerson(tx, {
        personId: member.personId,
        orgId: batch.sponsorOrgId,
        kind: 'labels.recalled',
        title: `A reader’s credential did not hold: ${reads === 1 ? 'one read' : `${reads} reads`} to look at again`,
        href: `/sponsor/projects/${projectId}/quality/recalls`,
      });
  return true;
}
