import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, mine } from '#db/seed/factories/appeals.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openAppealScene } from '#db/testing/read-scenes.ts';
import type { OrgContext, UserContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { listOwnEarnings } from '#server/work/own-earnings.ts';
import { appealRejection } from './appeal-rejection.ts';
import { decideAppeal } from './decide-appeal.ts';
import { remindOfAppeals } from './remind-of-appeals.ts';
import { deskInput, rejectionsInput } from './schemas.ts';
import { viewAppealDesk, viewOwnRejections } from './views.ts';

/* R31: appeal within seven days, decided by somebody else than who rejected. */
describe('appeals', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    ({ t, at, scene, operator } = await openAppealScene(inject('adminUrl'), { cases: 3 }));
  });
  afterAll(() => t.drop());

  test('a rejected read is its author’s alone to see, and to appeal, once, with a reason', async () => {
    const { batchId, labelId, author, others } = await at.rejectedRead();
    expect(await at.rejectionOf(author, labelId)).toMatchObject({
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
    const good = await at.read(others[0]!, batchId, '1');
    await expect(appealRejection(others[0]!, { ...appeal, labelId: good })).rejects.toMatchObject({
      reason: 'rejection_not_found',
    });
    const tried = await Promise.allSettled([
      appealRejection(author, appeal),
      appealRejection(author, appeal),
    ]);
    expect(tried.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(appealRejection(author, appeal)).rejects.toMatchObject({ reason: 'appealed_already' });
    expect(await at.rejectionOf(author, labelId)).toMatchObject({ state: 'appealed', appeal: mine });
    expect((await at.notesOf(operator)).filter((one) => one.kind === 'appeal.opened')).toMatchObject([
      { href: '/operator/appeals', detail: { batchId, labelId } },
    ]);
  });

  test('who reads for nobody any more still sees what they earned and what was rejected, and appeals', async () => {
    const { batchId, labelId, author } = await at.rejectedRead();
    await t.sql`update memberships set status = 'ended', ended_at = now() where person_id = ${author.actor.personId}`;
    const actor = { ...author.actor, orgId: null, orgKind: null, orgVerified: false };
    const left: UserContext = { ...author, actor: { ...actor, capabilities: new Set() } };
    const own = async () => (await viewOwnRejections(left, { limit: 100 })).items;
    expect((await listOwnEarnings(left)).lines).toMatchObject([{ batchId, submitted: 1, rejected: 1 }]);
    expect(await own()).toMatchObject([{ labelId, state: 'open_to_appeal' }]);
    await appealRejection(left, { batchId, labelId, ...mine });
    expect(await own()).toMatchObject([{ labelId, state: 'appealed' }]);
  });

  test('seven days after the rejection it is too late', async () => {
    const other = await at.rejectedRead();
    const on = await at.rejectedRead();
    scene.clock.advance(7 * DAY);
    await appealRejection(on.author, { ...on, ...mine });
    scene.clock.advance(1);
    expect(await at.rejectionOf(other.author, other.labelId)).toMatchObject({ state: 'too_late' });
    await expect(appealRejection(other.author, { ...other, ...mine })).rejects.toMatchObject({
      reason: 'appeal_late',
    });
  });

  test('both lists reach everything page by page: what can still be appealed first, and what waits longest', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [author] = await makeReaders(scene, batchId, 1);
    const labels: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const labelId = await at.read(author!, batchId, '4');
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
    const { batchId, labelId, author } = await at.rejectedRead();
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
      (await at.notesOf(operator))
        .filter((one) => (one.detail as { labelId: string }).labelId === labelId)
        .map((one) => one.kind);
    await remindOfAppeals(at.system());
    expect(await own()).toEqual(['appeal.opened']);
    scene.clock.advance(5 * DAY);
    for (let pass = 0; pass < 2; pass += 1) await remindOfAppeals(at.system());
    expect(await own()).toEqual(['appeal.opened', 'appeal.due']);
    scene.clock.advance(2 * DAY);
    for (let pass = 0; pass < 2; pass += 1) await remindOfAppeals(at.system());
    expect(await own()).toEqual(['appeal.opened', 'appeal.due', 'appeal.overdue']);
    expect(await found()).toMatchObject({ isOverdue: true });
    await decideAppeal(operator, { batchId, labelId, outcome: 'upheld', reason: 'It is too fast.' });
    expect(await found()).toBeUndefined();
    const told = (await at.notesOf(operator)).length;
    await remindOfAppeals(at.system());
    expect((await at.notesOf(operator)).length).toBe(told);
  });

  test('upheld: nothing is paid, and the author reads why; it is decided once', async () => {
    const { batchId, labelId, author } = await at.rejectedRead();
    const decision = { batchId, labelId, outcome: 'upheld', reason: 'Nobody reads it in 0.2 s.' } as const;
    await expect(decideAppeal(operator, decision)).rejects.toMatchObject({ reason: 'appeal_not_found' });
    await appealRejection(author, { batchId, labelId, ...mine });
    await expect(decideAppeal(scene.sponsor, decision)).rejects.toMatchObject({ kind: 'not_found' });
    await decideAppeal(operator, decision);
    expect(await at.accountOf(author, batchId)).toMatchObject({ accepted: 0, rejected: 1, accruedMinor: 0n });
    expect(await at.rejectionOf(author, labelId)).toMatchObject({
      state: 'upheld',
      decision: { reason: 'Nobody reads it in 0.2 s.' },
    });
    expect(await at.notesOf(author)).toMatchObject([{ kind: 'appeal.upheld', href: '/work/earnings' }]);
    expect(await at.notesOf(scene.sponsor)).toContainEqual(
      expect.objectContaining({ kind: 'appeal.upheld', detail: { batchId, labelId } }),
    );
    await expect(at.overturn({ batchId, labelId })).rejects.toMatchObject({ reason: 'appeal_decided' });
    await expect(appealRejection(author, { batchId, labelId, ...mine })).rejects.toMatchObject({
      reason: 'appealed_already',
    });
  });

  test('who rejected it, or worked on its case, does not decide', async () => {
    const { batchId, labelId, author, others } = await at.rejectedRead();
    await at.read(others[0]!, batchId, '1');
    await appealRejection(author, { batchId, labelId, ...mine });
    for (const involved of [scene.sponsor, others[0]!, author]) {
      const actor = { ...operator.actor, personId: involved.actor.personId };
      await expect(at.overturn({ batchId, labelId }, { ...operator, actor })).rejects.toMatchObject({
        reason: 'appeal_own',
      });
    }
    await at.overturn({ batchId, labelId });
  });
});
