import { spawn } from 'node:child_process';
import { readPort, tryHoldHome } from './clone.mjs';
import { isBenchAlone, needsDatabase, READROOM_COMMAND } from './commands.mjs';
import { embeddedUrl, ownDatabaseUrl } from './database.mjs';
import { buildEnvironment, forAdministration, isSandboxUsed } from './environment.mjs';
import { readLiveLock } from './lock.mjs';
import { COMPILED, EXIT_WITH_PARENT, locateHome, PINNED_NODE } from './paths.mjs';
import { chooseAppUrl, prepareDatabase, rememberSeed, startSandbox } from './prepare.mjs';
import { createProgress } from './progress.mjs';
import { loadSecrets, readMemory, remember } from './secrets.mjs';
import { stopSignal } from './stop-signals.mjs';

/** These bring the database to its schema themselves. */
const MIGRATES_ITSELF = /(^|\/)db\/cli\/(migrate|reset)\.ts$/;

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
function execute(file, args, env) {
  const child = spawn(PINNED_NODE, ['--import', EXIT_WITH_PARENT, file, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Compiled code is kept: what runs again starts in half the time, and its threads need a third of the memory.
    env: { NODE_COMPILE_CACHE: COMPILED, ...env, READROOM_LAUNCHER_PID: String(process.pid) },
  });
  // It sees the terminal's Ctrl-C by itself; a SIGTERM reaches only us.
  const end = () => child.kill('SIGTERM');
  stopSignal.addEventListener('abort', end);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      stopSignal.removeEventListener('abort', end);
      resolve(code ?? 1);
    });
  });
}

/**
 * Waits while another command works on the folder, or a start is on its way.
 * @param {string} home
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<import('./lock.mjs').LockState | null>} the running installation, if there is one
 */
async function awaitHolder(home, progress) {
  const first = readLiveLock(home);
  if (!first || first.state === 'running') return first;
  return progress.step(`Wait for "${first.command}" (process ${first.owner.pid})`, async () => {
    for (;;) {
      stopSignal.throwIfAborted();
      const now = readLiveLock(home);
      if (!now || now.state === 'running') return now;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
}

/**
 * Runs a TypeScript file with the installation's environment: on the running installation's database, or on one
 * that is started for it and stopped after it; a bench that brings its own database as it is. Progress goes to stderr,
 * so that the file owns stdout.
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function runFile(file, args) {
  if (isBenchAlone(file, args)) return runWithoutDatabase(file, args);
  const progress = createProgress(process.stderr);
  const home = locateHome();
  for (;;) {
    const running = await awaitHolder(home, progress);
    if (running) return runBeside(running, file, args, { home, progress });
    // Another command may be quicker: then it is waited for, too.
    const lock = await tryHoldHome(home, `run ${file}`);
    if (!('heldBy' in lock)) return runAlone(lock, file, args, { home, progress });
  }
}

/**
 * Runs a `readroom` command: with the installation's environment when it works in the database (`commands.mjs`), else
 * as it is, because it works on files or asks the running app over HTTP and must not wait for PostgreSQL.
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
export function runReadroom(args) {
  return needsDatabase(args) ? runFile(READROOM_COMMAND, args) : runWithoutDatabase(READROOM_COMMAND, args);
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
function runWithoutDatabase(file, args) {
  const home = locateHome();
  const running = readLiveLock(home);
  const port = running?.url ? new URL(running.url).port : process.env.PORT;
  return execute(file, args, { ...process.env, READROOM_HOME: home, ...(port ? { PORT: port } : {}) });
}

/**
 * @typedef {{ home: string, progress: import('./progress.mjs').Progress }} Context
 * @param {import('./lock.mjs').LockState} running
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Context} context
 */
async function runBeside(running, file, args, { home, progress }) {
  const secrets = loadSecrets(home);
  const { stripePort } = readMemory(home);
  const port = Number(new URL(running.url ?? 'http://localhost:3000').port);
  const own = ownDatabaseUrl();
  const adminUrl = own ?? embeddedUrl(running.postgresPort ?? 0, secrets.postgresPassword);
  const database = { kind: /** @type {'embedded' | 'own'} */ (own ? 'own' : 'embedded'), adminUrl };
  const mode = running.command === 'npm run dev' ? 'development' : 'production';
  const build = (/** @type {string} */ databaseUrl) =>
    buildEnvironment({
      home,
      secrets,
      mode,
      port,
      databaseUrl,
      ...(stripePort && isSandboxUsed() ? { stripePort } : {}),
    });
  const env = build(chooseAppUrl(home, adminUrl, build(adminUrl), progress));
  const code = await execute(file, args, forAdministration(env, database));
  if (code === 0) noteSeed(home, database, file);
  return code;
}

/**
 * A database filled by hand doesn't get the demo any more; an emptied one gets it at the next start.
 * @param {string} home
 * @param {{ kind: 'embedded' | 'own', adminUrl: string }} database
 * @param {string} file
 */
function noteSeed(home, database, file) {
  if (/(^|\/)db\/cli\/seed\.ts$/.test(file)) rememberSeed(home, database, 'done');
  if (/(^|\/)db\/cli\/reset\.ts$/.test(file)) {
    rememberSeed(home, database, 'due');
    // It is in use just now and is emptied before it starts again.
    remember(home, { isSandboxStale: true });
  }
}

/**
 * @param {import('./lock.mjs').Lock} lock
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Context} context
 */
async function runAlone(lock, file, args, { home, progress }) {
  /** @type {import('./database.mjs').OpenDatabase | null} */
  let database = null;
  /** @type {import('./supervise.mjs').Service | null} */
  let sandbox = null;
  try {
    const settings = {
      home,
      progress,
      port: readPort(),
      mode: /** @type {const} */ ('production'),
      secrets: loadSecrets(home),
    };
    const prepared = await prepareDatabase({ ...settings, isMigrated: MIGRATES_ITSELF.test(file) });
    database = prepared.database;
    sandbox = await startSandbox(prepared.env, progress, (_name, identity) =>
      lock.update({ children: [identity] }),
    );
    const code = await execute(file, args, prepared.adminEnv);
    if (code === 0) noteSeed(home, database, file);
    return code;
  } finally {
    lock.update({ state: 'stopping' });
    await sandbox?.stop();
    await database?.stop();
    lock.release();
  }
}
