import postgres from 'postgres';
import { type DatabaseHandle, openDatabase } from '#db/client.ts';

export const TEST_TEMPLATE = 'readroom_template';
export const TEST_APP_PASSWORD = 'test-app';

export type TestDatabase = DatabaseHandle & {
  /** URL as the app's role, for further pools or child processes. */
  url: string;
  /** A superuser connection, for what the app may not do. */
  admin: postgres.Sql;
  drop(): Promise<void>;
};

let counter = 0;

/**
 * A database of its own, cloned from the migrated template, opened as the app's role (so grants hold in tests).
 * Pass `inject('adminUrl')` of vitest.
 */
export async function createTestDatabase(
  adminUrl: string,
  options: { max?: number } = {},
): Promise<TestDatabase> {
  counter += 1;
  const name = `t_${process.pid}_${Date.now().toString(36)}_${counter}`;
  const root = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await root.unsafe(`create database ${name} template ${TEST_TEMPLATE}`);
  const adminOfIt = new URL(adminUrl);
  adminOfIt.pathname = `/${name}`;
  const appUrl = new URL(adminOfIt.href);
  appUrl.username = 'readroom_app';
  appUrl.password = TEST_APP_PASSWORD;
  const handle = openDatabase(appUrl.href, { max: options.max ?? 10, name });
  const admin = postgres(adminOfIt.href, { max: 2, onnotice: () => {} });
  return {
    ...handle,
    url: appUrl.href,
    admin,
    drop: async () => {
      await handle.close();
      await admin.end({ timeout: 5 });
      await root.unsafe(`drop database ${name} with (force)`);
      await root.end({ timeout: 5 });
    },
  };
}
