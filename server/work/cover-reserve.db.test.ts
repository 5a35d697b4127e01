import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  fundForTest,
  makeBatch,
  makeReaders,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched } from '#db/testing/plan-rows.ts';
import { spyOnStatements } from '#db/testing/statement-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { newIds } from '#server/core/ids.ts';
import { sayMinor } from '#server/core/money.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { postAccrualsJob } from '#server/ledger/jobs.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { viewBatch } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { coverReserves, shortageOf } from './cover-reserve.ts';
import { insertTasks } from './load-queries.ts';
import { NOBODY } from './park-queries.ts';
import { planLanes } from './pool-rules.ts';
import { findReader, getBatch } from './reads.ts';
import type { Tier } from './rules.ts';
import { submitLabel } from './submit-label.ts';

/** A read, or a review, of USD 1.20 with the fee of 15 % on it. */
const ONE = 138n;

/*
 * Two cases, one read each and every one reviewed: four turns are reserved. Both reads are given to somebody else, so that it
 * takes eight.
 */
describe('a batch whose reservation is used up by returned reads', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let first: OrgContext;
  let other: OrgContext;
  let reviewer: OrgContext;
  /** The project holds what the batch reserves and nothing more. */
  beforeEach(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 2, fundsMinor: 4n * ONE });
    batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000 });
    [first] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    const labelIds = [await read(first), await read(first)];
    await settle();
    [other] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    for (const _ of labelIds) await review('return');
    expect((await getBatch(t.db, batchId)).reservedMinor).toBe(4n * ONE);
  });
  afterEach(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const settle = () => settleTasks(system(), { batchId });
  const post = () => postAccrualsJob.run(system(), {});
  const claim = (who: OrgContext, tier: Tier = 'label') => claimNextTasks(who, { batchId, tier, limit: 1 });
  const missing = async () => (await viewBatch(scene.sponsor, { batchId })).missingFundsMinor;
  const told = async () => [
    ...(await t.sql`select title from notifications where kind = 'work.funds_missing'
      and person_id = ${scene.sponsor.actor.personId}`),
  ];
  const fund = (amountMinor: bigint) =>
    fundForTest(t.db, { projectId: scene.project.id, amountMinor, clock: scene.clock });
  async function read(who: OrgContext): Promise<string> {
    const [lease] = (await claim(who)).leases;
    const labelId = randomUUID();
    await submitLabel(who, {
      batchId,
      leaseId: lease!.leaseId,
      labelId,
      answers: { grade: '2' },
      activeMs: 1,
    });
    return labelId;
  }
  async function review(outcome: 'return' | 'accept'): Promise<void> {
    const { leaseId } = (await claim(reviewer, 'review')).leases[0]!;
    const [label] = await t.sql`select s.label_id as id from slots v join slots s on s.batch_id = v.batch_id
      and s.task_id = v.task_id and s.tier = 'label' where v.batch_id = ${batchId} and v.lease_id = ${leaseId}`;
    const decision =
      outcome === 'return'
        ? ({ labelId: label!.id, outcome, to: 'another', comment: 'Look again.' } as const)
        : ({ labelId: label!.id, outcome } as const);
    await submitReview(reviewer, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      decisions: [decision],
      activeMs: 1,
    });
  }

  test('says what to fund, gives no case until it is funded, and then goes on by itself to its end (R29, R31)', async () => {
    expect(await missing()).toBe(2n * ONE);
    // However often it is looked at, whoever can fund it is told once a day.
    for (let pass = 0; pass < 3; pass += 1) await coverReserves(system());
    expect(await told()).toEqual([
      {
        title: expect.stringContaining(
          `waits for USD ${sayMinor({ amountMinor: 2n * ONE, currency: 'USD' })}`,
        ),
      },
    ]);
    scene.clock.advance(2 * MINUTE);
    expect((await claim(other)).reasons).toMatchObject([{ code: 'budget.spent' }]);
    await fund(4n * ONE);
    expect(await missing()).toBe(0n);
    expect(await coverReserves(system())).toBe(1);
    // Two reads; their reviews follow when there are any.
    expect((await getBatch(t.db, batchId)).reservedMinor).toBe(6n * ONE);
    await read(other);
    await read(other);
    await settle();
    expect(await coverReserves(system())).toBe(1);
    scene.clock.advance(2 * MINUTE);
    await review('accept');
    await review('accept');
    await settle();
    await settle();
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(
      (await findReader(t.db, { batchId, annotatorId: first.actor.personId, tier: 'label' }))?.postedMinor,
    ).toBe(240n);
    expect(await balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' })).toBe(
      0n,
    );
    // Covered, and no more: a pass over it does nothing.
    expect(await coverReserves(system())).toBe(0);
  });

  test('that is read on within the minute cannot pay all, says so while it closes, and closes once it is funded', async () => {
    // Eligibility was looked at when they joined; the reservation is looked at with it.
    await read(other);
    await read(other);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough.' });
    await settle();
    await post();
    await settle();
    expect((await getBatch(t.db, batchId)).status).toBe('closing');
    const due = await missing();
    expect(due).toBeGreaterThanOrEqual(2n * ONE);
    await fund(due);
    for (let pass = 0; pass < 3; pass += 1) {
      await coverReserves(system());
      scene.clock.advance(2 * MINUTE);
      const { leases } = await claim(reviewer, 'review');
      expect(leases.length).toBeLessThanOrEqual(1);
      if (leases[0]) await decide(leases[0].leaseId);
      await settle();
      await post();
    }
    await settle();
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await missing()).toBe(0n);
  });

  test.each(PLAN_MODES)('counts the open turns by their indexes, whatever was read (%s)', async (mode) => {
    const caseIds = newIds(20_000);
    await t.db.transaction((tx) =>
      insertTasks(tx, {
        batchId,
        from: 10,
        caseIds,
        taskIds: caseIds,
        overlap: 1,
        lanes: planLanes({ tasks: caseIds.length, overlap: 1, pools: null, seed: 1 }),
        readsNeeded: caseIds.map(() => 1),
        dealt: false,
      }),
    );
    await t.sql`update slots set status = 'accepted', annotator_id = ${other.actor.personId}, lease_id = gen_random_uuid(), terms_no = 1
      where batch_id = ${batchId} and task_id = any(${caseIds}::uuid[])`;
    const spy = spyOnStatements(t.url);
    await shortageOf(spy.db, await getBatch(t.db, batchId));
    await spy.end();
    const count = spy.said.find((one) => /as repeats/.test(one))!;
    const parameters = [batchId, batchId, NOBODY, batchId, batchId];
    expect(await rowsTouched(t.admin, { query: count, parameters }, mode)).toBeLessThanOrEqual(10);
    await t.sql`delete from slots where batch_id = ${batchId} and task_id = any(${caseIds}::uuid[])`;
    await t.sql`delete from tasks where batch_id = ${batchId} and id = any(${caseIds}::uuid[])`;
  });

  async function decide(leaseId: string): Promise<void> {
    const [label] = await t.sql`select s.label_id as id from slots v join slots s on s.batch_id = v.batch_id
      and s.task_id = v.task_id and s.tier = 'label' where v.batch_id = ${batchId} and v.lease_id = ${leaseId}`;
    const decisions = [{ labelId: label!.id as string, outcome: 'accept' as const }];
    await submitReview(reviewer, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
  }
});
