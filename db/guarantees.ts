import type postgres from 'postgres';
import { APPEND_ONLY_TABLES, HOT_TABLES } from './append-only.ts';

export const OWNER_ROLE = 'readroom_owner';
export const APP_ROLE = 'readroom_app';

/**
 * What the generated migrations cannot say: the app's grants, planner statistics of hot keys, room in the pages of readers and the ledger's
 * balance check. Idempotent; runs after every migration. Without a role of the app's own there is nobody to grant to.
 */
export async function applyGuarantees(sql: postgres.Sql, { hasRoles }: { hasRoles: boolean }): Promise<void> {
  if (hasRoles) {
    await applyGrants(sql);
    await applyWorkerPolicies(sql);
  }
  await applyStatistics(sql);
  await applyRoom(sql);
  await applyLedgerCheck(sql);
}

async function applyGrants(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    grant usage on schema public, ledger, graphile_worker, drizzle to ${APP_ROLE};
    grant select, insert, update, delete on all tables in schema public, ledger to ${APP_ROLE};
    revoke update, delete, truncate on ${APPEND_ONLY_TABLES.join(', ')} from ${APP_ROLE};
    grant select on all tables in schema drizzle to ${APP_ROLE};
    grant all on all tables in schema graphile_worker to ${APP_ROLE};
    grant all on all sequences in schema graphile_worker to ${APP_ROLE};
    grant execute on all functions in schema graphile_worker to ${APP_ROLE};
  `);
}

/**
 * The job queue's tables come with row security switched on and no policy, which closes them to everyone but their
 * owner. The app adds and works off jobs, so it gets a policy of its own on each.
 */
async function applyWorkerPolicies(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    do $$ declare name text; begin
      for name in select c.relname from pg_class c
        where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
          and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = '${APP_ROLE}')
      loop
        execute format('create policy ${APP_ROLE} on graphile_worker.%I to ${APP_ROLE} using (true) with check (true)', name);
      end loop;
    end $$;
  `);
}

/**
 * With statistics the planner at times believes that a new batch is empty and walks the whole index: without
 * them it always takes the index of the query. Tried; see the ADR on the distribution key.
 */
async function applyStatistics(sql: postgres.Sql): Promise<void> {
  const rows = await sql<{ table: string; column: string }[]>`
    select c.relname as "table", a.attname as "column"
    from pg_class c
    join pg_index i on i.indrelid = c.oid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
    where c.relnamespace = 'public'::regnamespace and c.relname in ${sql([...HOT_TABLES])}
      and a.attstattarget is distinct from 0
    group by 1, 2 order by 1, 2`;
  for (const { table, column } of rows) {
    await sql.unsafe(`alter table public.${table} alter column ${column} set statistics 0`);
  }
  const expressions = await sql<{ index: string; place: number }[]>`
    select x.relname as "index", a.attnum::int as place
    from pg_class c
    join pg_index i on i.indrelid = c.oid
    join pg_class x on x.oid = i.indexrelid
    join pg_attribute a on a.attrelid = x.oid and i.indkey[a.attnum - 1] = 0
    where c.relnamespace = 'public'::regnamespace and c.relname in ${sql([...HOT_TABLES])}
      and a.attstattarget is distinct from 0
    order by 1, 2`;
  for (const { index, place } of expressions) {
    await sql.unsafe(`alter index public.${index} alter column ${place} set statistics 0`);
  }
}

/**
 * Room that pages keep. A reader's row is written with each read. With room beside it the new version stays in its page and no index
 * hears of it; while a snapshot is held, one that moves is held against all versions before it by the key: half as many move, and .77 of
 * the reads are left where .67 were (ADR 019). A slot moves when it is claimed and when it is submitted, and its key hears of both:
 * pages that were loaded full would split and stay half empty for ever, 116 B a slot that was read where it is 77 (ADR 031).
 * A task is written with each of its reads, which no index hears of while the new version stays in its page: while a snapshot is held none
 * of the old ones can go, and pages that were loaded full let .1 to .2 of the reads write a task in its place where .4 do with room
 * (.90 of the reads a second were left, .98 with room).
 * The list of cases that a draft is loaded from is not packed: each chunk would unpack all of it anew, and five batches of 200,000 cases
 * took 25 s to load where they take 21.
 */
async function applyRoom(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('alter table public.readers set (fillfactor = 30)');
  await sql.unsafe('alter table public.tasks set (fillfactor = 60)');
  await sql.unsafe('alter index public.slots_batch_id_task_id_slot_no_pk set (fillfactor = 70)');
  await sql.unsafe('alter table public.batch_loads alter column case_ids set storage external');
}

/** Debits equal credits, per transfer and currency, checked when the transaction commits. */
async function applyLedgerCheck(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function ledger.check_balanced() returns trigger language plpgsql as $$
    begin
      if exists (
        select 1 from ledger.entries where transfer_id = new.transfer_id group by currency
        having sum(case direction when 'debit' then amount_minor else -amount_minor end) <> 0
      ) then
        raise exception 'ledger transfer is not balanced' using errcode = '23514', constraint = 'entries_balanced';
      end if;
      return null;
    end $$;
    drop trigger if exists entries_balanced on ledger.entries;
    create constraint trigger entries_balanced after insert on ledger.entries
      deferrable initially deferred for each row execute function ledger.check_balanced();
  `);
}
