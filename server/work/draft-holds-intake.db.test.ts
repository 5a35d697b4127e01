import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { datasets } from '#db/schema/datasets.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { confirmIntake, reopenIntake, reportCase } from '#server/datasets/decide-intake.ts';

describe('a draft and the intake of its dataset take turns', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  test('a draft that is planned while the intake is being opened waits, and is refused: no excluded case slips into it', async () => {
    const datasetId = scene.dataset.id;
    const opened = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const opening = t.db.transaction(async (tx) => {
      // As `reopenIntake` does, held back just before it commits.
      await tx.select().from(datasets).where(eq(datasets.id, datasetId)).for('update');
      await tx.update(datasets).set({ intakeStatus: 'open' }).where(eq(datasets.id, datasetId));
      opened.resolve();
      await commit.promise;
    });
    await opened.promise;
    const draft = makeBatch(scene, { isDraft: true }).then(
      () => ({ message: 'a draft was made' }),
      (error: Error) => error,
    );
    await untilWaiting(t);
    commit.resolve();
    await opening;
    expect((await draft).message).toContain('The intake of this dataset has findings that wait');
    const { externalId } = scene.dataset.cases[0]!;
    await reportCase(scene.sponsor, { datasetId, externalId, code: 'unreadable', note: 'Black.' });
    await confirmIntake(scene.sponsor, { datasetId });
    const batchId = await makeBatch(scene, { isDraft: true });
    const held = await t.sql`select case_id from tasks where batch_id = ${batchId}`;
    expect(held.map((row) => row.case_id)).not.toContain(scene.dataset.cases[0]!.id);
    expect(held).toHaveLength(3);
    await expect(reopenIntake(scene.sponsor, { datasetId })).rejects.toMatchObject({
      reason: 'intake_in_use',
    });
  });
});
