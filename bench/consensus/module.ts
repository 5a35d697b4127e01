import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A file of the clone as a module that a process of its own can load. */
export function moduleOf(file: string): string {
  return JSON.stringify(pathToFileURL(path.join(ROOT, file)).href);
}

/**
 * Runs code as a process of its own, so that the memory it needs is its own, with compiled code kept as the launcher has it; returns
 * what it says.
 */
export function runModule(code: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      NODE_COMPILE_CACHE: path.join(ROOT, 'node_modules', '.cache', 'readroom-compiled'),
      ...process.env,
    },
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
