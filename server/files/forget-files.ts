import { eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { files } from '#db/schema/files.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { fileStorage } from './storage.ts';

/**
 * Takes files out of the books in the caller's transaction; their bytes, unless another file has the same, go from the
 * storage by a job once that is committed. What points to the files has to be gone before.
 */
export async function forgetFiles(tx: CommandTx, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  const gone = await tx.db
    .delete(files)
    .where(inArray(files.id, [...fileIds]))
    .returning({ storageKey: files.storageKey });
  const storageKeys = [...new Set(gone.map((row) => row.storageKey))];
  if (storageKeys.length > 0) await tx.enqueue({ name: 'files.forget-bytes', payload: { storageKeys } });
}

/** Deletes bytes that no file has any more, under a lock that whoever stores the same bytes takes too. Safe to repeat. */
export async function forgetBytes(
  ctx: CommandContext,
  input: { storageKeys: readonly string[] },
): Promise<number> {
  const storage = fileStorage();
  let deleted = 0;
  for (const storageKey of input.storageKeys)
    await transact(ctx, async (tx) => {
      await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${storageKey}, 0))`);
      // Erasing is rare: the table is looked through, no index is kept for it.
      const isUsed = (await tx.db.$count(files, eq(files.storageKey, storageKey))) > 0;
      if (isUsed || !(await storage.fileExists(storageKey))) return;
      await storage.deleteFile(storageKey);
      deleted += 1;
    });
  return deleted;
}

/** Keeps bytes from being deleted between finding them and writing down the file that has them, to the end of the transaction. */
export async function holdBytes(tx: Tx, storageKey: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended(${storageKey}, 0))`);
}
