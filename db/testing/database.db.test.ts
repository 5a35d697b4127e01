import { expect, inject, test } from 'vitest';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase } from './database.ts';

const OPEN = '00000000-0000-4000-8000-000000000001';

async function broken(leavesBroken?: string) {
  const t = await createTestDatabase(inject('adminUrl'), leavesBroken === undefined ? {} : { leavesBroken });
  await makeBatch(await makeWorkScene(t.db, { cases: 2 }), { overlap: 1 });
  await t.admin`update slots set lease_id = ${OPEN} where status = 'open'`;
  const [row] = await t.admin`select current_database() as name`;
  return { t, name: row?.name as string };
}

test('a test that leaves broken work behind fails with the rule, and its database is gone all the same', async () => {
  const { t, name } = await broken();
  await expect(t.drop()).rejects.toThrow(/an open slot has neither lease nor terms/);
  const other = await createTestDatabase(inject('adminUrl'));
  expect(await other.admin`select 1 from pg_database where datname = ${name}`).toHaveLength(0);
  await other.drop();
});

test('one that breaks it on purpose, and says why, does not', async () => {
  const { t } = await broken('the rules themselves are tried');
  await t.drop();
});
