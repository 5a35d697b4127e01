import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { prioritiseCases } from './prioritise-cases.ts';
import { findReader } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

/** More than one window of a late lane. */
const CASES = 240;

describe('what is brought forward comes first, whatever somebody does besides', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: CASES });
  });
  afterAll(() => t.drop());

  const names = (from: number, n: number) =>
    scene.dataset.cases.slice(from, from + n).map((one) => one.externalId);
  const caseIds = (from: number, n: number) => scene.dataset.cases.slice(from, from + n).map((one) => one.id);
  const bring = (batchId: string, cases: readonly string[]) =>
    prioritiseCases(scene.sponsor, {
      batchId,
      cases: cases.map((name, i) => ({ name, priority: cases.length - i })),
    });
  const claim = async (who: OrgContext, batchId: string, limit = 1) => {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit });
    scene.clock.advance(SECOND);
    return leases;
  };
  /** The sponsor's name of the case behind a lease. */
  const nameOf = async (batchId: string, leaseId: string): Promise<string> => {
    const [row] = await t.sql`select c.external_id as name from slots s
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id join cases c on c.id = k.case_id
      where s.batch_id = ${batchId} and s.lease_id = ${leaseId}`;
    return row!.name;
  };
  /** Claims and hands in one after the other until nothing comes; the names in the order in which they came. */
  async function readOn(who: OrgContext, batchId: string, most = 1000): Promise<string[]> {
    const order: string[] = [];
    while (order.length < most) {
      const [lease] = await claim(who, batchId);
      if (lease === undefined) break;
      order.push(await nameOf(batchId, lease.leaseId));
      await submit(who, batchId, lease.leaseId);
    }
    return order;
  }
  const submit = (who: OrgContext, batchId: string, leaseId: string, labelId: string = randomUUID()) =>
    submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1000 });
  const skip = async (who: OrgContext, batchId: string, leaseId: string) => {
    await skipTask(who, { batchId, leaseId, reason: 'not_qualified' });
    scene.clock.advance(SECOND);
  };

  test('one skip puts nobody behind it, and the skipped case does not come back', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(0, 12) });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const forward = names(8, 4);
    await bring(batchId, forward);
    scene.clock.advance(SECOND);
    const [first] = await claim(who, batchId);
    expect(await nameOf(batchId, first!.leaseId)).toBe(forward[0]);
    await skip(who, batchId, first!.leaseId);
    expect((await readOn(who, batchId, 3)).slice(0, 3)).toEqual(forward.slice(1));
    // Of the rest one is skipped, too; others take what was skipped, and what they give back later still comes first.
    const [plain] = await claim(who, batchId);
    const skipped = [forward[0], await nameOf(batchId, plain!.leaseId)];
    await skip(who, batchId, plain!.leaseId);
    expect(await readOn(other, batchId, 2)).toEqual(skipped);
    const [held] = await claim(other, batchId);
    const back = await nameOf(batchId, held!.leaseId);
    await releaseLeases(other, { batchId, leaseIds: [held!.leaseId] });
    const rest = await readOn(who, batchId);
    expect(rest[0]).toBe(back);
    expect(rest).toHaveLength(7);
    for (const name of skipped) expect(rest).not.toContain(name);
  });

  test('nor does a correction, nor a claim of who holds all they may', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000, prefetch: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const [read] = await claim(who, batchId);
    const [own, labelId] = [await nameOf(batchId, read!.leaseId), randomUUID()];
    await submit(who, batchId, read!.leaseId, labelId);
    const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(system, { batchId });
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const { leases } = await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 });
    const forward = names(0, CASES).filter((name) => name !== own);
    await bring(batchId, forward);
    scene.clock.advance(SECOND);
    await submitReview(reviewer, {
      ...{ batchId, leaseId: leases[0]!.leaseId, labelId: randomUUID(), activeMs: 1 },
      decisions: [{ labelId, outcome: 'return', comment: 'Look at the lower left.' }],
    });
    const [correction] = await claim(who, batchId);
    expect(correction).toMatchObject({ isReturned: true });
    const order: string[] = [];
    for (let lease = correction; lease !== undefined; [lease] = await claim(who, batchId))
      order.push(await nameOf(batchId, lease.leaseId));
    // The correction is held, and as many more as they may; asking on and on takes nothing, and passes nothing over.
    expect(order).toEqual([own, ...forward.slice(0, order.length - 1)]);
    for (let n = 0; n < 3; n += 1) expect(await claim(who, batchId)).toEqual([]);
    await submit(who, batchId, correction!.leaseId);
    const [next] = await claim(who, batchId);
    expect(await nameOf(batchId, next!.leaseId)).toBe(forward[order.length - 1]);
  });

  test('who has claimed or skipped while it was brought forward comes back to it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(0, 6) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const at = BigInt(scene.clock.now().getTime() + 200) * 1000n;
    await t.sql`update readers set late_key = ${at.toString()} where batch_id = ${batchId}`;
    const forward = names(3, 3);
    await bring(batchId, forward);
    scene.clock.advance(SECOND);
    expect(await readOn(who, batchId, 3)).toEqual(forward);
  });

  test('where nothing else waits, a skip puts its reader beyond the case: their next claim need not look at it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(0, 6) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const lateKey = async () => {
      const [row] = await t.sql`select late_key from readers where batch_id = ${batchId}`;
      return BigInt(row!.late_key);
    };
    for (let n = 0; n < 3; n += 1) {
      const [lease] = await claim(who, batchId);
      await skip(who, batchId, lease!.leaseId);
      const [top] =
        await t.sql`select max(sort_key)::text as key from slots where batch_id = ${batchId} and lane = 0`;
      expect(await lateKey()).toBeGreaterThanOrEqual(BigInt(top!.key));
    }
    const { personId } = who.actor;
    expect(await findReader(t.db, { batchId, annotatorId: personId, tier: 'label' })).toMatchObject({
      skipped: 3,
    });
  });
});
