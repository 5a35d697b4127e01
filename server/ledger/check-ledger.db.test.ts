import { randomUUID } from 'node:crypto';
import { desc } from 'drizzle-orm';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { OWNER_ROLE } from '#db/guarantees.ts';
import { ledgerChecks } from '#db/schema/ledger.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { checkLedgerJob, postAccrualsJob } from './jobs.ts';
import { type LedgerFinding, ledgerFinding } from './run-check.ts';

/** Whoever may write where the app may not changes one row; the standing check has to say so. */
describe('the check of the whole books', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  const ctx = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 2, fields: [gradeField()] });
    batchId = await makeBatch(scene, { overlap: 1, pricePerReadMinor: 110n });
    const [reader] = await makeReaders(scene, batchId, 1);
    for (let n = 0; n < 2; n += 1) {
      const [lease] = (await claimNextTasks(reader!, { batchId, tier: 'label', limit: 1 })).leases;
      const { leaseId } = lease!;
      const answers = { grade: '2' };
      await submitLabel(reader!, { batchId, leaseId, labelId: randomUUID(), answers, activeMs: 4000 });
      await settleTasks(ctx(), { batchId });
      await postAccrualsJob.run(ctx(), {});
    }
  });
  afterAll(() => t.drop());

  /** What the job finds and keeps. */
  async function check(): Promise<LedgerFinding> {
    scene.clock.advance(1000);
    await checkLedgerJob.run(ctx(), {});
    const [row] = await t.db.select().from(ledgerChecks).orderBy(desc(ledgerChecks.checkedAt)).limit(1);
    const finding = ledgerFinding.parse(row?.result);
    expect(row?.ok).toBe(finding.ok);
    return finding;
  }
  /** As the owner of the tables, whom no grant stops; undone by `undo` after the check. */
  async function tamper(write: string, undo: string): Promise<string[]> {
    const asOwner = (statement: string) =>
      t.admin.begin(async (sql: postgres.TransactionSql) => {
        await sql.unsafe(`set local role ${OWNER_ROLE}`);
        expect((await sql.unsafe(statement)).count).toBeGreaterThan(0);
      });
    await asOwner(write);
    const { problems } = await check();
    await asOwner(undo);
    expect(await check()).toEqual({ ok: true, problems: [] });
    return problems;
  }
  const firstAccrual = `transfer_id = (select min(transfer_id::text)::uuid from ledger.accruals)`;

  test('an amount in a statement', async () => {
    expect(
      await tamper(
        `update ledger.accruals set amount_minor = amount_minor + 1 where ${firstAccrual}`,
        `update ledger.accruals set amount_minor = amount_minor - 1 where ${firstAccrual}`,
      ),
    ).toEqual([
      `payee ${scene.vendorOrg.id}: statements say 221 USD, 220 was booked`,
      `batch ${batchId}: readers count 220 posted and 34 fee, statements say 221 and 34`,
    ]);
  });

  test('the payee of a statement’s line, though every sum stays', async () => {
    const other = await makeOrganisation(t.db, { kind: 'vendor' });
    const problems = await tamper(
      `update ledger.accruals set payee_org_id = '${other.id}' where ${firstAccrual}`,
      `update ledger.accruals set payee_org_id = '${scene.vendorOrg.id}' where ${firstAccrual}`,
    );
    expect(problems.sort()).toEqual(
      [
        `payee ${other.id}: statements say 110 USD, 0 was booked`,
        `payee ${scene.vendorOrg.id}: statements say 110 USD, 220 was booked`,
      ].sort(),
    );
  });

  test('a fee in a statement', async () => {
    expect(
      await tamper(
        `update ledger.accruals set fee_minor = fee_minor - 1 where ${firstAccrual}`,
        `update ledger.accruals set fee_minor = fee_minor + 1 where ${firstAccrual}`,
      ),
    ).toEqual([
      'platform fee: statements say 33 USD, 34 was booked',
      `batch ${batchId}: readers count 220 posted and 34 fee, statements say 220 and 33`,
    ]);
  });

  test('a line that is gone', async () => {
    await t.admin`create table kept as select * from ledger.accruals order by transfer_id limit 1`;
    await t.admin.unsafe(`grant select on kept to ${OWNER_ROLE}`);
    expect(
      await tamper(
        `delete from ledger.accruals where transfer_id in (select transfer_id from kept)`,
        `insert into ledger.accruals select * from kept`,
      ),
    ).toEqual([
      'platform fee: statements say 17 USD, 34 was booked',
      `payee ${scene.vendorOrg.id}: statements say 110 USD, 220 was booked`,
      `batch ${batchId}: readers count 220 posted and 34 fee, statements say 110 and 17`,
    ]);
  });

  test.each([
    ['posted_minor', '221 posted and 34 fee, statements say 220 and 34'],
    ['posted_fee_minor', '220 posted and 35 fee, statements say 220 and 34'],
  ])('a reader’s counter of what was posted: %s', async (column, words) => {
    expect(
      await tamper(
        `update readers set ${column} = ${column} + 1 where batch_id = '${batchId}'`,
        `update readers set ${column} = ${column} - 1 where batch_id = '${batchId}'`,
      ),
    ).toEqual([`batch ${batchId}: readers count ${words}`]);
  });

  test('an entry, on both of its sides: the transfer still balances, the accounts and the statement do not', async () => {
    const both = (sign: string) => `update ledger.entries set amount_minor = amount_minor ${sign} 1
      where transfer_id = (select min(transfer_id::text)::uuid from ledger.accruals)
        and account_id in (select id from ledger.accounts where code in ('payable', 'batch_reserved'))`;
    const problems = await tamper(both('+'), both('-'));
    expect(problems.filter((problem) => problem.startsWith('account '))).toHaveLength(2);
    expect(problems).toContain(`payee ${scene.vendorOrg.id}: statements say 220 USD, 221 was booked`);
  });

  test('a balance', async () => {
    expect(
      await tamper(
        `update ledger.accounts set balance_minor = balance_minor + 1 where code = 'payable'`,
        `update ledger.accounts set balance_minor = balance_minor - 1 where code = 'payable'`,
      ),
    ).toEqual([expect.stringMatching(/^account .*: stored 221, entries say 220$/)]);
  });
});
