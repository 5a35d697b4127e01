import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { wholeContent } from '#db/testing/whole-content.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { amendLabel } from './amend-label.ts';
import { closeBatch } from './close-batch.ts';
import { getBatch } from './reads.ts';

describe('R22: a label can be undone for ten minutes, and not beyond the end of its batch', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  /** A case that one person has read, in a batch that stays open for another that nobody reads, and its undo. */
  async function oneRead() {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 2), overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const labelId = await at.read(who!, batchId, '1');
    const undo = () =>
      amendLabel(who!, { batchId, labelId, newLabelId: randomUUID(), answers: { grade: '3' }, activeMs: 1 });
    return { batchId, undo };
  }

  test.each([
    { status: 'closing', steps: async () => {} },
    { status: 'settled', steps: (batchId: string) => at.settle(batchId) },
  ])('in a batch that is $status it is refused and nothing changes', async ({ status, steps }) => {
    const { batchId, undo } = await oneRead();
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough.' });
    await steps(batchId);
    expect(await getBatch(t.db, batchId)).toMatchObject({ status });
    const before = await wholeContent(t);
    await expect(undo()).rejects.toMatchObject({
      kind: 'precondition',
      reason: 'amend_refused',
      message: 'The batch has closed; its labels can no longer be undone.',
      details: [{ code: 'amend.batch_closed' }],
    });
    expect(await wholeContent(t)).toEqual(before);
  });

  test('while the batch is open it goes through until the last second, of a case that is final too', async () => {
    const { batchId, undo } = await oneRead();
    await at.settle(batchId);
    expect((await at.tasksOf(batchId)).map((task) => task.status).sort()).toEqual(['final', 'open']);
    scene.clock.advance(10 * MINUTE - SECOND);
    const before = await wholeContent(t);
    await expect(undo()).resolves.toMatchObject({ isReplay: false });
    // What is held against each other above tells a label that was written.
    expect(await wholeContent(t)).not.toEqual(before);
  });
});
