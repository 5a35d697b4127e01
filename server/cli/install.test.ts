import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type InstallModule = {
  checkInstallation(options: { root: string; withDevelopment: boolean }): 'complete' | 'missing' | 'changed';
};
const { checkInstallation } = (await import(new URL('./install.mjs', import.meta.url).href)) as InstallModule;

const WANTED = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/tool': { version: '2.0.0', dev: true },
  'node_modules/a-other-platform': { version: '1.0.0', optional: true },
};

let root: string;
const write = (path: string, packages: object) =>
  writeFileSync(join(root, path), JSON.stringify({ packages }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'readroom-install-'));
  mkdirSync(join(root, 'node_modules'));
  write('package-lock.json', WANTED);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('checkInstallation', () => {
  it('is "missing" without the record that npm writes last, as after a killed installation', () => {
    expect(checkInstallation({ root, withDevelopment: false })).toBe('missing');
  });

  it('is "complete" without packages for other platforms, and without tools where none are needed', () => {
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(checkInstallation({ root, withDevelopment: false })).toBe('complete');
    expect(checkInstallation({ root, withDevelopment: true })).toBe('changed');
  });

  it('is "changed" when a version differs', () => {
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
    expect(checkInstallation({ root, withDevelopment: false })).toBe('changed');
  });
});
