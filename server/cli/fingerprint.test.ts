import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

type FingerprintModule = {
  fingerprint(paths: string[], options: { root: string; except?: RegExp }): string;
};
const { fingerprint } = (await import(
  new URL('./fingerprint.mjs', import.meta.url).href
)) as FingerprintModule;

const root = mkdtempSync(join(tmpdir(), 'readroom-fingerprint-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('changes with a byte or a name, not with what is excepted or absent', () => {
  mkdirSync(join(root, 'app', 'deep'), { recursive: true });
  writeFileSync(join(root, 'app', 'deep', 'page.tsx'), 'one');
  const take = () => fingerprint(['app', 'tsconfig.json', 'not-there'], { root, except: /\.test\.ts$/ });
  const first = take();
  writeFileSync(join(root, 'app', 'page.test.ts'), 'test');
  expect(take()).toBe(first);
  writeFileSync(join(root, 'app', 'deep', 'page.tsx'), 'two');
  const second = take();
  expect(second).not.toBe(first);
  renameSync(join(root, 'app', 'deep', 'page.tsx'), join(root, 'app', 'deep', 'layout.tsx'));
  expect(take()).not.toBe(second);
});
