import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { runStart } from './run-start.ts';

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

describe('npm start on a database newer than the code', () => {
  let t: TestDatabase;
  let home: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    home = mkdtempSync(join(tmpdir(), 'readroom-start-'));
  });
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await t.drop();
  });

  test('is refused in one sentence with exit code 1; the database and the password of its app stay as they are', async () => {
    await t.admin`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of a later version', 4102444800000)`;
    const adminUrl = new URL(inject('adminUrl'));
    adminUrl.pathname = new URL(t.url).pathname;
    const migrations = async () => (await t.admin`select hash from drizzle.__drizzle_migrations`).length;
    const before = await migrations();
    const { code, err } = await runStart(home, {
      PORT: String(await freePort()),
      DATABASE_URL: adminUrl.href,
      READROOM_APP_PASSWORD: 'of this older clone',
    });
    expect(err.trimEnd()).toBe(
      'The database was made by a newer version of Readroom. Update the code, or point DATABASE_URL at another database.',
    );
    expect(code).toBe(1);
    expect(await migrations()).toBe(before);
    expect(existsSync(join(home, 'demo.json'))).toBe(false);
    const app = postgres(t.url, { max: 1 });
    expect(await app`select 1 as one`).toEqual([{ one: 1 }]);
    await app.end();
  });
});
