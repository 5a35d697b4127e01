import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, mine } from '#db/seed/factories/appeals.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import {
  fundForTest,
  makeBatch,
  makeReaders,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openAppealScene } from '#db/testing/read-scenes.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { listDecisions, listFinalLabels, readsOfBatch } from '#server/labels/reads.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { viewPairs } from '#server/labels/view-pairs.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { appealRejection } from './appeal-rejection.ts';
import { viewAppealDesk } from './views.ts';

/* R31: a read that is given back is paid, counted and rescored, wherever its case has gone meanwhile. */
describe('reads that are given back', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    ({ t, at, scene, operator } = await openAppealScene(inject('adminUrl'), { cases: 3 }));
  });
  afterAll(() => t.drop());

  test('overturned while its case is read: accepted, paid, counted beside the read that takes its place', async () => {
    const { batchId, labelId, author, others } = await at.rejectedRead();
    const funds = () =>
      balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
    await at.read(others[0]!, batchId, '4');
    await appealRejection(author, { batchId, labelId, ...mine });
    const before = await funds();
    await at.overturn({ batchId, labelId });
    expect(await at.accountOf(author, batchId)).toEqual({
      accepted: 1,
      rejected: 0,
      accruedMinor: 120n,
      accruedFeeMinor: 18n,
      encumberedMinor: 0n,
    });
    // The reservation pays for the read that takes its place; this one is funded besides.
    expect(before - (await funds())).toBe(138n);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'open', readsDone: 2, readsNeeded: 3 }]);
    expect(await at.rejectionOf(author, labelId)).toMatchObject({ state: 'overturned' });
    expect(await at.notesOf(author)).toMatchObject([{ kind: 'appeal.overturned', href: '/work/earnings' }]);
    await expect(at.overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'appeal_decided' });
    await at.read(others[1]!, batchId, '1');
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      fields: { grade: { value: '4', path: 'majority', votes: [{ n: 2 }, { n: 1 }] } },
      costMinor: 3n * 138n,
    });
    expect((await readsOfBatch(t.db, batchId)).map((one) => one.labelId)).toContain(labelId);
    await postAccruals(at.system(), { batchId });
    await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('R22: what was rejected and given back is not undone, though it is minutes old', async () => {
    const { batchId, labelId, author } = await at.rejectedRead();
    await appealRejection(author, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    const undo = { batchId, labelId, newLabelId: randomUUID(), answers: { grade: '1' }, activeMs: 100 };
    await expect(amendLabel(author, undo)).rejects.toMatchObject({
      reason: 'amend_refused',
      details: [expect.objectContaining({ code: 'amend.decided' })],
    });
  });

  test('overturned after its case was settled by its reads: settled anew with it, and scored', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: scene.dataset.cases.slice(0, 2).map((one) => one.id),
      overlap: 1,
    });
    const [author, other] = await makeReaders(scene, batchId, 2);
    const labelId = await at.read(author!, batchId, '4');
    await rejectLabel(scene.sponsor, { batchId, labelId, ...because });
    const [{ task_id: taskId }] = (await t.sql`select task_id from labels where id = ${labelId}`) as [
      { task_id: string },
    ];
    // Until the rejected case itself has been read again.
    for (let n = 0; n < 2; n += 1) {
      const [{ reads_done: done }] =
        (await t.sql`select reads_done from tasks where batch_id = ${batchId} and id = ${taskId}`) as [
          { reads_done: number },
        ];
      if (done === 0) await at.read(other!, batchId, '1');
    }
    await at.settle(batchId);
    const counted = async () =>
      Number(
        (
          await t.sql`select count(*) as n from scored_tasks where batch_id = ${batchId} and ${labelId} = any(label_ids)`
        )[0]?.n,
      );
    scene.clock.advance(60_000);
    await tallyLabels(at.system(), { batchId });
    expect(await counted()).toBe(0);
    await appealRejection(author!, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    expect(
      (await t.sql`select status from tasks where batch_id = ${batchId} and id = ${taskId}`)[0]?.status,
    ).toBe('labelled');
    await at.settle(batchId);
    const final = (await listFinalLabels(t.db, batchId, { limit: 5 })).find((one) => one.taskId === taskId);
    expect(final).toMatchObject({
      version: 2,
      fields: { grade: { path: 'undecided' } },
      costMinor: 2n * 138n,
    });
    scene.clock.advance(60_000);
    await tallyLabels(at.system(), { batchId });
    expect(await counted()).toBe(1);
  });

  test('a reviewer’s rejection, overturned: no review of theirs, not reviewed again, and shown as an appeal', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: [scene.dataset.cases[0]!.id],
      overlap: 1,
      reviewShareBasisPoints: 10_000,
    });
    const [author, other] = await makeReaders(scene, batchId, 2);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const labelId = await at.read(author!, batchId, '4');
    const review = async (decision: object) => {
      await at.settle(batchId);
      const { leaseId } = (await at.claim(reviewer!, batchId, 'review'))!;
      const decisions = [decision] as Parameters<typeof submitReview>[1]['decisions'];
      await submitReview(reviewer!, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    };
    await review({ labelId, outcome: 'reject', reason: 'wrong_case', comment: 'Of another biopsy.' });
    await appealRejection(author!, { batchId, labelId, ...mine });
    await review({ labelId: await at.read(other!, batchId, '4'), outcome: 'accept' });
    await at.overturn({ batchId, labelId });
    expect(await at.notesOf(reviewer!)).toMatchObject([{ kind: 'appeal.overturned' }]);
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    // Two reads, two reviews, and no third.
    expect(final).toMatchObject({ fields: { grade: { path: 'unanimous' } }, costMinor: 4n * 138n });
    const { reviews } = await listDecisions(t.db, { batchId, taskIds: [final!.taskId] });
    expect(reviews.map((one) => [one.outcome, one.reviewerAlias])).toEqual([
      ['reject', 'V01'],
      ['accept', 'V01'],
      ['accept', 'Appeal'],
    ]);
    const pairs = JSON.stringify(await viewPairs(scene.sponsor, { batchId }));
    expect(pairs).not.toContain(operator.actor.personId);
  });

  test('overturned in a settled batch: paid from the project’s funds, and its final label stands', async () => {
    const { batchId, labelId, author, others } = await at.rejectedRead(at.scene, 1);
    await at.read(others[0]!, batchId, '1');
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      version: 2,
      fields: { grade: { value: '1', path: 'single' } },
      costMinor: 2n * 138n,
    });
    expect(await postAccruals(at.system(), { batchId })).toMatchObject({ amountMinor: 120n });
    expect(await balanceOf(t.db, { code: 'batch_reserved', ownerId: batchId, currency: 'USD' })).toBe(0n);
  });

  test('a case that a settled batch gave up gets its label from the read that it is given back', async () => {
    const { batchId, labelId, author } = await at.rejectedRead(at.scene, 1);
    await closeBatch(scene.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({ fields: { grade: { value: '4', path: 'single' } }, costMinor: 138n });
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
  });

  test('R5: in a test reference such a case stays undecided: one read decides none of its fields', async () => {
    const reference = await makeWorkScene(t.db, {
      cases: 1,
      clock: scene.clock,
      project: { intendedUse: 'test_reference' },
    });
    const { batchId, labelId, author } = await at.rejectedRead(reference, 3);
    await closeBatch(reference.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      fields: { grade: { value: null, confidence: null, path: 'undecided', votes: [{ value: '4', n: 1 }] } },
      sources: { labels: [labelId] },
      costMinor: 138n,
    });
    expect(final!.uncertain).toBeGreaterThan(0);
    expect(await at.accountOf(author, batchId)).toMatchObject({ accepted: 1, accruedMinor: 120n });
  });

  test('nothing to pay from: refused, nothing changes, the sponsor is told, and it can be decided once funded', async () => {
    const poor = await makeWorkScene(t.db, { cases: 1, clock: scene.clock, fundsMinor: 138n });
    const { batchId, labelId, author, others } = await at.rejectedRead(poor, 1);
    await appealRejection(author, { batchId, labelId, ...mine });
    await at.read(others[0]!, batchId, '1');
    const member = (role: Role) =>
      makeMember(t.db, { org: poor.sponsorOrg, roles: [role], clock: scene.clock });
    const [finance, lead] = [await member('sponsor_finance'), await member('clinical_lead')];
    for (let pass = 0; pass < 2; pass += 1) {
      await expect(at.overturn({ batchId, labelId })).rejects.toMatchObject({
        reason: 'funds_missing',
        message: expect.stringContaining('USD 1.38'),
      });
    }
    expect(await at.accountOf(author, batchId)).toMatchObject({ rejected: 1, accruedMinor: 0n });
    expect((await viewAppealDesk(operator, { limit: 100 })).items.map((one) => one.labelId)).toContain(
      labelId,
    );
    const asked = (amount: string) => ({
      kind: 'appeal.funds_missing',
      title: expect.stringContaining(`USD ${amount} more`),
      href: `/sponsor/projects/${poor.project.id}/money`,
    });
    // Whoever can fund it, and whoever keeps the batch, once a day; nobody else.
    for (const who of [finance, poor.sponsor]) expect(await at.notesOf(who)).toMatchObject([asked('1.38')]);
    expect(await at.notesOf(lead)).toEqual([]);
    const fund = (amountMinor: bigint) =>
      fundForTest(t.db, { projectId: poor.project.id, amountMinor, clock: scene.clock });
    await fund(100n);
    scene.clock.advance(DAY);
    await expect(at.overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'funds_missing' });
    expect(await at.notesOf(finance)).toMatchObject([asked('1.38'), asked('0.38')]);
    await fund(38n);
    await at.overturn({ batchId, labelId });
    expect(await at.accountOf(author, batchId)).toMatchObject({ accepted: 1, accruedMinor: 120n });
    // That it is paid is news for who keeps the batch.
    expect((await at.notesOf(poor.sponsor)).map((one) => one.kind)).toContain('appeal.overturned');
    expect((await at.notesOf(finance)).map((one) => one.kind)).not.toContain('appeal.overturned');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });
});
