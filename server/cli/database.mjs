import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateDataDirectory, startPostgres } from './embedded-postgres.mjs';
import { LaunchError } from './launch-error.mjs';
import { ROOT } from './paths.mjs';
import { isServerRunning, SUPERUSER } from './postgres-server.mjs';
import { lastLines, runNode } from './run-command.mjs';
import { readMemory, remember } from './secrets.mjs';

const DATABASE_NAME = 'readroom';
const OLDEST_VERSION = 16;
const NEWEST_VERSION = 18;
const CONNECT_SECONDS = 5;
const REFUSED_EXIT_CODE = 3;

/**
 * The database in use: `embedded` was started by us and is stopped by us, `own` is the user's.
 * @typedef {{ kind: 'embedded' | 'own', adminUrl: string, postgresPort?: number,
 *   stop: (mode?: 'fast' | 'immediate') => Promise<void>,
 *   isRunning: () => boolean, restart: () => Promise<void> }} OpenDatabase
 */

/** @param {string} url */
async function connect(url) {
  // Loaded late: it is one of the packages that this launcher installs.
  const { default: postgres } = await import('postgres');
  return postgres(url, { max: 1, connect_timeout: CONNECT_SECONDS, onnotice: () => {} });
}

/** A database URL as it may be shown: without user, password or parameters. @param {string} url */
export function describeUrl(url) {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

/** @param {any} error */
function explainConnection(error) {
  const code = error?.code ?? error?.errors?.[0]?.code;
  const known = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the host name is unknown',
    CONNECT_TIMEOUT: `no answer within ${CONNECT_SECONDS} s`,
    '28P01': 'the password is refused',
    28000: 'the user is refused',
    ERR_INVALID_URL: 'it is not a URL like postgres://user:password@host:5432/database',
  };
  return known[/** @type {keyof typeof known} */ (code)] ?? String(error?.message || code || 'unknown error');
}

/** @param {number} version the major version */
export function isSupportedVersion(version) {
  return version >= OLDEST_VERSION && version <= NEWEST_VERSION;
}

/**
 * Checks that the user's own database answers and is of a version we work on.
 * @param {string} url
 * @throws {LaunchError} one sentence with what to do
 */
export async function checkOwnDatabase(url) {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new LaunchError(
      'DATABASE_URL is not a URL like postgres://user:password@host:5432/database; correct it.',
    );
  }
  /** @type {number} */
  let version;
  /** @type {Awaited<ReturnType<typeof connect>> | undefined} */
  let sql;
  try {
    sql = await connect(url);
    const [row] = await sql`select current_setting('server_version_num')::int / 10000 as version`;
    version = row?.version;
  } catch (cause) {
    // The migration creates a database that is missing, or says why it can't.
    if (/** @type {any} */ (cause)?.code === '3D000') return;
    throw new LaunchError(
      `The database at ${describeUrl(url)} (DATABASE_URL) can't be reached: ${explainConnection(cause)}. Start it or correct DATABASE_URL.`,
      { cause },
    );
  } finally {
    await sql?.end({ timeout: 1 });
  }
  if (isSupportedVersion(version)) return;
  throw new LaunchError(
    `The database at ${describeUrl(url)} is PostgreSQL ${version}; Readroom works on ${OLDEST_VERSION}, 17 and ${NEWEST_VERSION}. Unset DATABASE_URL to use the embedded one.`,
  );
}

/**
 * Whether no migration has ever run here; so too when the database is still to be created.
 * @param {string} url
 */
