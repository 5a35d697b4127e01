import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone this launcher belongs to. */
export const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));

/** The Node 24 that comes with the packages and runs everything after the installation. */
export const PINNED_NODE = join(ROOT, 'node_modules', '.bin', 'node');

/** Loaded into every process that must not outlive the launcher. */
export const EXIT_WITH_PARENT = new URL('./exit-with-parent.mjs', import.meta.url).href;

/** Where Node keeps compiled code; it checks each piece against its source, and an installation of packages begins anew. */
export const COMPILED = join(ROOT, 'node_modules', '.cache', 'readroom-compiled');

/** Next's command, run directly so that no shell stands between us and the process. */
export const NEXT_BIN = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');

/**
 * The folder of everything this clone keeps between starts: `.readroom`, or `READROOM_HOME`.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function locateHome(env = process.env) {
  return resolve(ROOT, env.READROOM_HOME || '.readroom');
}
