import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and collects what it says; rejects only when it can't be started.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {
 *   onLine?: (line: string) => void, timeoutMs?: number, input?: string }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function runCommand(file, args, options = {}) {
  const { onLine, timeoutMs, input, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...spawnOptions,
    });
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let stdout = '';
    let stderr = '';
    /** @param {Buffer} chunk */
    const note = (chunk) => {
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
    if (input !== undefined) child.stdin?.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) stderr += `\nended by ${signal}`;
      resolve({ code: code ?? 1, stdout, stderr });
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
