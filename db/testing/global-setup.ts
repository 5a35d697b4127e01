import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '#db/migrate.ts';
import { startScratchPostgres } from '#server/cli/embedded-postgres.mjs';
import { TEST_APP_PASSWORD, TEST_TEMPLATE } from './database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string;
    /** A folder of this run alone, for what its files upload; gone at the end. */
    filesDir: string;
  }
}

/**
 * One throw-away cluster per run with a migrated template; each test file clones it. With READROOM_TEST_DATABASE_URL the
 * tests run on that server instead (a superuser's URL, such as of a PostgreSQL 16 or 17), whose template is made anew.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const own = process.env.READROOM_TEST_DATABASE_URL;
  const server =
    own === undefined
      ? await startScratchPostgres({ inMemory: true })
      : { adminUrl: own, stop: async () => {} };
  if (own !== undefined) await dropTemplate(own);
  const template = new URL(server.adminUrl);
  template.pathname = `/${TEST_TEMPLATE}`;
  await migrateDatabase({ adminUrl: template.href, appPassword: TEST_APP_PASSWORD });
  project.provide('adminUrl', server.adminUrl);
  const filesDir = mkdtempSync(path.join(tmpdir(), 'readroom-test-files-'));
  project.provide('filesDir', filesDir);
  return async () => {
    rmSync(filesDir, { recursive: true, force: true });
    await server.stop();
  };
}

async function dropTemplate(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await sql.unsafe(`drop database if exists ${TEST_TEMPLATE} with (force)`);
  await sql.end({ timeout: 5 });
}
