import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewCase } from './reading-views.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import type { Tier } from './rules.ts';
import { saveDraft } from './save-draft.ts';
import { submitLabel } from './submit-label.ts';

describe('what a case opens with', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]!;
  const draftOf = async (who: OrgContext, batchId: string, leaseId: string) =>
    (await viewCase(who, { batchId, leaseId })).draft?.answers ?? null;
  const putDown = (who: OrgContext, batchId: string, leaseId: string, grade: string) => {
    scene.clock.advance(SECOND);
    return saveDraft(who, { batchId, leaseId, answers: { grade }, activeMs: 1 });
  };
  /** Reads the case as its page does: what was put down is kept, then handed in. */
  const read = async (who: OrgContext, batchId: string, leaseId: string, grade: string) => {
    await putDown(who, batchId, leaseId, grade);
    scene.clock.advance(SECOND);
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 1 });
    return labelId;
  };
  /** The device falls asleep until the lease has run out. */
  const lose = async () => {
    scene.clock.advance(61 * MINUTE);
    await reclaimLeases(system());
  };

  test('R23: a repeat opens empty, not with the answers of the read before; its own draft comes back after a crash', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 3, caseLimit: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const first = await claim(who, batchId);
    await putDown(who, batchId, first.leaseId, '3');
    await lose();
    // What was not handed in is there when the case comes back.
    const again = await claim(who, batchId);
    expect(await draftOf(who, batchId, again.leaseId)).toEqual({ grade: '3' });
    await read(who, batchId, again.leaseId, '2');
    const second = await claim(who, batchId);
    expect(second.round).toBe(2);
    expect(await draftOf(who, batchId, second.leaseId)).toBeNull();
    await putDown(who, batchId, second.leaseId, '1');
    // The page opens again under the same lease.
    expect(await draftOf(who, batchId, second.leaseId)).toEqual({ grade: '1' });
    await read(who, batchId, second.leaseId, '1');
    const third = await claim(who, batchId);
    expect(third.round).toBe(3);
    expect(await draftOf(who, batchId, third.leaseId)).toBeNull();
  });

  test('R31: a returned read opens as it was submitted, not as it was once put down; the correction’s own draft comes back', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 1, reviewShareBasisPoints: 10_000 });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const { leaseId } = await claim(author, batchId);
    await putDown(author, batchId, leaseId, '3');
    scene.clock.advance(SECOND);
    const labelId = randomUUID();
    await submitLabel(author, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs: 1 });
    await settleTasks(system(), { batchId });
    const review = await claim(reviewer, batchId, 'review');
    const decision = { labelId, outcome: 'return', comment: 'Look at the apex.' } as const;
    await submitReview(reviewer, {
      batchId,
      leaseId: review.leaseId,
      labelId: randomUUID(),
      activeMs: 1,
      decisions: [decision],
    });
    const back = await claim(author, batchId);
    expect(back.isReturned).toBe(true);
    expect(await viewCase(author, { batchId, leaseId: back.leaseId })).toMatchObject({
      draft: null,
      returned: { answers: { grade: '2' } },
    });
    await putDown(author, batchId, back.leaseId, '1');
    await lose();
    const anew = await claim(author, batchId);
    expect(await draftOf(author, batchId, anew.leaseId)).toEqual({ grade: '1' });
  });
});
