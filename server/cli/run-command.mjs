import { spawn } from 'node:child_process';
import { EXIT_WITH_PARENT, PINNED_NODE, ROOT } from './paths.mjs';
import { stopSignal } from './stop-signals.mjs';

/**
 * Runs a program to its end and collects what it says; rejects only when it can't be started.
 * A request to stop ends it, unless it `mustFinish`: then it doesn't even see the terminal's Ctrl-C.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {
 *   onLine?: (line: string) => void, timeoutMs?: number, mustFinish?: boolean,
 *   onSpawn?: (pid: number) => void }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>} `output` is both, as they came
 */
export function runCommand(file, args, options = {}) {
  const { onLine, timeoutMs, mustFinish = false, onSpawn, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    if (!mustFinish) stopSignal.throwIfAborted();
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: mustFinish,
      ...spawnOptions,
    });
    if (child.pid !== undefined) onSpawn?.(child.pid);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const end = () => child.kill('SIGTERM');
    if (!mustFinish) stopSignal.addEventListener('abort', end);
    const clear = () => {
      clearTimeout(timer);
      stopSignal.removeEventListener('abort', end);
    };
    let stdout = '';
    let stderr = '';
    let output = '';
    /** @param {Buffer} chunk */
    const note = (chunk) => {
      output += chunk;
      const last = chunk.toString().trimEnd().split('\n').at(-1);
      if (last && onLine) onLine(last.trim());
    };
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
      note(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
      note(chunk);
    });
    child.on('error', (error) => {
      clear();
      reject(error);
    });
    child.on('close', (code, signal) => {
      clear();
      if (signal !== null) {
        stderr += `\nended by ${signal}`;
        output += `\nended by ${signal}`;
      }
      resolve({ code: code ?? 1, stdout, stderr, output });
    });
  });
}

/**
 * Runs a file of this clone on the pinned Node, in the clone's folder. It ends with the launcher, also when that
 * is killed: a build or a demo that went on alone would write where the next start writes.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Parameters<typeof runCommand>[2] & { env: NodeJS.ProcessEnv }} options
 */
export function runNode(file, args, options) {
  return runCommand(PINNED_NODE, ['--import', EXIT_WITH_PARENT, file, ...args], {
    cwd: ROOT,
    ...options,
    env: { ...options.env, READROOM_LAUNCHER_PID: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/**
 * The last lines of an output, for an error message.
 * @param {string} text
 */
export function lastLines(text, count = 12) {
  return text.trim().split('\n').slice(-count).join('\n');
}
