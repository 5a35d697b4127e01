import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { migrateDatabase } from '#db/migrate.ts';

/**
 * `npm run db:reset`: empties the database and brings it to this code's schema. Refuses anything but the embedded database
 * unless `--yes` is given, because what is dropped is gone.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { yes: { type: 'boolean' } } });
  const adminUrl = process.env.READROOM_DATABASE_ADMIN_URL ?? process.env.DATABASE_URL;
  if (!adminUrl) {
    console.error('Set READROOM_DATABASE_ADMIN_URL (or DATABASE_URL) to the database to reset.');
    return 1;
  }
  const host = new URL(adminUrl).hostname;
  if (process.env.READROOM_EMBEDDED !== '1' && !values.yes) {
    console.error(`This would delete everything in the database on ${host}. Say so with --yes.`);
    return 1;
  }
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(`
      drop schema if exists ledger, drizzle, graphile_worker, public cascade;
      create schema public;
      grant usage on schema public to public;`);
  } finally {
    await sql.end({ timeout: 5 });
  }
  const result = await migrateDatabase({
    adminUrl,
    appPassword: process.env.READROOM_APP_PASSWORD ?? 'readroom',
  });
  console.log(JSON.stringify(result));
  return 0;
}

process.exitCode = await main();
