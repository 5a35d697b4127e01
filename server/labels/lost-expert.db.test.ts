import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewRecalls } from '#server/work/view-recalls.ts';
import { viewDecisionCase } from './label-views.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';

const PAIRED: ReviewRule = {
  kind: 'technical_reader',
  expert: { anyOf: [{ kind: 'board_certification', specialty: 'Radiology', minLevel: 'primary_source' }] },
  sampleRateBasisPoints: 10_000,
};
/** Any licence will do in the project; experts are told by their board. */
const credentialRule = { anyOf: [{ kind: 'medical_licence' as const, minLevel: 'primary_source' as const }] };

describe('R27: an expert whose certification is revoked, where technical staff is paired with experts (ADR 026)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const platform = await makeOrganisation(t.db, { kind: 'platform' });
    scene = await makeWorkScene(t.db, { cases: 6, fields: [gradeField()], project: { credentialRule } });
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterAll(() => t.drop());

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const claim = (who: OrgContext, batchId: string, tier: Tier, limit = 1) =>
    claimNextTasks(who, { batchId, tier, limit });
  const submit = (who: OrgContext, batchId: string, leaseId: string) =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 });
  /** Opens a case to review; what it gives hands the review in. */
  async function openReview(who: OrgContext, batchId: string, leaseId: string) {
    const { reads } = await viewDecisionCase(who, { batchId, leaseId });
    const decisions = reads.map(({ labelId }) => ({ labelId, outcome: 'accept' as const }));
    return () => submitReview(who, { batchId, leaseId, labelId: randomUUID(), activeMs: 1, decisions });
  }
  /** Who is licensed and, as an expert, certified; the certification. */
  async function makeExpert(role: 'annotator' | 'reviewer') {
    const who = await makeWorker(scene, { role });
    const personId = who.actor.personId;
    await makeCredential(t.db, { personId, kind: 'medical_licence', clock: scene.clock });
    return { who, credentialId: await makeCredential(t.db, { personId, clock: scene.clock }) };
  }
  const makeTechnician = async () => {
    const who = await makeWorker(scene);
    const personId = who.actor.personId;
    await makeCredential(t.db, { personId, kind: 'medical_licence', clock: scene.clock });
    return who;
  };
  const revoke = (credentialId: string) =>
    recordVerification(operator, {
      credentialId,
      seenStatus: 'verified',
      outcome: 'adverse',
      sourceStanding: 'revoked',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
      note: 'Revoked by the board.',
      effectiveOn: scene.clock.now().toISOString().slice(0, 10),
    });
  const recallOf = async (batchId: string) =>
    (await viewRecalls(scene.sponsor, { projectId: scene.project.id })).recalls.filter(
      (one) => one.batchId === batchId,
    );

  test('a reviewer: the review that is held goes, and the one that was handed in is listed, though the licence holds', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewRules: [PAIRED] });
    const technician = await makeTechnician();
    const { who, credentialId } = await makeExpert('reviewer');
    await joinBatch(technician, { batchId, tier: 'label' });
    for (let n = 0; n < 2; n += 1) {
      const { leases } = await claim(technician, batchId, 'label');
      await submit(technician, batchId, leases[0]!.leaseId);
    }
    await settle(batchId);
    await joinBatch(who, { batchId, tier: 'review' });
    const { leases } = await claim(who, batchId, 'review', 2);
    expect(leases).toHaveLength(2);
    const [handIn, tooLate] = [
      await openReview(who, batchId, leases[0]!.leaseId),
      await openReview(who, batchId, leases[1]!.leaseId),
    ];
    await handIn();

    expect(await revoke(credentialId)).toMatchObject({ leasesRevoked: 1, recalls: 1 });
    await expect(tooLate()).rejects.toMatchObject({ kind: 'conflict' });
    expect((await claim(who, batchId, 'review')).leases).toEqual([]);
    expect(await recallOf(batchId)).toMatchObject([{ reads: 1, cases: [{ tiers: ['review'] }] }]);
    // Nothing of the technician's is touched.
    expect((await claim(technician, batchId, 'label')).leases).toHaveLength(1);
  });

  test('a reader: what went past review as an expert’s is listed, and what is held comes to others; the next read is technical staff’s', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewRules: [PAIRED] });
    const { who, credentialId } = await makeExpert('annotator');
    await joinBatch(who, { batchId, tier: 'label' });
    const { leases } = await claim(who, batchId, 'label', 2);
    await submit(who, batchId, leases[0]!.leaseId);
    await settle(batchId);

    expect(await revoke(credentialId)).toMatchObject({ leasesRevoked: 1, recalls: 1 });
    await expect(submit(who, batchId, leases[1]!.leaseId)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await recallOf(batchId)).toMatchObject([{ reads: 1, cases: [{ tiers: ['label'] }] }]);
    // The licence is all that the project asks of readers: they read on, and are reviewed.
    const again = await claim(who, batchId, 'label');
    await submit(who, batchId, again.leases[0]!.leaseId);
    await settle(batchId);
    const states =
      await t.sql`select status from tasks where batch_id = ${batchId} and reads_done > 0 order by 1`;
    expect(states.map((one) => one.status)).toEqual(['final', 'in_review']);
    expect((await recallOf(batchId))[0]!.cases).toHaveLength(1);
  });

  test('technical staff who lose a board that no rule asks of them keep what they hold', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, reviewRules: [PAIRED] });
    const technician = await makeTechnician();
    const credentialId = await makeCredential(t.db, {
      personId: technician.actor.personId,
      specialty: 'Pathology',
      clock: scene.clock,
    });
    await joinBatch(technician, { batchId, tier: 'label' });
    const { leases } = await claim(technician, batchId, 'label');
    expect(await revoke(credentialId)).toMatchObject({ leasesRevoked: 0, recalls: 0 });
    await submit(technician, batchId, leases[0]!.leaseId);
    expect(await recallOf(batchId)).toEqual([]);
  });
});
