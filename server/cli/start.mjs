import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp, isBuildFresh } from './build.mjs';
import { checkPort, holdHome, readPort } from './clone.mjs';
import { isMailLost } from './environment.mjs';
import { locateHome, NEXT_BIN } from './paths.mjs';
import { prepareDatabase, seedDemo, startSandbox } from './prepare.mjs';
import { createProgress, formatSeconds } from './progress.mjs';
import { loadSecrets } from './secrets.mjs';
import { hurrySignal, stopSignal, untilStop } from './stop-signals.mjs';
import { serviceFile, startService } from './supervise.mjs';

const DATABASE_WATCH_MS = 2_000;
const STOP_ORDER = ['web', 'worker', 'stripe'];

/**
 * What has been started so far.
 * @typedef {{ database: import('./database.mjs').OpenDatabase | null,
 *   services: import('./supervise.mjs').Service[] }} Started
 */

/** @param {number} port */
async function answers(port) {
  try {
    const signal = AbortSignal.any([stopSignal, AbortSignal.timeout(20_000)]);
    const response = await fetch(`http://localhost:${port}/`, { redirect: 'manual', signal });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}

/** @param {'start' | 'dev'} kind @param {number} port @param {NodeJS.ProcessEnv} env */
function describeWeb(kind, port, env) {
  return {
    name: 'web',
    file: NEXT_BIN,
    args: [kind, '--port', String(port), '--hostname', process.env.HOST || 'localhost'],
    env: { ...env, NODE_ENV: kind === 'start' ? 'production' : 'development' },
    // "localhost" means the address that other programs try first, too.
    nodeArgs: ['--dns-result-order=ipv4first'],
    readySeconds: 180,
    stopSeconds: 6,
    isReady: () => answers(port),
  };
}

/** @param {NodeJS.ProcessEnv} env */
function describeWorker(env) {
  return {
    name: 'worker',
    file: serviceFile('server/jobs/worker.ts'),
    env,
    readySeconds: 60,
    stopSeconds: 10,
  };
}

/** @param {string} home @returns {{ role: string, email: string, password: string }[]} */
function readDemoLogins(home) {
  const path = join(home, 'demo.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).logins : [];
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @param {{ url: string, home: string, tookMs: number }} facts
 */
function announce(progress, { url, home, tookMs }) {
  progress.say(`\nReadroom is ready at ${url}  (${formatSeconds(tookMs)})`);
  const logins = readDemoLogins(home);
  if (logins.length > 0) {
    const width = (/** @type {'role' | 'email'} */ key) =>
      Math.max(...logins.map((login) => login[key].length));
    progress.say('\nDemo logins:');
    for (const { role, email, password } of logins) {
      progress.say(`  ${role.padEnd(width('role'))}  ${email.padEnd(width('email'))}  ${password}`);
    }
  }
  progress.say('\nCtrl-C stops everything.\n');
}

/**
 * Brings everything up, noting in `started` what must be stopped, also when a later step fails.
 * @param {'start' | 'dev'} kind
 * @param {import('./prepare.mjs').Settings} settings
 * @param {Started} started
 * @param {import('./supervise.mjs').OnLaunch} onLaunch
 */
async function bringUp(kind, settings, started, onLaunch) {
  const { port, progress } = settings;
  await checkPort(port);
  const prepared = await prepareDatabase(settings);
  started.database = prepared.database;
  if (kind === 'start' && isMailLost(prepared.env)) {
    progress.say(
      '! Mail is neither sent nor shown: set SMTP_URL, or READROOM_LOCAL_MAILBOX=1 to show all of it to everybody at /mailbox.',
    );
  }
  const sandbox = await startSandbox(prepared.env, progress, onLaunch);
  if (sandbox) started.services.push(sandbox);
  const isBuilt = kind === 'dev' || isBuildFresh();
  const build = () => progress.step('Build the app', (note) => buildApp(prepared.env, note));
  await allDone([seedDemo(settings, prepared), isBuilt ? null : build()]);
  stopSignal.throwIfAborted();
  await progress.step(kind === 'start' ? 'Serve the app' : 'Start the development server', async () => {
    const listeners = { say: progress.say, onLaunch };
    const note = (/** @type {import('./supervise.mjs').Service} */ service) => started.services.push(service);
    await allDone([
      startService(describeWorker(prepared.env), listeners).then(note),
      startService(describeWeb(kind, port, prepared.env), listeners).then(note),
    ]);
  });
}

/**
 * Waits for all, also when one fails: what runs on must not outlive the clean-up that follows.
 * @param {unknown[]} work
 */
async function allDone(work) {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

/**
 * Stops in order: web, worker, sandbox, database. A second Ctrl-C ends them at once.
 * @param {Started} started
 */
async function bringDown({ services: inAnyOrder, database }) {
  const services = inAnyOrder.toSorted((a, b) => STOP_ORDER.indexOf(a.name) - STOP_ORDER.indexOf(b.name));
  const hurry = () => {
    for (const service of services) void service.stop(true);
  };
  hurrySignal.addEventListener('abort', hurry);
  for (const service of services) await service.stop(hurrySignal.aborted);
  await database?.stop(hurrySignal.aborted ? 'immediate' : 'fast');
}

/**
 * Brings the embedded database back if something ended it; the services reconnect by themselves.
 * @param {import('./database.mjs').OpenDatabase} database
 * @param {import('./progress.mjs').Progress} progress
 */
function watchDatabase(database, progress) {
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy || stopSignal.aborted || database.isRunning()) return;
    isBusy = true;
    progress.say('PostgreSQL has ended; it is started again');
    await database.restart().catch((error) => progress.say(error.message));
    isBusy = false;
  }, DATABASE_WATCH_MS);
}

/**
 * `npm start` and `npm run dev`: prepares, serves until asked to stop, and stops everything.
 * @param {'start' | 'dev'} kind
 * @param {{ beganAt: number }} options
 * @returns {Promise<number>} the exit code
 */
export async function serve(kind, { beganAt }) {
  const progress = createProgress();
  const home = locateHome();
  const port = readPort();
  const url = `http://localhost:${port}`;
  const lock = await holdHome(home, kind === 'start' ? 'npm start' : 'npm run dev');
  lock.update({ url });
  /** @type {Started} */
  const started = { database: null, services: [] };
  /** @type {Map<string, import('./process-identity.mjs').ProcessIdentity>} */
  const children = new Map();
  /** @param {string} name @param {import('./process-identity.mjs').ProcessIdentity} identity */
  const onLaunch = (name, identity) => {
    children.set(name, identity);
    lock.update({ children: [...children.values()] });
  };
  /** @type {NodeJS.Timeout | undefined} */
  let watch;
  try {
    const mode = kind === 'start' ? 'production' : 'development';
    await bringUp(kind, { home, port, progress, mode, secrets: loadSecrets(home) }, started, onLaunch);
    if (started.database) watch = watchDatabase(started.database, progress);
    lock.update({
      state: 'running',
      ...(started.database?.postgresPort ? { postgresPort: started.database.postgresPort } : {}),
    });
    announce(progress, { url, home, tookMs: Date.now() - beganAt });
    process.send?.({ ready: true, url });
    await untilStop();
  } catch (error) {
    if (!stopSignal.aborted) throw error;
  } finally {
    clearInterval(watch);
    lock.update({ state: 'stopping' });
    const reason = stopSignal.aborted ? `Stop (${stopSignal.reason.message})` : 'Stop';
    if (started.database) await progress.step(reason, () => bringDown(started));
    lock.release();
  }
  return 0;
}
