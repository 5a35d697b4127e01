import { writeSync } from 'node:fs';

/** Where a command says what it found. Nothing is printed before the command has ended well, so a bad file prints no half result. */
export type Output = {
  /** One line (or several) of the result. */
  line(text?: string): void;
  /** Something to know about the result, apart from it (stderr). */
  warn(text: string): void;
};

/** The result could not be handed over: the disk is full, the device is gone. Exit code 1. */
export class OutputProblem extends Error {}

/** An output that keeps its lines until `flush`. */
export type KeptOutput = Output & { flush(): void };

/** Keeps the result until it is whole and hands it to `write` then, until that wants no more; warnings go out at once. */
export function keptOutput(write: (text: string) => boolean, warn: (text: string) => void): KeptOutput {
  const lines: string[] = [];
  return {
    line: (text = '') => void lines.push(text),
    warn,
    flush: () => {
      for (const line of lines) if (!write(`${line}\n`)) return;
    },
  };
}

const stdout = 1;
const pauseMs = 5;

/**
 * Writes all of the text to standard output before it returns. A reader that went away (`head`) is no error: returns false, and
 * the rest is not wanted. Throws `OutputProblem` when the text cannot be kept, which `console.log` would swallow.
 */
export function writeOut(text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(stdout, bytes, written);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EPIPE') return false;
      // A pipe that its other end has made non-blocking and not emptied yet.
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      else
        throw new OutputProblem(`The result could not be written to standard output (${code}).`, { cause });
    }
  }
  return true;
}
