import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runDrizzle } from 'drizzle-orm/postgres-js/migrator';
import { runMigrations as runWorkerMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { isCatalogContended, postgresFault } from './errors.ts';
import { APP_ROLE, applyGuarantees, OWNER_ROLE } from './guarantees.ts';

const MIGRATIONS = path.join(import.meta.dirname, 'migrations');
/**
 * The first sound minor version of each supported major one. Before it a row that was changed between the snapshot of a statement and its
 * lock was still taken for the one at its old `ctid`, by which the work engine finds readers and slots ("missing EPQ recheck for TID scan").
 */
const SOUND_MINOR: Record<number, number> = { 16: 11, 17: 7, 18: 1 };
const OLDEST_POSTGRES = 16;

/** Why a database cannot be used; the message is one sentence for a person. */
export class MigrationRefused extends Error {
  readonly reason: 'newer_than_code' | 'unsupported_version' | 'not_permitted';
  constructor(
    reason: 'newer_than_code' | 'unsupported_version' | 'not_permitted',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'MigrationRefused';
    this.reason = reason;
  }
}

/** Why a server of this `server_version_num` cannot be used; null when it can. */
export function findUnsupported(version: number): string | null {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const isSound = major >= OLDEST_POSTGRES && minor >= (SOUND_MINOR[major] ?? 0);
  const sound = Object.entries(SOUND_MINOR).map(([of, from]) => `${of}.${from}`);
  return isSound
    ? null
    : `Readroom needs PostgreSQL ${sound.join(', ')} or newer of each; this server is version ${major}.${minor}. Update it.`;
}

/**
 * Brings the database at `adminUrl` to this code's schema: roles, tables, worker schema, grants. Creates the
 * database when it is missing. Safe to run twice and from two processes at once: an advisory lock keeps those of one database apart, and
 * what they share with other databases of the server, the roles, is set again when somebody else did at the same moment.
 * Returns the number of migrations that were applied, and the role that the app signs in as: null when the user may not
 * create roles, so that the app has to use that user too and nothing protects append-only tables from it. What the user
 * lacks beyond that is refused with `not_permitted` and the statement that grants it.
 */
export async function migrateDatabase(input: {
  adminUrl: string;
  appPassword: string;
}): Promise<{ applied: number; appRole: string | null }> {
  await createDatabaseIfMissing(input.adminUrl);
  const sql = postgres(input.adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [server] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    const unsupported = findUnsupported(server?.version ?? 0);
    if (unsupported !== null) throw new MigrationRefused('unsupported_version', unsupported);
    await sql`select pg_advisory_lock(727301)`;
    // Before anything is touched: the newer app that uses this database signs in with a password of its own.
    const before = await refusing(sql, GRANT_ROLES, () => appliedMigrations(sql));
    const known = await knownMigrations();
    if (before.some((at) => at > Math.max(0, ...known))) {
      throw new MigrationRefused(
        'newer_than_code',
        'The database was made by a newer version of Readroom. Update the code, or point DATABASE_URL at another database.',
      );
    }
    const hasRoles = await mayCreateRoles(sql);
    if (hasRoles)
      await refusing(sql, GRANT_ROLES, () => whileContended(() => ensureRoles(sql, input.appPassword)));
    if (hasRoles) await sql.unsafe(`set role ${OWNER_ROLE}`);
    await refusing(sql, GRANT_CREATE, () => runDrizzle(drizzle(sql), { migrationsFolder: MIGRATIONS }));
    await sql.unsafe('reset role');
    await refusing(sql, GRANT_CREATE, () => runWorkerMigrations({ connectionString: input.adminUrl }));
    await applyGuarantees(sql, { hasRoles });
    return {
      applied: (await appliedMigrations(sql)).length - before.length,
      appRole: hasRoles ? APP_ROLE : null,
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Superusers and users with CREATEROLE may; asked once, because what follows depends on it as a whole. */
async function mayCreateRoles(sql: postgres.Sql): Promise<boolean> {
  const [user] = await sql<{ may: boolean }[]>`
    select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user`;
  return user?.may ?? false;
}

type Grant = (name: { user: string; database: string }) => string;
const GRANT_ROLES: Grant = ({ user, database }) =>
  `may not set up the roles ${OWNER_ROLE} and ${APP_ROLE} for it. Make it the owner of the database (alter database "${database}" owner to "${user}") and, if the roles exist already, run as a superuser: grant ${OWNER_ROLE}, ${APP_ROLE} to "${user}" with admin option;`;
const GRANT_CREATE: Grant = ({ user, database }) =>
  `may not create tables in it. Run as a superuser: grant create on database "${database}" to "${user}"; and, connected to it: grant create on schema public to "${user}";`;

/** Runs a step of the migration; a missing permission becomes one sentence that says what to grant. */
async function refusing<T>(sql: postgres.Sql, grant: Grant, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (postgresFault(error)?.code !== '42501') throw error;
    await sql.unsafe('reset role');
    const [name] = await sql<
      { user: string; database: string }[]
    >`select current_user as user, current_database() as database`;
    const { user, database } = name ?? { user: '', database: '' };
    throw new MigrationRefused(
      'not_permitted',
      `The user "${user}" can sign in to the database "${database}" but ${grant({ user, database })}`,
      { cause: error },
    );
  }
}

async function createDatabaseIfMissing(adminUrl: string): Promise<void> {
  const url = new URL(adminUrl);
  const name = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const probe = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await probe`select 1`;
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw error;
    url.pathname = '/postgres';
    const admin = postgres(url.href, { max: 1, onnotice: () => {} });
    try {
      await admin.unsafe(`create database "${name.replaceAll('"', '""')}"`);
    } catch (cause) {
      const code = postgresFault(cause)?.code;
      // Somebody else has made it since we looked.
      if (code === '42P04' || code === '23505') return;
      if (code !== '42501') throw cause;
      throw new MigrationRefused(
        'not_permitted',
        `There is no database "${name}" and the user "${decodeURIComponent(url.username)}" may not create it. Run as a superuser: create database "${name}" owner "${decodeURIComponent(url.username)}";`,
        { cause },
      );
    } finally {
      await admin.end({ timeout: 5 });
    }
  } finally {
    await probe.end({ timeout: 5 });
  }
}

/** Each time it fails somebody else has got through, so it takes at most as many as there are launchers at once. */
const MOST_TRIES = 50;

/**
 * Repeats a step on what all databases of a server share. Its rows cannot be locked without a superuser's rights, and advisory locks
 * hold within one database: who changes a role while another does is told that the row was changed meanwhile (XX000), or that a role
 * of this name exists by now (23505, 42710).
 */
async function whileContended(step: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await step();
    } catch (error) {
      const code = postgresFault(error)?.code;
      const isContended = isCatalogContended(error) || code === '23505' || code === '42710';
      if (!isContended || tries >= MOST_TRIES) throw error;
    }
  }
}

