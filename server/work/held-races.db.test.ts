import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY } from '#server/core/clock.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { FIRST_HOLDER, lockExpired, lockLeasesOf } from './lease-queries.ts';
import { releaseLeases } from './release-leases.ts';

describe('leases that are taken back while somebody moves them', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: 'held-races' });
  const outOf = (batchId: string) => t.sql<{ task_id: string; slot_no: number; lease_id: string }[]>`
    select task_id, slot_no, lease_id from slots where batch_id = ${batchId} and status = 'leased' order by task_id, slot_no`;

  test('a sweep of what ran out passes over what somebody holds, and goes on with its window until all else is taken', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await claimNextTasks(who, { batchId, tier: 'label', limit: 3 });
    scene.clock.advance(DAY);
    const [held] = await outOf(batchId);
    const sweep = () =>
      transact(system(), (tx) => lockExpired(tx.db, { batchId, now: tx.now, after: FIRST_HOLDER, limit: 2 }));
    await t.sql.begin(async (sql) => {
      await sql`select 1 from slots where batch_id = ${batchId} and task_id = ${held!.task_id} and slot_no = ${held!.slot_no} for update`;
      const { slots, next } = await sweep();
      expect(slots.length).toBeGreaterThan(0);
      expect(slots.map((one) => one.leaseId)).not.toContain(held!.lease_id);
      expect(next).toEqual(FIRST_HOLDER);
    });
    expect((await sweep()).slots).toHaveLength(2);
  });

  test('R27: who is named loses their leases, and whoever claims one of these cases meanwhile does not', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [named, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await claimNextTasks(named, { batchId, tier: 'label', limit: 2 });
    const [first, second] = await outOf(batchId);
    const locking = await t.sql.begin(async (sql) => {
      await sql`select 1 from slots where batch_id = ${batchId} and task_id = ${first!.task_id} and slot_no = ${first!.slot_no} for update`;
      const personIds = [named.actor.personId];
      const got = transact(system(), (tx) =>
        lockLeasesOf(tx.db, { batchId, viaOrgIds: null, personIds, tiers: ['label'] }),
      );
      await untilWaiting(t, 1);
      await releaseLeases(named, { batchId, leaseIds: [second!.lease_id] });
      const { leases } = await claimNextTasks(other, { batchId, tier: 'label', limit: 1 });
      expect(leases).toHaveLength(1);
      return { got };
    });
    expect((await locking.got).map((one) => one.leaseId)).toEqual([first!.lease_id]);
  });
});
