import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { holdTable } from '#db/testing/hold-table.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import type { OrgContext } from '#server/command/context.ts';
import { addTasks } from './add-tasks.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { flagCase } from './flag-case.ts';
import { openBatch } from './open-batch.ts';

describe('a case that is reported while it comes into a batch is given to nobody there (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let place = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 16 });
  });
  afterAll(() => t.drop());

  const freshCase = () => scene.dataset.cases[place++]!;
  /** Somebody holds the case in a batch of its own and can report it. */
  async function held(caseId: string) {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: [caseId] });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const { leaseId } = leases[0]!;
    return () => flagCase(who, { batchId, leaseId, kind: 'phi_seen', note: 'A name is burnt in.' });
  }
  /** Both are at work before either has committed. */
  async function atOnce(first: () => Promise<unknown>, second: () => Promise<unknown>) {
    const release = await holdTable(t, 'audit_events');
    const one = first();
    await untilWaiting(t, 1);
    const other = second();
    await untilWaiting(t, 2);
    await release();
    await Promise.all([one, other]);
  }
  const openSlots = (batchId: string, caseId: string) => t.sql`
    select s.slot_no from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
    where s.batch_id = ${batchId} and k.case_id = ${caseId} and s.status = 'open' and s.reserved_for is null`;

  describe.each(['the report first', 'the batch first'])('%s', (order) => {
    const both = (report: () => Promise<unknown>, batch: () => Promise<unknown>) =>
      order === 'the report first' ? atOnce(report, batch) : atOnce(batch, report);

    test('cases that are added', async () => {
      const [shut, other] = [freshCase(), freshCase()];
      const batchId = await makeBatch(scene, { overlap: 1, caseIds: [freshCase().id] });
      const report = await held(shut.id);
      const externalIds = [shut.externalId, other.externalId];
      await both(report, () => addTasks(scene.sponsor, { batchId, filter: { externalIds } }));
      expect(await openSlots(batchId, shut.id)).toEqual([]);
      expect(await openSlots(batchId, other.id)).toHaveLength(1);
    });

    test('a draft that opens', async () => {
      const [shut, other] = [freshCase(), freshCase()];
      const batchId = await makeBatch(scene, { overlap: 1, caseIds: [shut.id, other.id], isDraft: true });
      const report = await held(shut.id);
      await both(report, () => openBatch(scene.sponsor, { batchId }));
      expect(await openSlots(batchId, shut.id)).toEqual([]);
      expect(await openSlots(batchId, other.id)).toHaveLength(1);
    });
  });
});
