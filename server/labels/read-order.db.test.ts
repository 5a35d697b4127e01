import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { viewDecisionCase } from './label-views.ts';
import { submitReview } from './submit-review.ts';

/** Cases that the same two have read: that all of them stand alike by chance is 2 × 2⁻³², less than 1 in 10⁹. */
const CASES = 32;
/** Reads of one case, and leases on it: that all leases show one order by chance is (1 ÷ 7!)³, less than 1 in 10¹¹. */
const READS = 7;
const LEASES = 4;

describe('R21: reads side by side stand in an order that says nothing of who made them', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: CASES });
    at = readSteps(scene);
  });
  afterAll(() => t.drop());

  /** The labels of a case in the order in which they are shown under a lease, which is the same whenever it is opened anew. */
  async function shown(who: OrgContext, batchId: string, leaseId: string): Promise<string[]> {
    const { reads } = await viewDecisionCase(who, { batchId, leaseId });
    expect(reads.map((read) => read.name)).toEqual(reads.map((_, n) => `Reader ${'ABCDEFG'[n]}`));
    for (let n = 0; n < 2; n += 1)
      expect((await viewDecisionCase(who, { batchId, leaseId })).reads).toEqual(reads);
    return reads.map((read) => read.labelId);
  }

  test('who was the first to read every case is Reader A of some and Reader B of others', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, reviewShareBasisPoints: 10_000 });
    const [first, second] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const ofFirst = new Set<string>();
    for (let n = 0; n < CASES; n += 1) ofFirst.add(await at.read(first, batchId, '1'));
    for (let n = 0; n < CASES; n += 1) await at.read(second, batchId, '1');
    await at.settle(batchId);
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const places: number[] = [];
    for (let n = 0; n < CASES; n += 1) {
      const { leaseId } = (await at.claim(reviewer, batchId, 'review'))!;
      const ids = await shown(reviewer, batchId, leaseId);
      places.push(ids.findIndex((id) => ofFirst.has(id)));
      const decisions = ids.map((labelId) => ({ labelId, outcome: 'accept' as const }));
      await submitReview(reviewer, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    }
    expect(places).toHaveLength(CASES);
    expect(new Set(places)).toEqual(new Set([0, 1]));
  });

  test.each(['review', 'adjudicate'] as const)(
    'one case under one lease after another stands in another order at the tier %s',
    async (tier) => {
      const batchId = await makeBatch(scene, {
        ...{ caseIds: scene.dataset.cases.slice(0, 1).map((one) => one.id), overlap: READS },
        ...(tier === 'review' ? { reviewShareBasisPoints: 10_000 } : { isAdjudicated: true }),
      });
      const inTurn: string[] = [];
      for (const [n, reader] of (await makeReaders(scene, batchId, READS)).entries())
        inTurn.push(await at.read(reader, batchId, String(n % 4)));
      await at.settle(batchId);
      const orders: string[][] = [];
      for (const who of await makeReaders(scene, batchId, LEASES, tier)) {
        const { leaseId } = (await at.claim(who, batchId, tier))!;
        orders.push(await shown(who, batchId, leaseId));
        await releaseLeases(who, { batchId, leaseIds: [leaseId] });
      }
      for (const order of orders) expect(order.toSorted()).toEqual(inTurn.toSorted());
      expect(new Set(orders.map(String)).size).toBeGreaterThan(1);
    },
  );
});
