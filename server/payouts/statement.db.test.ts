import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { statementInput } from './schemas.ts';
import { statementView } from './view-schemas.ts';
import { payeeStatement } from './views.ts';

describe('the statement of a payee', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let owner: OrgContext;
  const people: OrgContext[] = [];
  const ctx = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const page = async (before: { at: Date; id: string } | null, limit: number) =>
    statementView.parse(await payeeStatement(owner, statementInput.parse({ before, limit })));

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    // Only the second case is gold: whoever reads the batch with gold meets it among the others.
    scene = await makeWorkScene(t.db, { cases: 4, fields: [gradeField()], gold: { 1: { grade: ['2'] } } });
    owner = await makeMember(t.db, { org: scene.vendorOrg, roles: ['vendor_owner'], clock: scene.clock });
    for (const goldMode of ['none', 'embedded'] as const) {
      const batchId = await makeBatch(scene, { overlap: 3, goldMode, reviewPeriodDays: 2 });
      const readers = await makeReaders(scene, batchId, 3);
      for (const who of readers)
        for (const day of [0, 1]) {
          scene.clock.advance(day * DAY);
          const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 2 });
          for (const { leaseId } of leases)
            await submitLabel(who, {
              batchId,
              leaseId,
              labelId: randomUUID(),
              answers: { grade: '2' },
              activeMs: 4000,
            });
        }
      people.push(...readers);
      await settleTasks(ctx(), { batchId });
      // One posting: the lines of all readers stand at one instant.
      await postAccruals(ctx(), { batchId });
    }
    scene.clock.advance(3 * DAY);
  });
  afterAll(() => t.drop());

  test('page by page every line comes once, newest first, whatever the size of a page', async () => {
    const whole = await page(null, 200);
    expect(whole.next).toBeNull();
    expect(new Set(whole.lines.map((line) => line.id)).size).toBe(whole.lines.length);
    expect(whole.lines.length).toBeGreaterThanOrEqual(6);
    const instants = whole.lines.map((line) => line.at.getTime());
    expect(new Set(instants).size).toBeLessThan(instants.length);
    expect(instants).toEqual(instants.toSorted((a, b) => b - a));
    for (const size of [1, 2, 5]) {
      const seen: string[] = [];
      for (let before: { at: Date; id: string } | null = null, more = true; more; ) {
        const part: Awaited<ReturnType<typeof page>> = await page(before, size);
        seen.push(...part.lines.map((line) => line.id));
        before = part.next;
        more = before !== null;
      }
      expect(seen).toEqual(whole.lines.map((line) => line.id));
    }
  });

  test('the totals by person are the sum of that person’s lines, and of all what was booked', async () => {
    const { lines, totals, balances } = await page(null, 200);
    for (const total of totals)
      expect(total.amountMinor).toBe(
        lines.filter((l) => l.personId === total.personId).reduce((sum, l) => sum + l.amountMinor, 0n),
      );
    expect(totals.map((total) => [total.personId, total.amountMinor]).sort()).toEqual(
      people.map((who) => [who.actor.personId, 480n]).sort(),
    );
    const sum = totals.reduce((n, total) => n + total.amountMinor, 0n);
    expect(balances.find((row) => row.code === 'payable')?.balanceMinor).toBe(sum);
    // The same on every page.
    expect((await page(null, 1)).totals).toEqual(totals);
  });

  test('another organisation sees none of it', async () => {
    expect(await payeeStatement(scene.sponsor, { before: null, limit: 50 })).toMatchObject({
      lines: [],
      totals: [],
      next: null,
    });
  });
});
