import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE } from '#server/core/clock.ts';
import { batchFacts } from './batch-facts.ts';
import { checkWorkInvariants } from './check-invariants.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { claimSlots } from './claim-slots.ts';
import { flagCase } from './flag-case.ts';
import { transactHot } from './hot-sql.ts';
import { joinBatch, recheckReader } from './join-batch.ts';
import { findReader } from './reads.ts';
import { revokeLeases } from './revoke-leases.ts';
import { SLOT_BASE } from './rules.ts';
import { submitLabel } from './submit-label.ts';

/** Something that is under way until it is let go on. */
function underWay() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: end } = Promise.withResolvers<void>();
  return { begun, goOn, begin, end };
}

describe('the gate closes while somebody goes through it (R24, R27)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let place = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, { cases: 12 });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const fresh = (n: number) => {
    place += n;
    return scene.dataset.cases.slice(place - n, place).map((one) => one.id);
  };
  const keyOf = (who: OrgContext, batchId: string) => ({
    batchId,
    annotatorId: who.actor.personId,
    tier: 'label' as const,
  });
  const outOf = (batchId: string) =>
    t.sql`select task_id, slot_no from slots where batch_id = ${batchId} and status = 'leased'`;
  const claim = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0]!.leaseId;

  /** A claim that has got its cases and is not committed yet. */
  async function claiming(who: OrgContext, batchId: string) {
    const state = underWay();
    const facts = await batchFacts(t.db, batchId);
    const done = transactHot(t.db, async (hot) => {
      const got = await claimSlots(hot, facts, {
        ...keyOf(who, batchId),
        limit: 1,
        now: scene.clock.now(),
      });
      state.begin();
      await state.goOn;
      return got.slots;
    });
    await state.begun;
    return { done, end: state.end };
  }

  /** Ends somebody's engagement and closes the gate to them, in one transaction that is not committed yet. */
  async function closing(who: OrgContext) {
    const state = underWay();
    const { personId } = who.actor;
    const done = transact(system(), async (tx) => {
      await tx.db.execute(sql`update engagements set status = 'ended' where person_id = ${personId}`);
      await revokeLeases(tx, { personIds: [personId], reason: 'agreement_ended' });
      state.begin();
      await state.goOn;
    });
    await state.begun;
    return { done, end: state.end };
  }

  test('a look that began before the gate closed lets nobody in after it', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: fresh(2) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    scene.clock.advance(2 * MINUTE);
    const shut = await closing(who);
    const look = recheckReader(who, { batchId, tier: 'label' });
    await untilWaiting(t, 1);
    shut.end();
    await shut.done;
    expect((await look).refused).not.toEqual([]);
    expect((await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases).toEqual([]);
  });

  test('nor does joining once more', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: fresh(2) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const shut = await closing(who);
    const join = joinBatch(who, { batchId, tier: 'label' }).catch((error: unknown) => error);
    await untilWaiting(t, 1);
    shut.end();
    await shut.done;
    expect(await join).toMatchObject({ reason: 'not_eligible' });
    expect((await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases).toEqual([]);
  });

  test('a lease that is being given while the gate closes is taken back with the others', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: fresh(2) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const given = await claiming(who, batchId);
    const revoked = transact(system(), (tx) =>
      revokeLeases(tx, { personIds: [who.actor.personId], reason: 'agreement_ended' }),
    );
    await untilWaiting(t, 1);
    given.end();
    expect(await given.done).toHaveLength(1);
    expect(await revoked).toBe(1);
    expect(await outOf(batchId)).toHaveLength(0);
    expect(await findReader(t.db, keyOf(who, batchId))).toMatchObject({ released: 1, encumberedMinor: 0n });
  });

  test('R24: a read of a case that is being given while it is shut is taken back with the others', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: fresh(1) });
    const [one, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const leaseId = await claim(one, batchId);
    const given = await claiming(other, batchId);
    const flagged = flagCase(one, { batchId, leaseId, kind: 'phi_seen', note: 'A name is burnt in.' });
    await untilWaiting(t, 1);
    given.end();
    expect(await given.done).toHaveLength(1);
    await flagged;
    expect(await outOf(batchId)).toHaveLength(0);
  });

  test('R24: a review that a case is being sent to while it is shut comes to nobody', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: fresh(1) });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const leaseId = await claim(who, batchId);
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '2' }, activeMs: 1 });
    // As the job does that moves labelled cases on.
    const { flagged } = await t.sql.begin(async (moving) => {
      const [task] = await moving`select id from tasks where batch_id = ${batchId} for update`;
      await moving`insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reason)
        values (${batchId}, ${task!.id}, ${SLOT_BASE.review}, 'review', 1, 0, ${Date.now() * 1000}, 'open', 'share')`;
      await moving`update tasks set status = 'in_review' where batch_id = ${batchId}`;
      const note = 'A name is burnt in.';
      const report = flagCase(who, { batchId, leaseId, kind: 'phi_seen', note });
      await untilWaiting(t, 1);
      return { flagged: report };
    });
    await flagged;
    expect((await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 })).leases).toEqual([]);
  });
});
