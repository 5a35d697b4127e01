import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase } from './client.ts';
import { findUnsupported, migrateDatabase } from './migrate.ts';
import { makeOrganisation } from './seed/factories/identity.ts';
import { createTestDatabase, TEST_APP_PASSWORD } from './testing/database.ts';
import { untilWaiting } from './testing/until-waiting.ts';

/** A user's own server, where the user of DATABASE_URL is no superuser. */
test.each([
  [150015, false],
  [160010, false],
  [160011, true],
  [170006, false],
  [180000, false],
  [180004, true],
  [190000, true],
])('a server of version %i is supported: %s', (version, isSupported) => {
  expect(findUnsupported(version) === null).toBe(isSupported);
});

test('another database of the server whose launcher changes the roles at the same moment is waited for', async () => {
  const [one, other] = [
    await createTestDatabase(inject('adminUrl')),
    await createTestDatabase(inject('adminUrl')),
  ];
  const [row] = await one.admin`select current_database() as name`;
  const adminUrl = new URL(`/${row?.name}`, inject('adminUrl')).href;
  let migrated: Promise<unknown> | undefined;
  // What the launcher of the other database does, held back just before it commits.
  await other.admin.begin(async (tx) => {
    await tx.unsafe(`alter role readroom_app password '${TEST_APP_PASSWORD}'`);
    migrated = migrateDatabase({ adminUrl, appPassword: TEST_APP_PASSWORD });
    await untilWaiting(one);
  });
  expect(await migrated).toEqual({ applied: 0, appRole: 'readroom_app' });
  await one.drop();
  await other.drop();
});

describe('migrating with few permissions', () => {
  const run = `m_${process.pid}`;
  let root: postgres.Sql;
  const made: string[] = [];
  beforeAll(() => {
    root = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} });
  });
  afterAll(async () => {
    for (const name of made) await root.unsafe(`drop database if exists ${name} with (force)`);
    for (const name of made) await root.unsafe(`drop owned by ${name}; drop role ${name}`);
    await root.end();
  });

  /** A sign-in role and a database of the same name; the URL is that user's. */
  async function makeUser(name: string, options: { role?: string; owns?: boolean; hasDatabase?: boolean }) {
    const user = `${run}_${name}`;
    made.push(user);
    await root.unsafe(`create role ${user} login password 'pw' ${options.role ?? 'nocreaterole'}`);
    if (options.hasDatabase ?? true)
      await root.unsafe(`create database ${user} ${options.owns ? `owner ${user}` : ''}`);
    const url = new URL(inject('adminUrl'));
    Object.assign(url, { username: user, password: 'pw', pathname: `/${user}` });
    return {
      user,
      url: url.href,
      migrate: () => migrateDatabase({ adminUrl: url.href, appPassword: TEST_APP_PASSWORD }),
    };
  }

  test('a user who may not create roles migrates its own database, and is told that the app must use that user', async () => {
    const { url, migrate } = await makeUser('plain', { owns: true });
    const first = await migrate();
    expect(first.appRole).toBeNull();
    expect(first.applied).toBeGreaterThan(5);
    expect(await migrate()).toEqual({ applied: 0, appRole: null });
    const own = openDatabase(url, { max: 2, name: 'test' });
    expect((await makeOrganisation(own.db, { kind: 'sponsor' })).id).toBeDefined();
    await own.sql`select graphile_worker.add_job('test.job', '{}'::json)`;
    await own.close();
  });

  test('a user who may create nothing gets one sentence with the statements that allow it', async () => {
    const { user, migrate } = await makeUser('guest', {});
    const refused = migrate();
    await expect(refused).rejects.toMatchObject({ name: 'MigrationRefused', reason: 'not_permitted' });
    await expect(refused).rejects.toThrow(
      `grant create on database "${user}" to "${user}"; and, connected to it: grant create on schema public to "${user}";`,
    );
    await root.unsafe(`grant create on database ${user} to ${user}`);
    const there = postgres(new URL(`/${user}`, inject('adminUrl')).href, { max: 1 });
    await there.unsafe(`grant create on schema public to ${user}`);
    await there.end();
    expect(await migrate()).toMatchObject({ appRole: null });
  });

  test('a user who may create roles, but not use those of another installation, is told how', async () => {
    const { user, url, migrate } = await makeUser('roles', { role: 'createrole', owns: true });
    await expect(migrate()).rejects.toThrow(
      `grant readroom_owner, readroom_app to "${user}" with admin option;`,
    );
    await root.unsafe(`grant readroom_owner, readroom_app to ${user} with admin option`);
    expect(await migrate()).toMatchObject({ appRole: 'readroom_app' });
    const app = new URL(url);
    Object.assign(app, { username: 'readroom_app', password: TEST_APP_PASSWORD });
    const own = openDatabase(app.href, { max: 2, name: 'test' });
    expect((await makeOrganisation(own.db, { kind: 'sponsor' })).id).toBeDefined();
    await expect(own.sql`delete from labels`).rejects.toMatchObject({ code: '42501' });
    await own.close();
  });

  test('a database that does not exist and may not be created is named with the statement that makes it', async () => {
    const { user, migrate } = await makeUser('absent', { hasDatabase: false });
    await expect(migrate()).rejects.toThrow(`create database "${user}" owner "${user}";`);
  });
});
