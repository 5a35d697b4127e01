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
    over: { fields?: LabelField[]; changeClass?: 'breaking' | 'clarifying'; version?: number } = {},
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
      version: over.version ?? 2,
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

  /** A pilot that a bidder is to read, not opened yet. */
  async function makePilot(scene: WorkScene): Promise<string> {
    const { sponsor, clock, project } = scene;
    const callId = await makeCall(t.db, {
      projectId: project.id,
      clock,
      terms: pilotTermsOf({ cases: 4, overlap: 2, goldMode: 'embedded' }),
    });
    const vendor = await makeVendor(t.db, { people: 2, clock });
    await ensureAgreement(t.db, { kind: 'services', org: { id: vendor.orgId, kind: 'vendor' }, clock });
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
    return (await orderPilot(sponsor, { bidId, datasetId: scene.dataset.id })).batchId;
  }
  const told = async (batchId: string) => {
    const rows = await t.sql`select title from notifications
      where kind = 'pilot_protocol_moved' and detail ->> 'batchId' = ${batchId}`;
    return rows.map((row) => row.title);
  };
  const audited = async (batchId: string) => {
    const rows = await t.sql`select detail from audit_events
      where action = 'work.batch_moved_to_protocol' and subject_id = ${batchId}`;
    return rows.map((row) => row.detail);
  };

  test('a pilot that waits is opened after it was moved, with its price, and its bidder is told', async () => {
    const scene = await makeWorkScene(t.db, { cases: 6, gold });
    const { sponsor, project } = scene;
    const batchId = await makePilot(scene);
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
      pricedBy: null,
    });
    const before = await getBatch(t.db, batchId);
    expect(await moveToProtocol(sponsor, { batchId })).toEqual({ version: 2 });
    expect(await moveToProtocol(sponsor, { batchId })).toEqual({ version: 2 });
    expect(await getBatch(t.db, batchId)).toEqual({ ...before, protocolVersionId: second.id });
    expect((await viewBatch(sponsor, { batchId })).replacedProtocol).toBeNull();
    expect(await told(batchId)).toEqual([
      expect.stringMatching(/will be read by protocol version 2 instead of 1\.$/),
    ]);
    const { vendorOrgId } = before;
    const owner = { person_id: expect.any(String), org_id: vendorOrgId, href: '/vendor/bids' };
    expect(
      await t.sql`select person_id, org_id, href from notifications where kind = 'pilot_protocol_moved'`,
    ).toEqual([owner]);
    expect(await audited(batchId)).toEqual([{ from: 1, to: 2, changeClass: 'clarifying' }]);
    await openBatch(sponsor, { batchId });
    await expect(moveToProtocol(sponsor, { batchId })).rejects.toMatchObject({ reason: 'batch_state' });
  });

  test('R13: a breaking version in between is told, whatever the one in force is', async () => {
    const scene = await makeWorkScene(t.db, { cases: 6, gold });
    const { sponsor } = scene;
    const pilot = await makePilot(scene);
    const panel = await makeBatch(scene, {
      isDraft: true,
      kind: 'self_label',
      vendorOrgId: null,
      pricePerReadMinor: 0n,
      overlap: 2,
      goldMode: 'none',
    });
    await signNext(scene, { version: 2, changeClass: 'breaking' });
    await signNext(scene, { version: 3, changeClass: 'clarifying' });
    const replaced = async (batchId: string) => (await viewBatch(sponsor, { batchId })).replacedProtocol;
    const step = { version: 1, inForce: 3, isBreaking: true };
    expect(await replaced(pilot)).toEqual({ ...step, pricedBy: 'bid' });
    // A panel is under no award, so no price is spoken of.
    expect(await replaced(panel)).toEqual({ ...step, pricedBy: null });
    for (const batchId of [pilot, panel]) {
      await moveToProtocol(sponsor, { batchId });
      expect(await audited(batchId)).toEqual([{ from: 1, to: 3, changeClass: 'breaking' }]);
    }
    expect(await told(pilot)).toEqual([
      expect.stringMatching(
        /version 3 instead of 1, which changes what a label means; your price for the pilot/,
      ),
    ]);
    expect(await told(panel)).toEqual([]);
    // From behind the breaking version there is nothing to warn of.
    const later = await makeBatch(scene, { isDraft: true, goldMode: 'none' });
    const [second] = await t.sql`
      select id from protocol_versions where project_id = ${scene.project.id} and version = 2`;
    await t.sql`update batches set protocol_version_id = ${second!.id} where id = ${later}`;
    expect(await replaced(later)).toEqual({ version: 2, inForce: 3, isBreaking: false, pricedBy: null });
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
    // It stays to be priced, and to be told, when another version follows.
    await signNext(scene, { version: 3 });
    expect((await viewBatch(sponsor, { batchId })).replacedProtocol).toEqual({
      version: 1,
      inForce: 3,
      isBreaking: true,
      pricedBy: 'award',
    });
  });
});
