import { type Database, type DatabaseHandle, openDatabase } from '#db/client.ts';
import { env } from './env.ts';

const holder = globalThis as typeof globalThis & { readroomDatabase?: DatabaseHandle };

/** The process's pool as the app role; one per process, also across hot reloads. */
export function database(): Database {
  holder.readroomDatabase ??= openDatabase(env().DATABASE_URL, { max: env().READROOM_DATABASE_POOL });
  return holder.readroomDatabase.db;
}
