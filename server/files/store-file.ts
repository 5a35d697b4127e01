import { createHash } from 'node:crypto';
import { files } from '#db/schema/files.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { holdBytes } from './forget-files.ts';
import { fileStorage, storageKeyOf } from './storage.ts';

/**
 * Keeps bytes under their SHA-256 and adds a `files` row in the caller's transaction. When the transaction is
 * rolled back the bytes stay behind without a row, which harms nothing: the next store of them finds them.
 */
export async function storeFile(
  tx: Pick<CommandTx, 'db' | 'now'>,
  input: {
    bytes: Uint8Array;
    mediaType: string;
    fileName: string;
    orgId?: string | undefined;
    createdBy?: string | undefined;
  },
): Promise<{ id: string; sha256: string }> {
  const sha256 = createHash('sha256').update(input.bytes).digest('hex');
  const storageKey = storageKeyOf(sha256);
  const storage = fileStorage();
  await holdBytes(tx.db, storageKey);
  // Written beside and moved into place, so that a killed process leaves no half file under a whole file's name.
  if (!(await storage.fileExists(storageKey))) {
    const partial = `partial/${newId()}`;
    await storage.write(partial, Buffer.from(input.bytes));
    await storage.moveFile(partial, storageKey);
  }
  const id = newId();
  await tx.db.insert(files).values({
    id,
    storageKey,
    sha256,
    bytes: input.bytes.byteLength,
    mediaType: input.mediaType,
    fileName: input.fileName,
    orgId: input.orgId ?? null,
    createdBy: input.createdBy ?? null,
    createdAt: tx.now,
  });
  return { id, sha256 };
}
