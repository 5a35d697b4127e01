import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { findReader } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { requestRepeats } from './request-repeats.ts';
import { revokeLeases } from './revoke-leases.ts';
import type { Tier } from './rules.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

/** Nobody else can make a person's repeat (R23): it stays theirs for as long as the read before it stands. */
describe('a repeat is kept for its reader', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 24 });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label', limit = 1) =>
    (await claimNextTasks(who, { batchId, tier, limit })).leases;
  const submit = async (who: OrgContext, batchId: string, leaseId: string) => {
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs: 1 });
    return labelId;
  };
  const hold = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claim(who, batchId, tier))[0]!.leaseId;
  const runOut = async () => {
    scene.clock.advance(61 * MINUTE);
    await reclaimLeases(system());
  };
  const taskOf = async (batchId: string) =>
    (await t.sql`select status, reads_needed as needed from tasks where batch_id = ${batchId}`)[0];
  const repeatsOf = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!.repeats;

  test('it comes back however often it ran out, more of them than a claim looks at', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, prefetch: 20 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const all = async () => [
      ...(await claim(who, batchId, 'label', 20)),
      ...(await claim(who, batchId, 'label', 20)),
    ];
    await all();
    // The first reads run out once, too.
    await runOut();
    const reads = await all();
    expect(reads.map((lease) => lease.round)).toEqual(Array(24).fill(1));
    for (const { leaseId } of reads) await submit(who, batchId, leaseId);
    for (let times = 0; times < 2; times += 1) {
      const held = await all();
      expect(held.map((lease) => lease.round)).toEqual(Array(24).fill(2));
      await runOut();
      expect(await repeatsOf(who, batchId)).toBe(24);
    }
    for (let done = 0; done < 24; done += 1) await submit(who, batchId, await hold(who, batchId));
    expect(await claim(who, batchId)).toEqual([]);
    const done =
      await t.sql`select status, count(*)::int as n from tasks where batch_id = ${batchId} group by 1`;
    expect([...done]).toEqual([{ status: 'labelled', n: 24 }]);
  });

  test('R27: what the gate took comes back once the gate is open to them again', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseLimit: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await submit(who, batchId, await hold(who, batchId));
    await hold(who, batchId);
    const personIds = [who.actor.personId];
    await transact(system(), (tx) =>
      revokeLeases(tx, { batchIds: [batchId], personIds, reason: 'agreement_ended' }),
    );
    expect(await repeatsOf(who, batchId)).toBe(1);
    expect(await claim(who, batchId)).toMatchObject([{ round: 2 }]);
  });

  test('a skipped one is given up for good, and the case does not wait for it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, rounds: 2, caseLimit: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await submit(who, batchId, await hold(who, batchId));
    await skipTask(who, { batchId, leaseId: await hold(who, batchId), reason: 'not_qualified' });
    expect(await claim(who, batchId)).toEqual([]);
    expect(await taskOf(batchId)).toMatchObject({ status: 'labelled', needed: 1 });
  });

  test('R31: passing on the correction of the read before it gives up that correction alone', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseLimit: 1, reviewShareBasisPoints: 10_000 });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const labels = [
      await submit(who, batchId, await hold(who, batchId)),
      await submit(other, batchId, await hold(other, batchId)),
    ];
    await settleTasks(system(), { batchId });
    await submitReview(reviewer, {
      batchId,
      leaseId: await hold(reviewer, batchId, 'review'),
      labelId: randomUUID(),
      activeMs: 1,
      decisions: labels.map((labelId) => ({ labelId, outcome: 'return', comment: 'Look at the apex.' })),
    });
    await skipTask(who, { batchId, leaseId: await hold(who, batchId), reason: 'not_qualified' });
    const annotatorId = who.actor.personId;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 0 });
    expect(await claim(who, batchId)).toMatchObject([{ round: 2 }]);
  });
});
