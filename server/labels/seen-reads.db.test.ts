import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { SECOND } from '#server/core/clock.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { rejectLabel } from './reject-label.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const LEASE_SECONDS = 60;
const ROLES = {
  label: 'annotator',
  review: 'reviewer',
  audit: 'auditor',
  adjudicate: 'adjudicator',
} as const;

describe('whoever has seen the reads of a case does not read it blind any more, also when they gave it back (R21, R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 6, gold: { 4: { grade: ['2'] }, 5: { grade: ['2'] } } });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const settle = (batchId: string) => settleTasks(system(), { batchId });
  const caseIds = (n: number) => scene.dataset.cases.slice(0, n).map((one) => one.id);
  const ask = (who: OrgContext, batchId: string, tier: Tier) =>
    claimNextTasks(who, { batchId, tier, limit: 1 });
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await ask(who, batchId, tier)).leases[0]?.leaseId;
  /** The next case read, and its label. */
  async function read(who: OrgContext, batchId: string, grade = '1'): Promise<string> {
    const leaseId = (await claim(who, batchId, 'label'))!;
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 1000 });
    return labelId;
  }
  /** The same person at another tier as well, as an engagement would allow it. */
  async function alsoAs(who: OrgContext, batchId: string, tier: Tier): Promise<void> {
    const ofProject = { projectId: scene.project.id, personId: who.actor.personId, role: ROLES[tier] };
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, { ...ofProject, viaOrgId: who.actor.orgId ?? '' }),
    );
    await joinBatch(who, { batchId, tier });
  }

  /** A case that two have read, under review by somebody who reads too, of which the sponsor then rejects a read. */
  async function reviewed() {
    const batchId = await makeBatch(scene, {
      caseIds: caseIds(1),
      overlap: 2,
      vendorOrgId: null,
      reviewShareBasisPoints: 10_000,
      leaseSeconds: LEASE_SECONDS,
    });
    const [first, second] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await read(first, batchId);
    const labelId = await read(second, batchId, '3');
    await settle(batchId);
    const [ana] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
    await alsoAs(ana, batchId, 'label');
    const leaseId = (await claim(ana, batchId, 'review'))!;
    const { reads } = await viewDecisionCase(ana, { batchId, leaseId });
    expect(reads).toHaveLength(2);
    await rejectLabel(scene.sponsor, {
      batchId,
      labelId,
      reason: 'no_effort',
      evidence: 'Four cases in three seconds.',
    });
    const decisions = reads.map((one) => ({ labelId: one.labelId, outcome: 'accept' as const }));
    await expect(
      submitReview(ana, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 }),
    ).rejects.toMatchObject({ reason: 'labels_changed' });
    return { batchId, ana, leaseId };
  }

  test.each([
    {
      name: 'given back',
      give: async (of: { batchId: string; ana: OrgContext; leaseId: string }) =>
        releaseLeases(of.ana, { batchId: of.batchId, leaseIds: [of.leaseId] }),
    },
    {
      name: 'run out once',
      give: async () => {
        scene.clock.advance((LEASE_SECONDS + 1) * SECOND);
        await reclaimLeases(system());
      },
    },
  ])(
    'a review that was $name: somebody else makes the read that replaces a rejected one, and the review comes back',
    async ({ give }) => {
      const of = await reviewed();
      const { batchId, ana } = of;
      await give(of);
      expect(await ask(ana, batchId, 'label')).toMatchObject({
        leases: [],
        reasons: [{ code: 'work.all_seen' }],
      });
      const [other] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await read(other, batchId);
      await settle(batchId);
      const leaseId = (await claim(ana, batchId, 'review'))!;
      const { reads } = await viewDecisionCase(ana, { batchId, leaseId });
      const decisions = reads.map((one) => ({ labelId: one.labelId, outcome: 'accept' as const }));
      await submitReview(ana, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    },
  );

  test('an audit that was given back: its auditor does not make the blind re-read, but may audit after all', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: caseIds(1),
      overlap: 1,
      audit: { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 },
      misses: { field: 'grade', normalValue: '0', shareBasisPoints: 10_000 },
    });
    const [reader] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await read(reader, batchId, '0');
    await settle(batchId);
    await settle(batchId);
    const [eve, other] = (await makeReaders(scene, batchId, 2, 'audit')) as [OrgContext, OrgContext];
    const purpose = async (who: OrgContext, leaseId: string) =>
      (await viewDecisionCase(who, { batchId, leaseId })).purpose;
    const audit = (await claim(eve, batchId, 'audit'))!;
    expect(await purpose(eve, audit)).toBe('audit');
    const reread = (await claim(other, batchId, 'audit'))!;
    expect(await purpose(other, reread)).toBe('reread');
    await releaseLeases(other, { batchId, leaseIds: [reread] });
    await releaseLeases(eve, { batchId, leaseIds: [audit] });
    const again = (await claim(eve, batchId, 'audit'))!;
    expect(await purpose(eve, again)).toBe('audit');
    // Who has seen the case alone reads it again blind; with the audit in other hands nothing is left for whoever has seen it.
    await releaseLeases(eve, { batchId, leaseIds: [again] });
    await t.sql`update slots set reserved_for = ${randomUUID()} where batch_id = ${batchId} and tier = 'audit' and slot_no < 25000`;
    expect(await ask(eve, batchId, 'audit')).toMatchObject({
      leases: [],
      reasons: [{ code: 'work.all_seen' }],
    });
    expect(await purpose(other, (await claim(other, batchId, 'audit'))!)).toBe('reread');
  });

  test.each(['none', 'dealt'] as const)(
    'no claim of a lane gives such a case either, with gold %s',
    async (goldMode) => {
      const batchId = await makeBatch(scene, {
        caseIds: caseIds(6),
        overlap: 1,
        goldMode,
        ...(goldMode === 'dealt' ? { goldShareBasisPoints: 5000 } : {}),
      });
      const [seen, blind] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
      const gaveBack = (who: OrgContext, slotNo: number, tier: Tier) =>
        t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason,
          paid_minor, fee_minor)
        select batch_id, ${who.actor.personId}, id, ${scene.clock.now().toISOString()}, gen_random_uuid(), ${slotNo}, ${tier}, 'closed', false,
          'closed', 0, 0 from tasks where batch_id = ${batchId}`;
      await gaveBack(seen, 2000, 'review');
      await gaveBack(blind, 25_000, 'audit');
      expect(await ask(seen, batchId, 'label')).toMatchObject({
        leases: [],
        reasons: [{ code: 'work.all_seen' }],
      });
      expect(await claim(blind, batchId, 'label')).toBeDefined();
    },
  );

  test('a batch that keeps the readers of another away keeps its reviewers’ cases from them too', async () => {
    const { batchId, ana, leaseId } = await reviewed();
    await releaseLeases(ana, { batchId, leaseIds: [leaseId] });
    const later = await makeBatch(scene, {
      caseIds: caseIds(2),
      overlap: 1,
      vendorOrgId: null,
      excludePriorReaders: 'siblings',
    });
    await joinBatch(ana, { batchId: later, tier: 'label' });
    await read(ana, later);
    expect(await ask(ana, later, 'label')).toMatchObject({
      leases: [],
      reasons: [{ code: 'work.all_seen' }],
    });
  });
});
