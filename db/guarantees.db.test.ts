import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { APPEND_ONLY_TABLES, HOT_TABLES } from '#db/append-only.ts';
import { postgresFault } from '#db/errors.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';

describe('what the database guarantees by itself', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  test.each(APPEND_ONLY_TABLES)('the app can neither change nor delete rows of %s', async (table) => {
    for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
      const error = await t.sql.unsafe(statement).then(
        () => null,
        (e: unknown) => e,
      );
      expect(postgresFault(error)?.code, statement).toBe('42501');
    }
    const [row] = await t.sql<
      { may: boolean }[]
    >`select has_table_privilege('readroom_app', ${table}, 'update') as may`;
    expect(row?.may).toBe(false);
  });

  test('the app role is no superuser and does not bypass row security', async () => {
    const [role] =
      await t.sql`select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user`;
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreatedb: false });
  });

  test('every key and unique index of a hot table starts with batch_id, so the schema can be distributed', async () => {
    const rows = await t.admin<{ table: string; index: string; first: string }[]>`
      select c.relname as "table", x.relname as "index", a.attname as "first"
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relname in ${t.admin([...HOT_TABLES])} and i.indisunique`;
    expect(rows.length).toBeGreaterThanOrEqual(HOT_TABLES.length);
    expect(rows.filter((row) => row.first !== 'batch_id')).toEqual([]);
  });

  test('planner statistics are off on every key column of the hot tables, so plans do not flip', async () => {
    const rows = await t.admin`
      select c.relname, a.attname from pg_class c join pg_index i on i.indrelid = c.oid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
      where c.relname in ${t.admin([...HOT_TABLES])} and a.attstattarget is distinct from 0`;
    expect(rows).toEqual([]);
    const expressions = await t.admin`
      select x.relname, a.attnum, a.attstattarget from pg_class c join pg_index i on i.indrelid = c.oid
      join pg_class x on x.oid = i.indexrelid
      join pg_attribute a on a.attrelid = x.oid and i.indkey[a.attnum - 1] = 0
      where c.relname in ${t.admin([...HOT_TABLES])} order by 1`;
    expect(expressions).toMatchObject([
      { relname: 'labels_submitted_idx', attnum: 2, attstattarget: 0 },
      { relname: 'readers_no_idx', attnum: 3, attstattarget: 0 },
      { relname: 'slots_claim_idx', attnum: 4, attstattarget: 0 },
      { relname: 'slots_unaccepted_idx', attnum: 2, attstattarget: 0 },
    ]);
  });

  test('pages of readers and of the slots’ key keep room for new versions of their rows', async () => {
    const rows = await t.admin`select relname, reloptions from pg_class
      where relname in ('readers', 'slots_batch_id_task_id_slot_no_pk') order by 1`;
    expect(rows.map((row) => [row.relname, row.reloptions])).toEqual([
      ['readers', ['fillfactor=30']],
      ['slots_batch_id_task_id_slot_no_pk', ['fillfactor=70']],
    ]);
  });

  test('the cases that a draft is loaded from are kept unpacked', async () => {
    const rows = await t.admin`select attstorage from pg_attribute
      where attrelid = 'batch_loads'::regclass and attname = 'case_ids'`;
    expect(rows).toEqual([{ attstorage: 'e' }]);
  });

  test('hot tables carry no triggers', async () => {
    const rows = await t.admin`select tgname from pg_trigger g join pg_class c on c.oid = g.tgrelid
      where not tgisinternal and c.relname in ${t.admin([...HOT_TABLES])}`;
    expect(rows).toEqual([]);
  });
});
