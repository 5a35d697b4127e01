import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, join, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryHoldHome } from './clone.mjs';
import { LaunchError } from './launch-error.mjs';
import { readLiveLock } from './lock.mjs';
import { PINNED_NODE, ROOT } from './paths.mjs';
import { identify, isAlive } from './process-identity.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { stopSignal } from './stop-signals.mjs';

/** The packages belong to the clone, whatever data folder a start uses. */
const INSTALL_HOME = join(ROOT, '.readroom', 'install');

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, dev?: boolean, link?: boolean, resolved?: string }} LockedPackage
 * @param {string} path
 * @returns {Record<string, LockedPackage> | null}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
}

/**
 * Compares what the lock file asks for with npm's own record of what it installed, which npm writes last: an
 * installation killed in the middle has none. Packages for other platforms may be missing.
 * @param {{ root?: string, withDevelopment: boolean }} options
 * @returns {'complete' | 'missing' | 'changed'}
 */
export function checkInstallation({ root = ROOT, withDevelopment }) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === null)
    throw new LaunchError(`${join(root, 'package-lock.json')} is missing or damaged; restore it with git.`);
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (present === null) return 'missing';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const installed = present[path];
    const mayBeMissing = entry.optional || entry.devOptional || (entry.dev && !withDevelopment);
    if (installed ? installed.version !== entry.version : !mayBeMissing) return 'changed';
  }
  return 'complete';
}

/** The environment without the packages' own programs on the PATH: they are being replaced while npm runs. */
function environmentForNpm() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((part) => !part.includes(`node_modules${sep}.bin`));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** npm as it was started, or as it is found on the PATH. @returns {[string, string[]]} */
function findNpm() {
  const script = process.env.npm_execpath;
  const node = process.env.npm_node_execpath;
  if (script && basename(script).startsWith('npm-cli') && existsSync(script)) {
    const usable = node && existsSync(node) && !node.includes(`node_modules${sep}`) ? node : 'node';
    return [usable, [script]];
  }
  return ['npm', []];
}

/** How many packages have been unpacked so far: npm makes all folders first and fills them then. */
function countPackages() {
  try {
    const folder = join(ROOT, 'node_modules');
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    const packages = names.flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => join(name, inner)) : [name],
    );
    return packages.filter((name) => existsSync(join(folder, name, 'package.json'))).length;
  } catch {
    return 0;
  }
}

/** What went wrong stands in npm's first error lines; its usage and the path of its log follow. @param {string} text */
function explainNpm(text) {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('npm error') && line.trim() !== 'npm error');
  return lines.slice(0, 8).join('\n') || lastLines(text);
}

function isPinnedNodeUsable() {
  const result = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.startsWith('v24.');
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @param {{ title: string, withDevelopment: boolean, onSpawn: (pid: number) => void }} options
 */
function runNpm(progress, { title, withDevelopment, onSpawn }) {
  return progress.step(title, async (note) => {
    const [program, before] = findNpm();
    const args = [
      ...before,
      'ci',
      '--loglevel=notice',
      '--no-audit',
      '--no-fund',
      ...(withDevelopment ? ['--include=dev'] : []),
    ];
    const timer = setInterval(() => note(`${countPackages()} packages`), 1000);
    try {
      // In a group of its own, so that the next start can end all of it if we are killed.
      const options = { cwd: ROOT, env: environmentForNpm(), detached: true, onSpawn };
      const result = await runCommand(program, args, options);
      if (result.code !== 0) {
        throw new LaunchError(`npm could not install the packages:\n${explainNpm(result.stderr)}`);
      }
    } catch (cause) {
      if (cause instanceof LaunchError || stopSignal.aborted) throw cause;
      throw new LaunchError('npm was not found; install it (it comes with Node) and start again.', { cause });
    } finally {
      clearInterval(timer);
    }
    note(`${countPackages()} packages`);
  });
}

/**
 * Brings node_modules to what package-lock.json says; of several starts at once one installs and the others wait.
 * @param {import('./progress.mjs').Progress} progress
 * @param {{ withDevelopment: boolean }} options
 * @throws {LaunchError} when npm fails or leaves something that can't run
 */
export async function installPackages(progress, { withDevelopment }) {
  const isInstalled = () => checkInstallation({ withDevelopment }) === 'complete' && existsSync(PINNED_NODE);
  while (!isInstalled()) {
    const lock = await tryHoldHome(INSTALL_HOME, 'npm ci');
    if ('heldBy' in lock) {
      const holder = lock.heldBy.owner;
      await progress.step(`Wait for the installation by process ${holder.pid}`, async () => {
        while (isAlive(holder) && readLiveLock(INSTALL_HOME))
          await delay(500, undefined, { signal: stopSignal });
      });
      continue;
    }
    try {
      if (isInstalled()) break;
      const isFirst = checkInstallation({ withDevelopment }) === 'missing';
      const title = isFirst ? 'Install packages' : 'Install changed packages';
      const onSpawn = (/** @type {number} */ pid) => lock.update({ children: [identify(pid)] });
      await runNpm(progress, { title, withDevelopment, onSpawn });
    } finally {
      lock.release();
    }
    if (isPinnedNodeUsable()) return;
    throw new LaunchError(
      `The packages are there, but ${PINNED_NODE} does not run; if npm was told to ignore install scripts, run "npm rebuild --ignore-scripts=false".`,
    );
  }
}
