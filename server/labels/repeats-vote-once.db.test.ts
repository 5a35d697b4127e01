import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { viewDecisionCase } from './label-views.ts';
import { finalFactsOf, listFinalLabels } from './reads.ts';
import { isAmbiguous } from './rules.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitReview } from './submit-review.ts';
import { decisionCaseView } from './view-schemas.ts';

describe('a repeat by the same reader (R23) is no second vote, also where a person decides the case', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  /** One case read by two people in two rounds, each as said. */
  async function readTwice(of: Partial<Parameters<typeof makeBatch>[1]>, grades: [string, string][]) {
    const batchId = await makeBatch(scene, {
      caseIds: casesOf(scene, 1),
      overlap: 2,
      rounds: 2,
      claimRules: { repeatAfterDays: 0 },
      ...of,
    });
    const people = await makeReaders(scene, batchId, 2);
    for (const round of [0, 1])
      for (const [i, who] of people.entries()) await at.read(who, batchId, grades[i]![round]!);
    await at.settle(batchId);
    return batchId;
  }
  const gradeOf = async (batchId: string) =>
    (await listFinalLabels(t.db, batchId, { limit: 10 }))[0]!.fields.grade!;

  test('the panel’s decision: one of two readers said otherwise, however sure each is of it', async () => {
    const batchId = await readTwice({ isAdjudicated: true }, [
      ['1', '2'],
      ['2', '2'],
    ]);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_adjudication' }]);
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    const { leaseId } = (await at.claim(judge!, batchId, 'adjudicate'))!;
    const { receipt } = decisionCaseView.parse(await viewDecisionCase(judge!, { batchId, leaseId }));
    await submitAdjudication(judge!, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      receipt,
      activeMs: 1,
      answers: { grade: '2' },
      rationale: 'The apex.',
    });
    const grade = await gradeOf(batchId);
    expect(grade).toMatchObject({
      path: 'adjudication',
      votes: [
        { value: '1', n: 1 },
        { value: '2', n: 1 },
      ],
    });
    // Three of four would be clear; one of two is not.
    expect(isAmbiguous(grade)).toBe(true);
  });

  test('a reviewer’s fix: readers who agree are not divided because one of them wavered', async () => {
    const batchId = await readTwice({ reviewShareBasisPoints: 10_000 }, [
      ['2', '1'],
      ['2', '2'],
    ]);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const { leaseId } = (await at.claim(reviewer!, batchId, 'review'))!;
    const { reads, receipt } = decisionCaseView.parse(
      await viewDecisionCase(reviewer!, { batchId, leaseId }),
    );
    expect(reads).toHaveLength(4);
    await submitReview(reviewer!, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      receipt,
      activeMs: 1,
      decisions: reads.map(({ labelId }) => ({ labelId, outcome: 'fix_accept' as const })),
      fixedAnswers: { grade: '3' },
    });
    expect(await gradeOf(batchId)).toMatchObject({ path: 'review', votes: [{ value: '2', n: 2 }] });
    expect(await finalFactsOf(t.db, [batchId])).toMatchObject([{ isDisputed: false }]);
  });
});
