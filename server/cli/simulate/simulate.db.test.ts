import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { simulate } from '#server/cli/simulate.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { casesFor } from './arms.ts';
import { LeaseCases } from './lease-cases.ts';
import { reportOf } from './report.ts';

describe('a small simulation', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(() => t.drop());

  test('ends by itself with every case settled, every call answered, and a report that says what was saved', async () => {
    // Twelve people an arm: more than the nine reads that the adaptive one may ask of a case.
    const size = { annotators: 24, minutes: 5 };
    const cases = casesFor(size);
    const result = await simulate(t.db, {
      ...size,
      seed: 1,
      spammers: 0.05,
      json: false,
      anyDatabase: false,
    });
    expect(result.refusedCalls).toBe(0);
    expect(result.arms.map((arm) => [arm.arm, arm.settled, arm.cases])).toEqual([
      ['fixed', cases, cases],
      ['adaptive', cases, cases],
    ]);
    const [fixed, adaptive] = result.arms;
    expect(fixed!.labels).toBe(5 * cases);
    expect(adaptive!.labels).toBeGreaterThanOrEqual(2 * cases);
    expect(result.reads).toBe(fixed!.labels + adaptive!.labels);
    // In the crowd's own time, within its overtime.
    expect(result.crowdMinutes).toBeLessThan(20);
    const report = reportOf(result);
    expect(report).toMatch(/Adaptive overlap needs .* fewer labels/);
    expect(report).not.toMatch(/Not every case was settled/);
    const [open] =
      await t.sql`select count(*)::int as n from tasks where status not in ('final', 'unusable')`;
    expect(open!.n).toBe(0);
    // Running counts have come to the end too: every label is counted.
    const [counted] = await t.sql`select count(*)::int as n from scored_tasks`;
    expect(counted!.n).toBe(2 * cases);
  }, 120_000);

  test('asks for the cases of many leases in one statement, each answered its own; of one that is gone, none', async () => {
    const scene = await makeWorkScene(t.db, { cases: 3 });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 3 });
    const cases = new LeaseCases(t.db);
    const { personId } = who.actor;
    const found = await Promise.all([
      ...leases.map(({ leaseId }) => cases.caseOf({ batchId, personId, leaseId })),
      cases.caseOf({ batchId, personId, leaseId: '00000000-0000-8000-8000-000000000000' }),
    ]);
    const behind =
      await t.sql`select k.case_id from unnest(${leases.map((one) => one.leaseId)}::uuid[]) with ordinality as l (id, n)
      join slots s on s.batch_id = ${batchId} and s.lease_id = l.id
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id order by l.n`;
    expect(behind).toHaveLength(3);
    expect(found).toEqual([...behind.map((row) => row.case_id), '']);
  });
});
