import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, MINUTE, SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { extendLease } from './extend-lease.ts';
import { joinBatch } from './join-batch.ts';
import { pauseBatch } from './pause-batch.ts';
import { getBatch } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { settleBatch } from './settle-batch.ts';
import { submitLabel } from './submit-label.ts';

/** One read of USD 1.20 with the fee of 15 % on it. */
const ONE_READ = 138n;

describe('the end of a batch', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, { cases: 6 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const balance = (code: 'project_funds' | 'batch_reserved', ownerId: string) =>
    balanceOf(t.db, { code, ownerId, currency: 'USD' });
  const funds = () => balance('project_funds', scene.project.id);
  const claim = async (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = (who: OrgContext, batchId: string, leaseId: string) =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 });
  const close = (batchId: string) => closeBatch(scene.sponsor, { batchId, reason: 'Enough.' });
  /** The standing jobs, until nothing moves any more. */
  async function work(batchId: string): Promise<string> {
    for (let i = 0; i < 3; i += 1) {
      await reclaimLeases(system());
      await settleTasks(system(), { batchId });
    }
    return (await getBatch(t.db, batchId)).status;
  }

  test('R29: a batch that nobody read gives back all that was reserved for it', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { overlap: 2 });
    expect(before - (await funds())).toBe(12n * ONE_READ);
    await close(batchId);
    expect(await work(batchId)).toBe('settled');
    expect([await funds(), await balance('batch_reserved', batchId)]).toEqual([before, 0n]);
  });

  test('R27: who holds a case when the batch closes finishes it within the lease and is paid; nobody joins, claims or prolongs', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { overlap: 1, leaseSeconds: 600 });
    const [reader, late] = await makeReaders(scene, batchId, 2);
    const [lease] = (await claim(reader!, batchId)).leases;
    await close(batchId);
    expect(await claim(late!, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'batch.closing' }] });
    const [newcomer] = await makeReaders(scene, await makeBatch(scene), 1);
    await expect(joinBatch(newcomer!, { batchId, tier: 'label' })).rejects.toMatchObject({
      reason: 'batch_not_open',
    });
    scene.clock.advance(MINUTE);
    const [kept] = await extendLease(reader!, { batchId, leaseIds: [lease!.leaseId] });
    expect(kept?.leaseUntil).toEqual(lease!.leaseUntil);
    expect([await work(batchId), await settleBatch(system(), { batchId })]).toEqual(['closing', false]);
    scene.clock.advance(8 * MINUTE);
    await submit(reader!, batchId, lease!.leaseId);
    expect(await work(batchId)).toBe('settled');
    // What is reserved for the newcomer's own batch is not this one's.
    const other = 18n * ONE_READ;
    expect(before - (await funds())).toBe(ONE_READ + other);
    expect(await balance('batch_reserved', batchId)).toBe(0n);
  });

  test('a lease that is not used runs out, its money goes back, and then the batch settles', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { overlap: 1, leaseSeconds: 600 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const [used, unused] = (await claim(reader!, batchId, 2)).leases;
    await submit(reader!, batchId, used!.leaseId);
    await close(batchId);
    expect(await work(batchId)).toBe('closing');
    scene.clock.advance(11 * MINUTE);
    await expect(submit(reader!, batchId, unused!.leaseId)).rejects.toMatchObject({ reason: 'lease_over' });
    expect(await work(batchId)).toBe('settled');
    const [row] = await t.sql`select encumbered_minor::int as held, accrued_minor::int as paid from readers
      where batch_id = ${batchId}`;
    expect(row).toEqual({ held: 0, paid: 120 });
    expect(before - (await funds())).toBe(ONE_READ);
  });

  test('settling at once from several processes gives the rest back once', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { overlap: 1 });
    await close(batchId);
    await Promise.all(Array.from({ length: 4 }, () => settleBatch(system(), { batchId })));
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await funds()).toBe(before);
    const [row] = await t.sql`select count(*)::int as n from audit_events
      where action = 'work.batch_settled' and subject_id = ${batchId}`;
    expect(row?.n).toBe(1);
    await expect(close(batchId)).rejects.toMatchObject({ kind: 'conflict', reason: 'batch_state' });
  });

  test.each(['open', 'paused', 'closing'])(
    'R30: in a batch that is %s a read is accepted when its review period is over, and not a moment before',
    async (status) => {
      const batchId = await makeBatch(scene, { overlap: 2, reviewPeriodDays: 5 });
      const [reader] = await makeReaders(scene, batchId, 1);
      const [lease] = (await claim(reader!, batchId)).leases;
      await submit(reader!, batchId, lease!.leaseId);
      if (status === 'paused') await pauseBatch(scene.sponsor, { batchId, reason: 'A question.' });
      if (status === 'closing') await close(batchId);
      const stateOf = async () =>
        (await t.sql`select status from slots where lease_id = ${lease!.leaseId}`)[0]?.status;
      scene.clock.advance(5 * DAY - SECOND);
      await acceptAfterPeriod(system());
      expect(await stateOf()).toBe('submitted');
      scene.clock.advance(SECOND);
      await acceptAfterPeriod(system());
      expect(await stateOf()).toBe('accepted');
    },
  );
});
