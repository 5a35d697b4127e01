import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { expireChecks } from './lease-queries.ts';
import {
  insertRecall,
  listBatchesOfReader,
  listReadsSince,
  listTermsNow,
  type ReaderBatch,
} from './recall-queries.ts';
import { restsOn, tiersShut } from './recall-rules.ts';
import { sayWork } from './recall-schemas.ts';
import { revokeLeases } from './revoke-leases.ts';

type Lost = {
  personId: string;
  credentialId: string;
  verificationId: string;
  /** Since when it was not true at its source. */
  since: string;
};

/**
 * A credential has stopped to count (R27), in the caller's transaction: where a rule of a tier is not met without it, the project's
 * or that of experts (ADR 026), leases of the tier are taken back and paid for their part and the next claim looks anew; what was
 * made since the day under a rule that was met only with it, reads that went past review as an expert's among it, becomes a recall
 * that the sponsor's clinical lead decides on. What no rule asks for goes on untouched.
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
    const { batchId } = batch;
    const terms = batch.isLive ? await listTermsNow(tx.db, { batchId, personId: lost.personId }) : [];
    const tiers = batch.isLive ? tiersShut(batch, { held, now: tx.now, terms }) : [];
    if (tiers.length > 0)
      leasesRevoked += await revokeLeases(tx, {
        batchIds: [batchId],
        personIds: [lost.personId],
        tiers,
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
  const { batchId, projectId } = batch;
  const resting = (await listReadsSince(tx.db, { ...lost, batchId })).filter((made) =>
    restsOn(batch, lost.credentialId, made),
  );
  const reads = resting.reduce((sum, made) => sum + made.reads, 0);
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
  const tiers = resting.map((made) => made.tier);
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
        title: `A reader’s credential did not hold: ${reads === 1 ? 'one' : reads} ${sayWork(reads, tiers)} to look at again`,
        href: `/sponsor/projects/${projectId}/quality/recalls`,
      });
  return true;
}
