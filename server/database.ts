import { sql } from 'drizzle-orm';
import { type Database, type DatabaseHandle, openDatabase } from '#db/client.ts';
import { env } from './env.ts';

const holder = globalThis as typeof globalThis & { readroomDatabase?: DatabaseHandle };

/** The process's pool as the app role; one per process, also across hot reloads. */
export function database(): Database {
  holder.readroomDatabase ??= openDatabase(env().DATABASE_URL, {
    max: env().READROOM_DATABASE_POOL,
    isRead: true,
    isSharded: env().READROOM_SHARDED === '1',
  });
  return holder.readroomDatabase.db;
}

/** True when the database answers. */
export async function isDatabaseUp(): Promise<boolean> {
  try {
    await database().execute(sql`select 1`);
    return true;
  } catch {
    return false;
  }
}

/** Closes the process's pool; for tests and processes that end. */
export async function closeDatabase(): Promise<void> {
  const handle = holder.readroomDatabase;
  delete holder.readroomDatabase;
  await handle?.close();
}
