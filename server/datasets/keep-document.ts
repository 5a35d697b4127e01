import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { safeName } from '#server/files/file-facts.ts';
import { storeFile } from '#server/files/store-file.ts';
import { insertDocument } from './document-queries.ts';
import type { DatasetEvidence } from './schemas.ts';

export type EvidenceDocument = { bytes: Uint8Array; fileName: string; scope: string };

/** Keeps the bytes of the document behind the evidence, which from now on names them by their hash. */
export async function storeDocument(
  tx: CommandTx,
  by: { orgId: string; createdBy: string },
  evidence: DatasetEvidence,
  document: EvidenceDocument | null,
): Promise<{ evidence: DatasetEvidence; fileId: string | null }> {
  if (document === null) return { evidence, fileId: null };
  const file = await storeFile(tx, {
    bytes: document.bytes,
    mediaType: 'application/pdf',
    fileName: safeName(document.fileName),
    ...by,
  });
  return { evidence: { ...evidence, sha256: file.sha256 }, fileId: file.id };
}

/** Adds the document to its dataset. Whoever calls has checked it with `documentFaults`. */
export async function addDocument(
  tx: CommandTx,
  to: { datasetId: string; personId: string },
  evidence: DatasetEvidence,
  document: { fileId: string; scope: string },
): Promise<void> {
  if (evidence.kind === 'none') return;
  await insertDocument(tx.db, {
    id: newId(),
    datasetId: to.datasetId,
    kind: evidence.kind,
    issuer: evidence.issuer,
    reference: evidence.reference,
    scope: document.scope,
    issuedOn: evidence.issuedOn,
    expiresOn: evidence.expiresOn,
    fileId: document.fileId,
    uploadedBy: to.personId,
    uploadedAt: tx.now,
  });
}
