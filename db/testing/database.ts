import postgres from 'postgres';
import { type DatabaseHandle, openDatabase } from '#db/client.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';

export const TEST_TEMPLATE = 'readroom_template';
export const TEST_APP_PASSWORD = 'test-app';

export type TestDatabase = DatabaseHandle & {
  /** URL as the app's role, for further pools or child processes. */
  url: string;
  /** A superuser connection, for what the app may not do. */
  admin: postgres.Sql;
  /** Ends it. Fails, once it is gone, when work was left in it that breaks a rule of the hot tables. */
  drop(): Promise<void>;
};

let counter = 0;

/**
 * A database of its own, cloned from the migrated template, opened as the app's role (so grants hold in tests).
 * Pass `inject('adminUrl')` of vitest. What tests leave behind is held against the invariants of work when it is dropped;
 * only a file that breaks them itself says so, and why, in `leavesBroken`.
 */
export async function createTestDatabase(
  adminUrl: string,
  options: { max?: number; leavesBroken?: string } = {},
): Promise<TestDatabase> {
  counter += 1;
  const name = `t_${process.pid}_${Date.now().toString(36)}_${counter}`;
  const root = postgres(adminUrl, { max: 1, onnotice: () => {} });
  // Page by page through the log, as is the default, is twice the work.
  await root.unsafe(`create database ${name} template ${TEST_TEMPLATE} strategy file_copy`);
  const adminOfIt = new URL(adminUrl);
  adminOfIt.pathname = `/${name}`;
  const appUrl = new URL(adminOfIt.href);
  appUrl.username = 'readroom_app';
  appUrl.password = TEST_APP_PASSWORD;
  const handle = openDatabase(appUrl.href, { max: options.max ?? 10, name, isRead: true });
  const admin = postgres(adminOfIt.href, { max: 2, onnotice: () => {} });
  return {
    ...handle,
    url: appUrl.href,
    admin,
    drop: async () => {
      const broken = options.leavesBroken === undefined ? await findBroken(admin, handle) : [];
      await handle.close();
      await admin.end({ timeout: 5 });
      await root.unsafe(`drop database ${name} with (force)`);
      await root.end({ timeout: 5 });
      if (broken.length > 0)
        throw new Error(`These tests left broken work behind: ${JSON.stringify(broken)}`);
    },
  };
}

/** Most databases never hold any work: they are not asked for each rule. */
async function findBroken(admin: postgres.Sql, { db }: DatabaseHandle) {
  const [row] = await admin`select exists (select from readers) or exists (select from tasks) as "hasWork"`;
  return row?.hasWork ? checkWorkInvariants(db) : [];
}
