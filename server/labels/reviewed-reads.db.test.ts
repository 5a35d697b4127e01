import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { viewCase } from '#server/work/reading-views.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewReads } from './label-views.ts';
import { listFinalLabels, readsOfBatch } from './reads.ts';
import { rejectLabel } from './reject-label.ts';
import { submitReview } from './submit-review.ts';

describe('what becomes of reads that somebody decides on', () => {
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

  test('a review returns, fixes and rejects: the author corrects without being paid twice, a rejected read is replaced', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: casesOf(scene, 1),
      overlap: 2,
      reviewShareBasisPoints: 10_000,
    });
    const [one, other, third] = await makeReaders(scene, batchId, 3);
    const first = await at.read(one!, batchId, '1');
    const second = await at.read(other!, batchId, '4');
    await at.settle(batchId);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_review' }]);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const review = async (decisions: object[], fixedAnswers?: object) => {
      const lease = await at.claim(reviewer!, batchId, 'review');
      const input = {
        batchId,
        leaseId: lease!.leaseId,
        labelId: randomUUID(),
        decisions,
        fixedAnswers,
        activeMs: 3000,
      };
      return submitReview(reviewer!, input as Parameters<typeof submitReview>[1]);
    };
    await review([
      { labelId: first, outcome: 'return', comment: 'Look at the lower left.' },
      { labelId: second, outcome: 'reject', reason: 'wrong_case', comment: 'Describes another biopsy.' },
    ]);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'open' }]);
    // R31: each author is told of their own read, from when the week to appeal runs; neither is told by whom (R21).
    const notes = (who: OrgContext) =>
      t.sql`select kind, href, title, detail from notifications where person_id = ${who.actor.personId}`;
    const told = { other: await notes(other!), one: await notes(one!), third: await notes(third!) };
    expect(told.other).toMatchObject([
      {
        kind: 'label.rejected',
        href: '/work/earnings',
        detail: { batchId, labelId: second, reason: 'wrong_case' },
      },
    ]);
    expect(told.one).toMatchObject([
      { kind: 'label.returned', href: '/work', detail: { batchId, labelId: first } },
    ]);
    expect(told.third).toEqual([]);
    for (const hidden of [reviewer!.actor.personId, 'V01', 'lower left', 'another biopsy'])
      expect(JSON.stringify(told)).not.toContain(hidden);
    expect(await at.readerOf(other!, batchId)).toMatchObject({
      rejected: 1,
      accruedMinor: 0n,
      encumberedMinor: 0n,
    });
    // The author gets it back and nobody else; who was rejected does not get the case again.
    const back = await claimNextTasks(one!, { batchId, tier: 'label', limit: 1 });
    expect(back.leases[0]).toMatchObject({ isReturned: true });
    expect(await at.claim(other!, batchId)).toBeUndefined();
    const corrected = randomUUID();
    await submitLabel(one!, {
      batchId,
      leaseId: back.leases[0]!.leaseId,
      labelId: corrected,
      answers: { grade: '2' },
      activeMs: 2000,
    });
    const replaced = await at.read(third!, batchId, '3');
    await at.settle(batchId);
    await review(
      [
        { labelId: corrected, outcome: 'accept' },
        { labelId: replaced, outcome: 'fix_accept', comment: 'Grade 2.' },
      ],
      { grade: '2' },
    );
    expect(await at.readerOf(one!, batchId)).toMatchObject({
      submitted: 2,
      accepted: 1,
      accruedMinor: 120n,
      encumberedMinor: 0n,
    });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ method: 'review', fields: { grade: { value: '2', path: 'review' } } });
    // Two accepted reads and two reviews.
    expect(final!.costMinor).toBe(4n * 138n);
    expect((await readsOfBatch(t.db, batchId)).map((r) => r.labelId).sort()).toEqual(
      [corrected, replaced].sort(),
    );
    expect(await at.readerOf(reviewer!, batchId, 'review')).toMatchObject({
      submitted: 2,
      accruedMinor: 240n,
    });
  });

  test('a return to somebody else pays the author, who is done with it; the other reads blind', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: casesOf(scene, 1),
      overlap: 1,
      reviewShareBasisPoints: 10_000,
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const first = await at.read(one!, batchId, '1');
    await at.settle(batchId);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const lease = await at.claim(reviewer!, batchId, 'review');
    const decided = { batchId, leaseId: lease!.leaseId, labelId: randomUUID(), activeMs: 1 };
    const decisions = [{ labelId: first, outcome: 'return', to: 'another', comment: 'Look again.' }] as const;
    await submitReview(reviewer!, { ...decided, decisions: [...decisions] });
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'open' }]);
    expect(await at.readerOf(one!, batchId)).toMatchObject({
      accruedMinor: 120n,
      encumberedMinor: 0n,
      returned: 0,
    });
    expect(await at.claim(one!, batchId)).toBeUndefined();
    const taken = await at.claim(other!, batchId);
    expect(taken).toMatchObject({ isReturned: false });
    const seen = await viewCase(other!, { batchId, leaseId: taken!.leaseId });
    expect(seen).toMatchObject({ returned: null, draft: null });
    const again = { labelId: randomUUID(), answers: { grade: '3' }, activeMs: 1 };
    await submitLabel(other!, { batchId, leaseId: taken!.leaseId, ...again });
    await at.settle(batchId);
    const next = await at.claim(reviewer!, batchId, 'review');
    const accept = [{ labelId: again.labelId, outcome: 'accept' as const }];
    await submitReview(reviewer!, {
      ...decided,
      leaseId: next!.leaseId,
      labelId: randomUUID(),
      decisions: accept,
    });
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    // Two reads and two reviews were paid: the read that was taken from its author is part of what the label cost (R12).
    expect(final).toMatchObject({
      fields: { grade: { value: '3', path: 'single' } },
      costMinor: 4n * 138n,
    });
  });

  test('R31: a returned read that its author passes on stands as it was, is decided on again and paid', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: casesOf(scene, 1),
      overlap: 1,
      reviewShareBasisPoints: 10_000,
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const labelId = await at.read(one!, batchId, '1');
    await at.settle(batchId);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const review = async (outcome: 'return' | 'accept') => {
      const { leaseId } = (await at.claim(reviewer!, batchId, 'review'))!;
      const decisions = [{ labelId, outcome, comment: 'Look at the lower left.' }];
      await submitReview(reviewer!, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    };
    await review('return');
    const lease = await at.claim(one!, batchId);
    expect(lease).toMatchObject({ isReturned: true });
    await skipTask(one!, { batchId, leaseId: lease!.leaseId, reason: 'not_qualified' });
    // Nobody else is asked, and what it costs is held as before; it comes back to its author only if it is returned again.
    expect(await at.readerOf(one!, batchId)).toMatchObject({
      skipped: 1,
      returned: 0,
      encumberedMinor: 138n,
    });
    for (const who of [one!, other!]) expect(await at.claim(who, batchId)).toBeUndefined();
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'labelled' }]);
    await at.settle(batchId);
    await review('return');
    const again = await at.claim(one!, batchId);
    await skipTask(one!, { batchId, leaseId: again!.leaseId, reason: 'other' });
    await at.settle(batchId);
    await review('accept');
    await at.settle(batchId);
    expect(await at.readerOf(one!, batchId)).toMatchObject({
      accruedMinor: 120n,
      encumberedMinor: 0n,
      accepted: 1,
    });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({ fields: { grade: { value: '1' } }, costMinor: 4n * 138n });
  });

  test('R31: the sponsor rejects for a reason of the list while acceptance is pending, and never after', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 1), overlap: 1 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const labelId = await at.read(one!, batchId, '1');
    const reject = { batchId, labelId, reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
    await expect(rejectLabel(await stranger(), reject)).rejects.toMatchObject({ kind: 'not_found' });
    // What can be rejected is listed by alias, with when it is accepted by itself at the latest.
    const listed = async (isWaiting: boolean) =>
      (await viewReads(scene.sponsor, { batchId, limit: 10, isWaiting })).map((read) => [
        read.alias,
        read.status,
        read.acceptedBy !== null,
      ]);
    expect(await listed(true)).toEqual([['R01', 'submitted', true]]);
    await rejectLabel(scene.sponsor, reject);
    for (const isWaiting of [true, false]) expect(await listed(isWaiting)).toEqual([]);
    await expect(rejectLabel(scene.sponsor, reject)).rejects.toMatchObject({ reason: 'label_decided' });
    await at.read(other!, batchId, '2');
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ fields: { grade: { value: '2', path: 'single' } }, costMinor: 138n });
    expect(await listed(true)).toEqual([]);
    expect(await listed(false)).toEqual([['R02', 'accepted', false]]);
  });
  const stranger = async () => (await makeWorkScene(t.db, { cases: 1, clock: scene.clock })).sponsor;
});
