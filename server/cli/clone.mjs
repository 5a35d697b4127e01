import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError } from './launch-error.mjs';
import { takeLock } from './lock.mjs';
import { isAlive, signalIfAlive } from './process-identity.mjs';

const ORPHAN_PATIENCE_MS = 5_000;
const STOPPING_PATIENCE_MS = 20_000;

/**
 * Takes the data folder, waits while it is being given back, and ends the services that a killed launcher left on
 * their ports.
 * @param {string} home
 * @param {string} command
 * @returns {Promise<import('./lock.mjs').Lock | { heldBy: import('./lock.mjs').LockState }>}
 */
export async function tryHoldHome(home, command) {
  let lock = takeLock(home, command);
  const patience = Date.now() + STOPPING_PATIENCE_MS;
  while ('heldBy' in lock && lock.heldBy.state === 'stopping' && Date.now() < patience) {
    await delay(100);
    lock = takeLock(home, command);
  }
  if ('heldBy' in lock) return lock;
  const orphans = lock.leftBehind?.children ?? [];
  for (const orphan of orphans) signalIfAlive(orphan, 'SIGTERM', { group: true });
  const deadline = Date.now() + ORPHAN_PATIENCE_MS;
  while (orphans.some(isAlive)) {
    if (Date.now() > deadline) {
      for (const orphan of orphans) signalIfAlive(orphan, 'SIGKILL', { group: true });
      break;
    }
    await delay(50);
  }
  return lock;
}

/**
 * The same for whoever can't do without it.
 * @param {string} home
 * @param {string} command
 * @returns {Promise<import('./lock.mjs').Lock>}
 * @throws {LaunchError} when another process holds it
 */
export async function holdHome(home, command) {
  const lock = await tryHoldHome(home, command);
  if (!('heldBy' in lock)) return lock;
  const { owner, url, command: what, state } = lock.heldBy;
  const doing = state !== 'running' ? 'starting or stopping' : `running${url ? ` at ${url}` : ''}`;
  throw new LaunchError(
    `Readroom is already ${doing} on ${home} ("${what}", process ${owner.pid}); stop that one first.`,
  );
}

/** @param {number} port @param {string} host @returns {Promise<string | null>} the error code, or null when it is free */
function probe(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/**
 * The port to serve on.
 * @throws {LaunchError} when PORT is no port number
 */
export function readPort() {
  const text = process.env.PORT || '3000';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LaunchError(`PORT is "${text}", which is no port number; set it to a number from 1 to 65535.`);
}

/**
 * Asks early, before minutes of building, whether the port can be served on.
 * @param {number} port
 * @throws {LaunchError}
 */
export async function checkPort(port) {
  // A listener on the other loopback address would get some of the browser's requests to "localhost".
  for (const host of ['127.0.0.1', '::1']) {
    const code = await probe(port, host);
    if (code === 'EADDRINUSE') {
      throw new LaunchError(
        `Port ${port} is taken by another program; stop it, or choose another port: PORT=${port === 3000 ? 3001 : 3000} npm start.`,
      );
    }
    if (code === 'EACCES') {
      throw new LaunchError(
        `Port ${port} may only be used by root; choose one above 1023: PORT=3000 npm start.`,
      );
    }
  }
}
