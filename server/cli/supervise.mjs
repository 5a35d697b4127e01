import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LaunchError } from './launch-error.mjs';
import { EXIT_WITH_PARENT, PINNED_NODE, ROOT } from './paths.mjs';
import { identify, signalIfAlive } from './process-identity.mjs';
import { lastLines } from './run-command.mjs';
import { stopSignal } from './stop-signals.mjs';

const LONGEST_PAUSE_MS = 30_000;
const SETTLED_MS = 60_000;
const REMEMBERED_CHARACTERS = 8_000;

/**
 * A service: a TypeScript or JavaScript file run by the pinned Node, told `{ ready: true }` by itself
 * (process.send) or found ready by `isReady`.
 * @typedef {{ name: string, file: string, args?: string[], env: NodeJS.ProcessEnv, nodeArgs?: string[],
 *   readySeconds: number, stopSeconds: number, isReady?: () => Promise<boolean> }} ServiceOptions
 * @typedef {{ name: string, stop: (isHurried?: boolean) => Promise<void> }} Service
 * @typedef {(name: string, identity: import('./process-identity.mjs').ProcessIdentity) => void} OnLaunch told of each
 *   process, so that the next start can end it if we are killed
 */

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Starts a service and keeps it running: after a crash it comes back, at growing intervals.
 * It leads its own process group, so a Ctrl-C in the terminal reaches only the launcher, which stops all in order.
 * @param {ServiceOptions} options
 * @param {{ say: (line: string) => void, onLaunch: OnLaunch }} listeners
 * @returns {Promise<Service>} once it is ready
 * @throws {LaunchError} when it ends or stays silent before it was ever ready
 */
export async function startService(options, { say, onLaunch }) {
  const { name, file, args = [], env, nodeArgs = [] } = options;
  let isStopping = false;
  let isReadyOnce = false;
  let failures = 0;
  let recent = '';
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  let identity = { pid: 0, startedAt: 'gone' };
  /** @type {Promise<void>} */
  let ended = Promise.resolve();

  const print = (/** @type {Buffer} */ chunk) => {
    const text = chunk.toString();
    recent = (recent + text).slice(-REMEMBERED_CHARACTERS);
    // What a service says while it starts is shown only if it fails: the progress line stands there then.
    if (isReadyOnce) for (const line of text.trimEnd().split('\n')) say(`${name} | ${line}`);
  };

  const launch = () => {
    child = fork(file, args, {
      cwd: ROOT,
      env: { ...env, READROOM_LAUNCHER_PID: String(process.pid) },
      execPath: PINNED_NODE,
      execArgv: ['--import', EXIT_WITH_PARENT, ...nodeArgs],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const began = Date.now();
    identity = identify(child.pid);
    onLaunch(name, identity);
    child.stdout?.on('data', print);
    child.stderr?.on('data', print);
    ended = new Promise((resolve) => {
      child.once('exit', async (code, signal) => {
        resolve();
        if (isStopping || !isReadyOnce) return;
        failures = Date.now() - began > SETTLED_MS ? 1 : failures + 1;
        const wait = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failures - 1));
        say(`${name} ended (${signal ?? `code ${code}`}); it is started again in ${wait / 1000} s`);
        await pause(wait);
        if (!isStopping) launch();
      });
    });
  };

  const stop = async (isHurried = false) => {
    isStopping = true;
    if (isHurried) signalIfAlive(identity, 'SIGKILL', { group: true });
    else signalIfAlive(identity, 'SIGTERM');
    const timer = setTimeout(
      () => signalIfAlive(identity, 'SIGKILL', { group: true }),
      options.stopSeconds * 1000,
    );
    await ended;
    clearTimeout(timer);
  };

  launch();
  const outcome = await waitUntilReady(child, ended, options);
  if (outcome !== 'ready') {
    await stop(outcome !== 'stopped');
    stopSignal.throwIfAborted();
    const reason =
      outcome === 'ended' ? 'ended while it started' : `was not ready within ${options.readySeconds} s`;
    throw new LaunchError(`${name} ${reason}:\n${lastLines(recent, 30) || '(it printed nothing)'}`);
  }
  isReadyOnce = true;
  return { name, stop };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<void>} ended
 * @param {ServiceOptions} options
 * @returns {Promise<'ready' | 'ended' | 'late' | 'stopped'>}
 */
async function waitUntilReady(child, ended, { isReady, readySeconds }) {
  /** @type {'ready' | 'ended' | 'late' | 'stopped' | null} */
  let outcome = null;
  const said = new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve(undefined);
    });
  });
  void ended.then(() => {
    outcome ??= 'ended';
  });
  void said.then(() => {
    outcome ??= 'ready';
  });
  const deadline = Date.now() + readySeconds * 1000;
  while (outcome === null) {
    if (stopSignal.aborted) outcome ??= 'stopped';
    else if (isReady && (await isReady())) outcome ??= 'ready';
    else if (Date.now() > deadline) outcome ??= 'late';
    else await pause(50);
  }
  return outcome;
}

/** The file of a service in this clone. @param {string} path */
export function serviceFile(path) {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
