import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type BenchCase, type BenchCheck, measured, median } from './result.ts';

const ROOT = path.dirname(import.meta.dirname);
const BUILD_MODULE = path.join(ROOT, 'server', 'cli', 'build.mjs');
const WARM_LIMIT_SECONDS = 10;
const WARM_ROUNDS = 3;
const FULL_DEADLINE_MS = 300_000;
const QUICK_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;

type Trial = { folder: string; port: number; deadlineMs: number; seed: 'demo' | 'none' };
type Start = { seconds: number; process: ChildProcess; exited: Promise<number | null> };

/** The files of the clone as they are now, without what is ignored; the packages as hard links, nothing is installed. */
function copyClone(target: string, withBuild: boolean): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const file of listed.toString().split('\0')) {
    if (file === '' || !existsSync(path.join(ROOT, file))) continue;
    mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    cpSync(path.join(ROOT, file), path.join(target, file));
  }
  const modules = path.join(ROOT, 'node_modules');
  try {
    execFileSync('cp', ['-al', modules, path.join(target, 'node_modules')], { stdio: 'ignore' });
  } catch {
    // Hard links don't cross file systems and are not every cp's; a copy is the same, only slower.
    rmSync(path.join(target, 'node_modules'), { recursive: true, force: true });
    cpSync(modules, path.join(target, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  }
  if (!withBuild) return;
  cpSync(path.join(ROOT, '.next'), path.join(target, '.next'), {
    recursive: true,
    filter: (source) => !['cache', 'dev'].includes(path.relative(path.join(ROOT, '.next'), source)),
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function isUp(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** The environment without anything that points at an installation of this machine. */
function cleanEnvironment(port: number, seed: string): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) =>
    /^(DATABASE_URL|READROOM_|STRIPE_|NEXTAUTH_|SMTP_|npm_)/.test(name),
  );
  const cleared = Object.fromEntries(names.map((name) => [name, undefined]));
  return { ...process.env, ...cleared, PORT: String(port), READROOM_SEED: seed };
}

/** Runs `npm start` and measures until the first page answers 200; null when that takes too long. */
async function start({ folder, port, deadlineMs, seed }: Trial): Promise<Start | null> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: cleanEnvironment(port, seed),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  while (performance.now() - began < deadlineMs && child.exitCode === null) {
    if (await isUp(port)) return { seconds: (performance.now() - began) / 1000, process: child, exited };
    await delay(25);
  }
  child.kill('SIGTERM');
  await exited;
  return null;
}

/** Stops it as a person would; the exit code, or null when it doesn't end in time. */
async function stop({ process: child, exited }: Start): Promise<number | null> {
  child.kill('SIGTERM');
  return await Promise.race([exited, delay(STOP_DEADLINE_MS, null, { ref: false })]);
}

/** The launcher's process, from the lock file of its data folder. */
function readLauncherPid(folder: string): number {
  const home = path.join(folder, '.readroom');
  const lock = readdirSync(home).find((name) => /^lock\.\d+\.json$/.test(name));
  const state = JSON.parse(readFileSync(path.join(home, lock ?? ''), 'utf8')) as { owner: { pid: number } };
  return state.owner.pid;
}

/**
 * `npm start` to the first 200 on a copy of this clone with its packages in place: cold (database created, migrated
 * and filled, app built), warm (everything there), and after a SIGKILL of the launcher. With `quick` an existing
 * build is used, the demo is left out and each is measured once.
 */
export const run: Bench = async ({ quick }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'readroom-bench-'));
  chmodSync(folder, 0o755);
  const cases: BenchCase[] = [];
  const checks: BenchCheck[] = [];
  const deadline = quick ? QUICK_DEADLINE_MS : FULL_DEADLINE_MS;
  try {
    const { isBuildFresh } = (await import(BUILD_MODULE)) as { isBuildFresh(): boolean };
    const withBuild = quick && isBuildFresh();
    copyClone(folder, withBuild);
    const port = await findFreePort();
    const trial: Trial = { folder, port, deadlineMs: deadline, seed: quick ? 'none' : 'demo' };
    const cold = await start(trial);
    checks.push({
      check: 'a first start ends in a page',
      pass: cold !== null,
      detail: cold ? '' : `no 200 within ${deadline / 1000} s${withBuild ? '' : ', the build included'}`,
    });
    if (!cold) return { name: 'startup', cases, checks };
    const coldName = `first start, ${withBuild ? 'build at hand' : 'with build'}, ${quick ? 'no demo' : 'with demo'}`;
    cases.push(measured(coldName, 'npm start to first 200', cold.seconds, 's'));
    const codes = [await stop(cold)];

    const warm: number[] = [];
    let last: Start | null = null;
    for (let round = 0; round < (quick ? 1 : WARM_ROUNDS); round += 1) {
      if (last) codes.push(await stop(last));
      last = await start(trial);
      if (!last) break;
      warm.push(last.seconds);
    }
    if (warm.length > 0)
      cases.push(measured('later start', 'npm start to first 200, median', median(warm), 's'));
    checks.push({
      check: `every later start answers within ${WARM_LIMIT_SECONDS} s`,
      pass: warm.length > 0 && Math.max(...warm) < WARM_LIMIT_SECONDS,
      detail: warm.map((seconds) => `${seconds.toFixed(1)} s`).join(', '),
    });

    if (last) process.kill(readLauncherPid(folder), 'SIGKILL');
    await last?.exited;
    const recovered = last && (await start(trial));
    if (recovered) {
      cases.push(measured('start after SIGKILL', 'npm start to first 200', recovered.seconds, 's'));
      codes.push(await stop(recovered));
    }
    checks.push({ check: 'a start after SIGKILL recovers by itself', pass: Boolean(recovered), detail: '' });
    checks.push({
      check: 'each stop ends with exit code 0',
      pass: codes.every((code) => code === 0),
      detail: codes.join(', '),
    });
    return { name: 'startup', cases, checks };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
