import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readLiveLock } from './lock.mjs';
import { canEnter, resolveBinaries, resolveOsUser, SHARED_HOME } from './postgres-binaries.mjs';
import {
  initialise,
  isServerRunning,
  launchServer,
  listSettings,
  SUPERUSER,
  stopServer,
  writeSettings,
} from './postgres-server.mjs';
import { identify, isAlive } from './process-identity.mjs';

const HOLDER_PATIENCE_MS = 20_000;
const SCRATCH_PREFIX = 'readroom-scratch-';
/** Where Linux keeps files in memory, and what must be free there and of memory: several times what a run of tests comes to. */
const MEMORY_HOME = '/dev/shm';
const MEMORY_BYTES = 4 * 1024 ** 3;

/**
 * A PostgreSQL that this process started; it does not end with the process, the caller stops it.
 * @typedef {{ dataDir: string, port: number, adminUrl: (database?: string) => string,
 *   stop: (mode?: 'fast' | 'immediate') => Promise<void> }} RunningPostgres
 */

/** A password that needs no escaping in a URL. */
export function makePassword() {
  return randomBytes(24).toString('base64url');
}

/**
 * Where a clone keeps its database: inside its own `.readroom`, or, when the Postgres user can't enter the
 * clone (root's home), under {@link SHARED_HOME} in a folder named after the clone's path and its instance id,
 * so that a new clone at the same path never meets an old clone's data.
 * @param {{ home: string, instanceId: string }} options `home` is the clone's `.readroom`
 * @returns {{ dataDir: string, movedBecause: string | null }}
 */
export function locateDataDirectory({ home, instanceId }) {
  const user = resolveOsUser();
  if (canEnter(home, user)) return { dataDir: join(home, 'postgres'), movedBecause: null };
  const name = createHash('sha256').update(`${home}\n${instanceId}`).digest('hex').slice(0, 16);
  return {
    dataDir: join(SHARED_HOME, name, 'postgres'),
    movedBecause: `the user that PostgreSQL runs as can't enter ${home}`,
  };
}

/**
 * Removes a scratch installation and its database, wherever that is, ending what a killed run left behind.
 * @param {string} home
 */
export async function removeInstallation(home) {
  if (!existsSync(home)) return;
  const deadline = Date.now() + HOLDER_PATIENCE_MS;
  while (readLiveLock(home) && Date.now() < deadline) await delay(100);
  const secrets = join(home, 'secrets.json');
  if (existsSync(secrets)) {
    const { instanceId } = JSON.parse(readFileSync(secrets, 'utf8'));
    const { dataDir, movedBecause } = locateDataDirectory({ home, instanceId });
    if (isServerRunning(dataDir)) await stopLeftServer(dataDir);
    if (movedBecause) rmSync(dirname(dataDir), { recursive: true, force: true });
  }
  rmSync(home, { recursive: true, force: true });
}

/**
 * Starts PostgreSQL 18 on a data directory, creating it first when it is not there. Listens on loopback TCP only.
 * A server left behind on the directory by a killed start is stopped first and never reused.
 * @param {{ dataDir: string, password: string, port?: number, durable?: boolean, maxConnections?: number }} options
 *   `durable: false` gives up crash safety for speed and is for tests only
 * @returns {Promise<RunningPostgres>} the caller stops it; it does not end with the calling process
 * @throws {LaunchError} when it can't be created, started or stopped
 */
export async function startPostgres({ dataDir, password, port = 0, durable = true, maxConnections = 200 }) {
  const isNew = !existsSync(dataDir);
  let user = resolveOsUser();
  if (user && !isNew) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) user = { uid, gid };
  }
  const cluster = { bin: resolveBinaries(user), user, dataDir };
  if (isNew) await initialise(cluster, { password, durable });
  await stopServer(cluster, 'fast');
  writeSettings(cluster, listSettings(durable, maxConnections));
  const actualPort = await launchServer(cluster, port);
  return {
    dataDir,
    port: actualPort,
    adminUrl: (database = 'postgres') =>
      `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${actualPort}/${database}`,
    stop: (mode = 'fast') => stopServer(cluster, mode),
  };
}

/** A folder for throw-away data that the Postgres user can enter. */
function findScratchHome() {
  const user = resolveOsUser();
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if (existsSync(folder) && canEnter(folder, user)) return folder;
  }
  mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  return SHARED_HOME;
}

/** Whether this process can list a folder and make others in it. @param {string} folder */
function isOpenToUs(folder) {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The folders in which throw-away data may lie: the one on the disk, and memory where there is any that this process may use.
 * @param {string} [memory]
 */
export function listScratchHomes(memory = MEMORY_HOME) {
  return [findScratchHome(), ...(isOpenToUs(memory) ? [memory] : [])];
}

/**
 * The folder whose files are memory, if there is one with room. A database is 1,100 files: on a disk without a journal it takes the
 * system half a second to make one where another was just removed, which every file of tests does.
 * @param {string} [folder]
 * @param {number} [bytes]
 */
export function findMemoryHome(folder = MEMORY_HOME, bytes = MEMORY_BYTES) {
  if (!isOpenToUs(folder) || !canEnter(folder, resolveOsUser())) return null;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= bytes && process.availableMemory() >= bytes ? folder : null;
}

/** @param {string} dataDir a directory whose owner is dead */
async function stopLeftServer(dataDir) {
  const { uid, gid } = statSync(dataDir);
  const user = process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : null;
  await stopServer({ bin: resolveBinaries(user), user, dataDir }, 'immediate');
}

/**
 * Stops and removes the clusters of test runs that were killed.
 * @param {string} home
 */
async function sweep(home) {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(SCRATCH_PREFIX)) continue;
    const folder = join(home, name);
    try {
      const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
      if (isAlive(owner)) continue;
      const dataDir = join(folder, 'data');
      if (isServerRunning(dataDir)) await stopLeftServer(dataDir);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Half-made by a run that is just beginning, or another user's: neither is ours to remove.
    }
  }
}

/**
 * Starts a throw-away PostgreSQL 18 for tests, on a free loopback port, with 200 connections: fast instead of crash-safe, unless
 * it is to be `durable` as the one that `npm start` runs; `inMemory` where the machine has the room.
 * It is removed by `stop()`; if the process is killed before, by the next call.
 * @returns {Promise<{ adminUrl: string, port: number, stop: () => Promise<void> }>} `adminUrl` is the superuser's, database `postgres`
 */
export async function startScratchPostgres({ maxConnections = 200, durable = false, inMemory = false } = {}) {
  // Wherever the last run kept its own: what a killed one left in memory would take the room of this one.
  for (const home of listScratchHomes()) await sweep(home);
  const home = (inMemory ? findMemoryHome() : null) ?? findScratchHome();
  const folder = mkdtempSync(join(home, SCRATCH_PREFIX));
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(identify()));
  chmodSync(folder, 0o755);
  const server = await startPostgres({
    dataDir: join(folder, 'data'),
    password: makePassword(),
    durable,
    maxConnections,
  });
  return {
    adminUrl: server.adminUrl(),
    port: server.port,
    stop: async () => {
      await server.stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
