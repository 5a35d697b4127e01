import { expect, inject, test } from 'vitest';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { checkOpenDatabases, createTestDatabase, type LeavesBroken } from './database.ts';

const OPEN = '00000000-0000-4000-8000-000000000001';
const NEITHER = 'an open slot has neither lease nor terms';

async function broken(leavesBroken?: LeavesBroken) {
  const t = await createTestDatabase(inject('adminUrl'), leavesBroken === undefined ? {} : { leavesBroken });
  await makeBatch(await makeWorkScene(t.db, { cases: 2 }), { overlap: 1 });
  await t.admin`update slots set lease_id = ${OPEN} where status = 'open'`;
  const [row] = await t.admin`select current_database() as name`;
  return { t, name: row?.name as string };
}

test('a test that leaves broken work behind fails with the rule, at its end and at that of its file, whose database is gone all the same', async () => {
  const { t, name } = await broken();
  await expect(checkOpenDatabases()).rejects.toThrow(NEITHER);
  await expect(t.drop()).rejects.toThrow(NEITHER);
  await checkOpenDatabases();
  const other = await createTestDatabase(inject('adminUrl'));
  expect(await other.admin`select 1 from pg_database where datname = ${name}`).toHaveLength(0);
  await other.drop();
});

test('one that breaks it on purpose, and says which rule and why, does not; what else it breaks is told', async () => {
  const { t } = await broken({ rules: [NEITHER], because: 'the rules themselves are tried' });
  await checkOpenDatabases();
  await t.admin`update tasks set skips = 3`;
  await expect(checkOpenDatabases()).rejects.toThrow(/^(?!.*neither lease).*the skips of a task/);
  await t.admin`update tasks set skips = 0`;
  await t.drop();
});

test('of what was never work that could be done nothing is asked', async () => {
  const { t } = await broken({ rules: 'all', because: 'the rules themselves are tried' });
  await checkOpenDatabases();
  await t.drop();
});
