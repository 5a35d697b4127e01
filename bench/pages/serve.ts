import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = path.join(import.meta.dirname, '..', '..');
const READY_SECONDS = 20;

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  return answer?.ok === true;
}

/**
 * Serves the built app with the environment that the launcher gave this process, unless one answers already. Nothing is built
 * or seeded here. Returns what stops it again.
 */
export async function serveUnlessRunning(url: string): Promise<() => void> {
  if (await answers(url)) return () => {};
  const isBuilt = existsSync(path.join(ROOT, '.next', 'BUILD_ID'));
  const hasDemo = existsSync(path.join(process.env.READROOM_HOME ?? '.readroom', 'demo.json'));
  if (process.env.READROOM_BASE_URL || !isBuilt || !hasDemo) {
    console.error(
      `No app answers at ${url}; run "npm start" first: it builds the app and fills in the demo.`,
    );
    process.exit(1);
  }
  return serveBuilt(url);
}

/** Serves the build that is there at `url`, with the launcher's environment and `more`. Returns what stops it again. */
export async function serveBuilt(url: string, more: Record<string, string> = {}): Promise<() => void> {
  if (!existsSync(path.join(ROOT, '.next', 'BUILD_ID')))
    throw new Error('There is no build of the app; run "npm start" first.');
  const next = path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: 'production' as const, ...more };
  const server = spawn(process.execPath, [next, 'start', '--port', new URL(url).port], {
    env,
    stdio: 'ignore',
  });
  const deadline = Date.now() + READY_SECONDS * 1000;
  while (!(await answers(url))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill();
      throw new Error(`The app did not answer at ${url} within ${READY_SECONDS} s.`);
    }
    await delay(200);
  }
  return () => void server.kill();
}
