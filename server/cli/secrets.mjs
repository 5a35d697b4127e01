import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';

const secret = () => randomBytes(32).toString('base64url');

/** What is made when it is missing; a secret added by a later version joins the file of an older one. */
const MAKERS = {
  instanceId: () => randomBytes(8).toString('hex'),
  postgresPassword: secret,
  appPassword: secret,
  nextAuthSecret: secret,
  goldSecret: secret,
  stripeSecretKey: () => `sk_test_sandbox_${randomBytes(16).toString('hex')}`,
  stripeWebhookSecret: () => `whsec_${randomBytes(24).toString('hex')}`,
};

/**
 * The secrets of one installation, made once and kept where only their owner can read them.
 * @typedef {Record<keyof typeof MAKERS, string>} Secrets
 *
 * @param {string} home
 * @returns {Secrets}
 * @throws {LaunchError} when the file is unreadable, or lost while the database it opens is still there
 */
export function loadSecrets(home) {
  const path = join(home, 'secrets.json');
  /** @type {Partial<Secrets>} */
  let stored = {};
  if (existsSync(path)) {
    try {
      stored = JSON.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      throw new LaunchError(`${path} can't be read as JSON; restore it, or remove ${home} to begin anew.`, {
        cause,
      });
    }
  } else if (existsSync(join(home, 'postgres'))) {
    throw new LaunchError(
      `${path} is missing, and without its password the database beside it can't be opened; restore the file, or remove ${home} to begin anew.`,
    );
  }
  const missing = Object.keys(MAKERS).filter((name) => !(name in stored));
  if (missing.length === 0) return /** @type {Secrets} */ (stored);
  const made = Object.fromEntries(
    missing.map((name) => [name, MAKERS[/** @type {keyof Secrets} */ (name)]()]),
  );
  const secrets = /** @type {Secrets} */ ({ ...stored, ...made });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return secrets;
}

/**
 * The ports and marks this installation remembers from one start to the next.
 * @typedef {{ postgresPort?: number, stripePort?: number, appRole?: string | null, migratedBy?: string | null,
 *   seed?: { database: string, state: 'due' | 'running' | 'done' }, isSandboxStale?: boolean }} Memory
 *
 * @param {string} home
 * @returns {Memory}
 */
export function readMemory(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'memory.json'), 'utf8'));
  } catch {
    // Nothing here is needed to work: a port is chosen anew, and the seed mark is only ever an extra check.
    return {};
  }
}

/** @param {string} home @param {Partial<Memory>} change */
export function remember(home, change) {
  const path = join(home, 'memory.json');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...readMemory(home), ...change }, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
