import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBenchAlone, needsDatabase } from './commands.mjs';
import { runLauncher } from './run-start.ts';

describe('which readroom commands get the database', () => {
  it.each([
    [['import', 'leie', 'UPDATED.csv'], true],
    [['import', 'nppes', 'pfile.csv', '--mode', 'delta', '--json'], true],
    [['roll-ups', 'rebuild', '--all'], true],
    [['roll-ups', '--help'], false],
    [['import'], false],
    [['import', '--help'], false],
    [['import', 'leie', '--help'], false],
    [['quality', 'reliability', 'reads.csv'], false],
    [['replay', 'folder'], false],
    [[], false],
  ])('%j: %s', (args, expected) => {
    expect(needsDatabase(args)).toBe(expected);
  });
});

describe('which benches run without the installation', () => {
  it.each([
    ['bench/run.ts', ['claims', '--quick'], true],
    ['bench/run.ts', ['--json', 'dashboards'], true],
    ['bench/run.ts', [], true],
    ['bench/run.ts', ['--quick', 'http'], false],
    ['bench/run.ts', ['pages'], false],
    ['db/cli/seed.ts', ['claims'], false],
  ])('%s %j: %s', (file, args, expected) => {
    expect(isBenchAlone(file, args)).toBe(expected);
  });
});

describe('npm run readroom where the database cannot be reached', () => {
  let home: string;
  let url: string;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'readroom-command-'));
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    });
    url = `postgres://me:secret@127.0.0.1:${port}/readroom`;
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('works for a command that needs none, and touches nothing of the installation', async () => {
    const args = ['readroom', 'quality', 'sample-size', '--truth', '0.95', '--threshold', '0.9', '--json'];
    const { code, out } = await runLauncher(args, home, { DATABASE_URL: url });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ threshold: 0.9 });
    expect(existsSync(join(home, 'secrets.json'))).toBe(false);
  });

  it('works for a bench that brings its own database, and touches nothing of the installation', async () => {
    const { code, err } = await runLauncher(['run', 'bench/run.ts', 'unknown'], home, { DATABASE_URL: url });
    expect([code, err]).toEqual([1, expect.stringContaining('NAME one of: claims, ')]);
    expect(existsSync(join(home, 'secrets.json'))).toBe(false);
  });

  it('is refused in one sentence for a command that works in it', async () => {
    const { code, err } = await runLauncher(['readroom', 'import', 'leie', 'UPDATED.csv'], home, {
      DATABASE_URL: url,
    });
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(
      /^The database at 127\.0\.0\.1:\d+\/readroom \(DATABASE_URL\) can't be reached: nothing listens there\./,
    );
  });
});
