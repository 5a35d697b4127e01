import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { addTasks } from './add-tasks.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { listMyWork } from './reading-views.ts';
import { setClaimRules } from './set-claim-rules.ts';
import { submitLabel } from './submit-label.ts';

describe('what is most needed', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = (who: OrgContext, batchId: string, leaseId: string) =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 10 });
  async function readAll(who: OrgContext, batchId: string): Promise<string> {
    for (;;) {
      const { leases, reasons } = await claim(who, batchId);
      if (leases.length === 0) return reasons[0]?.code ?? '';
      for (const { leaseId } of leases) await submit(who, batchId, leaseId);
    }
  }

  test('passes over a batch whose every case the person has had, and comes back to it for a new one', async () => {
    const own = await makeWorkScene(t.db, { cases: 5 });
    const ids = (from: number, to: number) => own.dataset.cases.slice(from, to).map((one) => one.id);
    const rules = { claimRules: { priority: 90 } };
    const first = await makeBatch(own, { overlap: 2, caseIds: ids(0, 2), ...rules });
    const second = await makeBatch(own, { overlap: 2, caseIds: ids(2, 4) });
    const [who] = await makeReaders(own, first, 1);
    const { leases } = await claim(who!, first, 2);
    await submit(who!, first, leases[0]!.leaseId);
    // One is held still.
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: first });
    await submit(who!, first, leases[1]!.leaseId);
    // The second reads are open, for others.
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: second });
    expect(await readAll(who!, second)).toBe('work.all_seen');
    await expect(joinMostNeeded(who!)).rejects.toMatchObject({ reason: 'no_work' });
    await addTasks(own.sponsor, {
      batchId: first,
      filter: { externalIds: [own.dataset.cases[4]!.externalId] },
    });
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: first });
    await readAll(who!, first);
    await expect(joinMostNeeded(who!)).rejects.toMatchObject({ reason: 'no_work' });
  });

  test('is returned work, then priority, then deadline; a full cap passes a batch over', async () => {
    const own = await makeWorkScene(t.db, { cases: 6 });
    const inDays = (n: number) => new Date(own.clock.now().getTime() + n * DAY);
    const late = await makeBatch(own, { claimRules: { dueAt: inDays(9) } });
    const soon = await makeBatch(own, { claimRules: { dueAt: inDays(2) } });
    const urgent = await makeBatch(own, { claimRules: { priority: 80, maxReadsPerReader: 1 } });
    const [who] = await makeReaders(own, late, 1);
    expect((await listMyWork(who!)).map((line) => line.batchId)).toEqual([urgent, soon, late]);
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: urgent });
    await readAll(who!, urgent);
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: soon });
    expect((await listMyWork(who!)).find((line) => line.batchId === urgent)).toMatchObject({
      isAllowed: false,
      reasons: [{ code: 'cap.reads' }],
    });
    await setClaimRules(own.sponsor, { batchId: late, priority: 90 });
    expect(await joinMostNeeded(who!)).toMatchObject({ batchId: late });
    await setClaimRules(own.sponsor, { batchId: urgent, maxReadsPerReader: null });
    expect((await listMyWork(who!)).find((line) => line.batchId === urgent)).toMatchObject({
      isAllowed: true,
    });
    await expect(setClaimRules(own.sponsor, { batchId: late, dueAt: inDays(-1) })).rejects.toMatchObject({
      reason: 'deadline_past',
    });
    for (const batchId of [late, soon, urgent]) await closeBatch(own.sponsor, { batchId, reason: 'Enough' });
    await expect(joinMostNeeded(who!)).rejects.toMatchObject({ reason: 'no_work' });
    await expect(setClaimRules(own.sponsor, { batchId: late, priority: 1 })).rejects.toMatchObject({
      reason: 'batch_state',
    });
  });
});
