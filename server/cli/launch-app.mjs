import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { LaunchError } from './launch-error.mjs';
import { PINNED_NODE, ROOT } from './paths.mjs';
import { findFreePort } from './postgres-server.mjs';
import { lastLines } from './run-command.mjs';
import { stopSignal } from './stop-signals.mjs';

/** @typedef {{ url: string, stop: () => Promise<void> }} App */

/**
 * Starts the app in a process of its own, on a free port, and waits until it is up. A request to stop ends it at once: when this throws,
 * nothing of the app lives any more, and its database can be removed.
 * @param {string} file the launcher, which says its url through the channel
 * @param {{ env: NodeJS.ProcessEnv, log: string, note: (line: string) => void, minutes: number }} options `log`: where what it has
 *   said is kept once it is stopped; `minutes`: until it counts as never coming
 * @returns {Promise<App>}
 * @throws {LaunchError} when it does not start
 */
export async function launchApp(file, { env, log, note, minutes }) {
  const port = await findFreePort();
  stopSignal.throwIfAborted();
  const child = fork(file, ['start'], {
    cwd: ROOT,
    env: { ...env, PORT: String(port) },
    execPath: PINNED_NODE,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const listen = (/** @type {Buffer} */ chunk) => {
    output += chunk;
    note(lastLines(chunk.toString(), 1));
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = () => child.kill('SIGTERM');
  const timer = setTimeout(end, minutes * 60_000);
  stopSignal.addEventListener('abort', end);
  const url = await Promise.race([
    new Promise((resolve) => child.on('message', (message) => resolve(Object(message).url))),
    ended.then(() => null),
  ]);
  clearTimeout(timer);
  stopSignal.removeEventListener('abort', end);
  // It may have come up just when it was asked to end.
  if (stopSignal.aborted) await ended;
  stopSignal.throwIfAborted();
  if (!url) throw new LaunchError(`The app did not start:\n${lastLines(output, 40)}`);
  const stop = async () => {
    end();
    await ended;
    writeFileSync(log, output);
  };
  return { url, stop };
}
