import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { parkTask, unparkTask } from './park-queries.ts';
import { getBatch } from './reads.ts';
import { submitLabel } from './submit-label.ts';

let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, { cases: 2 });
});
afterAll(() => t.drop());

test('R22: an undo leaves the read more of a case that was put aside: it comes back as it was', async () => {
  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const batchId = await makeBatch(scene, {
    caseIds: [scene.dataset.cases[0]!.id],
    overlap: 2,
    overlapRule: { mode: 'adaptive', maxOverlap: 4, minConfidence: 0.9 },
  });
  const read = async (who: OrgContext, grade: string) => {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const label = { labelId: randomUUID(), answers: { grade }, activeMs: 1000 };
    return (await submitLabel(who, { batchId, leaseId: leases[0]!.leaseId, ...label })).labelId;
  };
  const shape = async () => {
    const [task] =
      await t.sql`select id, status, reads_needed as needed, reads_done as done from tasks where batch_id = ${batchId}`;
    const [open] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${batchId} and status = 'open'`;
    return { ...task!, open: open!.n, counted: (await getBatch(t.db, batchId)).slotCount };
  };
  const [one, two, three] = (await makeReaders(scene, batchId, 3)) as [OrgContext, OrgContext, OrgContext];
  await read(one, '1');
  const labelId = await read(two, '3');
  await settle(batchId);
  const { id: taskId } = (await shape()) as unknown as { id: string };
  await t.db.transaction((tx) => parkTask(tx, { batchId, taskId }));
  await amendLabel(two, { batchId, labelId, newLabelId: randomUUID(), answers: { grade: '1' }, activeMs: 1 });
  expect(await shape()).toMatchObject({ status: 'unusable', needed: 3, done: 2, open: 1, counted: 3 });
  await t.db.transaction((tx) => unparkTask(tx, { batchId, taskId, now: scene.clock.now() }));
  await read(three, '1');
  await settle(batchId);
  expect(await shape()).toMatchObject({ status: 'final', needed: 3, done: 3, open: 0 });
});
