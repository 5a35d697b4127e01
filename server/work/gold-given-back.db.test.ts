import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { checkWorkInvariants } from './check-invariants.ts';
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
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());
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
  const countsOf = async (batchId: string) =>
    (await t.sql`select submitted, gold_n from readers where batch_id = ${batchId} order by reader_no`) as unknown as {
      submitted: number;
      gold_n: number;
    }[];

  test('comes back to whoever gave it back, as every other case does', async () => {
    const batchId = await makeBatch(scene, dealt);
    const [who] = await makeReaders(scene, batchId, 1);
    const first = await claim(who!, batchId, 10);
    const tasks = await tasksOf(first);
    const gold = await t.sql`select 1 from slots where batch_id = ${batchId} and slot_no >= 1000000`;
    expect(gold.length).toBeGreaterThan(0);
    await giveBack(who!, batchId, first);
    expect(await tasksOf(await claim(who!, batchId, 10))).toEqual(tasks);
  });

  test('cannot be got around by giving back, nor grows by it', async () => {
    const batchId = await makeBatch(scene, dealt);
    const [dodger, honest] = await makeReaders(scene, batchId, 2);
    for (let i = 0; i < 15; i += 1) await giveBack(dodger!, batchId, await claim(dodger!, batchId, 10));
    for (const who of [dodger!, honest!]) await readAll(who, batchId);
    const [one, other] = await countsOf(batchId);
    expect(other!.gold_n / other!.submitted).toBeGreaterThan(0.1);
    expect(Math.abs(one!.gold_n - other!.gold_n)).toBeLessThanOrEqual(6);
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
    expect(gold / submitted).toBeGreaterThan(0.08);
    expect(gold / submitted).toBeLessThan(0.35);
  });

  test('that nobody took does not keep a batch from its end', async () => {
    const batchId = await makeBatch(scene, dealt);
    const [who] = await makeReaders(scene, batchId, 1);
    await giveBack(who!, batchId, await claim(who!, batchId, 10));
    await closeBatch(scene.sponsor, { batchId, reason: 'No longer needed.' });
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    for (let n = 0; n < 3; n += 1) await settleTasks(job, { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    const open =
      await t.sql`select 1 from slots where batch_id = ${batchId} and slot_no >= 1000000 and status = 'open'`;
    expect(open.length).toBeGreaterThan(0);
  });
});
