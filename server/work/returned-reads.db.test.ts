import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR, MINUTE, plus } from '#server/core/clock.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { decisionCaseView } from '#server/labels/view-schemas.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { amendLabel } from './amend-label.ts';
import { viewBatch } from './batch-views.ts';
import { coverReserves } from './cover-reserve.ts';
import { parkTask, unparkTask } from './park-queries.ts';
import { getBatch } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { SKIP_REASONS } from './schemas.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

describe('returned reads that nobody corrects stand as they were first submitted (R30, R31)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  /** A pass of both jobs: each further review is more than was reserved (ADR 034). */
  async function settle(batchId: string): Promise<void> {
    await at.settle(batchId);
    await coverReserves(at.system());
  }

  /** A batch of some cases that one person has read, and that wait for review. */
  async function readBy(cases: number, more: { period?: number } = {}) {
    const batchId = await makeBatch(scene, {
      caseIds: casesOf(scene, cases),
      overlap: 1,
      reviewShareBasisPoints: 10_000,
      ...(more.period === undefined ? {} : { reviewPeriodDays: more.period }),
    });
    const [author, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const labelIds: string[] = [];
    for (let n = 0; n < cases; n += 1) labelIds.push(await at.read(author, batchId, '1'));
    await settle(batchId);
    const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    return { batchId, author, other, labelIds, reviewer };
  }
  type Made = Awaited<ReturnType<typeof readBy>>;
  type Outcome = 'return' | 'accept';

  /** Decides on the next case that waits for review. */
  async function review(made: Made, outcome: Outcome, to: 'author' | 'another' = 'author', leaseId?: string) {
    const { batchId, reviewer } = made;
    const held = leaseId ?? (await at.claim(reviewer, batchId, 'review'))?.leaseId;
    if (held === undefined) throw new Error('Nothing waits for review.');
    const { reads } = decisionCaseView.parse(await viewDecisionCase(reviewer, { batchId, leaseId: held }));
    const decisions = reads.map(({ labelId }) => ({ labelId, outcome, to, comment: 'Look again.' }));
    await submitReview(reviewer, {
      batchId,
      leaseId: held,
      labelId: randomUUID(),
      decisions,
      activeMs: 1000,
    });
  }
  const engagement = async (who: OrgContext) =>
    (await findEngagements(t.db, { projectId: scene.project.id, personId: who.actor.personId })).find(
      (one) => one.status === 'active',
    )!;
  const leave = async (who: OrgContext) => {
    const { id } = await engagement(who);
    await transact(scene.sponsor, (tx) =>
      endEngagement(tx, { engagementId: id, reason: 'The award ended.' }),
    );
  };
  const slots = async ({ batchId }: Made) =>
    (
      await t.sql`select status from slots where batch_id = ${batchId} and tier = 'label' order by status`
    ).map((one) => one.status);
  const told = async (who: OrgContext, kind: string) =>
    (
      await t.sql`select title from notifications where person_id = ${who.actor.personId} and kind = ${kind}`
    ).map((one) => one.title);

  test('who has left: their reads count again and are reviewed again, by nobody’s return to them; the batch ends', async () => {
    const made = await readBy(2);
    const { batchId, author, other, reviewer } = made;
    for (let n = 0; n < 2; n += 1) await review(made, 'return');
    await settle(batchId);
    expect(await slots(made)).toEqual(['returned', 'returned']);
    const page = async () => (await viewBatch(scene.sponsor, { batchId })).totals.returned;
    expect(await page()).toBe(2);
    await leave(author);
    await settle(batchId);
    expect(await slots(made)).toEqual(['submitted', 'submitted']);
    expect(await at.readerOf(author, batchId)).toMatchObject({ returned: 0, encumberedMinor: 2n * 138n });
    expect(await page()).toBe(0);
    expect(await at.tasksOf(batchId)).toMatchObject([
      { status: 'in_review', readsDone: 1 },
      { status: 'in_review', readsDone: 1 },
    ]);
    expect(await told(author, 'label.stands')).toEqual([
      '2 reads that waited for your correction stand as you first submitted them',
    ]);

    // Not once more to somebody who is gone: to somebody else, or decided as it is.
    const { leaseId } = (await at.claim(reviewer, batchId, 'review'))!;
    const shown = decisionCaseView.parse(await viewDecisionCase(reviewer, { batchId, leaseId }));
    expect(shown.reads).toMatchObject([{ isAuthorGone: true }]);
    await expect(review(made, 'return', 'author', leaseId)).rejects.toMatchObject({ reason: 'author_left' });
    await review(made, 'return', 'another', leaseId);
    await review(made, 'accept');
    await at.read(other, batchId, '2');
    await settle(batchId);
    await review(made, 'accept');
    for (let n = 0; n < 3; n += 1) await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await at.readerOf(author, batchId)).toMatchObject({ accruedMinor: 240n, encumberedMinor: 0n });
  });

  test.each(['author', 'another'] as const)(
    'R22: what is read after a review has returned a case (to: %s) can be undone until the next review is claimed',
    async (to) => {
      const made = await readBy(1);
      const { batchId, author, other, labelIds, reviewer } = made;
      await review(made, 'return', to);
      scene.clock.advance(MINUTE);
      await settle(batchId);
      const who = to === 'author' ? author : other;
      const undo = (labelId: string, grade: string) => {
        const newLabelId = randomUUID();
        return amendLabel(who, { batchId, labelId, newLabelId, answers: { grade }, activeMs: 1 });
      };
      const { labelId } = await undo(await at.read(who, batchId, '2'), '1');
      await settle(batchId);
      const again = await undo(labelId, '2');
      expect(await at.claim(reviewer, batchId, 'review')).toBeDefined();
      await expect(undo(again.labelId, '1')).rejects.toMatchObject({
        details: [{ code: 'amend.under_review' }],
      });
      await expect(undo(labelIds[0]!, '2')).rejects.toThrow();
    },
  );

  test('who leaves with a correction on the screen finishes it and is paid; one that runs out stands', async () => {
    const made = await readBy(2);
    const { batchId, author } = made;
    for (let n = 0; n < 2; n += 1) await review(made, 'return');
    const [first, second] = [await at.claim(author, batchId), await at.claim(author, batchId)];
    await leave(author);
    await settle(batchId);
    expect(await slots(made)).toEqual(['leased', 'leased']);
    const label = { labelId: randomUUID(), answers: { grade: '3' }, activeMs: 1000 };
    await submitLabel(author, { batchId, leaseId: first!.leaseId, ...label });
    expect(second).toMatchObject({ isReturned: true });
    scene.clock.advance(DAY);
    await reclaimLeases(at.system());
    await settle(batchId);
    expect(await slots(made)).toEqual(['submitted', 'submitted']);
  });

  test('who is engaged again in the same place before anybody looks can correct', async () => {
    const made = await readBy(1);
    const { batchId, author } = made;
    await review(made, 'return');
    const { viaOrgId, role } = await engagement(author);
    await leave(author);
    const { personId } = author.actor;
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, { projectId: scene.project.id, personId, viaOrgId, role }),
    );
    await settle(batchId);
    expect(await slots(made)).toEqual(['returned']);
  });

  test('the review period counts from the return: until then it waits, then it stands, accepted and paid, and no review returns it again', async () => {
    const made = await readBy(1, { period: 7 });
    const { batchId, author } = made;
    scene.clock.advance(6 * DAY + 23 * HOUR);
    await review(made, 'return');
    expect(await told(author, 'label.returned')).toEqual([
      expect.stringContaining(
        `waits for you with their remark until ${sayDay(plus(scene.clock.now(), 7 * DAY))}`,
      ),
    ]);
    // An hour after, the review period from the submit is over; the correction has hardly begun.
    scene.clock.advance(2 * HOUR);
    await settle(batchId);
    expect(await slots(made)).toEqual(['returned']);
    scene.clock.advance(7 * DAY - 3 * HOUR);
    await settle(batchId);
    expect(await slots(made)).toEqual(['returned']);
    scene.clock.advance(HOUR);
    await settle(batchId);
    expect(await slots(made)).toEqual(['accepted']);
    expect(await at.readerOf(author, batchId)).toMatchObject({
      returned: 0,
      accepted: 1,
      accruedMinor: 120n,
      encumberedMinor: 0n,
    });
    expect(await at.claim(author, batchId)).toBeUndefined();
    expect(await told(author, 'label.stands')).toHaveLength(1);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_review', readsDone: 1 }]);
    await expect(review(made, 'return')).rejects.toMatchObject({ reason: 'label_accepted' });
    const [held] = await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'leased'`;
    await review(made, 'accept', 'author', held!.lease_id);
    await settle(batchId);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
  });

  test('a case that comes back from an incident does not wait for an author who is gone (R24)', async () => {
    const made = await readBy(2);
    const { batchId, author } = made;
    for (let n = 0; n < 2; n += 1) await review(made, 'return');
    const [first, second] = await at.tasksOf(batchId);
    const system = at.system();
    const gone = { batchId, taskId: first!.id };
    await transact(system, (tx) => parkTask(tx.db, gone));
    await transact(system, (tx) => parkTask(tx.db, { batchId, taskId: second!.id }));
    const back = await transact(system, (tx) =>
      unparkTask(tx.db, { batchId, taskId: second!.id, now: tx.now }),
    );
    expect(back).toHaveLength(1);
    await leave(author);
    expect(await transact(system, (tx) => unparkTask(tx.db, { ...gone, now: tx.now }))).toEqual([]);
    await settle(batchId);
    expect(await slots(made)).toEqual(['submitted', 'submitted']);
    expect(await told(author, 'label.stands')).toHaveLength(1);
  });

  test('a correction that its author passes on is accepted once the review period from its submit is over (R30), however late it was taken up', async () => {
    const made = await readBy(1, { period: 7 });
    const { batchId, author } = made;
    scene.clock.advance(5 * DAY);
    await review(made, 'return');
    scene.clock.advance(DAY);
    const lease = await at.claim(author, batchId);
    expect(lease).toMatchObject({ isReturned: true });
    await skipTask(author, { batchId, leaseId: lease!.leaseId, reason: SKIP_REASONS[0] });
    expect(await slots(made)).toEqual(['submitted']);
    scene.clock.advance(DAY + HOUR);
    await acceptAfterPeriod(at.system());
    expect(await slots(made)).toEqual(['accepted']);
  });
});
