import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { readStoredFile, type StoredFile } from '#server/files/read-file.ts';
import { findDocument, listAllDocuments } from './document-queries.ts';
import type { documentsInput, documentsView } from './schemas.ts';

/**
 * The document behind a dataset's evidence, for the sponsor whose dataset it is and for operators, whose look is audited.
 * Everybody else gets `document_not_found`, whether it exists or not.
 */
export async function openDatasetDocument(
  ctx: OrgContext,
  input: { documentId: string },
): Promise<StoredFile> {
  const { actor } = ctx;
  const row = await findDocument(ctx.db, input.documentId);
  const isOwn = row?.orgId === actor.orgId && actor.capabilities.has('project.read');
  const isOperator = actor.capabilities.has('operator.agreements');
  if (row === null || !(isOwn || isOperator)) {
    throw new AppError({
      kind: 'not_found',
      reason: 'document_not_found',
      message: 'There is no such document.',
    });
  }
  const file = await readStoredFile(ctx.db, row.fileId);
  if (!isOwn) {
    await transact(ctx, (tx) =>
      tx.audit({
        action: 'datasets.document_opened',
        subject: { kind: 'dataset', id: row.datasetId },
        detail: { documentId: input.documentId, sha256: file.sha256 },
      }),
    );
  }
  return file;
}

/** Every sponsor's documents for an operator, newest first. */
export async function viewDocuments(
  ctx: OrgContext,
  input: z.output<typeof documentsInput>,
): Promise<z.input<typeof documentsView>> {
  const items = await listAllDocuments(ctx.db, input);
  const last = items.length === input.limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : { uploadedAt: last.uploadedAt, id: last.id } };
}
