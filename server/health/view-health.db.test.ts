import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ledgerChecks } from '#db/schema/ledger.ts';
import { mails } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, MINUTE, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { runLedgerCheck, storeCheck } from '#server/ledger/run-check.ts';
import { rollUpCheck, viewHealth } from './view-health.ts';

describe('what the operator sees of the installation', () => {
  let t: TestDatabase;
  let ctx: OrgContext;
  const clock = manualClock(new Date());
  const stateOf = async (name: string) =>
    (await viewHealth(ctx)).checks.find((check) => check.name === name)?.state;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'platform', clock });
    ctx = await makeMember(t.db, { org, roles: ['operator'], clock });
  });
  afterAll(() => t.drop());

  test('an idle installation is good in every respect, and counts who is here', async () => {
    await runLedgerCheck(ctx);
    const health = await viewHealth(ctx);
    expect(health.checks.map((check) => check.state)).toEqual(['good', 'good', 'good', 'good']);
    expect(health).toMatchObject({ openSessions: 1, jobsWaiting: 0 });
  });

  test('a job is late after a minute, and critical when it was given up', async () => {
    await transact(ctx, (tx) => tx.enqueue({ name: 'no.such-job', payload: {} }));
    expect(await stateOf('jobs')).toBe('good');
    clock.advance(2 * MINUTE);
    expect(await stateOf('jobs')).toBe('attention');
    await t.admin`update graphile_worker._private_jobs set attempts = max_attempts`;
    expect(await stateOf('jobs')).toBe('critical');
  });

  test('detail that lags behind the labels asks for attention, and for more of it after minutes', () => {
    const now = clock.now();
    const since = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    expect(rollUpCheck({ behindSince: since(2), behind: 0 }, now)).toMatchObject({
      state: 'good',
      finding: expect.stringContaining('2.0 s'),
    });
    expect(rollUpCheck({ behindSince: since(40), behind: 2 }, now)).toMatchObject({
      state: 'attention',
      finding: expect.stringMatching(/^The detail of 2 batches is behind the labels, the furthest by 40 s/),
    });
    expect(rollUpCheck({ behindSince: since(600), behind: 1 }, now).state).toBe('critical');
  });

  test('a refused mail asks for attention', async () => {
    await t.db.insert(mails).values({
      id: newId(),
      toAddress: 'a@example.test',
      subject: 's',
      body: 'b',
      createdAt: clock.now(),
      failure: 'ESOCKET',
    });
    expect(await stateOf('mail')).toBe('attention');
  });

  test('the books are as they were last checked: not yet, balanced, old, and wrong', async () => {
    await t.admin`delete from ledger.checks`;
    expect(await stateOf('ledger')).toBe('attention');
    await runLedgerCheck(ctx);
    expect(await stateOf('ledger')).toBe('good');
    clock.advance(61 * MINUTE);
    expect(await stateOf('ledger')).toBe('attention');
    await storeCheck(ctx, {
      kind: 'ledger',
      ok: false,
      result: { ok: false, problems: ['USD: debits and credits differ by 1'] },
      started: performance.now(),
    });
    expect(await stateOf('ledger')).toBe('critical');
    clock.advance(1000);
    await runLedgerCheck(ctx);
    expect(await stateOf('ledger')).toBe('good');
    clock.advance(91 * DAY);
    await runLedgerCheck(ctx);
    expect(await t.db.select().from(ledgerChecks)).toHaveLength(1);
  });
});
