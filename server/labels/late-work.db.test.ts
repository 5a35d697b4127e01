import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { SECOND } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { coverReserves } from '#server/work/cover-reserve.ts';
import type { DraftWork } from '#server/work/draft-work.ts';
import { extendLease } from '#server/work/extend-lease.ts';
import { listMyWork, viewCase } from '#server/work/reading-views.ts';
import { findReader } from '#server/work/reads.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import type { Tier } from '#server/work/rules.ts';
import { saveDraft } from '#server/work/save-draft.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitAudit } from './submit-audit.ts';
import { submitReview } from './submit-review.ts';
import { decisionCaseView } from './view-schemas.ts';

const LEASE_SECONDS = 60;
const TIERS = ['label', 'review', 'audit', 'adjudicate'] as const;
/** What makes a case of two reads come to each tier. */
const ROUTES: Record<Tier, { grades: [string, string]; batch: Partial<CreateBatchInput> }> = {
  label: { grades: ['1', '1'], batch: {} },
  review: { grades: ['1', '1'], batch: { reviewShareBasisPoints: 10_000 } },
  audit: {
    grades: ['1', '1'],
    batch: { audit: { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 } },
  },
  adjudicate: { grades: ['1', '3'], batch: { isAdjudicated: true } },
};

describe('work that comes too late is kept whole at every tier, and paid for the time (R27)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]!.leaseId;

  /** One person who holds a case at a tier, and the labels of its reads. */
  async function heldAt(tier: Tier) {
    const { grades, batch } = ROUTES[tier];
    const batchId = await makeBatch(scene, {
      caseIds: [scene.dataset.cases[0]!.id],
      overlap: 2,
      leaseSeconds: LEASE_SECONDS,
      ...batch,
    });
    const labelIds: string[] = [];
    if (tier !== 'label') {
      for (const [i, reader] of (await makeReaders(scene, batchId, 2)).entries()) {
        const leaseId = await claim(reader, batchId, 'label');
        scene.clock.advance(10 * SECOND);
        const labelId = randomUUID();
        const answers = { grade: grades[i]! };
        await submitLabel(reader, { batchId, leaseId, labelId, answers, activeMs: 10_000 });
        labelIds.push(labelId);
      }
      await settleTasks(system(), { batchId });
      await settleTasks(system(), { batchId });
    }
    const [who] = (await makeReaders(scene, batchId, 1, tier)) as [OrgContext];
    return { batchId, who, labelIds, leaseId: await claim(who, batchId, tier) };
  }

  type Desk = Awaited<ReturnType<typeof heldAt>>;

  /** What is put down at a tier, and how it is handed in. */
  function workAt(tier: Tier, { batchId, who, labelIds }: Desk) {
    const on = (leaseId: string, activeMs = 5000) => ({ batchId, leaseId, labelId: randomUUID(), activeMs });
    const said = {
      label: {
        answers: { grade: '2' },
        work: { tier: 'label', confidence: 4, rationale: 'A faint rim.' } satisfies DraftWork,
        submit: (leaseId: string, activeMs?: number) =>
          submitLabel(who, {
            ...on(leaseId, activeMs),
            answers: { grade: '2' },
            confidence: 4,
            rationale: 'A faint rim.',
          }),
      },
      review: {
        answers: {},
        work: {
          tier: 'review',
          decisions: labelIds.map((labelId, i) => ({
            labelId,
            outcome: i === 0 ? ('reject' as const) : ('accept' as const),
            to: 'author' as const,
            reason: i === 0 ? ('no_effort' as const) : null,
            comment: i === 0 ? 'Four cases in three seconds.' : '',
          })),
        } satisfies DraftWork,
        submit: (leaseId: string, activeMs?: number) =>
          submitReview(who, {
            ...on(leaseId, activeMs),
            decisions: labelIds.map((labelId, i) =>
              i === 0
                ? { labelId, outcome: 'reject', reason: 'no_effort', comment: 'Four cases in three seconds.' }
                : { labelId, outcome: 'accept' },
            ),
          }),
      },
      audit: {
        answers: { grade: '3' },
        work: {
          tier: 'audit',
          outcome: 'disagree',
          errorKind: 'boundary',
          comment: 'The margin is free.',
        } satisfies DraftWork,
        submit: (leaseId: string, activeMs?: number) =>
          submitAudit(who, {
            ...on(leaseId, activeMs),
            outcome: 'disagree',
            errorKind: 'boundary',
            answers: { grade: '3' },
            comment: 'The margin is free.',
          }),
      },
      adjudicate: {
        answers: { grade: '2' },
        work: { tier: 'adjudicate', rationale: 'Between the two, by the scale bar.' } satisfies DraftWork,
        submit: (leaseId: string, activeMs?: number) =>
          submitAdjudication(who, {
            ...on(leaseId, activeMs),
            answers: { grade: '2' },
            rationale: 'Between the two, by the scale bar.',
          }),
      },
    };
    return said[tier];
  }

  const openAt = async (tier: Tier, { who, batchId }: Desk, leaseId: string) =>
    tier === 'label'
      ? (await viewCase(who, { batchId, leaseId })).draft
      : decisionCaseView.parse(await viewDecisionCase(who, { batchId, leaseId })).draft;

  test.each(TIERS)(
    'a late submit (%s) is refused, and all of it is there when the case is begun again',
    async (tier) => {
      const desk = await heldAt(tier);
      const { answers, work, submit } = workAt(tier, desk);
      scene.clock.advance((LEASE_SECONDS + 1) * SECOND);
      await expect(submit(desk.leaseId)).rejects.toMatchObject({ reason: 'lease_over' });
      await reclaimLeases(system());
      expect((await listMyWork(desk.who)).find((one) => one.batchId === desk.batchId)).toMatchObject({
        tier,
        keptDrafts: 1,
      });
      const again = await claim(desk.who, desk.batchId, tier);
      expect(again).not.toBe(desk.leaseId);
      expect(await openAt(tier, desk, again)).toMatchObject({ answers, work });
      await submit(again);
    },
  );

  test.each(TIERS)(
    'a page (%s) that opens again finds what was put down, under the lease and after it',
    async (tier) => {
      const desk = await heldAt(tier);
      const { answers, work } = workAt(tier, desk);
      const { batchId, who, leaseId } = desk;
      await saveDraft(who, { batchId, leaseId, answers, work, activeMs: 1 });
      expect(await openAt(tier, desk, leaseId)).toMatchObject({ answers, work });
      scene.clock.advance((LEASE_SECONDS + 1) * SECOND);
      await reclaimLeases(system());
      // Typed without a connection, and handed over once the lease was lost.
      const last = tier === 'adjudicate' ? ({ tier, rationale: 'By the second view.' } as const) : work;
      await saveDraft(who, { batchId, leaseId, answers, work: last, activeMs: 1 });
      const again = await claim(who, batchId, tier);
      expect(await openAt(tier, desk, again)).toMatchObject({ answers, work: last });
    },
  );

  test.each(TIERS)(
    'what was put down (%s) just before the first heartbeat, and handed over after the lease, is kept: time alone hides nothing',
    async (tier) => {
      const desk = await heldAt(tier);
      const { answers, work } = workAt(tier, desk);
      const { batchId, who, leaseId } = desk;
      scene.clock.advance(30 * SECOND);
      await extendLease(who, { batchId, leaseIds: [leaseId], active: [{ leaseId, activeMs: 20_000 }] });
      scene.clock.advance((2 * LEASE_SECONDS + 1) * SECOND);
      await reclaimLeases(system());
      // Typed a second before that heartbeat; then the browser crashed.
      const ageMs = (2 * LEASE_SECONDS + 2) * SECOND;
      const left = { batchId, leaseId, answers, work, activeMs: 1 };
      expect(await saveDraft(who, { ...left, ageMs })).toEqual({ savedAt: scene.clock.now() });
      const kept =
        await t.sql`select active_ms from drafts where batch_id = ${batchId} and lease_id = ${leaseId}`;
      expect(kept).toEqual([{ active_ms: 20_000 }]);
      // An older copy of another device takes nothing's place, and nobody is told that it did.
      const older = { ...left, work: null, answers: { grade: '1' }, ageMs: ageMs + 10 * SECOND };
      expect(await saveDraft(who, older)).toEqual({ savedAt: null });
      expect(await openAt(tier, desk, await claim(who, batchId, tier))).toMatchObject({ answers, work });
    },
  );

  test('a draft of another tier’s work, one beyond 64 kB and one of what the gate took are refused (R27)', async () => {
    const { batchId, who, leaseId } = await heldAt('review');
    const draft = { batchId, leaseId, answers: {}, activeMs: 1 };
    await expect(
      saveDraft(who, { ...draft, work: { tier: 'adjudicate', rationale: '' } }),
    ).rejects.toMatchObject({ reason: 'wrong_tier' });
    const decision = { outcome: 'accept', to: 'author', reason: null, comment: 'x'.repeat(4000) } as const;
    const decisions = Array.from({ length: 20 }, () => ({ labelId: randomUUID(), ...decision }));
    await expect(saveDraft(who, { ...draft, work: { tier: 'review', decisions } })).rejects.toMatchObject({
      reason: 'label_too_large',
    });
    await transact(system(), (tx) => revokeLeases(tx, { batchIds: [batchId], reason: 'agreement_ended' }));
    await expect(saveDraft(who, draft)).rejects.toMatchObject({ reason: 'lease_revoked' });
  });

  test.each(TIERS)(
    'R27: what the gate took (%s) stays sealed as it was: a submit that comes after it takes nothing’s place, and says so',
    async (tier) => {
      const desk = await heldAt(tier);
      const { batchId, who, leaseId } = desk;
      const { submit } = workAt(tier, desk);
      const draft = { batchId, leaseId, answers: { grade: '1' }, activeMs: 10 };
      await saveDraft(who, draft);
      const sealed = await t.sql`select * from drafts where batch_id = ${batchId}`;
      expect(sealed).toHaveLength(1);
      await transact(system(), (tx) => revokeLeases(tx, { batchIds: [batchId], reason: 'agreement_ended' }));
      scene.clock.advance(SECOND);
      await expect(submit(leaseId)).rejects.toMatchObject({
        reason: 'lease_revoked',
        message: expect.stringContaining('what came later is not kept'),
      });
      expect(await t.sql`select * from drafts where batch_id = ${batchId}`).toEqual(sealed);
    },
  );

  test('a submit that comes too late hides nothing that was put down later, when the case had come again', async () => {
    const desk = await heldAt('label');
    const { batchId, who, leaseId } = desk;
    scene.clock.advance((LEASE_SECONDS + 1) * SECOND);
    await reclaimLeases(system());
    const again = await claim(who, batchId, 'label');
    scene.clock.advance(SECOND);
    await saveDraft(who, { batchId, leaseId: again, answers: { grade: '3' }, activeMs: 1 });
    scene.clock.advance(SECOND);
    // Sent by another device, which was offline until now.
    await expect(workAt('label', desk).submit(leaseId)).rejects.toMatchObject({ reason: 'lease_over' });
    expect(await openAt('label', desk, again)).toMatchObject({ answers: { grade: '3' } });
  });

  test('a case that was passed on, or given to somebody else, does not come back: a late submit of it keeps nothing', async () => {
    const desk = await heldAt('label');
    const { batchId, who, leaseId } = desk;
    await skipTask(who, { batchId, leaseId, reason: 'conflict_of_interest' });
    await expect(workAt('label', desk).submit(leaseId)).rejects.toMatchObject({
      reason: 'lease_over',
      message: expect.not.stringContaining('comes back'),
    });
    expect(await t.sql`select * from drafts where batch_id = ${batchId}`).toEqual([]);
  });

  describe('R27: what a closed gate takes is paid by the time that the heartbeat told', () => {
    const accrued = async ({ batchId, who }: Desk, tier: Tier) =>
      (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier }))!.accruedMinor;
    const revoke = ({ batchId, who }: Desk) =>
      transact(system(), (tx) =>
        revokeLeases(tx, { batchIds: [batchId], personIds: [who.actor.personId], reason: 'agreement_ended' }),
      );

    test('a review by the median of reviews, not by that of reads', async () => {
      const first = await heldAt('review');
      // The median review takes 40 s, the median read 10 s.
      scene.clock.advance(40 * SECOND);
      const { submit } = workAt('review', first);
      await submit(first.leaseId, 40_000);
      // The rejected read is made anew, and the case reviewed once more.
      const [reader] = (await makeReaders(scene, first.batchId, 1)) as [OrgContext];
      const read = await claim(reader, first.batchId, 'label');
      scene.clock.advance(10 * SECOND);
      const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 10_000 };
      await submitLabel(reader, { batchId: first.batchId, leaseId: read, ...label });
      await settleTasks(system(), { batchId: first.batchId });
      // The second review is more than was reserved; the pass takes it from the project's funds.
      await coverReserves(system());
      const [who] = (await makeReaders(scene, first.batchId, 1, 'review')) as [OrgContext];
      const desk = { ...first, who, leaseId: await claim(who, first.batchId, 'review') };
      const { batchId, leaseId } = desk;
      scene.clock.advance(10 * SECOND);
      // The device says a day; ten seconds have passed.
      await extendLease(who, { batchId, leaseIds: [leaseId], active: [{ leaseId, activeMs: 86_400_000 }] });
      scene.clock.advance(10 * SECOND);
      await revoke(desk);
      // 120 × 10 s ÷ 40 s.
      expect(await accrued(desk, 'review')).toBe(30n);
      // A second review is no repeat of its reader: the next reviewer takes it, and whoever skips it only passes it on.
      const [skips, takes] = (await makeReaders(scene, batchId, 2, 'review')) as [OrgContext, OrgContext];
      const passed = await claim(skips, batchId, 'review');
      await skipTask(skips, { batchId, leaseId: passed, reason: 'conflict_of_interest' });
      expect(await claim(takes, batchId, 'review')).not.toBe(passed);
    });

    test('a read of which nothing was put down yet; it counts as nothing begun, and hides no draft', async () => {
      const desk = await heldAt('label');
      const { batchId, who, leaseId } = desk;
      const active = (ms: number) => [{ leaseId, activeMs: ms }];
      await saveDraft(who, { batchId, leaseId, answers: { grade: '1' }, activeMs: 0 });
      scene.clock.advance((LEASE_SECONDS + 1) * SECOND);
      await reclaimLeases(system());
      const again = { ...desk, leaseId: await claim(who, batchId, 'label') };
      scene.clock.advance(5 * SECOND);
      await extendLease(who, {
        batchId,
        leaseIds: [again.leaseId],
        active: [...active(9000), { leaseId: again.leaseId, activeMs: 5000 }],
      });
      // A lease that is over is told no time.
      const told = await t.sql`select lease_id, answers, active_ms from drafts where batch_id = ${batchId}
        order by updated_at`;
      expect(told).toEqual([
        { lease_id: leaseId, answers: { grade: '1' }, active_ms: 0 },
        { lease_id: again.leaseId, answers: null, active_ms: 5000 },
      ]);
      expect((await viewCase(who, { batchId, leaseId: again.leaseId })).draft).toMatchObject({
        answers: { grade: '1' },
      });
      const [other] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      const read = await claim(other, batchId, 'label');
      scene.clock.advance(20 * SECOND);
      const label = { labelId: randomUUID(), answers: { grade: '1' }, activeMs: 20_000 };
      await submitLabel(other, { batchId, leaseId: read, ...label });
      await revoke(again);
      // 120 × 5 s ÷ 20 s.
      expect(await accrued(again, 'label')).toBe(30n);
    });
  });
});
