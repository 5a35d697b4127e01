import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import {
  fundForTest,
  makeBatch,
  makeReaders,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { Role } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { listDecisions, listFinalLabels, readsOfBatch } from '#server/labels/reads.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { viewPairs } from '#server/labels/view-pairs.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { appealRejection } from './appeal-rejection.ts';
import { decideAppeal } from './decide-appeal.ts';
import { remindOfAppeals } from './remind-of-appeals.ts';
import { deskInput, rejectionsInput } from './schemas.ts';
import { viewAppealDesk, viewOwnRejections } from './views.ts';

/* R31: appeal within seven days, decided by somebody else than who rejected; overturned is paid and rescored. */
describe('appeals', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 3 });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]?.leaseId;
  async function read(who: OrgContext, batchId: string, grade: string): Promise<string> {
    const labelId = randomUUID();
    const leaseId = (await claim(who, batchId))!;
    scene.clock.advance(4000);
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 4000 });
    return labelId;
  }
  const because = { reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
  const mine = { reason: 'I measured it twice.' };
  const rejectedRead = async (on: WorkScene = scene, overlap = 2) => {
    const batchId = await makeBatch(on, { caseIds: [on.dataset.cases[0]!.id], overlap });
    const people = await makeReaders(on, batchId, overlap + 1);
    const labelId = await read(people[0]!, batchId, '4');
    await rejectLabel(on.sponsor, { batchId, labelId, ...because });
    return { batchId, labelId, author: people[0]!, others: people.slice(1) };
  };
  const row = async (who: OrgContext, batchId: string) => {
    const found = (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;
    const { accepted, rejected, accruedMinor, accruedFeeMinor, encumberedMinor } = found;
    return { accepted, rejected, accruedMinor, accruedFeeMinor, encumberedMinor };
  };
  const task = async (batchId: string) =>
    (await t.sql`select status, reads_done, reads_needed from tasks where batch_id = ${batchId}`)[0];
  const notes = async (who: OrgContext, prefix = 'appeal.') =>
    (
      await t.sql`select kind, title, href, detail from notifications where person_id = ${who.actor.personId}
        and starts_with(kind, ${prefix}) order by created_at, id`
    ).map((one) => one as unknown as { kind: string; title: string; href: string | null; detail: object });
  const state = async (who: OrgContext, labelId: string) =>
    (await viewOwnRejections(who, { limit: 100 })).items.find((one) => one.labelId === labelId);
  const overturn = (read: { batchId: string; labelId: string }, by = operator) =>
    decideAppeal(by, {
      batchId: read.batchId,
      labelId: read.labelId,
      outcome: 'overturned',
      reason: 'The answer fits the case.',
    });

  test('a rejected read is its author’s alone to see, and to appeal, once, with a reason', async () => {
    const { batchId, labelId, author, others } = await rejectedRead();
    expect(await state(author, labelId)).toMatchObject({
      reason: 'no_effort',
      evidence: 'Submitted in 0.2 s.',
      state: 'open_to_appeal',
      priceMinor: 120n,
      appeal: null,
      decision: null,
    });
    expect(await viewOwnRejections(others[0]!, { limit: 100 })).toEqual({
      total: 0,
      open: 0,
      items: [],
      next: null,
    });
    const appeal = { batchId, labelId, ...mine };
    for (const stranger of [others[0]!, scene.sponsor, operator])
      await expect(appealRejection(stranger, appeal)).rejects.toMatchObject({
        reason: 'rejection_not_found',
      });
    // A read that nobody rejected.
    const good = await read(others[0]!, batchId, '1');
    await expect(appealRejection(others[0]!, { ...appeal, labelId: good })).rejects.toMatchObject({
      reason: 'rejection_not_found',
    });
    const tried = await Promise.allSettled([
      appealRejection(author, appeal),
      appealRejection(author, appeal),
    ]);
    expect(tried.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(appealRejection(author, appeal)).rejects.toMatchObject({ reason: 'appealed_already' });
    expect(await state(author, labelId)).toMatchObject({ state: 'appealed', appeal: mine });
    expect((await notes(operator)).filter((one) => one.kind === 'appeal.opened')).toMatchObject([
      { href: '/operator/appeals', detail: { batchId, labelId } },
    ]);
  });

  test('seven days after the rejection it is too late', async () => {
    const other = await rejectedRead();
    const on = await rejectedRead();
    scene.clock.advance(7 * DAY);
    await appealRejection(on.author, { ...on, ...mine });
    scene.clock.advance(1);
    expect(await state(other.author, other.labelId)).toMatchObject({ state: 'too_late' });
    await expect(appealRejection(other.author, { ...other, ...mine })).rejects.toMatchObject({
      reason: 'appeal_late',
    });
  });

  test('both lists reach everything page by page: what can still be appealed first, and what waits longest', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [author] = await makeReaders(scene, batchId, 1);
    const labels: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const labelId = await read(author!, batchId, '4');
      await rejectLabel(scene.sponsor, { batchId, labelId, ...because });
      labels.push(labelId);
      if (n === 0) scene.clock.advance(7 * DAY);
    }
    const [late, mid, newest] = labels as [string, string, string];
    const own = async () => {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await viewOwnRejections(author!, rejectionsInput.parse({ limit: 1, after }));
        seen.push(...page.items.map((one) => one.labelId));
        if (page.next === null) return { seen, total: page.total, open: page.open };
        after = page.next;
      }
    };
    expect(await own()).toEqual({ seen: [newest, mid, late], total: 3, open: 2 });
    await appealRejection(author!, { batchId, labelId: newest, ...mine });
    expect(await own()).toEqual({ seen: [mid, newest, late], total: 3, open: 1 });
    await appealRejection(author!, { batchId, labelId: mid, ...mine });
    const desk: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await viewAppealDesk(operator, deskInput.parse({ limit: 1, after }));
      expect(page.total).toBeGreaterThanOrEqual(2);
      desk.push(...page.items.map((one) => one.labelId));
      if (page.next === null) break;
      after = page.next;
    }
    expect(desk).toEqual((await viewAppealDesk(operator, { limit: 100 })).items.map((one) => one.labelId));
    expect(desk).toEqual(expect.arrayContaining([mid, newest]));
  });

  test('the desk shows what there is to decide by, without who anybody is; the answer is reminded of once each time', async () => {
    const { batchId, labelId, author } = await rejectedRead();
    await appealRejection(author, { batchId, labelId, ...mine });
    const found = async () =>
      (await viewAppealDesk(operator, { limit: 100 })).items.find((one) => one.labelId === labelId);
    const seen = await found();
    expect(seen).toMatchObject({
      author: 'R01',
      rejectedBy: 'Sponsor',
      activeMs: 4000,
      appeal: mine,
      isOverdue: false,
      answers: [{ value: expect.any(String) }],
    });
    for (const who of [author, scene.sponsor])
      expect(JSON.stringify(seen, (_, v) => (typeof v === 'bigint' ? `${v}` : v))).not.toContain(
        who.actor.personId,
      );
    const own = async () =>
      (await notes(operator))
        .filter((one) => (one.detail as { labelId: string }).labelId === labelId)
        .map((one) => one.kind);
    await remindOfAppeals(system());
    expect(await own()).toEqual(['appeal.opened']);
    scene.clock.advance(5 * DAY);
    for (let pass = 0; pass < 2; pass += 1) await remindOfAppeals(system());
    expect(await own()).toEqual(['appeal.opened', 'appeal.due']);
    scene.clock.advance(2 * DAY);
    for (let pass = 0; pass < 2; pass += 1) await remindOfAppeals(system());
    expect(await own()).toEqual(['appeal.opened', 'appeal.due', 'appeal.overdue']);
    expect(await found()).toMatchObject({ isOverdue: true });
    await decideAppeal(operator, { batchId, labelId, outcome: 'upheld', reason: 'It is too fast.' });
    expect(await found()).toBeUndefined();
    const told = (await notes(operator)).length;
    await remindOfAppeals(system());
    expect((await notes(operator)).length).toBe(told);
  });

  test('upheld: nothing is paid, and the author reads why; it is decided once', async () => {
    const { batchId, labelId, author } = await rejectedRead();
    const decision = { batchId, labelId, outcome: 'upheld', reason: 'Nobody reads it in 0.2 s.' } as const;
    await expect(decideAppeal(operator, decision)).rejects.toMatchObject({ reason: 'appeal_not_found' });
    await appealRejection(author, { batchId, labelId, ...mine });
    await expect(decideAppeal(scene.sponsor, decision)).rejects.toMatchObject({ kind: 'not_found' });
    await decideAppeal(operator, decision);
    expect(await row(author, batchId)).toMatchObject({ accepted: 0, rejected: 1, accruedMinor: 0n });
    expect(await state(author, labelId)).toMatchObject({
      state: 'upheld',
      decision: { reason: 'Nobody reads it in 0.2 s.' },
    });
    expect(await notes(author)).toMatchObject([{ kind: 'appeal.upheld', href: '/work/earnings' }]);
    expect(await notes(scene.sponsor)).toContainEqual(
      expect.objectContaining({ kind: 'appeal.upheld', detail: { batchId, labelId } }),
    );
    await expect(overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'appeal_decided' });
    await expect(appealRejection(author, { batchId, labelId, ...mine })).rejects.toMatchObject({
      reason: 'appealed_already',
    });
  });

  test('who rejected it, or worked on its case, does not decide', async () => {
    const { batchId, labelId, author, others } = await rejectedRead();
    await read(others[0]!, batchId, '1');
    await appealRejection(author, { batchId, labelId, ...mine });
    for (const involved of [scene.sponsor, others[0]!, author]) {
      const actor = { ...operator.actor, personId: involved.actor.personId };
      await expect(overturn({ batchId, labelId }, { ...operator, actor })).rejects.toMatchObject({
        reason: 'appeal_own',
      });
    }
    await overturn({ batchId, labelId });
  });

  test('overturned while its case is read: accepted, paid, counted beside the read that takes its place', async () => {
    const { batchId, labelId, author, others } = await rejectedRead();
    const funds = () =>
      balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
    await read(others[0]!, batchId, '4');
    await appealRejection(author, { batchId, labelId, ...mine });
    const before = await funds();
    await overturn({ batchId, labelId });
    expect(await row(author, batchId)).toEqual({
      accepted: 1,
      rejected: 0,
      accruedMinor: 120n,
      accruedFeeMinor: 18n,
      encumberedMinor: 0n,
    });
    // The reservation pays for the read that takes its place; this one is funded besides.
    expect(before - (await funds())).toBe(138n);
    expect(await task(batchId)).toEqual({ status: 'open', reads_done: 2, reads_needed: 3 });
    expect(await state(author, labelId)).toMatchObject({ state: 'overturned' });
    expect(await notes(author)).toMatchObject([{ kind: 'appeal.overturned', href: '/work/earnings' }]);
    await expect(overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'appeal_decided' });
    await read(others[1]!, batchId, '1');
    await settleTasks(system(), { batchId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      fields: { grade: { value: '4', path: 'majority', votes: [{ n: 2 }, { n: 1 }] } },
      costMinor: 3n * 138n,
    });
    expect((await readsOfBatch(t.db, batchId)).map((one) => one.labelId)).toContain(labelId);
    await postAccruals(system(), { batchId });
    await settleTasks(system(), { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('R22: what was rejected and given back is not undone, though it is minutes old', async () => {
    const { batchId, labelId, author } = await rejectedRead();
    await appealRejection(author, { batchId, labelId, ...mine });
    await overturn({ batchId, labelId });
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
    const labelId = await read(author!, batchId, '4');
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
      if (done === 0) await read(other!, batchId, '1');
    }
    await settleTasks(system(), { batchId });
    const counted = async () =>
      Number(
        (
          await t.sql`select count(*) as n from scored_tasks where batch_id = ${batchId} and ${labelId} = any(label_ids)`
        )[0]?.n,
      );
    scene.clock.advance(60_000);
    await tallyLabels(system(), { batchId });
    expect(await counted()).toBe(0);
    await appealRejection(author!, { batchId, labelId, ...mine });
    await overturn({ batchId, labelId });
    expect(
      (await t.sql`select status from tasks where batch_id = ${batchId} and id = ${taskId}`)[0]?.status,
    ).toBe('labelled');
    await settleTasks(system(), { batchId });
    const final = (await listFinalLabels(t.db, batchId, { limit: 5 })).find((one) => one.taskId === taskId);
    expect(final).toMatchObject({
      version: 2,
      fields: { grade: { path: 'undecided' } },
      costMinor: 2n * 138n,
    });
    scene.clock.advance(60_000);
    await tallyLabels(system(), { batchId });
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
    const labelId = await read(author!, batchId, '4');
    const review = async (decision: object) => {
      await settleTasks(system(), { batchId });
      const leaseId = (await claim(reviewer!, batchId, 'review'))!;
      const decisions = [decision] as Parameters<typeof submitReview>[1]['decisions'];
      await submitReview(reviewer!, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    };
    await review({ labelId, outcome: 'reject', reason: 'wrong_case', comment: 'Of another biopsy.' });
    await appealRejection(author!, { batchId, labelId, ...mine });
    await review({ labelId: await read(other!, batchId, '4'), outcome: 'accept' });
    await overturn({ batchId, labelId });
    expect(await notes(reviewer!)).toMatchObject([{ kind: 'appeal.overturned' }]);
    await settleTasks(system(), { batchId });
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
    const { batchId, labelId, author, others } = await rejectedRead(scene, 1);
    await read(others[0]!, batchId, '1');
    for (let pass = 0; pass < 2; pass += 1) await settleTasks(system(), { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      version: 2,
      fields: { grade: { value: '1', path: 'single' } },
      costMinor: 2n * 138n,
    });
    expect(await postAccruals(system(), { batchId })).toMatchObject({ amountMinor: 120n });
    expect(await balanceOf(t.db, { code: 'batch_reserved', ownerId: batchId, currency: 'USD' })).toBe(0n);
  });

  test('a case that a settled batch gave up gets its label from the read that it is given back', async () => {
    const { batchId, labelId, author } = await rejectedRead(scene, 1);
    await closeBatch(scene.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 2; pass += 1) await settleTasks(system(), { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({ fields: { grade: { value: '4', path: 'single' } }, costMinor: 138n });
    expect(await task(batchId)).toMatchObject({ status: 'final' });
  });

  test('R5: in a test reference such a case stays undecided: one read decides none of its fields', async () => {
    const reference = await makeWorkScene(t.db, {
      cases: 1,
      clock: scene.clock,
      project: { intendedUse: 'test_reference' },
    });
    const { batchId, labelId, author } = await rejectedRead(reference, 3);
    await closeBatch(reference.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 2; pass += 1) await settleTasks(system(), { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await appealRejection(author, { batchId, labelId, ...mine });
    await overturn({ batchId, labelId });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({
      fields: { grade: { value: null, confidence: null, path: 'undecided', votes: [{ value: '4', n: 1 }] } },
      sources: { labels: [labelId] },
      costMinor: 138n,
    });
    expect(final!.uncertain).toBeGreaterThan(0);
    expect(await row(author, batchId)).toMatchObject({ accepted: 1, accruedMinor: 120n });
  });

  test('nothing to pay from: refused, nothing changes, the sponsor is told, and it can be decided once funded', async () => {
    const poor = await makeWorkScene(t.db, { cases: 1, clock: scene.clock, fundsMinor: 138n });
    const { batchId, labelId, author, others } = await rejectedRead(poor, 1);
    await appealRejection(author, { batchId, labelId, ...mine });
    await read(others[0]!, batchId, '1');
    const member = (role: Role) =>
      makeMember(t.db, { org: poor.sponsorOrg, roles: [role], clock: scene.clock });
    const [finance, lead] = [await member('sponsor_finance'), await member('clinical_lead')];
    for (let pass = 0; pass < 2; pass += 1) {
      await expect(overturn({ batchId, labelId })).rejects.toMatchObject({
        reason: 'funds_missing',
        message: expect.stringContaining('USD 1.38'),
      });
    }
    expect(await row(author, batchId)).toMatchObject({ rejected: 1, accruedMinor: 0n });
    expect((await viewAppealDesk(operator, { limit: 100 })).items.map((one) => one.labelId)).toContain(
      labelId,
    );
    const asked = (amount: string) => ({
      kind: 'appeal.funds_missing',
      title: expect.stringContaining(`USD ${amount} more`),
      href: `/sponsor/projects/${poor.project.id}/money`,
    });
    // Whoever can fund it, and whoever keeps the batch, once a day; nobody else.
    for (const who of [finance, poor.sponsor]) expect(await notes(who)).toMatchObject([asked('1.38')]);
    expect(await notes(lead)).toEqual([]);
    const fund = (amountMinor: bigint) =>
      fundForTest(t.db, { projectId: poor.project.id, amountMinor, clock: scene.clock });
    await fund(100n);
    scene.clock.advance(DAY);
    await expect(overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'funds_missing' });
    expect(await notes(finance)).toMatchObject([asked('1.38'), asked('0.38')]);
    await fund(38n);
    await overturn({ batchId, labelId });
    expect(await row(author, batchId)).toMatchObject({ accepted: 1, accruedMinor: 120n });
    // That it is paid is news for who keeps the batch.
    expect((await notes(poor.sponsor)).map((one) => one.kind)).toContain('appeal.overturned');
    expect((await notes(finance)).map((one) => one.kind)).not.toContain('appeal.overturned');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });
});
