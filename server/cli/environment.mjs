import { join } from 'node:path';

/**
 * @typedef {import('./secrets.mjs').Secrets} Secrets
 * @typedef {{ adminUrl: string, appUrl: string }} DatabaseUrls
 * @typedef {'production' | 'development' | 'test'} Mode
 */

/**
 * What every process of this installation is told. A variable that the user sets wins over a generated one.
 * With the user's own Stripe key there is no sandbox.
 * @param {{ home: string, secrets: Secrets, mode: Mode, port: number, stripePort?: number, databaseUrl: string }} options
 * @returns {NodeJS.ProcessEnv}
 */
export function buildEnvironment({ home, secrets, mode, port, stripePort, databaseUrl }) {
  const given = process.env;
  const env = {
    ...given,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: given.NEXTAUTH_URL || `http://localhost:${port}`,
    NEXTAUTH_SECRET: given.NEXTAUTH_SECRET || secrets.nextAuthSecret,
    READROOM_APP_PASSWORD: given.READROOM_APP_PASSWORD || secrets.appPassword,
    READROOM_GOLD_SECRET: given.READROOM_GOLD_SECRET || secrets.goldSecret,
    READROOM_FILES_DIR: given.READROOM_FILES_DIR || join(home, 'files'),
    READROOM_HOME: home,
    READROOM_MODE: given.READROOM_MODE || mode,
    READROOM_LOCAL_MAILBOX: given.READROOM_LOCAL_MAILBOX || (isMailboxSafe(given) ? '1' : '0'),
    STRIPE_WEBHOOK_SECRET: given.STRIPE_WEBHOOK_SECRET || secrets.stripeWebhookSecret,
    NEXT_TELEMETRY_DISABLED: '1',
  };
  // The administrator's URL reaches only the commands that need it; see `forAdministration`.
  delete env.READROOM_DATABASE_ADMIN_URL;
  delete env.READROOM_EMBEDDED;
  if (stripePort === undefined) return env;
  return {
    ...env,
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_API_PROTOCOL: 'http',
    STRIPE_API_HOST: '127.0.0.1',
    STRIPE_API_PORT: String(stripePort),
  };
}

/**
 * Whether the mailbox page, which shows everybody's mail to everybody, is on without being asked for: only on a laptop's
 * own installation, where there is no other way to read the mail. Never where other machines can reach the app, be it
 * by its own address (HOST) or by the address that people type (NEXTAUTH_URL, a proxy or a tunnel).
 * @param {NodeJS.ProcessEnv} given
 */
function isMailboxSafe({ DATABASE_URL, SMTP_URL, HOST, NEXTAUTH_URL }) {
  if (DATABASE_URL || SMTP_URL) return false;
  return isLoopback(HOST || 'localhost') && (!NEXTAUTH_URL || isLoopback(hostOf(NEXTAUTH_URL)));
}

/** Whether nobody ever reads what the app writes: sign-up and invitations lead nowhere then. @param {NodeJS.ProcessEnv} env */
export function isMailLost({ SMTP_URL, READROOM_LOCAL_MAILBOX }) {
  return !SMTP_URL && READROOM_LOCAL_MAILBOX !== '1';
}

/** @param {string} url */
function hostOf(url) {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** @param {string} host a name or an address of this machine that no other machine can reach */
function isLoopback(host) {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Whether payments go to the local sandbox: always, unless the user has set a Stripe key. */
export function isSandboxUsed() {
  return !process.env.STRIPE_SECRET_KEY;
}

/**
 * The same, with the database administrator's URL: for migrating, seeding and commands, never for what serves.
 * `READROOM_EMBEDDED` tells them that the database is this clone's own, which may be emptied without asking.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ kind: 'embedded' | 'own', adminUrl: string }} database
 */
export function forAdministration(env, { kind, adminUrl }) {
  return {
    ...env,
    READROOM_DATABASE_ADMIN_URL: adminUrl,
    ...(kind === 'embedded' ? { READROOM_EMBEDDED: '1' } : {}),
  };
}
