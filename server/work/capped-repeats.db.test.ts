import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { listMyWork } from './reading-views.ts';
import { findReader } from './reads.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('caps and repeats', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const gold = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [i, { grade: ['2'] }]));
    scene = await makeWorkScene(t.db, { cases: 60, gold });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  async function readAll(who: OrgContext, batchId: string, limit = 3): Promise<void> {
    for (;;) {
      const { leases } = await claim(who, batchId, limit);
      if (leases.length === 0) return;
      for (const { leaseId } of leases) {
        const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 10 };
        await submitLabel(who, { batchId, leaseId, ...label });
      }
    }
  }
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;

  test('R23: a cap is for first reads: repeats neither count to it nor are held back by it, and the batch ends', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      rounds: 2,
      goldMode: 'none',
      claimRules: { repeatAfterDays: 14, maxReaderShareBasisPoints: 5000 },
    });
    const people = await makeReaders(scene, batchId, 2);
    const lineOf = async (who: OrgContext) =>
      (await listMyWork(who)).find((one) => one.batchId === batchId && one.tier === 'label');
    for (const who of people) {
      await readAll(who, batchId);
      expect(await reader(who, batchId)).toMatchObject({ submitted: 30, repeats: 30, repeatsTaken: 0 });
      // Both are said: that the cap is reached, and that there is a day to come back on.
      const { reasons } = await claim(who, batchId);
      expect(reasons.map((one) => one.code)).toEqual(['cap.reads', 'work.repeats_wait']);
      for (const one of reasons) expect(one, one.code).toHaveProperty('change.by', 'other');
      expect(await lineOf(who)).toMatchObject({ isAllowed: false, reasons: [{ code: 'cap.reads' }] });
    }
    scene.clock.advance(14 * DAY + MINUTE);
    for (const who of people) {
      expect(await lineOf(who)).toMatchObject({ isAllowed: true, reasons: [], openCount: 0, dueRepeats: 30 });
      await readAll(who, batchId);
      expect(await reader(who, batchId)).toMatchObject({ submitted: 60, repeats: 0, repeatsTaken: 30 });
    }
    const done =
      await t.sql`select status, count(*)::int as n from tasks where batch_id = ${batchId} group by 1`;
    expect([...done]).toEqual([{ status: 'labelled', n: 60 }]);
  });

  test.each([{ goldMode: 'none' as const }, { goldMode: 'dealt' as const, goldShareBasisPoints: 3000 }])(
    'R23: who has read repeats may still take all that their cap leaves of first reads (gold: $goldMode)',
    async (gold) => {
      const rules = { maxReadsPerReader: 4 };
      const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, ...gold, claimRules: rules });
      const [who] = await makeReaders(scene, batchId, 1);
      const rounds = async () =>
        (
          await t.sql`select count(*) filter (where round = 1)::int as first, count(*) filter (where round = 2)::int as again
            from slots where batch_id = ${batchId} and annotator_id = ${who!.actor.personId}`
        )[0] as unknown as { first: number; again: number };
      await readAll(who!, batchId, 1);
      const { first, again } = await rounds();
      expect(first).toBe(4);
      // Dealt gold is met once only.
      expect(again).toBe(gold.goldMode === 'none' ? 4 : (await ordinary()).n);
      await t.sql`update batches set max_reads_per_reader = 7 where id = ${batchId}`;
      scene.clock.advance(2 * MINUTE);
      await readAll(who!, batchId, 1);
      expect(await rounds()).toMatchObject({ first: 7 });
      async function ordinary() {
        const [row] =
          await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and round = 1
          and annotator_id = ${who!.actor.personId} and slot_no < 1000000`;
        return row as unknown as { n: number };
      }
    },
  );
});
