import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { getBatch } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('gold that is given back (R21, ADR 009)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 100,
      gold: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [i, { grade: ['2'] }])),
    });
  });
  afterAll(() => t.drop());
  // Which places of the mix are gold follows from ids that differ each time: bounds are so wide that chance alone never crosses them.
  const dealt = { goldMode: 'dealt', goldShareBasisPoints: 2000, overlap: 2, prefetch: 10 } as const;
  const claim = async (who: OrgContext, batchId: string, limit: number) => {
    scene.clock.advance(1000);
    return (await claimNextTasks(who, { batchId, tier: 'label', limit })).leases.map(
      (lease) => lease.leaseId,
    );
  };
  const giveBack = (who: OrgContext, batchId: string, leaseIds: string[]) =>
    releaseLeases(who, { batchId, leaseIds });
  const read = (who: OrgContext, batchId: string, leaseId: string) =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 });
  const readAll = async (who: OrgContext, batchId: string) => {
    for (let [leaseId] = await claim(who, batchId, 1); leaseId; [leaseId] = await claim(who, batchId, 1))
      await read(who, batchId, leaseId);
  };
  const tasksOf = async (leaseIds: string[]) =>
    (await t.sql`select task_id from slots where lease_id in ${t.sql(leaseIds)}`)
      .map((row) => row.task_id)
      .toSorted();
  /** A batch, and its only reader, who holds ten cases with gold among them. */
  const holdingGold = async () => {
    for (;;) {
      const batchId = await makeBatch(scene, { ...dealt, goldShareBasisPoints: 5000 });
      const [who] = await makeReaders(scene, batchId, 1);
      const leaseIds = await claim(who!, batchId, 10);
      const gold = await t.sql`select 1 from slots where batch_id = ${batchId} and slot_no >= 1000000`;
      if (gold.length > 0) return { batchId, who: who!, leaseIds };
    }
  };
  const countsOf = async (batchId: string) =>
    (await t.sql`select submitted, gold_n from readers where batch_id = ${batchId} order by reader_no`) as unknown as {
      submitted: number;
      gold_n: number;
    }[];

  test('comes back to whoever gave it back, as every other case does', async () => {
    const { batchId, who, leaseIds } = await holdingGold();
    const tasks = await tasksOf(leaseIds);
    await giveBack(who, batchId, leaseIds);
    expect(await tasksOf(await claim(who, batchId, 10))).toEqual(tasks);
  });

  test('cannot be got around by giving back, nor grows by it', async () => {
    const batchId = await makeBatch(scene, dealt);
    const [dodger, honest] = await makeReaders(scene, batchId, 2);
    for (let i = 0; i < 15; i += 1) await giveBack(dodger!, batchId, await claim(dodger!, batchId, 10));
    for (const who of [dodger!, honest!]) await readAll(who, batchId);
    const [one, other] = await countsOf(batchId);
    expect(other!.gold_n).toBeGreaterThan(1);
    expect(one!.gold_n).toBeGreaterThan(1);
    expect(one!.gold_n / one!.submitted).toBeLessThan(0.5);
  });

  test('keeps its share for who fetches ahead, reads one and leaves', async () => {
    const batchId = await makeBatch(scene, dealt);
    const [who] = await makeReaders(scene, batchId, 1);
    for (let i = 0; i < 60; i += 1) {
      const [first, ...rest] = await claim(who!, batchId, 4);
      await read(who!, batchId, first!);
      await giveBack(who!, batchId, rest);
    }
    const [{ submitted, gold_n: gold }] = (await countsOf(batchId)) as [
      { submitted: number; gold_n: number },
    ];
    expect(submitted).toBe(60);
    expect(gold).toBeGreaterThan(0);
    expect(gold / submitted).toBeLessThan(0.5);
  });

  test('that nobody took does not keep a batch from its end', async () => {
    const { batchId, who, leaseIds } = await holdingGold();
    await giveBack(who, batchId, leaseIds);
    await closeBatch(scene.sponsor, { batchId, reason: 'No longer needed.' });
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    for (let n = 0; n < 3; n += 1) await settleTasks(job, { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    const open =
      await t.sql`select 1 from slots where batch_id = ${batchId} and slot_no >= 1000000 and status = 'open'`;
    expect(open.length).toBeGreaterThan(0);
  });
});
