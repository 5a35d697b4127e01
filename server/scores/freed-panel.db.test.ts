import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { runDataSteps } from '#db/testing/data-steps.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { listUnsigned } from './checkpoint-queries.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { viewCheckpoint, viewCheckpoints } from './view-checkpoints.ts';

let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, { cases: 4 });
});
afterAll(() => t.drop());

const shareAt = { trigger: 'share' as const, shareBasisPoints: 2500 };
const hold = async (batchId: string) => {
  const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const batch = await getBatch(t.db, batchId);
  expect(await transact(system, (tx) => openCheckpoint(tx, { batch, ...shareAt }))).toBe(true);
  const [one] = await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId });
  return one!.id;
};
const panel = () =>
  makeBatch(scene, { overlap: 1, kind: 'self_label', vendorOrgId: null, pricePerReadMinor: 0n });

test('R7: a panel that stands at a share from before is freed by the migration and goes on when it is resumed', async () => {
  const batchId = await panel();
  // What is to be signed is not shown before all of it is read, and nothing more is read before it is signed.
  const checkpointId = await hold(batchId);
  await expect(viewCheckpoint(scene.sponsor, { checkpointId })).rejects.toMatchObject({
    reason: 'panel_reading',
  });
  await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
    reason: 'checkpoint_unsigned',
  });
  expect(await runDataSteps(t.admin, '0095_ended_checks')).toBe(3);
  expect(await getBatch(t.db, batchId)).toMatchObject({
    status: 'paused',
    checkpointId: null,
    statusReason: expect.stringMatching(/goes on when it is resumed/),
  });
  await resumeBatch(scene.sponsor, { batchId });
  expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'open', statusReason: null });
  // Its checkpoint waits for nobody, and nobody is asked to look and sign: neither now nor when its reads are shown.
  const line = async () =>
    (await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId })).map((one) => one.status);
  expect(await line()).toEqual(['freed']);
  const lead = {
    ...scene.sponsor,
    actor: { ...scene.sponsor.actor, reauthenticatedAt: scene.clock.now() },
  };
  const waits = await listUnsigned(t.db, { after: null, limit: 100 });
  expect(waits.map((one) => one.id)).not.toContain(checkpointId);
  await expect(
    signCheckpoint(lead, {
      ...{ checkpointId, decision: 'go_on', reason: 'All is well.', evidenceSha256: '0'.repeat(64) },
      typedName: 'Any Name',
    }),
  ).rejects.toMatchObject({ reason: 'checkpoint_freed' });
  await closeBatch(scene.sponsor, { batchId, reason: 'Enough.' });
  expect(await viewCheckpoint(scene.sponsor, { checkpointId })).toMatchObject({
    status: 'freed',
    signerName: null,
  });
});

test('one that its sponsor had paused keeps that reason, and a production batch waits for its signature as before (R26)', async () => {
  const [paused, production] = [await panel(), await makeBatch(scene, { overlap: 1 })];
  await makeReaders(scene, production, 1);
  await pauseBatch(scene.sponsor, { batchId: paused, reason: 'The room is closed.' });
  await hold(paused);
  const checkpointId = await hold(production);
  await runDataSteps(t.admin, '0095_ended_checks');
  const asBefore = { status: 'paused', statusReason: 'The room is closed.' };
  expect(await getBatch(t.db, paused)).toMatchObject({ ...asBefore, checkpointId: null });
  expect(await getBatch(t.db, production)).toMatchObject({ checkpointId });
  // What holds its batch comes before what holds nothing any more.
  const lines = await viewCheckpoints(scene.sponsor, { projectId: scene.project.id });
  expect(lines.map((one) => one.status)).toEqual(['due', ...lines.slice(1).map(() => 'freed')]);
  expect(lines).toContainEqual(expect.objectContaining({ batchId: paused, status: 'freed' }));
  await expect(resumeBatch(scene.sponsor, { batchId: production })).rejects.toMatchObject({
    reason: 'checkpoint_unsigned',
  });
});
