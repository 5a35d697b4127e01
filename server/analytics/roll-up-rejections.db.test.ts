import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, makeAppealScene, mine } from '#db/seed/factories/appeals.ts';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { measureAgain } from './measure-again.ts';
import { rebuildRollUp, rolledUp, rollUpBatch } from './roll-up.ts';

describe('R33: a rejected read is in no class of a day', () => {
  let t: TestDatabase;
  let s: AppealScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    s = await makeAppealScene(t.db, { cases: 1 });
  });
  afterAll(() => t.drop());

  const answersOf = async (batchId: string) => {
    const { answers } = await rolledUp(t.db, batchId);
    return Object.fromEntries(answers.map((row) => [row.answer, row.n]));
  };
  /** As the passes have it, and as it is counted from the first label on. */
  const expectAnswers = async (batchId: string, answers: Record<string, number>) => {
    expect(await answersOf(batchId)).toEqual(answers);
    await rebuildRollUp(s.system(), { batchId });
    expect(await answersOf(batchId)).toEqual(answers);
  };

  test.each([
    { when: 'in the pass that counts it', isCounted: false },
    { when: 'after it was counted', isCounted: true },
  ])('one that is rejected $when; an appeal gives it back', async ({ isCounted }) => {
    const batchId = await makeBatch(s.scene, { overlap: 2 });
    const [author, other] = await makeReaders(s.scene, batchId, 2);
    const labelId = await s.read(author!, batchId, '4');
    if (isCounted) {
      await rollUpBatch(s.system(), { batchId });
      expect(await answersOf(batchId)).toEqual({ '4': 1 });
    }
    await rejectLabel(s.scene.sponsor, { batchId, labelId, ...because });
    await s.read(other!, batchId, '2');
    await rollUpBatch(s.system(), { batchId });
    await expectAnswers(batchId, { '2': 1 });

    await appealRejection(author!, { batchId, labelId, ...mine });
    await s.overturn({ batchId, labelId });
    await measureAgain(s.system(), { batchId });
    await expectAnswers(batchId, { '2': 1, '4': 1 });
  });
});
