// The entry of every npm script. Until the packages are installed it runs on whatever Node (20 or later) the machine
// has and imports nothing but Node itself; after that everything runs on the Node 24 that comes with the packages.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const USAGE =
  'Usage: node server/cli/launch.mjs start | dev | test | run FILE.ts [arguments] | readroom [COMMAND [arguments]]';

/**
 * Runs this same command on the pinned Node and ends as it ends.
 * @param {string} pinnedNode
 * @param {number} beganAt
 * @param {AbortSignal} stopSignal
 * @returns {Promise<number>}
 */
function runAgainOn(pinnedNode, beganAt, stopSignal) {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const env = { ...process.env, READROOM_BEGAN_AT: String(beganAt) };
  // The channel tells the inner process when this one dies, however it dies.
  const inner = spawn(pinnedNode, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  // A repetition is passed on too: it asks for hurry.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => inner.kill(signal));
  stopSignal.addEventListener('abort', () => inner.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    inner.on('error', reject);
    inner.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Variables from `.env`; what is set already wins. */
function loadEnvFile() {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

async function main() {
  const beganAt = Number(process.env.READROOM_BEGAN_AT) || Date.now();
  const [command, ...args] = process.argv.slice(2);
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    console.error(
      `Readroom needs Node ${OLDEST_NODE} or later and this is ${process.version}; install a newer Node from nodejs.org.`,
    );
    return 1;
  }
  const isRun = command === 'run' || command === 'readroom';
  const isKnown = ['start', 'dev', 'test', 'run', 'readroom'].includes(command ?? '');
  if (!isKnown || (command === 'run' && args.length === 0)) {
    console.error(USAGE);
    return 1;
  }
  const { PINNED_NODE, ROOT } = await import('./paths.mjs');
  const { createProgress } = await import('./progress.mjs');
  const { installPackages } = await import('./install.mjs');
  const { listenForStop, stopSignal } = await import('./stop-signals.mjs');
  process.chdir(ROOT);
  listenForStop();
  try {
    await installPackages(createProgress(isRun ? process.stderr : process.stdout), {
      withDevelopment: command !== 'start' && !isRun,
    });
  } catch (error) {
    if (stopSignal.aborted) return 0;
    throw error;
  }
  if (realpathSync(process.execPath) !== realpathSync(PINNED_NODE))
    return await runAgainOn(PINNED_NODE, beganAt, stopSignal);
  delete process.env.READROOM_BEGAN_AT;
  // Tests must never meet the user's own database or payments.
  if (process.env.READROOM_MODE !== 'test') loadEnvFile();
  if (isRun) {
    const { runFile, runReadroom } = await import('./run.mjs');
    return command === 'run' ? runFile(args[0], args.slice(1)) : runReadroom(args);
  }
  if (command === 'test') return (await import('./test.mjs')).runAllTests();
  return (await import('./start.mjs')).serve(command, { beganAt });
}

try {
  process.exitCode = await main();
} catch (error) {
  const isExpected = error instanceof Error && error.name === 'LaunchError';
  console.error(isExpected ? error.message : error);
  process.exitCode = isExpected ? error.exitCode : 1;
}
// A service that was killed may have left a handle open; everything that matters has ended.
process.exit();
