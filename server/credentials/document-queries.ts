import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import {
  credentialAnswers,
  credentialDocuments,
  credentials,
  verifications,
} from '#db/schema/credentials.ts';
import { files } from '#db/schema/files.ts';

export type DocumentRow = {
  id: string;
  credentialId: string;
  fileName: string;
  mediaType: string;
  bytes: number;
  uploadedAt: Date;
};

export async function insertDocument(tx: Tx, row: typeof credentialDocuments.$inferInsert): Promise<void> {
  await tx.insert(credentialDocuments).values(row);
}

export async function countDocuments(q: Queryable, credentialId: string): Promise<number> {
  return q.$count(credentialDocuments, eq(credentialDocuments.credentialId, credentialId));
}

/** The documents of several credentials, oldest first (credential_documents_credential_idx). `id` is the file's. */
export async function listDocuments(
  q: Queryable,
  credentialIds: readonly string[],
): Promise<Map<string, DocumentRow[]>> {
  const found = new Map<string, DocumentRow[]>();
  if (credentialIds.length === 0) return found;
  const rows = await q
    .select({
      id: files.id,
      credentialId: credentialDocuments.credentialId,
      fileName: files.fileName,
      mediaType: files.mediaType,
      bytes: files.bytes,
      uploadedAt: credentialDocuments.createdAt,
    })
    .from(credentialDocuments)
    .innerJoin(files, eq(files.id, credentialDocuments.fileId))
    .where(inArray(credentialDocuments.credentialId, [...credentialIds]))
    .orderBy(asc(credentialDocuments.createdAt), asc(credentialDocuments.id));
  for (const row of rows) found.set(row.credentialId, [...(found.get(row.credentialId) ?? []), row]);
  return found;
}

/** Whose credential a file belongs to: as a document of the claim or as evidence of a check; null for any other file. */
export async function findFileOfCredential(
  q: Queryable,
  at: { credentialId: string; fileId: string },
): Promise<{ personId: string; isEvidence: boolean } | null> {
  const [row] = await q
    .select({ personId: credentials.personId, documentId: credentialDocuments.id })
    .from(credentials)
    .leftJoin(
      credentialDocuments,
      and(eq(credentialDocuments.credentialId, credentials.id), eq(credentialDocuments.fileId, at.fileId)),
    )
    .leftJoin(
      verifications,
      and(eq(verifications.credentialId, credentials.id), eq(verifications.evidenceFileId, at.fileId)),
    )
    .where(
      and(
        eq(credentials.id, at.credentialId),
        or(eq(credentialDocuments.fileId, at.fileId), eq(verifications.evidenceFileId, at.fileId)),
      ),
    )
    .limit(1);
  return row === undefined ? null : { personId: row.personId, isEvidence: row.documentId === null };
}

/** The hash of a file that this person has uploaded; null for any other. */
export async function findOwnFile(
  q: Queryable,
  at: { fileId: string; personId: string },
): Promise<string | null> {
  const [row] = await q
    .select({ sha256: files.sha256 })
    .from(files)
    .where(and(eq(files.id, at.fileId), eq(files.createdBy, at.personId)));
  return row?.sha256 ?? null;
}

export async function insertAnswer(tx: Tx, row: typeof credentialAnswers.$inferInsert): Promise<void> {
  await tx.insert(credentialAnswers).values(row);
}

/** What holders answered, by the check it is an answer to (credential_answers_verification_key). */
export async function listAnswers(
  q: Queryable,
  verificationIds: readonly string[],
): Promise<Map<string, { statement: string; at: Date }>> {
  if (verificationIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(credentialAnswers)
    .where(inArray(credentialAnswers.verificationId, [...verificationIds]));
  return new Map(rows.map((row) => [row.verificationId, { statement: row.statement, at: row.createdAt }]));
}

/** What a person has handed in and said of their credentials, taken away; numbers too (design rule 11). */
export async function deleteWalletOf(tx: Tx, personId: string): Promise<string[]> {
  const own = tx.select({ id: credentials.id }).from(credentials).where(eq(credentials.personId, personId));
  await tx.delete(credentialAnswers).where(inArray(credentialAnswers.credentialId, own));
  const documents = await tx
    .delete(credentialDocuments)
    .where(inArray(credentialDocuments.credentialId, own))
    .returning({ fileId: credentialDocuments.fileId });
  await tx
    .update(credentials)
    .set({ identifier: null, numberKey: null, deskSince: null, deskReason: null })
    .where(eq(credentials.personId, personId));
  return documents.map((row) => row.fileId);
}
