import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { assets, datasets } from '#db/schema/datasets.ts';
import { notifications } from '#db/schema/notifications.ts';
import { makeAgreement, makePlatform } from '#db/seed/factories/agreements.ts';
import { type AppealScene, mine } from '#db/seed/factories/appeals.ts';
import { makeMember, makeSecondFactor } from '#db/seed/factories/identity.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { lastOpening, openingsOf, refusalOf } from '#db/testing/door-scene.ts';
import { openAppealScene } from '#db/testing/read-scenes.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { storeFile } from '#server/files/store-file.ts';
import { attestPerson } from './attest-person.ts';
import { confirmAttestation } from './confirm-attestation.ts';
import { openAppealedCase } from './open-appealed-case.ts';
import { openAsset, openAssetByToken } from './open-asset.ts';
import { caseTokenKey } from './sealed-token.ts';

const key = caseTokenKey('a secret for the doors of this test');
const bytes = new Uint8Array([137, 80, 78, 71]);

/* R31, ADR 038: who decides an appeal sees its case, and nobody else of the platform, nor for longer. */
describe('the case of an appeal', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let operator: OrgContext;
  let appealed: { batchId: string; labelId: string };
  let assetId: string;
  beforeAll(async () => {
    ({ t, at, operator } = await openAppealScene(inject('adminUrl'), { cases: 2 }));
    assetId = at.scene.dataset.cases[0]!.assetId;
    const file = await storeFile(
      { db: t.db as never, now: new Date() },
      { bytes, mediaType: 'image/png', fileName: 'a.png' },
    );
    await t.db
      .update(assets)
      .set({ fileId: file.id, kind: 'image', mediaType: 'image/png', text: null })
      .where(eq(assets.id, assetId));
  });
  beforeEach(async () => {
    const { author, ...read } = await at.rejectedRead();
    appealed = { batchId: read.batchId, labelId: read.labelId };
    await appealRejection(author, { ...appealed, ...mine });
  });
  afterAll(() => t.drop());

  const open = (who = operator, of = appealed) => openAppealedCase(who, { ...of, key });
  const openLink = async () => {
    const [asset] = (await open()).assets;
    if (asset?.content.kind !== 'link') throw new Error('It is no file.');
    return asset.content.href.replace('/api/assets/', '');
  };
  const fetched = (token: string, who = operator) => openAssetByToken(who, { token, key });
  const codesOf = async (run: Promise<unknown>) => {
    const error = await refusalOf(run);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ kind: 'forbidden', reason: 'gate_refused' });
    return (error as AppError).details.map((detail) => detail.code);
  };

  test('its decider sees it, each opening logged with its purpose, until it is decided: a link dies with the decision', async () => {
    const token = await openLink();
    expect((await fetched(token)).content).toEqual({ kind: 'bytes', bytes });
    const rows = await openingsOf(t.db, assetId);
    const opened = {
      allowed: true,
      batchId: appealed.batchId,
      personId: operator.actor.personId,
      words: expect.stringMatching(/^not_required: licence.*; to decide an appeal$/),
    };
    expect(rows.filter((row) => row.personId === operator.actor.personId)).toEqual([opened, opened]);
    await at.overturn(appealed);
    for (const attempt of [() => open(), () => fetched(token)]) {
      at.scene.clock.advance(1000);
      expect(await codesOf(attempt())).toEqual(['gate.appeal_decided']);
      expect(await lastOpening(t.db, assetId)).toMatchObject({
        allowed: false,
        words: expect.stringContaining('gate.appeal_decided'),
      });
    }
  });

  test('nobody without the right, whoever had a part in it, nor another organisation', async () => {
    const { clock } = at.scene;
    const ofPlatform = { org: await makePlatform(t.db), clock };
    const colleague = await makeMember(t.db, { ...ofPlatform, roles: ['project_manager', 'clinical_lead'] });
    expect(await codesOf(open(colleague))).toEqual(['gate.no_appeal']);
    const rejecter = {
      ...operator,
      actor: { ...operator.actor, personId: at.scene.sponsor.actor.personId },
    };
    expect(await codesOf(open(rejecter))).toEqual(['gate.appeal_own']);
    // The sponsor has its own door.
    expect(await refusalOf(open(at.scene.sponsor))).toMatchObject({ reason: 'appeal_not_found' });
    // A link is of the person it was made for, and of the appeal: without it the operator opens nothing.
    const token = await openLink();
    const another = await makeMember(t.db, { ...ofPlatform, roles: ['operator'] });
    expect(await codesOf(fetched(token, another))).toEqual(['gate.foreign_link']);
    expect(await codesOf(openAsset(operator, { assetId, batchId: appealed.batchId }))).toEqual([
      'gate.no_lease',
    ]);
  });

  test('a read that nobody appealed opens nothing, nor does an appeal open another case', async () => {
    const { batchId, labelId } = await at.rejectedRead();
    expect(await refusalOf(open(operator, { batchId, labelId }))).toMatchObject({
      kind: 'not_found',
      reason: 'appeal_not_found',
    });
    const other = at.scene.dataset.cases[1]!.assetId;
    const errand = { assetId: other, batchId: appealed.batchId, appealOf: appealed.labelId };
    expect(await codesOf(openAsset(operator, errand))).toEqual(['gate.no_appeal']);
  });

  test('R24: a case that is quarantined for what was seen in it stays shut, to a link made before too', async () => {
    const token = await openLink();
    await t.db.update(assets).set({ quarantinedAt: at.scene.clock.now() }).where(eq(assets.id, assetId));
    for (const attempt of [() => open(), () => fetched(token)])
      expect(await codesOf(attempt())).toEqual(['gate.quarantined']);
    await t.db.update(assets).set({ quarantinedAt: null }).where(eq(assets.id, assetId));
    await open();
  });

  test('R18: of protected data it asks what it asks of anybody: agreement, attestation by the platform, second factor', async () => {
    const { dataset, sponsorOrg, clock } = at.scene;
    await t.db.update(datasets).set({ dataClass: 'phi' }).where(eq(datasets.id, dataset.id));
    expect(await codesOf(open())).toEqual([
      'gate.agreement.baa',
      'gate.attestation_missing',
      'gate.second_factor',
    ]);
    expect(((await refusalOf(open())) as AppError).details[1]).toMatchObject({
      href: '/operator/agreements',
    });
    await makeAgreement(t.db, { kind: 'baa', org: sponsorOrg, clock });
    const { personId } = operator.actor;
    // A colleague attests the operator, who confirms it on a page that opens to them (ADR 038).
    const colleague = await makeMember(t.db, { org: await makePlatform(t.db), roles: ['operator'], clock });
    const { id: attestationId } = await attestPerson(colleague, {
      personId,
      relation: 'employed',
      privacyTrainingOn: clock.now().toISOString().slice(0, 10),
    });
    const told = await t.db.select().from(notifications).where(eq(notifications.personId, personId));
    expect(told.filter((one) => one.kind === 'attestation.to_confirm')).toMatchObject([{ href: '/account' }]);
    expect(((await refusalOf(open())) as AppError).details).toContainEqual(
      expect.objectContaining({ code: 'gate.attestation_unconfirmed', href: '/account' }),
    );
    await confirmAttestation(operator, { attestationId });
    await makeSecondFactor(t.db, operator.actor, { clock });
    expect(await open()).toMatchObject({ basis: 'baa_chain; to decide an appeal' });
  });
});
