import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { HOUR } from '#server/core/clock.ts';
import { removePanelReader } from '#server/gold/panel.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { viewBatch } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { getBatch } from './reads.ts';
import type { Tier } from './rules.ts';
import { submitLabel } from './submit-label.ts';
import { tellOfStranded } from './tell-of-stranded.ts';

const PLAN = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
const HOURS = 5 * HOUR;

describe('cases that wait for a turn that nobody engaged may take (R23, R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const settle = (batchId: string) => settleTasks(system(), { batchId });
  const newScene = async (cases: number) => {
    scene = await makeWorkScene(t.db, { cases, fields: [gradeField()] });
  };
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]?.leaseId;
  async function readAll(who: OrgContext, batchId: string, grade: string): Promise<string[]> {
    const labels: string[] = [];
    for (let id = await claim(who, batchId, 'label'); id; id = await claim(who, batchId, 'label')) {
      const labelId = randomUUID();
      await submitLabel(who, { batchId, leaseId: id, labelId, answers: { grade }, activeMs: 1000 });
      labels.push(labelId);
    }
    return labels;
  }
  async function decide(who: OrgContext, batchId: string, grade: string): Promise<void> {
    const leaseId = (await claim(who, batchId, 'adjudicate'))!;
    await viewDecisionCase(who, { batchId, leaseId });
    const given = { batchId, leaseId, labelId: randomUUID(), activeMs: 500 };
    await submitAdjudication(who, { ...given, answers: { grade }, rationale: 'As I see it.' });
  }
  /** The hourly job, and what the sponsor's lead was told of a batch. */
  async function told(batchId: string) {
    await tellOfStranded(system());
    return t.sql`select title, href, detail from notifications
      where kind = 'work.stranded' and detail->>'batchId' = ${batchId} order by title`;
  }
  const shown = async (batchId: string) => (await viewBatch(scene.sponsor, { batchId })).stranded;

  test('one adjudicator and an audit that disagrees with her: the sponsor is told once, and another one ends it', async () => {
    await newScene(1);
    const batchId = await makeBatch(scene, { overlap: 2, isAdjudicated: true, audit: PLAN });
    const [ana, ben] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await readAll(ana, batchId, '1');
    await readAll(ben, batchId, '3');
    await settle(batchId);
    const [judge] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
    await decide(judge, batchId, '1');
    for (let i = 0; i < 3; i += 1) await settle(batchId);
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const leaseId = (await claim(auditor, batchId, 'audit'))!;
    const given = { batchId, leaseId, labelId: randomUUID(), activeMs: 500 };
    await submitAudit(auditor, {
      ...given,
      outcome: 'disagree',
      errorKind: 'mislabel',
      answers: { grade: '4' },
    });
    await settle(batchId);
    expect(await claimNextTasks(judge, { batchId, tier: 'adjudicate', limit: 1 })).toMatchObject({
      leases: [],
      reasons: [{ code: 'work.all_seen', change: { says: expect.stringMatching(/the sponsor is told/) } }],
    });
    // Within the hours somebody may be on the way.
    expect([await told(batchId), await shown(batchId)]).toEqual([[], []]);

    scene.clock.advance(HOURS);
    await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('closing');
    const note = {
      title: expect.stringMatching(/1 case waits for the panel.*Engage another adjudicator/),
      href: `/sponsor/projects/${scene.project.id}/gold#panel-title`,
      detail: { batchId, tier: 'adjudicate', cases: 1 },
    };
    expect(await told(batchId)).toEqual([note]);
    expect(await told(batchId)).toHaveLength(1);
    expect(await shown(batchId)).toEqual([
      { tier: 'adjudicate', cases: 1, isMore: false, isUnstaffed: false },
    ]);

    // Somebody else on the panel may take it, joined or not.
    const other = await makeWorker(scene, { role: 'panel' });
    expect(await shown(batchId)).toEqual([]);
    await joinBatch(other, { batchId, tier: 'adjudicate' });
    await decide(other, batchId, '4');
    for (let i = 0; i < 3; i += 1) await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await balanceOf(t.db, { code: 'batch_reserved', ownerId: batchId, currency: 'USD' })).toBe(0n);
  });

  test('an empty panel, and one whose only seat has ended', async () => {
    await newScene(2);
    const batchId = await makeBatch(scene, { overlap: 2, isAdjudicated: true });
    const [ana, ben] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await readAll(ana, batchId, '1');
    await readAll(ben, batchId, '3');
    await settle(batchId);
    scene.clock.advance(HOURS);
    const alone = [{ tier: 'adjudicate', cases: 2, isMore: false, isUnstaffed: true }];
    expect(await shown(batchId)).toEqual(alone);
    const seated = await makeWorker(scene, { role: 'panel' });
    expect([await shown(batchId), await told(batchId)]).toEqual([[], []]);
    const [seat] = await findEngagements(t.db, {
      projectId: scene.project.id,
      personId: seated.actor.personId,
    });
    await removePanelReader(scene.sponsor, { projectId: scene.project.id, engagementId: seat!.id });
    expect(await shown(batchId)).toEqual(alone);
    expect(await told(batchId)).toMatchObject([
      { title: expect.stringMatching(/2 cases wait for the panel/), detail: { cases: 2 } },
    ]);
  });

  test('a review whose only reviewer has read the case', async () => {
    await newScene(2);
    const batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000 });
    const [ana] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await readAll(ana, batchId, '1');
    await settle(batchId);
    const ofProject = { projectId: scene.project.id, personId: ana.actor.personId };
    const viaOrgId = ana.actor.orgId ?? '';
    await transact(scene.sponsor, (tx) => engagePerson(tx, { ...ofProject, viaOrgId, role: 'reviewer' }));
    scene.clock.advance(HOURS);
    expect(await shown(batchId)).toEqual([{ tier: 'review', cases: 2, isMore: false, isUnstaffed: false }]);
    expect(await told(batchId)).toMatchObject([{ title: expect.stringMatching(/2 cases wait for review/) }]);
    await makeWorker(scene, { role: 'reviewer' });
    expect(await shown(batchId)).toEqual([]);
  });

  test('the read that replaces a rejected one, where everybody has read the case', async () => {
    await newScene(2);
    const batchId = await makeBatch(scene, { overlap: 3 });
    const readers = (await makeReaders(scene, batchId, 3)) as [OrgContext, OrgContext, OrgContext];
    const [labelId] = await readAll(readers[0], batchId, '1');
    for (const who of readers.slice(1)) await readAll(who, batchId, '1');
    await rejectLabel(scene.sponsor, {
      batchId,
      labelId: labelId!,
      reason: 'no_effort',
      evidence: 'Four cases in three seconds.',
    });
    expect(await claimNextTasks(readers[1], { batchId, tier: 'label', limit: 1 })).toMatchObject({
      reasons: [{ code: 'work.all_seen' }],
    });
    scene.clock.advance(HOURS);
    expect(await shown(batchId)).toEqual([{ tier: 'label', cases: 1, isMore: false, isUnstaffed: false }]);
    expect(await told(batchId)).toMatchObject([
      {
        title: expect.stringMatching(/1 case waits for another read.*Ask the vendor to name another reader/),
      },
    ]);
    await makeWorker(scene);
    expect(await shown(batchId)).toEqual([]);
  });

  test('a batch of three reads a case that two people read out stands for the third; while one of them has cases left it does not', async () => {
    await newScene(2);
    const batchId = await makeBatch(scene, { overlap: 3 });
    const [ana, ben] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await readAll(ana, batchId, '1');
    scene.clock.advance(HOURS);
    expect([await shown(batchId), await told(batchId)]).toEqual([[], []]);
    await readAll(ben, batchId, '1');
    expect(await shown(batchId)).toEqual([{ tier: 'label', cases: 2, isMore: false, isUnstaffed: false }]);
  });
});
