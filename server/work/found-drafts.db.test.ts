import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewCase } from './reading-views.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { revokeLeases } from './revoke-leases.ts';
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

  /** The gate shuts on everybody of the batch, and is open to them again. */
  const shut = (batchId: string) =>
    transact(system(), (tx) => revokeLeases(tx, { batchIds: [batchId], reason: 'agreement_ended' }));

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
    // So it does once a gate that shut on it is open to its author again (R27).
    await shut(batchId);
    const { leaseId: last } = await claim(author, batchId);
    expect(await draftOf(author, batchId, last)).toEqual({ grade: '1' });
  });

  test('R27: the sealed draft is its author’s again when the gate lets them in and the case comes back to them, and what came later is not in it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseLimit: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await read(who, batchId, (await claim(who, batchId)).leaseId, '2');
    const { leaseId } = await claim(who, batchId);
    await putDown(who, batchId, leaseId, '1');
    await shut(batchId);
    await expect(viewCase(who, { batchId, leaseId })).rejects.toMatchObject({ reason: 'lease_not_found' });
    await expect(putDown(who, batchId, leaseId, '3')).rejects.toMatchObject({ reason: 'lease_revoked' });
    const again = await claim(who, batchId);
    expect(again.round).toBe(2);
    expect(await draftOf(who, batchId, again.leaseId)).toEqual({ grade: '1' });
  });

  test('R27: the sealed draft of a first read is shown to nobody: the case goes to others', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 1 });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const { leaseId } = await claim(who, batchId);
    await putDown(who, batchId, leaseId, '1');
    await shut(batchId);
    expect(await claim(who, batchId)).toBeUndefined();
    const theirs = await claim(other, batchId);
    expect(await draftOf(other, batchId, theirs.leaseId)).toBeNull();
  });
});
