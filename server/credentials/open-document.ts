import { z } from 'zod';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { notFound } from './add-document.ts';
import { findFileOfCredential } from './document-queries.ts';

export const credentialFileInput = z.object({ credentialId: z.uuid(), fileId: z.uuid() });

/**
 * A document of a credential for its holder, or for an operator who verifies; an operator's look is audited. Evidence is the
 * operators' alone. Error: `credential_not_found`, for everybody else too.
 */
export async function openCredentialDocument(
  ctx: UserContext,
  input: z.infer<typeof credentialFileInput>,
): Promise<StoredFile> {
  const found = await findFileOfCredential(ctx.db, input);
  const isHolder = found?.personId === ctx.actor.personId && !found.isEvidence;
  if (found === null || !(isHolder || ctx.actor.capabilities.has('operator.verify'))) throw notFound();
  if (!isHolder)
    await transact(ctx, (tx) =>
      tx.audit({
        action: 'credentials.document_opened',
        subject: { kind: 'credential', id: input.credentialId },
        detail: { fileId: input.fileId },
      }),
    );
  return readStoredFile(ctx.db, input.fileId);
}
