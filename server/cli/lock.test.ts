import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MODULE = new URL('./lock.mjs', import.meta.url).href;
const CONTENDER = `
  const { takeLock } = await import(${JSON.stringify(MODULE)});
  console.log('up');
  process.stdin.once('data', () => {
    const lock = takeLock(process.argv[1], 'contender');
    console.log('heldBy' in lock ? 'refused' : 'taken');
    process.stdin.once('data', () => {
      if (!('heldBy' in lock)) lock.release();
      process.exit(0);
    });
  });
`;

type LockState = { owner: { pid: number; startedAt: string }; command: string; state: string };
type LockModule = {
  takeLock(
    home: string,
    command: string,
  ): { heldBy: LockState } | { release(): void; leftBehind: LockState | null };
  readLiveLock(home: string): LockState | null;
};
const { takeLock, readLiveLock } = (await import(MODULE)) as LockModule;

let home: string;
let contenders: { child: ChildProcess; next(): Promise<string> }[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'readroom-lock-'));
  contenders = [];
});

afterEach(() => {
  for (const { child } of contenders) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

async function spawnContenders(count: number): Promise<void> {
  contenders = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CONTENDER, home], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    return { child, next: async () => String((await lines.next()).value) };
  });
  await Promise.all(contenders.map((one) => one.next()));
}

function contend(): Promise<string[]> {
  for (const { child } of contenders) child.stdin!.write('go\n');
  return Promise.all(contenders.map((one) => one.next()));
}

const takenBy = (answers: string[]) => answers.filter((answer) => answer === 'taken').length;

describe('the lock of a data folder', () => {
  it('goes to exactly one of many processes that want it at once, also over a dead holder’s', async () => {
    await spawnContenders(8);
    expect(takenBy(await contend())).toBe(1);
    // All die without a word, the holder too.
    await Promise.all(
      contenders.map(({ child }) => {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        return gone;
      }),
    );
    expect(readLiveLock(home)).toBeNull();
    await spawnContenders(8);
    expect(takenBy(await contend())).toBe(1);
    const holder = readLiveLock(home);
    expect(contenders.map(({ child }) => child.pid)).toContain(holder?.owner.pid);
  }, 30_000);

  it('can be taken again after its release, and only one file stays', () => {
    for (let round = 0; round < 3; round += 1) {
      const lock = takeLock(home, 'test');
      if ('heldBy' in lock) throw new Error('held');
      expect(readLiveLock(home)?.command).toBe('test');
      expect(takeLock(home, 'other')).toHaveProperty('heldBy.command', 'test');
      lock.release();
      expect(readLiveLock(home)).toBeNull();
    }
    expect(readdirSync(home)).toHaveLength(1);
  });

  it('is not held by another process that got the dead holder’s number', () => {
    const stranger: LockState = {
      owner: { pid: process.pid, startedAt: 'another time' },
      command: 'npm start',
      state: 'running',
    };
    writeFileSync(join(home, 'lock.4.json'), JSON.stringify(stranger));
    expect(readLiveLock(home)).toBeNull();
    expect(takeLock(home, 'test')).toHaveProperty('leftBehind.command', 'npm start');
    expect(readdirSync(home)).toEqual(['lock.5.json']);
  });

  it('is free when a power cut left its file empty', () => {
    writeFileSync(join(home, 'lock.7.json'), '');
    expect(takeLock(home, 'test')).toHaveProperty('leftBehind', null);
    expect(JSON.parse(readFileSync(join(home, 'lock.8.json'), 'utf8'))).toMatchObject({
      command: 'test',
      owner: { pid: process.pid },
    });
  });
});
