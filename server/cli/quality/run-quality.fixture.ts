import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { runQuality } from '#server/cli/quality.ts';

export type Answer = {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** Stdout as the JSON object it must be. */
  readonly json: () => Result;
};

/** JSON of which a test names what it looks at. */
export type Result = { readonly [key: string]: Result } & {
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
  readonly se: number | null;
};

let folder = '';

/** Gives every test of the file an empty folder. */
export function inOwnFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quality-'));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Runs the command as from a shell and collects what it says. */
export async function quality(...argv: readonly string[]): Promise<Answer> {
  const out: string[] = [];
  const error: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void error.push(line));
  const code = await runQuality([...argv], (text) => out.push(text) > 0);
  return {
    code,
    out: out.join(''),
    error: error.join('\n'),
    json: () => JSON.parse(out.join('')) as Result,
  };
}

/** Writes a file into the test's folder and returns its path. */
export function file(text: string | Buffer, name = 'labels.csv'): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** The path of a file of the test's folder that need not exist. */
export function pathTo(name = ''): string {
  return join(folder, name);
}

/** A label file of lines "task,worker,label". */
export function labels(rows: string, name?: string): string {
  return file(`task,worker,label\n${rows}`, name);
}

type ReadRow = { readonly item: string; readonly rater: string; readonly value: string | number | null };

export function csv(reads: readonly ReadRow[]): string {
  return ['task,worker,label', ...reads.map((read) => `${read.item},${read.rater},${read.value}`)].join('\n');
}
