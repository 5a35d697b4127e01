import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

type Memory = { isSandboxStale?: boolean; stripePort?: number };
// The launcher is plain JavaScript, which the type checker does not follow.
const load = (file: string) => import(new URL(file, import.meta.url).href);
const { dropStaleSandbox } = (await load('./prepare.mjs')) as { dropStaleSandbox(home: string): void };
const { readMemory, remember } = (await load('./secrets.mjs')) as {
  readMemory(home: string): Memory;
  remember(home: string, change: Memory): void;
};

let home: string;
const journal = () => join(home, 'stripe', 'journal.jsonl');
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'readroom-sandbox-'));
  mkdirSync(join(home, 'stripe'));
  writeFileSync(journal(), '{}');
});
afterEach(() => rmSync(home, { recursive: true }));

test('the sandbox’s payments go with the database that was emptied, once', () => {
  remember(home, { isSandboxStale: true, stripePort: 4242 });
  dropStaleSandbox(home);
  expect(existsSync(journal())).toBe(false);
  expect(readMemory(home)).toEqual({ isSandboxStale: false, stripePort: 4242 });
});

test('the sandbox’s payments stay otherwise', () => {
  dropStaleSandbox(home);
  expect(existsSync(journal())).toBe(true);
});
