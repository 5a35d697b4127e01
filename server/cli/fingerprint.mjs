import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';

/** @param {string} path @returns {string[]} the file itself, or every file below the folder */
function listFiles(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * A fingerprint of files and folders of the clone: it changes when a name or a byte changes.
 * @param {readonly string[]} paths
 * @param {{ root?: string, except?: RegExp }} [options] `except` is matched against the path within the clone
 */
export function fingerprint(paths, { root = ROOT, except } = {}) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => listFiles(join(root, path))).sort()) {
    const name = relative(root, file);
    if (except?.test(name)) continue;
    hash.update(name).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
