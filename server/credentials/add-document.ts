import type { UserContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { storeFile } from '#server/files/store-file.ts';
import { findDelegationOf } from './delegation-queries.ts';
import { countDocuments, insertDocument } from './document-queries.ts';
import { DOCUMENT_LIMITS, documentName, documentType } from './document-rules.ts';
import { findCredentialForUpdate, isMember } from './queries.ts';
import { dayOf } from './rules.ts';

type Upload = { credentialId: string; fileName: string; bytes: Uint8Array };
export type AddedDocument = { id: string; fileId: string; sha256: string; isEvidence: boolean };

/**
 * Keeps a copy of a certificate with a credential: from its holder as a document of the claim, from an operator, or from
 * a delegate of whose people the holder is, as evidence of the check they are about to record. Errors: `credential_not_found` (also for everybody else's), `document_invalid` (type,
 * size), `documents_full`, `verification_own` (an operator's own credential takes documents only).
 */
export async function addDocument(ctx: UserContext, input: Upload): Promise<AddedDocument> {
  const mediaType = checked(input.bytes);
  return transact(ctx, async (tx) => {
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    const isHolder = credential?.personId === ctx.actor.personId;
    const mayEvidence =
      ctx.actor.capabilities.has('operator.verify') ||
      (credential !== null && !isHolder && (await isDelegateOf(tx, ctx.actor, credential.personId)));
    if (credential === null || !(isHolder || mayEvidence)) throw notFound();
    if (isHolder && (await countDocuments(tx.db, credential.id)) >= DOCUMENT_LIMITS.perCredential)
      throw new AppError({
        kind: 'limit',
        reason: 'documents_full',
        message: `A credential has at most ${DOCUMENT_LIMITS.perCredential} documents. Send what matters as one PDF.`,
      });
    const file = await storeFile(tx, {
      bytes: input.bytes,
      mediaType,
      fileName: documentName(input.fileName, mediaType),
      createdBy: ctx.actor.personId,
    });
    const id = newId();
    if (isHolder)
      await insertDocument(tx.db, {
        id,
        credentialId: credential.id,
        fileId: file.id,
        uploadedBy: ctx.actor.personId,
        createdAt: tx.now,
      });
    await tx.audit({
      action: isHolder ? 'credentials.document_added' : 'credentials.evidence_kept',
      subject: { kind: 'credential', id: credential.id },
      detail: { fileId: file.id, sha256: file.sha256 },
    });
    return { id, fileId: file.id, sha256: file.sha256, isEvidence: !isHolder };
  });
}

/** Whether the actor's vendor may ask sources about this person in the platform's place today (R19). */
async function isDelegateOf(tx: CommandTx, actor: UserContext['actor'], personId: string): Promise<boolean> {
  if (actor.orgId === null || !actor.capabilities.has('team.manage')) return false;
  const delegation = await findDelegationOf(tx.db, actor.orgId);
  const isLive = delegation?.status === 'active' && delegation.validUntil >= dayOf(tx.now);
  return isLive && (await isMember(tx.db, { orgId: actor.orgId, personId }));
}

function checked(bytes: Uint8Array): 'application/pdf' | 'image/png' | 'image/jpeg' {
  const bad = (message: string) =>
    new AppError({
      kind: 'invalid',
      reason: 'document_invalid',
      message,
      details: [{ code: 'credential.document_invalid', path: 'file', message }],
    });
  if (bytes.byteLength === 0) throw bad('The file is empty. Choose the document again.');
  if (bytes.byteLength > DOCUMENT_LIMITS.bytes)
    throw bad('The file is larger than 8 MB. Scan it at a lower resolution, or send fewer pages.');
  const type = documentType(bytes);
  if (type === null)
    throw bad('The file is no PDF, PNG or JPEG, whatever it is called. Save it as one of these.');
  return type;
}

export const notFound = () =>
  new AppError({ kind: 'not_found', reason: 'credential_not_found', message: 'No such credential.' });
