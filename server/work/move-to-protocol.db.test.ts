import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { protocolVersions } from '#db/schema/protocols.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeGold } from '#db/seed/factories/gold.ts';
import { gradeField, makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import { transact } from '#server/command/transaction.ts';
import { HOUR } from '#server/core/clock.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { viewBatch } from './batch-views.ts';
import { moveToProtocol } from './move-to-protocol.ts';
import { openBatch } from './open-batch.ts';
import { getBatch } from './reads.ts';
import { withdrawGold } from './withdraw-gold.ts';

describe('a draft whose protocol version was replaced moves to the one in force (R6)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  /** Signs the next version of a scene's protocol. */
  async function signNext(
    { project, sponsor, sponsorOrg, clock }: WorkScene,
    over: { fields?: LabelField[]; changeClass?: 'breaking' | 'clarifying' } = {},
  ) {
    clock.advance(HOUR);
    await t.db
      .update(protocolVersions)
      .set({ status: 'superseded' })
      .where(eq(protocolVersions.projectId, project.id));
    const made = await makeSignedProtocol(t.db, {
      projectId: project.id,
      orgId: sponsorOrg.id,
      createdBy: sponsor.actor.personId,
      version: 2,
      clock,
      ...(over.fields ? { fields: over.fields } : {}),
    });
    await t.db
      .update(protocolVersions)
      .set({ changeClass: over.changeClass ?? 'clarifying' })
      .where(eq(protocolVersions.id, made.id));
    return made;
  }
  const gold = { 0: { grade: ['1'] }, 1: { grade: ['4'] } };

  test('a pilot that waits is opened after it was moved, with its price, and its bidder is told', async () => {
    const scene = await makeWorkScene(t.db, { cases: 6, gold });
    const { sponsor, clock, project } = scene;
    const callId = await makeCall(t.db, {
      projectId: project.id,
      clock,
      terms: pilotTermsOf({ cases: 4, overlap: 2, goldMode: 'embedded' }),
    });
    const vendor = await makeVendor(t.db, { people: 2, clock });
    await ensureAgreement(t.db, { kind: 'services', org: { id: vendor.orgId, kind: 'vendor' }, clock });
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
    const { batchId } = await orderPilot(sponsor, { bidId, datasetId: scene.dataset.id });
    const second = await signNext(scene);
    await expect(openBatch(sponsor, { batchId })).rejects.toMatchObject({
      reason: 'batch_not_ready',
      details: [
        {
          code: 'protocol_superseded',
          message: expect.stringMatching(
            /ordered on protocol version 1, which version 2 has replaced. Move it/,
          ),
          href: `/sponsor/projects/${project.id}/batches/${batchId}`,
        },
      ],
    });
    expect((await viewBatch(sponsor, { batchId })).replacedProtocol).toEqual({
      version: 1,
      inForce: 2,
      isBreaking: false,
    });
    const before = await getBatch(t.db, batchId);
    expect(await moveToProtocol(sponsor, { batchId })).toEqual({ version: 2 });
    expect(await moveToProtocol(sponsor, { batchId })).toEqual({ version: 2 });
    expect(await getBatch(t.db, batchId)).toEqual({ ...before, protocolVersionId: second.id });
    expect((await viewBatch(sponsor, { batchId })).replacedProtocol).toBeNull();
    const told = await t.sql`select title from notifications where kind = 'pilot_protocol_moved'`;
    expect(told.map((row) => row.title)).toEqual([
      expect.stringMatching(/will be read by protocol version 2 instead of 1\.$/),
    ]);
    await openBatch(sponsor, { batchId });
    await expect(moveToProtocol(sponsor, { batchId })).rejects.toMatchObject({ reason: 'batch_state' });
  });

  test('what the new version cannot answer is named, and made good', async () => {
    const scene = await makeWorkScene(t.db, { cases: 6, gold });
    const { sponsor, project, dataset } = scene;
    const draft = (input: Parameters<typeof makeBatch>[1]) => makeBatch(scene, { isDraft: true, ...input });
    const batchId = await draft({ goldMode: 'embedded' });
    const ruled = await draft({
      goldMode: 'none',
      overlap: 2,
      reviewRules: [{ kind: 'rare_class', field: 'grade', value: '4', sampleRateBasisPoints: 10_000 }],
      misses: { field: 'grade', normalValue: '4', shareBasisPoints: 1000 },
    });
    await signNext(scene, { fields: [gradeField(3)] });
    await expect(moveToProtocol(sponsor, { batchId: ruled })).rejects.toMatchObject({
      reason: 'batch_not_moved',
      details: [
        { code: 'batch.rule_of_version', message: expect.stringMatching(/"grade = 4"/) },
        { code: 'batch.review_rule_idle', message: expect.stringMatching(/no class “4”/) },
      ],
    });
    await expect(moveToProtocol(sponsor, { batchId })).rejects.toMatchObject({
      reason: 'batch_not_moved',
      details: [
        {
          code: 'batch.gold_of_version',
          message: expect.stringMatching(/^One known answer of this batch is none that version 2 knows/),
        },
      ],
    });
    // The wrong answer is retired, and the case has another in a later set.
    const [wrong] = await t.sql<{ id: string }[]>`
      update gold_items set status = 'retired' where case_id = ${dataset.cases[1]!.id} returning id`;
    await transact(sponsor, (tx) => withdrawGold(tx, { goldItemId: wrong!.id }));
    await t.sql`update gold_sets set version = 9 where project_id = ${project.id}`;
    const remade = [{ caseId: dataset.cases[1]!.id, answers: { grade: ['2'] } }];
    await makeGold(t.db, { projectId: project.id, datasetId: dataset.id, items: remade, clock: scene.clock });
    await moveToProtocol(sponsor, { batchId });
    const answers = await t.sql`select answers, withdrawn_at from gold_answers where batch_id = ${batchId}`;
    expect(answers.map((row) => [row.answers.grade, row.withdrawn_at]).sort()).toEqual([
      [['1'], null],
      [['2'], null],
    ]);
  });

  test('a breaking version is priced by the award first; nothing is moved meanwhile', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4 });
    const { sponsor, clock, project } = scene;
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const vendor = { orgId: scene.vendorOrg.id, owner: sponsor, annotators: [] };
    const bidId = await makeBid(t.db, { callId, project, vendor, priceMinor: 120n, clock });
    const contractId = await makeContract(t.db, { bidId, clock });
    const batchId = await makeBatch(scene, { isDraft: true, contractId, goldMode: 'none' });
    await signNext(scene, { changeClass: 'breaking' });
    await expect(moveToProtocol(sponsor, { batchId })).rejects.toMatchObject({
      reason: 'batch_not_moved',
      details: [
        {
          code: 'repricing_unanswered',
          message: expect.stringMatching(/Agree an amendment that prices version 2/),
          href: `/sponsor/projects/${project.id}/contracts/${contractId}`,
        },
      ],
    });
    expect((await getBatch(t.db, batchId)).protocolVersionId).toBe(scene.protocol.id);
  });
});
