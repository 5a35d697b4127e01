import type { Database } from '#db/client.ts';
import { labelRecalls, verifications } from '#db/schema/credentials.ts';
import { newId } from '#server/core/ids.ts';
import { makeCredential } from './credentials.ts';

/** Labels of a person in a batch to look at again, because a credential of theirs was revoked. */
export async function makeRecall(
  db: Database,
  of: { projectId: string; batchId: string; personId: string; now: Date },
): Promise<string> {
  const credentialId = await makeCredential(db, { personId: of.personId, status: 'revoked' });
  const verificationId = newId();
  await db.insert(verifications).values({
    id: verificationId,
    credentialId,
    status: 'reval-fail',
    statusDate: of.now,
    primarySource: 'Board of Examples',
    communicationMethod: 'portal',
    level: 'self_claimed',
    sourceStanding: 'revoked',
    verifiedBy: of.personId,
    createdAt: of.now,
  });
  const id = newId();
  await db.insert(labelRecalls).values({
    id,
    projectId: of.projectId,
    batchId: of.batchId,
    personId: of.personId,
    credentialId,
    verificationId,
    since: of.now.toISOString().slice(0, 10),
    reads: 1,
    createdAt: of.now,
  });
  return id;
}
