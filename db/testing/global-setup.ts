import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '#db/migrate.ts';
import { startScratchPostgres } from '#server/cli/embedded-postgres.mjs';
import { TEST_APP_PASSWORD, TEST_TEMPLATE } from './database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string;
  }
}

/** One throw-away cluster per run with a migrated template; each test file clones it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startScratchPostgres();
  const template = new URL(server.adminUrl);
  template.pathname = `/${TEST_TEMPLATE}`;
  await migrateDatabase({ adminUrl: template.href, appPassword: TEST_APP_PASSWORD });
  project.provide('adminUrl', server.adminUrl);
  return () => server.stop();
}
