import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMemoryHome, startPostgres } from './embedded-postgres.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readroom-postgres-'));
  // Run by root, PostgreSQL is another user, who must get in.
  chmodSync(folder, 0o755);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the server in a process of its own, writes a row, and dies without a word. */
function startAndDie(dataDir: string): void {
  const script = `
    import { startPostgres } from ${JSON.stringify(new URL('./embedded-postgres.mjs', import.meta.url).href)};
    import postgres from ${JSON.stringify(import.meta.resolve('postgres'))};
    const server = await startPostgres({ dataDir: process.argv[1], password: 'secret' });
    const sql = postgres(server.adminUrl(), { max: 1 });
    await sql\`create table kept as select 42 as answer\`;
    process.kill(process.pid, 'SIGKILL');
  `;
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', script, dataDir]);
  expect(result.signal, String(result.stderr)).toBe('SIGKILL');
}

const readPid = (dataDir: string) => readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0];

describe('startPostgres', () => {
  it('takes over from a server that a killed process left behind: stopped, not reused, nothing lost', async () => {
    const dataDir = join(folder, 'data');
    startAndDie(dataDir);
    const left = readPid(dataDir);
    const server = await startPostgres({ dataDir, password: 'secret' });
    try {
      expect(readPid(dataDir)).not.toBe(left);
      const sql = postgres(server.adminUrl(), { max: 1 });
      const rows = await sql`select answer, current_setting('data_directory') as path,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets from kept`;
      expect(rows).toEqual([{ answer: 42, path: dataDir, addresses: '127.0.0.1', sockets: '' }]);
      await sql.end();
    } finally {
      await server.stop();
    }
  }, 60_000);

  it('recovers when the server itself was killed', async () => {
    const dataDir = join(folder, 'data');
    startAndDie(dataDir);
    process.kill(Number(readPid(dataDir)), 'SIGKILL');
    const server = await startPostgres({ dataDir, password: 'secret' });
    try {
      const sql = postgres(server.adminUrl(), { max: 1 });
      expect(await sql`select answer from kept`).toEqual([{ answer: 42 }]);
      await sql.end();
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describe('findMemoryHome', () => {
  it('takes a folder with the room that is asked for, and none that is missing or has less', () => {
    expect(findMemoryHome(folder, 1)).toBe(folder);
    expect(findMemoryHome(folder, 2 ** 60)).toBeNull();
    expect(findMemoryHome(join(folder, 'none'), 1)).toBeNull();
  });

  it.each([
    ['listed', 0o333],
    ['written', 0o555],
    ['entered', 0o666],
  ])('takes none that cannot be %s, which is not looked through either', (_how, mode) => {
    const memory = mkdtempSync(join(folder, 'memory-'));
    chmodSync(memory, mode);
    // Root can do all of it: asked as somebody else.
    const script = `
      import { findMemoryHome, listScratchHomes } from ${JSON.stringify(new URL('./embedded-postgres.mjs', import.meta.url).href)};
      if (process.getuid() === 0) {
        process.setgroups([]);
        process.setgid(65534);
        process.setuid(65534);
      }
      const memory = process.argv[1];
      console.log(JSON.stringify([findMemoryHome(memory, 1), listScratchHomes(memory).includes(memory)]));
    `;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script, memory]);
    expect(String(result.stderr)).toBe('');
    expect(JSON.parse(String(result.stdout))).toEqual([null, false]);
  });
});