/** The owner role holds the tables; the app role signs in, without BYPASSRLS. */
async function ensureRoles(sql: postgres.Sql, appPassword: string): Promise<void> {
  const quoted = `'${appPassword.replaceAll("'", "''")}'`;
  await sql.unsafe(`
    do $$ begin
      if not exists (select 1 from pg_roles where rolname = '${OWNER_ROLE}') then create role ${OWNER_ROLE} nologin; end if;
      if not exists (select 1 from pg_roles where rolname = '${APP_ROLE}') then
        create role ${APP_ROLE} login nosuperuser nocreatedb nocreaterole noinherit nobypassrls;
      end if;
    end $$;
    alter role ${APP_ROLE} password ${quoted};
    grant ${OWNER_ROLE} to current_user;
    do $$ begin execute format('grant create, connect on database %I to ${OWNER_ROLE}', current_database());
      execute format('grant connect on database %I to ${APP_ROLE}', current_database()); end $$;
    grant all on schema public to ${OWNER_ROLE};
    revoke create on schema public from public;
  `);
}

async function appliedMigrations(sql: postgres.Sql): Promise<number[]> {
  const [table] = await sql<
    { found: boolean }[]
  >`select to_regclass('drizzle.__drizzle_migrations') is not null as found`;
  if (!table?.found) return [];
  const rows = await sql<
    { at: string }[]
  >`select created_at as at from drizzle.__drizzle_migrations order by 1`;
  return rows.map((row) => Number(row.at));
}

async function knownMigrations(): Promise<number[]> {
  const journal = JSON.parse(await readFile(path.join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  return journal.entries.map((entry) => entry.when);
}
