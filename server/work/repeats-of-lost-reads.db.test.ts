import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { findReader } from './reads.ts';
import { requestRepeats } from './request-repeats.ts';
import type { Tier } from './rules.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

/** R23, R31: a repeat goes with the read before it; its case waits for whoever reads instead, and for their repeats. */
describe('the repeats of a read that was rejected or given to somebody else', () => {
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
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases;
  const hold = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claim(who, batchId, tier))[0]!.leaseId;
  const submit = async (who: OrgContext, batchId: string, leaseId: string, activeMs = 1) => {
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs });
    return labelId;
  };
  const read = async (who: OrgContext, batchId: string) => submit(who, batchId, await hold(who, batchId));
  const reject = (batchId: string, labelId: string) =>
    rejectLabel(scene.sponsor, { batchId, labelId, reason: 'no_effort', evidence: 'Two seconds.' });
  const taskOf = async (batchId: string) =>
    (
      await t.sql`select status, reads_done as done, reads_needed as needed from tasks where batch_id = ${batchId}`
    )[0];
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;
  async function inRounds(rounds: number, more: object = {}) {
    const batchId = await makeBatch(scene, { overlap: 1, rounds, caseLimit: 1, ...more });
    const [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    return { batchId, who, other };
  }

  test.each([1, 2])(
    'one that is held ends with it, paid by the time spent (R27), and the case is whole once it is read afresh (rounds of the batch: %s)',
    async (rounds) => {
      const { batchId, who, other } = await inRounds(rounds, { pricePerReadMinor: 120n });
      const annotatorId = who.actor.personId;
      if (rounds === 1)
        await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 0 });
      const first = await hold(who, batchId);
      scene.clock.advance(MINUTE);
      const labelId = await submit(who, batchId, first, MINUTE);
      const leaseId = await hold(who, batchId);
      scene.clock.advance(MINUTE);
      await saveDraft(who, { batchId, leaseId, answers: { grade: '1' }, activeMs: MINUTE / 2 });
      await reject(batchId, labelId);
      expect(await reader(who, batchId)).toMatchObject({
        repeats: 0,
        accruedMinor: 60n,
        encumberedMinor: 0n,
      });
      await expect(submit(who, batchId, leaseId)).rejects.toMatchObject({ reason: 'lease_revoked' });
      expect(await claim(who, batchId)).toEqual([]);
      expect(await taskOf(batchId)).toEqual({ status: 'open', done: 0, needed: rounds });
      for (let round = 1; round <= rounds; round += 1) {
        expect(await taskOf(batchId)).toMatchObject({ status: 'open', done: round - 1 });
        await read(other, batchId);
      }
      expect(await taskOf(batchId)).toEqual({ status: 'labelled', done: rounds, needed: rounds });
    },
  );

  test('one that is handed in stays paid, beside all that is read instead', async () => {
    const { batchId, who, other } = await inRounds(2);
    const labelId = await read(who, batchId);
    await read(who, batchId);
    await reject(batchId, labelId);
    expect(await taskOf(batchId)).toEqual({ status: 'open', done: 1, needed: 3 });
    await read(other, batchId);
    expect(await taskOf(batchId)).toMatchObject({ status: 'open', done: 2 });
    await read(other, batchId);
    expect(await taskOf(batchId)).toEqual({ status: 'labelled', done: 3, needed: 3 });
  });

  test('one that was skipped before, or is rejected too, leaves whoever reads instead all rounds', async () => {
    const { batchId, who, other } = await inRounds(2);
    const labelId = await read(who, batchId);
    await skipTask(who, { batchId, leaseId: await hold(who, batchId), reason: 'not_qualified' });
    await reject(batchId, labelId);
    expect(await taskOf(batchId)).toEqual({ status: 'open', done: 0, needed: 2 });
    const labels = [await read(other, batchId), await read(other, batchId)];
    for (const one of labels) await reject(batchId, one);
    expect(await taskOf(batchId)).toEqual({ status: 'open', done: 0, needed: 2 });
  });

  test('a rejected repeat ends its later rounds alone, those not made and those that wait; one handed in counts', async () => {
    const { batchId, who } = await inRounds(3);
    await read(who, batchId);
    const labelId = await read(who, batchId);
    await hold(who, batchId);
    await reject(batchId, labelId);
    expect(await taskOf(batchId)).toEqual({ status: 'labelled', done: 1, needed: 1 });
    const whole = await inRounds(3);
    await read(whole.who, whole.batchId);
    const second = await read(whole.who, whole.batchId);
    await read(whole.who, whole.batchId);
    await reject(whole.batchId, second);
    expect(await taskOf(whole.batchId)).toEqual({ status: 'labelled', done: 2, needed: 2 });
  });

  test('of a read that a reviewer gives to somebody else: what they read in its place waits for no repeat that cannot be made', async () => {
    const { batchId, who, other } = await inRounds(2, { reviewShareBasisPoints: 10_000 });
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const labels = [await read(who, batchId), await read(who, batchId)];
    await settleTasks(system(), { batchId });
    const decisions = labels.map((labelId, n) =>
      n === 0
        ? { labelId, outcome: 'return' as const, to: 'another' as const, comment: 'Read it afresh.' }
        : { labelId, outcome: 'accept' as const, comment: '' },
    );
    const leaseId = await hold(reviewer, batchId, 'review');
    await submitReview(reviewer, { batchId, leaseId, labelId: randomUUID(), activeMs: 1, decisions });
    expect(await taskOf(batchId)).toMatchObject({ status: 'open', done: 1 });
    await read(other, batchId);
    expect(await taskOf(batchId)).toMatchObject({ status: 'labelled', done: 2, needed: 2 });
    expect(await claim(other, batchId)).toEqual([]);
  });
});
