import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ReadSteps, readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { spyOnStatements } from '#db/testing/statement-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, MINUTE, SECOND } from '#server/core/clock.ts';
import { giveToAnother } from '#server/labels/give-to-another.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { decisionCaseView } from '#server/labels/view-schemas.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { listOwnPay } from './own-pay.ts';
import { viewMyWork } from './reading-views.ts';
import { COUNTED_SECONDS, KEPT_SECONDS, type OwnPay } from './summed-pay.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('what a person is shown of their pay', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  let spy: ReturnType<typeof spyOnStatements>;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, { cases: 24, gold: { 0: { grade: ['2'] }, 1: { grade: ['3'] } } });
    at = readSteps(scene);
    spy = spyOnStatements(t.url);
  });
  afterAll(async () => {
    await spy.end();
    await t.drop();
  });

  /** The pay of a reader, and how many statements of it went through their reads. */
  async function payOf(who: OrgContext, batchId: string): Promise<{ pay: OwnPay | undefined; sums: number }> {
    const from = spy.said.length;
    const { personId: annotatorId } = who.actor;
    const found = await listOwnPay(spy.db, { annotatorId, now: scene.clock.now(), batchIds: [batchId] });
    const said = spy.said.slice(from);
    expect(said.length).toBeGreaterThan(0);
    return { pay: found.get(`${batchId} label`), sums: said.filter((one) => /\bslots\b/.test(one)).length };
  }

  /** The same, read by read; `isBlind` where gold is hidden, so that only the age of a read tells (R21). */
  async function fromReads(who: OrgContext, batchId: string, isBlind = false): Promise<OwnPay> {
    const reads =
      await t.sql`select s.status, s.submitted_at as "at", t.price_minor::text as price, b.review_period_days as days
      from slots s join batches b on b.id = s.batch_id
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
      where s.batch_id = ${batchId} and s.annotator_id = ${who.actor.personId} and s.status in ('submitted', 'accepted')`;
    const isAccepted = (one: (typeof reads)[number]) =>
      isBlind
        ? new Date(one.at).getTime() + one.days * DAY <= scene.clock.now().getTime()
        : one.status === 'accepted';
    const sum = (of: (typeof reads)[number][]) => of.reduce((minor, one) => minor + BigInt(one.price), 0n);
    const accepted = reads.filter(isAccepted);
    const waiting = reads.filter((one) => !isAccepted(one));
    return {
      acceptedReads: accepted.length,
      acceptedMinor: sum(accepted),
      waitingReads: waiting.length,
      waitingMinor: sum(waiting),
    };
  }

  /** Decides on the next case that waits for review. */
  async function review(reviewer: OrgContext, batchId: string, outcome: 'return' | 'accept'): Promise<void> {
    const { leaseId } = (await at.claim(reviewer, batchId, 'review'))!;
    const { reads } = decisionCaseView.parse(await viewDecisionCase(reviewer, { batchId, leaseId }));
    const decisions = reads.map(({ labelId }) => ({
      labelId,
      outcome,
      to: 'author' as const,
      comment: 'Look again.',
    }));
    await submitReview(reviewer, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1000 });
  }

  test('is told by the counters, and by no read, where no gold is hidden: held, waiting, returned, taken up again, rejected, accepted', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const expectTold = async (change: Partial<OwnPay>) => {
      const expected = await fromReads(who, batchId);
      expect(await payOf(who, batchId)).toEqual({ pay: expected, sums: 0 });
      expect(expected).toMatchObject(change);
    };
    await expectTold({ acceptedReads: 0, waitingReads: 0 });
    const labels: string[] = [];
    for (let n = 0; n < 5; n += 1) labels.push(await at.read(who, batchId, '2'));
    await at.claim(who, batchId);
    await expectTold({ acceptedReads: 0, waitingReads: 5, waitingMinor: 600n });
    await at.settle(batchId);
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    await review(reviewer, batchId, 'return');
    await expectTold({ waitingReads: 4 });
    await at.claim(who, batchId);
    await expectTold({ waitingReads: 4 });
    await review(reviewer, batchId, 'accept');
    await at.settle(batchId);
    await expectTold({ acceptedReads: 1, waitingReads: 3 });
    const [open] = await t.sql`select label_id from slots where batch_id = ${batchId} and tier = 'label'
      and annotator_id = ${who.actor.personId} and status = 'submitted' limit 1`;
    const because = { reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
    await rejectLabel(scene.sponsor, { batchId, labelId: open!.label_id, ...because });
    await expectTold({ acceptedReads: 1, waitingReads: 2 });
  });

  test('where gold is hidden asks for no read before one can be due, and then for each at most every some seconds (R21)', async () => {
    const batchId = await makeBatch(scene, {
      goldMode: 'dealt',
      goldShareBasisPoints: 3000,
      overlap: 1,
      reviewPeriodDays: 5,
    });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    for (let n = 0; n < 6; n += 1) await at.read(who, batchId, '2');
    const young = await fromReads(who, batchId, true);
    expect(young).toMatchObject({ acceptedReads: 0, waitingReads: 6 });
    expect(await payOf(who, batchId)).toEqual({ pay: young, sums: 0 });

    scene.clock.advance(5 * DAY);
    await at.read(who, batchId, '2');
    const due = await fromReads(who, batchId, true);
    expect(due).toMatchObject({ acceptedReads: 6, waitingReads: 1 });
    expect(await payOf(who, batchId)).toEqual({ pay: due, sums: 1 });
    // What is handed in since is told at once, without the reads.
    await at.read(who, batchId, '2');
    const more = { ...due, waitingReads: 2, waitingMinor: 240n };
    expect(await fromReads(who, batchId, true)).toEqual(more);
    expect(await payOf(who, batchId)).toEqual({ pay: more, sums: 0 });
    scene.clock.advance(KEPT_SECONDS * SECOND);
    expect(await payOf(who, batchId)).toEqual({ pay: more, sums: 0 });
    scene.clock.advance(COUNTED_SECONDS * SECOND);
    expect(await payOf(who, batchId)).toEqual({ pay: more, sums: 1 });
  });

  test('R21: what comes due is shown at its instant without the reads, up to the last that is known; a read that is taken counts them anew', async () => {
    const batchId = await makeBatch(scene, {
      goldMode: 'dealt',
      goldShareBasisPoints: 3000,
      overlap: 1,
      reviewPeriodDays: 5,
    });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await at.read(who, batchId, '2');
    scene.clock.advance(MINUTE);
    for (let n = 0; n < 3; n += 1) {
      await at.read(who, batchId, '2');
      scene.clock.advance(MINUTE);
    }
    // The first is due, four minutes before the second, third and fourth are.
    scene.clock.advance(5 * DAY - 4 * MINUTE);
    const shown = async () => {
      const { pay, sums } = await payOf(who, batchId);
      expect(pay).toEqual(await fromReads(who, batchId, true));
      return [pay!.acceptedReads, sums];
    };
    expect(await shown()).toEqual([1, 1]);
    for (const due of [2, 3, 4]) {
      scene.clock.advance(MINUTE);
      expect(await shown()).toEqual([due, 0]);
    }
    const waiting =
      () => t.sql`select label_id, task_id, slot_no from slots where batch_id = ${batchId} and tier = 'label'
      and annotator_id = ${who.actor.personId} and status = 'submitted' and slot_no < 1000000 limit 1`;
    const [read] = await waiting();
    const because = { reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
    await rejectLabel(scene.sponsor, { batchId, labelId: read!.label_id, ...because });
    expect(await shown()).toEqual([3, 1]);
    // Given to another it is paid, once, and is a read of theirs no more.
    const [given] = await waiting();
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await transact(job, async (tx) => {
      await giveToAnother(tx, { batchId, taskId: given!.task_id, slotNos: [given!.slot_no] });
      // As the review does that it is part of.
      await tx.db.execute(
        sql`update tasks set reads_done = 0, status = 'open' where batch_id = ${batchId} and id = ${given!.task_id}`,
      );
    });
    const left = await fromReads(who, batchId, true);
    expect(await payOf(who, batchId)).toEqual({
      pay: { ...left, acceptedReads: 2, acceptedMinor: left.acceptedMinor + 120n },
      sums: 1,
    });
  });

  test('where reads are worth different prices sums them, at most every some seconds', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await at.read(who, batchId, '2');
    await t.sql`insert into terms select (jsonb_populate_record(o, jsonb_build_object('terms_no', o.terms_no + 1, 'price_minor', 150))).*
      from terms o where o.batch_id = ${batchId}`;
    await t.sql`update readers set terms_no = terms_no + 1 where batch_id = ${batchId}`;
    await at.read(who, batchId, '2');
    const told = await fromReads(who, batchId);
    expect(told).toMatchObject({ waitingReads: 2, waitingMinor: 270n });
    expect(await payOf(who, batchId)).toEqual({ pay: told, sums: 1 });
    expect(await payOf(who, batchId)).toEqual({ pay: told, sums: 0 });
  });

  test('is not asked for by who takes up what is most needed', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [made] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const who = { ...made, db: spy.db };
    const isPay = (one: string) => /accruedMinor|waiting_minor/.test(one);
    const from = spy.said.length;
    expect(await joinMostNeeded(who)).toMatchObject({ batchId });
    expect(spy.said.slice(from).filter(isPay)).toEqual([]);
    await viewMyWork(who);
    expect(spy.said.slice(from).filter(isPay)).toHaveLength(1);
  });
});