export async function isUntouched(url) {
  const sql = await connect(url);
  try {
    const [row] = await sql`select to_regclass('drizzle.__drizzle_migrations') is null as untouched`;
    return Boolean(row?.untouched);
  } catch (error) {
    if (/** @type {any} */ (error)?.code === '3D000') return true;
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** What the memory of an installation calls a database. @param {{ kind: 'embedded' | 'own', adminUrl: string }} database */
export function nameDatabase(database) {
  return database.kind === 'embedded' ? 'embedded' : describeUrl(database.adminUrl);
}

/**
 * Makes sure that we talk to the server we started, and that our database is in it.
 * @param {import('./embedded-postgres.mjs').RunningPostgres} server
 */
async function ensureDatabase(server) {
  const sql = await connect(server.adminUrl());
  try {
    const [row] = await sql`select current_setting('data_directory') as path`;
    if (row?.path !== server.dataDir) {
      throw new LaunchError(
        `Another PostgreSQL (${row?.path}) answers on port ${server.port}; stop it and start again.`,
      );
    }
    const found = await sql`select 1 from pg_database where datname = ${DATABASE_NAME}`;
    if (found.length === 0) await sql`create database ${sql(DATABASE_NAME)}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * @param {{ home: string, secrets: import('./secrets.mjs').Secrets, note: (detail: string) => void,
 *   say: (line: string) => void }} options
 * @returns {Promise<OpenDatabase>}
 */
async function openEmbedded({ home, secrets, note, say }) {
  const { dataDir, movedBecause } = locateDataDirectory({ home, instanceId: secrets.instanceId });
  if (movedBecause) say(`  The database is kept in ${dataDir}, because ${movedBecause}.`);
  if (isServerRunning(dataDir)) note('stopping the one a killed start left behind');
  else if (!existsSync(dataDir)) note('creating the database');
  const start = async () => {
    const server = await startPostgres({
      dataDir,
      password: secrets.postgresPassword,
      port: readMemory(home).postgresPort ?? 0,
    });
    remember(home, { postgresPort: server.port });
    return server;
  };
  let server = await start();
  try {
    await ensureDatabase(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  note(`127.0.0.1:${server.port}`);
  return {
    kind: 'embedded',
    adminUrl: server.adminUrl(DATABASE_NAME),
    postgresPort: server.port,
    stop: (mode) => server.stop(mode),
    isRunning: () => isServerRunning(dataDir),
    restart: async () => {
      server = await start();
    },
  };
}

/**
 * The URL of the embedded database that another process of this installation serves.
 * @param {number} port
 * @param {string} password
 */
export function embeddedUrl(port, password) {
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE_NAME}`;
}

/** The database that the user brings, if any. */
export function ownDatabaseUrl() {
  return process.env.READROOM_DATABASE_ADMIN_URL || process.env.DATABASE_URL || null;
}

/**
 * Opens the user's own database (DATABASE_URL), or starts the embedded one.
 * @param {{ home: string, secrets: import('./secrets.mjs').Secrets, progress: import('./progress.mjs').Progress }} options
 * @returns {Promise<OpenDatabase>}
 */
export function openDatabase({ home, secrets, progress }) {
  const own = ownDatabaseUrl();
  if (!own) {
    return progress.step('Start PostgreSQL', (note) =>
      openEmbedded({ home, secrets, note, say: progress.say }),
    );
  }
  return progress.step('Reach the database', async (note) => {
    note(describeUrl(own));
    await checkOwnDatabase(own);
    return {
      kind: 'own',
      adminUrl: own,
      stop: async () => {},
      isRunning: () => true,
      restart: async () => {},
    };
  });
}

/**
 * The administrator's URL with the app's own role in it.
 * @param {string} adminUrl
 * @param {string} password
 * @param {string} role
 */
export function appUrlOf(adminUrl, password, role) {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}

/**
 * Runs one of the database commands (`db/cli/*.ts`) and returns the JSON object on the last line it prints.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(detail: string) => void} note
 * @returns {Promise<Record<string, unknown>>}
 */
export async function runDatabaseCommand(file, args, env, note) {
  const result = await runNode(join(ROOT, 'db', 'cli', file), args, { env, onLine: note });
  note('');
  if (result.code === REFUSED_EXIT_CODE) throw new LaunchError(lastLines(result.stderr, 3));
  if (result.code !== 0) {
    throw new LaunchError(`db/cli/${file} failed:\n${lastLines(result.stderr || result.stdout, 30)}`);
  }
  try {
    return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '');
  } catch {
    return {};
  }
}
