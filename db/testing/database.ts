import postgres from 'postgres';
import { type DatabaseHandle, openDatabase } from '#db/client.ts';
import {
  type BrokenInvariant,
  checkWorkInvariants,
  EVERY_RULE,
  type RuleName,
} from '#server/work/check-invariants.ts';

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

/** What a file leaves broken on purpose, by the rules that it breaks, and why; `all` of what was never work that could be done. */
export type LeavesBroken = { rules: readonly RuleName[] | 'all'; because: string };

let counter = 0;
/** Databases that are open in this process, and what is asked of them after each test (`each-file.ts`). */
const open = new Map<string, () => Promise<void>>();

/**
 * A database of its own, cloned from the migrated template, opened as the app's role (so grants hold in tests).
 * Pass `inject('adminUrl')` of vitest. What each test leaves behind is held against the invariants of work, and once more when the database is
 * dropped; only a file that breaks some of them itself says which, and why, in `leavesBroken`. A file of more than a thousand tests that each ask one thing is
 * asked at its end alone (`askedAtEnd`).
 */
export async function createTestDatabase(
  adminUrl: string,
  options: { max?: number; leavesBroken?: LeavesBroken; askedAtEnd?: true } = {},
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
  const refuse = (broken: readonly BrokenInvariant[]) => {
    const { rules = [] } = options.leavesBroken ?? {};
    const left = rules === 'all' ? [] : broken.filter((one) => !rules.some((rule) => rule === one.rule));
    if (left.length > 0) throw new Error(`These tests left broken work behind: ${JSON.stringify(left)}`);
  };
  const isAsked = options.leavesBroken?.rules !== 'all' && options.askedAtEnd !== true;
  if (isAsked) open.set(name, async () => refuse(await askEveryRule(admin)));
  return {
    ...handle,
    url: appUrl.href,
    admin,
    drop: async () => {
      open.delete(name);
      const broken = options.leavesBroken?.rules === 'all' ? [] : await findBroken(admin, handle);
      await handle.close();
      await admin.end({ timeout: 5 });
      await root.unsafe(`drop database ${name} with (force)`);
      await root.end({ timeout: 5 });
      refuse(broken);
    },
  };
}

/** Holds what the test that has just ended left in the databases that are open against the invariants of work. */
export async function checkOpenDatabases(): Promise<void> {
  for (const check of [...open.values()]) await check();
}

const HAS_WORK = 'select exists (select from readers) or exists (select from tasks) as "hasWork"';

/** Most databases never hold any work: they are not asked for each rule. */
async function hasWork(admin: postgres.Sql): Promise<boolean> {
  const [row] = await admin.unsafe(HAS_WORK, [], { prepare: true });
  return row?.hasWork === true;
}

const askEveryRule = async (admin: postgres.Sql): Promise<BrokenInvariant[]> =>
  (await hasWork(admin)) ? admin.unsafe<BrokenInvariant[]>(EVERY_RULE, [], { prepare: true }) : [];

const findBroken = async (admin: postgres.Sql, { db }: DatabaseHandle): Promise<BrokenInvariant[]> =>
  (await hasWork(admin)) ? checkWorkInvariants(db) : [];
