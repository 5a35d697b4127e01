import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError } from './launch-error.mjs';
import { isWorkedInByAnyone, readCommandLine } from './process-identity.mjs';
import { lastLines, runCommand } from './run-command.mjs';

export const SUPERUSER = 'postgres';
const START_ATTEMPTS_MS = 5_000;
const STOP_SECONDS = 10;

/**
 * A data directory with the programs and the user to run on it.
 * @typedef {{ bin: string, user: import('./postgres-binaries.mjs').OsUser, dataDir: string }} Cluster
 */

/**
 * A loopback port nobody listens on: the preferred one if it is free.
 * @param {number} [preferred]
 * @returns {Promise<number>}
 */
export function findFreePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (preferred === 0 ? reject(error) : resolve(findFreePort())));
    probe.listen({ port: preferred, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : preferred));
    });
  });
}

/** @param {Cluster} cluster @param {string} program @param {readonly string[]} args */
function runProgram({ bin, user, dataDir }, program, args) {
  // The messages are matched below, so they must not be translated.
  const env = { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' };
  return runCommand(join(bin, program), args, {
    ...user,
    cwd: existsSync(dataDir) ? dataDir : '/',
    env,
    mustFinish: true,
  });
}

/**
 * Makes the cluster beside its final place and moves it there when it is whole, so that a kill in the middle
 * leaves nothing that looks like a database.
 * @param {Cluster} cluster
 * @param {{ password: string, durable: boolean }} options
 */
export async function initialise(cluster, { password, durable }) {
  const { dataDir, user } = cluster;
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o755 });
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid);
  try {
    const result = await runProgram({ ...cluster, dataDir: draft }, 'initdb', [
      `--pgdata=${draft}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in locale sorts alike on every machine, whatever locales the system has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (result.code !== 0) {
      throw new LaunchError(
        `The database could not be created in ${dataDir}: ${lastLines(result.stderr, 3)}`,
      );
    }
    renameSync(draft, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} dataDir @returns {number | null} the pid that the server left in its pid file */
function readServerPid(dataDir) {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Whether a server that someone left behind still runs on this data directory: the pid of its pid file is
 * alive, no zombie, and really a postgres started with this directory.
 * @param {string} dataDir
 */
export function isServerRunning(dataDir) {
  const pid = readServerPid(dataDir);
  if (pid === null) return false;
  const command = readCommandLine(pid);
  return /\/postgres\s/.test(command) && command.includes(dataDir);
}

/** @param {Cluster} cluster @param {'fast' | 'immediate'} mode */
export async function stopServer(cluster, mode) {
  if (!isServerRunning(cluster.dataDir)) return;
  const stop = (/** @type {string} */ how) =>
    runProgram(cluster, 'pg_ctl', [
      'stop',
      '-D',
      cluster.dataDir,
      '-m',
      how,
      '-w',
      '-t',
      String(STOP_SECONDS),
    ]);
  const first = await stop(mode);
  if (first.code === 0 || !isServerRunning(cluster.dataDir)) return;
  const second = await stop('immediate');
  if (second.code !== 0 && isServerRunning(cluster.dataDir)) {
    throw new LaunchError(
      `The PostgreSQL left running on ${cluster.dataDir} could not be stopped: ${lastLines(second.stderr, 2)}`,
    );
  }
}

/** @param {boolean} durable @param {number} maxConnections */
export function listSettings(durable, maxConnections) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    shared_buffers: '256MB',
    autovacuum_naptime: '10s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
  };
  if (durable) return settings;
  return { ...settings, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
}

/**
 * Writes the settings where the server reads them last, so a change of ours reaches old data directories too.
 * @param {Cluster} cluster @param {Record<string, string>} settings
 */
export function writeSettings({ dataDir, user }, settings) {
  const main = join(dataDir, 'postgresql.conf');
  const include = "include_if_exists = 'readroom.conf'";
  const text = readFileSync(main, 'utf8');
  if (!text.includes(include)) writeFileSync(main, `${text}\n${include}\n`);
  const path = join(dataDir, 'readroom.conf');
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  if (user) chownSync(path, user.uid, user.gid);
}

/**
 * Moves a pid file out of the way when it is proven that no process works in the data directory: a zombie
 * that nobody buries, or a number that another program got after a restart, would block the server for ever.
 * @param {string} dataDir
 */
function setAsideDeadPidFile(dataDir) {
  if (isServerRunning(dataDir) || isWorkedInByAnyone(realpathSync(dataDir)) !== false) return false;
  try {
    renameSync(join(dataDir, 'postmaster.pid'), join(dataDir, 'postmaster.pid.stale'));
    return true;
  } catch {
    return false;
  }
}

/** @param {Cluster} cluster @param {number} preferredPort @returns {Promise<number>} the port it listens on */
export async function launchServer(cluster, preferredPort) {
  const { dataDir, user } = cluster;
  const log = join(dataDir, 'server.log');
  let port = await findFreePort(preferredPort);
  const deadline = Date.now() + START_ATTEMPTS_MS;
  let isPidFileSetAside = false;
  for (;;) {
    // The log begins anew at each start: what is in it belongs to this start.
    writeFileSync(log, '', { mode: 0o600 });
    if (user) chownSync(log, user.uid, user.gid);
    // pg_ctl gives the server its own session: a Ctrl-C in the terminal never reaches it before the app has ended.
    const options = ['start', '-D', dataDir, '-l', log, '-w', '-t', '60', '-o', `-p ${port}`];
    const result = await runProgram(cluster, 'pg_ctl', options);
    if (result.code === 0) return port;
    const said = readFileSync(log, 'utf8');
    if (/could not bind/.test(said) && Date.now() < deadline) {
      port = await findFreePort();
    } else if (/lock file .* already exists/.test(said) && Date.now() < deadline) {
      await delay(200);
    } else if (
      /lock file .* already exists/.test(said) &&
      !isPidFileSetAside &&
      setAsideDeadPidFile(dataDir)
    ) {
      isPidFileSetAside = true;
    } else {
      const detail = lastLines(said, 3) || lastLines(result.stderr, 3);
      throw new LaunchError(`PostgreSQL did not start on ${dataDir}: ${detail}`);
    }
  }
}
