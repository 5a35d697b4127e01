import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('./launch.mjs', import.meta.url));

/** What would make it serve or open something of the developer's. */
const FOREIGN = /^(DATABASE_URL|READROOM_|STRIPE_|NEXTAUTH_|SMTP_|HOST$|PORT$|VITEST)/;

export type EndedStart = { code: number | null; out: string; err: string };

/**
 * `npm start` as a process of its own, for tests of what it refuses: on a data folder of the test's, with nothing of the
 * developer's own settings. Resolves when it has ended.
 */
export function runStart(home: string, settings: Record<string, string>): Promise<EndedStart> {
  return runLauncher(['start'], home, settings);
}

/** The same for any of the launcher's commands, for example `['readroom', 'quality', '--help']`. */
export function runLauncher(
  args: readonly string[],
  home: string,
  settings: Record<string, string>,
): Promise<EndedStart> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (FOREIGN.test(name)) delete env[name];
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    // Test mode keeps it from reading the developer's `.env`.
    env: { ...env, READROOM_MODE: 'test', READROOM_HOME: home, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
