import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { wholeContent } from '#db/testing/whole-content.ts';
import type { OrgContext } from '#server/command/context.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { submitReview } from './submit-review.ts';

type Decision = Parameters<typeof submitReview>[1]['decisions'][number];

describe('a review decides on every label of its case as it stands, once', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  const accept = (labelId: string): Decision => ({ labelId, outcome: 'accept' });
  /** Cases that two people have read alike, and the review of one of them. */
  async function underReview(cases: number) {
    const caseIds = casesOf(scene, cases);
    const batchId = await makeBatch(scene, { caseIds, overlap: 2, reviewShareBasisPoints: 10_000 });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    for (let n = 0; n < cases; n += 1) {
      await at.read(one, batchId, '1');
      await at.read(other, batchId, '1');
    }
    await at.settle(batchId);
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const { leaseId } = (await at.claim(reviewer, batchId, 'review'))!;
    const rows = await t.sql`select l.id, l.annotator_id = ${one.actor.personId} as "isOfOne",
        l.task_id = (select task_id from slots where lease_id = ${leaseId}) as "isOfCase"
      from labels l where l.batch_id = ${batchId} order by "isOfOne" desc`;
    const idsOf = (isOfCase: boolean) =>
      rows.filter((row) => row.isOfCase === isOfCase).map((row) => row.id as string) as [string, string];
    const review = (lease: string, decisions: Decision[]) =>
      submitReview(reviewer, {
        ...{ batchId, leaseId: lease, labelId: randomUUID(), decisions, activeMs: 1 },
      });
    return { batchId, one, reviewer, leaseId, review, own: idsOf(true), elsewhere: idsOf(false) };
  }
  async function refused(send: () => Promise<unknown>): Promise<void> {
    const before = await wholeContent(t);
    await expect(send()).rejects.toMatchObject({ kind: 'conflict', reason: 'labels_changed' });
    expect(await wholeContent(t)).toEqual(before);
  }

  test('one that leaves a read out, decides on one twice or on one of another case is refused and changes nothing', async () => {
    const { leaseId, review, own, elsewhere } = await underReview(2);
    const [first, second] = own;
    const why = { reason: 'no_effort', comment: 'Submitted in 0.2 s.' } as const;
    const wrong: Decision[][] = [
      [accept(first)],
      [accept(second)],
      // Twice the same, so that there are as many decisions as reads.
      [accept(first), accept(first)],
      [accept(first), { labelId: first, outcome: 'reject', ...why }, accept(second)],
      // As many labels as reads, one of them of the other case.
      [accept(first), accept(elsewhere[1])],
      [accept(first), accept(second), accept(elsewhere[0])],
      [accept(first), accept(second), { labelId: elsewhere[0], outcome: 'reject', ...why }],
    ];
    for (const decisions of wrong) await refused(() => review(leaseId, decisions));
    await expect(review(leaseId, own.map(accept))).resolves.toMatchObject({ isReplay: false });
  });

  test('one on a label that its author has corrected since is refused and changes nothing', async () => {
    const { batchId, one, reviewer, leaseId, review, own } = await underReview(1);
    const [first, second] = own;
    await review(leaseId, [
      { labelId: first, outcome: 'return', comment: 'Look at the lower left.' },
      accept(second),
    ]);
    const back = (await at.claim(one, batchId))!;
    expect(back).toMatchObject({ isReturned: true });
    const corrected = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
    await submitLabel(one, { batchId, leaseId: back.leaseId, ...corrected });
    await at.settle(batchId);
    const lease = (await at.claim(reviewer, batchId, 'review'))!;
    const { labelId } = corrected;
    await refused(() => review(lease.leaseId, [accept(first), accept(second)]));
    await refused(() => review(lease.leaseId, [accept(first), accept(second), accept(labelId)]));
    await expect(review(lease.leaseId, [accept(labelId), accept(second)])).resolves.toMatchObject({
      isReplay: false,
    });
  });
});
