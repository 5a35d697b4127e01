import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  appUrlOf,
  describeUrl,
  isUntouched,
  nameDatabase,
  openDatabase,
  runDatabaseCommand,
} from './database.mjs';
import { buildEnvironment, forAdministration, isSandboxUsed } from './environment.mjs';
import { fingerprint } from './fingerprint.mjs';
import { findFreePort } from './postgres-server.mjs';
import { readMemory, remember } from './secrets.mjs';
import { stopSignal } from './stop-signals.mjs';
import { serviceFile, startService } from './supervise.mjs';

/**
 * What is ready before anything is served: an open, migrated database and the environment that goes with it.
 * @typedef {{ database: import('./database.mjs').OpenDatabase, env: NodeJS.ProcessEnv, adminEnv: NodeJS.ProcessEnv }} Prepared
 * @typedef {{ home: string, secrets: import('./secrets.mjs').Secrets, mode: import('./environment.mjs').Mode,
 *   port: number, progress: import('./progress.mjs').Progress }} Settings
 */

/** The port of the Stripe sandbox, the same at each start; undefined with the user's own Stripe key. */
async function chooseStripePort(/** @type {string} */ home) {
  if (!isSandboxUsed()) return undefined;
  const port = await findFreePort(readMemory(home).stripePort ?? 0);
  remember(home, { stripePort: port });
  return port;
}

/** What a migration depends on. Its own tests and the demo don't change a schema. */
const hashMigrations = () =>
  fingerprint(['db', 'package-lock.json'], { except: /\.(test\.ts|md)$|^db\/(seed|testing)\// });

/**
 * Migrates, unless this very code has migrated this very database before. Only of the embedded one is that known:
 * nobody else writes there.
 * @param {string} home
 * @param {import('./database.mjs').OpenDatabase} database
 * @param {NodeJS.ProcessEnv} adminEnv
 * @param {import('./progress.mjs').Progress} progress
 */
async function migrate(home, database, adminEnv, progress) {
  const wanted = hashMigrations();
  if (database.kind === 'embedded' && readMemory(home).migratedBy === wanted) return;
  await progress.step('Migrate the database', async (note) => {
    remember(home, { migratedBy: null });
    const { applied, appRole } = await runDatabaseCommand('migrate.ts', [], adminEnv, note);
    note(applied ? `${applied} applied` : 'up to date');
    remember(home, { appRole: typeof appRole === 'string' ? appRole : null, migratedBy: wanted });
  });
}

/**
 * Opens the database and migrates it.
 * @param {Settings & { isMigrated?: boolean }} settings `isMigrated` when the command to come does that itself
 * @returns {Promise<Prepared>} the caller stops `database`, also after an error of its own
 */
export async function prepareDatabase(settings) {
  const { home, secrets, mode, port, progress, isMigrated = false } = settings;
  const database = await openDatabase(settings);
  try {
    const stripePort = await chooseStripePort(home);
    const build = (/** @type {string} */ databaseUrl) =>
      buildEnvironment({ home, secrets, mode, port, databaseUrl, ...(stripePort ? { stripePort } : {}) });
    const adminEnv = forAdministration(build(database.adminUrl), database);
    // Noted before the first table is there: the demo is owed even if we are stopped before it is made.
    if (await isUntouched(database.adminUrl)) {
      rememberSeed(home, database, 'due');
      remember(home, { migratedBy: null });
    }
    if (!isMigrated) await migrate(home, database, adminEnv, progress);
    stopSignal.throwIfAborted();
    const env = build(chooseAppUrl(home, database.adminUrl, adminEnv, progress));
    return { database, env, adminEnv: forAdministration(env, database) };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/**
 * The URL the app signs in with: its own restricted role, or, on a database whose owner gave no right to create
 * roles, the user's URL with a warning, because then nothing but the app's own code keeps append-only rows.
 * @param {string} home
 * @param {string} adminUrl
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').Progress} progress
 */
export function chooseAppUrl(home, adminUrl, env, progress) {
  const own = process.env.DATABASE_URL;
  if (process.env.READROOM_DATABASE_ADMIN_URL && own) return own;
  // Before the first migration nothing is known, and nothing but that migration needs this URL.
  const { appRole = 'readroom_app' } = readMemory(home);
  if (appRole) return appUrlOf(adminUrl, env.READROOM_APP_PASSWORD ?? '', appRole);
  progress.say(
    `! The user of DATABASE_URL may not create roles: the app uses it too, and append-only tables on ${describeUrl(adminUrl)} are not protected from it.`,
  );
  return adminUrl;
}

/**
 * Empties the sandbox after its database was emptied: payments of a ledger that is gone would never reconcile.
 * @param {string} home
 */
export function dropStaleSandbox(home) {
  if (!readMemory(home).isSandboxStale) return;
  rmSync(join(home, 'stripe'), { recursive: true, force: true });
  remember(home, { isSandboxStale: false });
}

/**
 * Starts the local stand-in for Stripe, unless the user's own key is set.
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').Progress} progress
 * @param {import('./supervise.mjs').OnLaunch} onLaunch
 */
export async function startSandbox(env, progress, onLaunch) {
  if (!isSandboxUsed()) return null;
  if (env.READROOM_HOME) dropStaleSandbox(env.READROOM_HOME);
  return progress.step('Start the Stripe sandbox', async (note) => {
    const service = await startService(
      {
        name: 'stripe',
        file: serviceFile('server/payouts/sandbox/main.ts'),
        env,
        readySeconds: 30,
        stopSeconds: 5,
      },
      { say: progress.say, onLaunch },
    );
    note(`127.0.0.1:${env.STRIPE_API_PORT}`);
    return service;
  });
}

/**
 * Notes whether this database still gets the demo.
 * @param {string} home
 * @param {{ kind: 'embedded' | 'own', adminUrl: string }} database
 * @param {'due' | 'running' | 'done'} state
 */
export function rememberSeed(home, database, state) {
  remember(home, { seed: { database: nameDatabase(database), state } });
}

/**
 * Fills a new database with the demo, once. A start killed in the middle leaves half a demo: in the embedded
 * database, which nobody has used yet, it is thrown away and made again; in the user's own nothing is dropped.
 * @param {Settings} settings
 * @param {Prepared} prepared
 */
export async function seedDemo({ home, progress }, { database, adminEnv }) {
  const scenario = process.env.READROOM_SEED || 'demo';
  const { seed } = readMemory(home);
  if (scenario === 'none' || seed?.database !== nameDatabase(database) || seed.state === 'done') return;
  if (seed.state === 'running' && database.kind === 'own') {
    progress.say(
      `! Filling ${nameDatabase(database)} with the demo was interrupted; what is there was kept. "npm run db:reset" begins anew.`,
    );
    return;
  }
  if (seed.state === 'running') {
    await progress.step('Clear a half-made demo', (note) =>
      runDatabaseCommand('reset.ts', [], adminEnv, note),
    );
  }
  rememberSeed(home, database, 'running');
  rmSync(join(home, 'demo.json'), { force: true });
  await progress.step(`Fill the database (${scenario})`, (note) =>
    runDatabaseCommand('seed.ts', [scenario], adminEnv, note),
  );
  rememberSeed(home, database, 'done');
}
