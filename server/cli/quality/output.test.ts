import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inOwnFolder, labels } from './run-quality.fixture.ts';

inOwnFolder();

const root = path.resolve(import.meta.dirname, '../../..');
const readroom = 'server/cli/readroom.ts';

/** Runs the command as a process of its own, through a shell that redirects. */
function shell(command: string): { code: number | null; out: string; error: string } {
  const node = JSON.stringify(process.execPath);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-o', 'pipefail', '-c', `${node} ${readroom} quality ${command}`],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { code: status, out: stdout, error: stderr };
}

const isFullThere = existsSync('/dev/full');

describe('a result that cannot be kept', () => {
  it.skipIf(!isFullThere)('ends with exit code 1 and says why: the disk is full', () => {
    const file = labels('1,a,x\n1,b,x\n2,a,y\n2,b,y\n');
    for (const command of [
      `reliability ${file} --json`,
      `consensus ${file} --method majority`,
      'overlap --accuracy 0.8',
      '--help',
    ]) {
      const answer = shell(`${command} > /dev/full`);
      expect(answer.code).toBe(1);
      expect(answer.error).toMatch(/could not be written to standard output \(ENOSPC\)/);
    }
  });

  it('is no error when its reader has seen enough', () => {
    const rows = Array.from({ length: 60_000 }, (_, rater) => `1,reader-number-${rater},x`).join('\n');
    const answer = shell(`consensus ${labels(rows)} --method majority --json | head -c 20`);
    expect(answer).toMatchObject({ code: 0, error: '', out: expect.stringMatching(/^\{"method"/) });
  });

  it('is whole when its reader is slow', () => {
    const rows = Array.from({ length: 20_000 }, (_, rater) => `1,reader-number-${rater},x`).join('\n');
    const answer = shell(`consensus ${labels(rows)} --method majority --json | (sleep 0.5; cat)`);
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({ n_annotators: 20_000 });
  });
});
