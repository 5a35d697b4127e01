import { MigrationRefused, migrateDatabase } from '#db/migrate.ts';

/** Migrates the database named by READROOM_DATABASE_ADMIN_URL; prints one JSON line; exit 3 when it must not be touched. */
async function main(): Promise<number> {
  const adminUrl = process.env.READROOM_DATABASE_ADMIN_URL ?? process.env.DATABASE_URL;
  if (!adminUrl) {
    console.error('Set READROOM_DATABASE_ADMIN_URL (or DATABASE_URL) to the database to migrate.');
    return 1;
  }
  try {
    const result = await migrateDatabase({
      adminUrl,
      appPassword: process.env.READROOM_APP_PASSWORD ?? 'readroom',
    });
    console.log(JSON.stringify(result));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof MigrationRefused ? 3 : 1;
  }
}

process.exitCode = await main();
