import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { files } from '#db/schema/files.ts';
import { AppError } from '#server/core/errors.ts';
import { fileStorage } from './storage.ts';

export type StoredFile = { bytes: Uint8Array; mediaType: string; fileName: string; sha256: string };

/**
 * The bytes of a stored file, exactly as they came in: their SHA-256 is checked on every read. Whether the caller
 * may have them is for the caller to decide before.
 *
 * Errors: not_found `file_unknown`, unavailable `file_missing`, bug `file_changed`.
 */
export async function readStoredFile(q: Queryable, fileId: string): Promise<StoredFile> {
  const [row] = await q.select().from(files).where(eq(files.id, fileId));
  if (row === undefined) {
    throw new AppError({ kind: 'not_found', reason: 'file_unknown', message: 'There is no such file.' });
  }
  const bytes = await readBytes(row.storageKey);
  if (createHash('sha256').update(bytes).digest('hex') !== row.sha256) {
    throw new AppError({
      kind: 'bug',
      reason: 'file_changed',
      message:
        'The stored file is not the one that was put there. It is not shown; ask the operator to restore it.',
    });
  }
  return { bytes, mediaType: row.mediaType, fileName: row.fileName, sha256: row.sha256 };
}

async function readBytes(storageKey: string): Promise<Uint8Array> {
  try {
    return await fileStorage().readToUint8Array(storageKey);
  } catch (cause) {
    throw new AppError({
      kind: 'unavailable',
      reason: 'file_missing',
      message:
        'The file cannot be read from storage right now. Try again, or ask the operator to restore it.',
      cause,
    });
  }
}
