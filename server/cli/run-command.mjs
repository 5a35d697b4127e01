import { spawn } from 'node:child_process';
import { stopSignal } from './stop-signals.mjs';

/**
 * Runs a program to its end and collects what it says; rejects only when it can't be started.
 * A request to stop ends it, unless it `mustFinish`: then it doesn't even see the terminal's Ctrl-C.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {
 *   onLine?: (line: string) => void, timeoutMs?: number, mustFinish?: boolean }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>} `output` is both, as they came
 */
export function runCommand(file, args, options = {}) {
  const { onLine, timeoutMs, mustFinish = false, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    if (!mustFinish) stopSignal.throwIfAborted();
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: mustFinish,
      ...spawnOptions,
    });
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
 * The last lines of an output, for an error message.
 * @param {string} text
 */
export function lastLines(text, count = 12) {
  return text.trim().split('\n').slice(-count).join('\n');
}
