import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements } from '#db/schema/agreements.ts';
import { assets, cases } from '#db/schema/datasets.ts';
import { makeAttestation, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember, makeSecondFactor } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { lastOpening, makeDoorScene, refusalOf } from '#db/testing/door-scene.ts';
import type { AppError } from '#server/core/errors.ts';
import { storeFile } from '#server/files/store-file.ts';
import { DATA_CLASSES, type DataClass } from '#server/projects/schemas.ts';
import { sealAssetToken } from './asset-token.ts';
import { decideAccess } from './decide-access.ts';
import { openAsset, openAssetByToken } from './open-asset.ts';
import { openCase } from './open-case.ts';
import { openOwnCase } from './open-own-case.ts';
import { caseTokenKey } from './sealed-token.ts';

const key = caseTokenKey('a secret for the doors of this test');
let t: TestDatabase;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  await makePlatform(t.db);
});
afterAll(() => t.drop());

const makeScene = (dataClass: DataClass) => makeDoorScene(t.db, dataClass);

describe.each(DATA_CLASSES)('a case of the sponsor’s own, %s', (dataClass) => {
  test('its context comes through the gate with it alone, and each opening is logged', async () => {
    const scene = await makeScene(dataClass);
    const { owner, dataset, sponsor, reader, assetId } = scene;
    const at = { datasetId: dataset.id, caseId: dataset.cases[0]!.id, key };
    await t.db
      .update(cases)
      .set({ context: { history: 'a cough' } })
      .where(eq(cases.id, at.caseId));
    if (dataClass === 'eu_personal') owner.actor.country = 'DE';
    await makeAttestation(t.db, { orgId: sponsor.id, personId: owner.actor.personId });
    if (dataClass === 'phi') await makeSecondFactor(t.db, owner.actor);
    const { context, assets: opened } = await openOwnCase(owner, at);
    expect(context).toEqual({ history: 'a cough' });
    expect(opened).toMatchObject([{ id: assetId, content: { kind: 'text' } }]);
    expect(await lastOpening(t.db, assetId)).toMatchObject({ allowed: true, personId: owner.actor.personId });
    expect(await refusalOf(openOwnCase(reader, at))).toMatchObject({ reason: 'gate_refused' });
    expect(await lastOpening(t.db, assetId)).toMatchObject({
      allowed: false,
      personId: reader.actor.personId,
    });
    // With the ground gone nothing comes, whatever the class.
    await t.db.update(assets).set({ quarantinedAt: owner.clock.now() }).where(eq(assets.id, assetId));
    expect(await refusalOf(openOwnCase(owner, at))).toMatchObject({ reason: 'gate_refused' });
    await t.db.update(assets).set({ quarantinedAt: null }).where(eq(assets.id, assetId));
    if (['phi', 'limited_data_set', 'eu_personal'].includes(dataClass)) {
      await t.db
        .update(agreements)
        .set({ status: 'terminated' })
        .where(eq(agreements.partyAOrgId, sponsor.id));
      expect(await refusalOf(openOwnCase(owner, at))).toMatchObject({ reason: 'gate_refused' });
    }
    expect(await lastOpening(t.db, assetId)).toMatchObject({
      allowed: false,
      personId: owner.actor.personId,
    });
  });
});

describe('a lease opens its own case for its own holder', () => {
  test('not another case, not for somebody else, not by a link of somebody else', async () => {
    const scene = await makeScene('public');
    const { leaseId } = scene.lease;
    const colleague = await makeMember(t.db, { org: scene.vendor, roles: ['vendor_annotator'] });
    const grant = {
      assetId: scene.assetId,
      personId: scene.reader.actor.personId,
      leaseId,
      batchId: scene.lease.batchId,
    };
    const token = await sealAssetToken(grant, { now: scene.reader.clock.now(), key });
    for (const attempt of [
      () => openAsset(scene.reader, { assetId: scene.otherAssetId, leaseId }),
      () => openAsset(colleague, { assetId: scene.assetId, leaseId }),
      () => openAsset(colleague, { assetId: scene.assetId }),
      () => openAssetByToken(colleague, { token, key }),
    ]) {
      expect(await refusalOf(attempt())).toMatchObject({ kind: 'forbidden', reason: 'gate_refused' });
    }
  });

  test('without a lease only the sponsor looks at its own data, through the same gate', async () => {
    const scene = await makeScene('public');
    const opened = await openAsset(scene.owner, { assetId: scene.assetId });
    expect(opened.basis).toBe('not_required: licence (licence, CC0-1.0, 2026-01-01)');
    expect(opened.content.kind).toBe('text');
    const phi = await makeScene('phi');
    const refused = await refusalOf(openAsset(phi.owner, { assetId: phi.assetId }));
    expect((refused as AppError).details.map((detail) => detail.code)).toEqual([
      'gate.attestation_missing',
      'gate.second_factor',
    ]);
  });

  test('an image comes as a link that fetches exactly the stored bytes', async () => {
    const scene = await makeScene('public');
    const bytes = new Uint8Array([137, 80, 78, 71]);
    const file = await storeFile(
      { db: t.db as never, now: new Date() },
      { bytes, mediaType: 'image/png', fileName: 'a.png' },
    );
    await t.db
      .update(assets)
      .set({ fileId: file.id, kind: 'image', mediaType: 'image/png', text: null })
      .where(eq(assets.id, scene.assetId));
    await t.db
      .update(cases)
      .set({ context: { history: 'a cough' } })
      .where(eq(cases.id, scene.dataset.cases[0]!.id));
    const opened = await openCase(scene.reader, { ...scene.lease, key });
    // The context came with it, before any file is fetched.
    expect(await lastOpening(t.db, scene.assetId)).toMatchObject({ allowed: true });
    const [asset] = opened.assets;
    expect(asset?.content.kind).toBe('link');
    const token = asset?.content.kind === 'link' ? asset.content.href.replace('/api/assets/', '') : '';
    const fetched = await openAssetByToken(scene.reader, { token, key });
    expect(fetched.content).toEqual({ kind: 'bytes', bytes });
    expect(token).not.toContain(scene.dataset.id);
  });
});

test('the decision for a person is the same through its read', async () => {
  const scene = await makeScene('phi');
  const question = {
    personId: scene.reader.actor.personId,
    viaOrgId: scene.vendor.id,
    datasetId: scene.dataset.id,
    purpose: 'read' as const,
    now: new Date(),
    country: 'US',
  };
  expect(await decideAccess(t.db, question)).toEqual({ allowed: true, basis: 'baa_chain' });
  expect(await decideAccess(t.db, { ...question, purpose: 'export' })).toMatchObject({ allowed: false });
  // The EU adds the processor row to personal data.
  expect(await decideAccess(t.db, { ...question, country: 'FR' })).toMatchObject({ allowed: false });
});
