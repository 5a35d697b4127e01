import path from 'node:path';
import { FileStorage } from '@flystorage/file-storage';
import { LocalStorageAdapter } from '@flystorage/local-fs';

const opened = new Map<string, FileStorage>();

/**
 * Where bytes are kept: a folder on this machine, READROOM_FILES_DIR. Only that variable is read, so that tests
 * and command-line tools need no web environment.
 */
export function fileStorage(): FileStorage {
  // The bundler cannot know this folder and must not take the whole clone into the build for it.
  const folder = path.resolve(
    /* turbopackIgnore: true */ process.env.READROOM_FILES_DIR ?? '.readroom/files',
  );
  let storage = opened.get(folder);
  if (storage === undefined) {
    storage = new FileStorage(new LocalStorageAdapter(folder));
    opened.set(folder, storage);
  }
  return storage;
}

/** The key of content by its hash: the same bytes are kept once, and a key never changes what it holds. */
export function storageKeyOf(sha256: string): string {
  return `sha256/${sha256.slice(0, 2)}/${sha256}`;
}
