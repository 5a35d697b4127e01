import { and, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements, workforceAttestations } from '#db/schema/agreements.ts';
import { assetOpenings, assets, cases, datasets, openingGrounds } from '#db/schema/datasets.ts';
import { memberships, organisations, sessions } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import { slots } from '#db/schema/work.ts';
import { makeAccessChain, makeAttestation, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation, makeSecondFactor } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { storeFile } from '#server/files/store-file.ts';
import { DATA_CLASSES, type DataClass } from '#server/projects/schemas.ts';
import { assessTransfer } from './assess-transfer.ts';
import { sealAssetToken } from './asset-token.ts';
import { decideAccess } from './decide-access.ts';
import { mintAssetLink, openAsset, openAssetByToken } from './open-asset.ts';
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

/** A person of a vendor holding a case, with everything the class asks for in order. */
async function makeScene(dataClass: DataClass) {
  const [sponsor, vendor] = [
    await makeOrganisation(t.db, { kind: 'sponsor' }),
    await makeOrganisation(t.db, { kind: 'vendor' }),
  ];
  const owner = await makeMember(t.db, { org: sponsor, roles: ['sponsor_owner'] });
  const reader = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'] });
  if (dataClass === 'eu_personal') reader.actor.country = 'DE';
  const at = { orgId: sponsor.id, createdBy: owner.actor.personId, dataClass };
  const project = await makeProject(t.db, at);
  const dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 2 });
  const { personId } = reader.actor;
  await makeAccessChain(t.db, { sponsor, via: vendor, personIds: [personId], dataClass });
  const [one, other] = dataset.cases;
  const lease = await makeLease(t.db, {
    projectId: project.id,
    datasetId: dataset.id,
    dataClass,
    caseId: one!.id,
    personId,
    viaOrgId: vendor.id,
    createdBy: owner.actor.personId,
  });
  return {
    sponsor,
    vendor,
    owner,
    reader,
    project,
    dataset,
    lease,
    assetId: one!.assetId,
    otherAssetId: other!.assetId,
  };
}
type Scene = Awaited<ReturnType<typeof makeScene>>;

/** Every way to the bytes of a case. A new one belongs here. */
const DOORS: Record<string, (scene: Scene) => Promise<unknown>> = {
  openAsset: ({ reader, assetId, lease }) =>
    openAsset(reader, { assetId, leaseId: lease.leaseId, batchId: lease.batchId }),
  'openAsset without the batch': ({ reader, assetId, lease }) =>
    openAsset(reader, { assetId, leaseId: lease.leaseId }),
  openCase: ({ reader, lease }) => openCase(reader, { leaseId: lease.leaseId, batchId: lease.batchId, key }),
  mintAssetLink: ({ reader, assetId, lease }) =>
    mintAssetLink(reader, { assetId, leaseId: lease.leaseId, key }),
  // A link minted while all was in order, redeemed afterwards.
  openAssetByToken: async ({ reader, assetId, lease }) => {
    const grant = {
      assetId,
      personId: reader.actor.personId,
      leaseId: lease.leaseId,
      batchId: lease.batchId,
    };
    const token = await sealAssetToken(grant, { now: reader.clock.now(), key });
    return openAssetByToken(reader, { token, key });
  },
};

/** One thing out of order; returns the code the refusal must name. */
type Break = {
  name: string;
  classes: readonly DataClass[];
  code: RegExp;
  apply: (scene: Scene) => Promise<unknown>;
};

const endAgreements =
  (orgOf: (scene: Scene) => string, side: 'partyAOrgId' | 'partyBOrgId') => (scene: Scene) =>
    t.db
      .update(agreements)
      .set({ status: 'terminated' })
      .where(eq(agreements[side], orgOf(scene)));
const WORKFORCE = ['phi', 'limited_data_set', 'eu_personal'] as const;
const DEIDENTIFIED = ['deidentified_safe_harbor', 'deidentified_expert'] as const;

const allowIndia = (s: Scene) =>
  t.db
    .update(projects)
    .set({
      locationPolicy: { allowedCountries: ['IN'], onshoreShareBasisPoints: 0, onshoreCountry: null },
    })
    .where(eq(projects.id, s.project.id));

/** The sponsor's own word on the transfer, by the command. */
const assess = (s: Scene, outcome: 'permitted' | 'not_permitted') =>
  assessTransfer(s.owner, {
    country: 'IN',
    outcome,
    findings: { law: 'Looked at.', measures: 'Pseudonymised.', conclusion: 'See above.' },
    validUntil: plus(s.owner.clock.now(), 90 * DAY)
      .toISOString()
      .slice(0, 10),
  });

const BREAKS: Break[] = [
  {
    name: 'sponsor ⇄ platform ended',
    classes: WORKFORCE,
    code: /gate\.agreement\./,
    apply: endAgreements((s) => s.sponsor.id, 'partyAOrgId'),
  },
  {
    name: 'platform ⇄ vendor ended',
    classes: [...WORKFORCE, ...DEIDENTIFIED],
    code: /gate\.agreement\./,
    apply: endAgreements((s) => s.vendor.id, 'partyBOrgId'),
  },
  {
    name: 'attestation taken back',
    classes: WORKFORCE,
    code: /gate\.attestation_missing/,
    apply: (s) =>
      t.db
        .update(workforceAttestations)
        .set({ revokedAt: s.reader.clock.now() })
        .where(eq(workforceAttestations.personId, s.reader.actor.personId)),
  },
  {
    name: 'an agreement on the first hop allows other countries only',
    classes: WORKFORCE,
    code: /gate\.location_by_agreement/,
    apply: (s) =>
      t.db
        .update(agreements)
        .set({ locations: ['NZ'] })
        .where(eq(agreements.partyAOrgId, s.sponsor.id)),
  },
  {
    name: 'an agreement on the last hop allows other countries only',
    classes: [...WORKFORCE, ...DEIDENTIFIED],
    code: /gate\.location_by_agreement/,
    apply: (s) =>
      t.db
        .update(agreements)
        .set({ locations: ['NZ'] })
        .where(eq(agreements.partyBOrgId, s.vendor.id)),
  },
  {
    name: 'the data turns out to be about people in the EEA, and no hop has a processing agreement',
    classes: ['phi', 'limited_data_set'],
    code: /gate\.agreement\.dpa/,
    apply: (s) => t.db.update(datasets).set({ subjectRegion: 'FR' }).where(eq(datasets.id, s.dataset.id)),
  },
  {
    name: 'the reader is in the EEA without the processor row',
    classes: ['phi', 'limited_data_set'],
    code: /gate\.agreement\.dpa/,
    apply: (s) => {
      s.reader.actor.country = 'DE';
      return Promise.resolve();
    },
  },
  {
    name: 'the reader is outside of the EEA, in a country that nobody has assessed',
    classes: ['eu_personal'],
    code: /gate\.transfer_assessment/,
    apply: (s) => {
      s.reader.actor.country = 'IN';
      return allowIndia(s);
    },
  },
  {
    name: 'the transfer to the country of the reader was assessed, and is not permitted any more',
    classes: ['eu_personal'],
    code: /gate\.transfer_assessment/,
    apply: async (s) => {
      s.reader.actor.country = 'IN';
      await allowIndia(s);
      await assess(s, 'permitted');
      expect(await openAsset(s.reader, { assetId: s.assetId, leaseId: s.lease.leaseId })).toBeDefined();
      await assess(s, 'not_permitted');
    },
  },
  {
    name: 'the reader is outside of the EEA, and a hop has no standard contractual clauses',
    classes: ['eu_personal'],
    code: /gate\.agreement\.scc/,
    apply: async (s) => {
      s.reader.actor.country = 'IN';
      await allowIndia(s);
      await assess(s, 'permitted');
      await t.db
        .update(agreements)
        .set({ status: 'terminated' })
        .where(and(eq(agreements.partyAOrgId, s.sponsor.id), eq(agreements.kind, 'scc')));
    },
  },
  {
    name: 'no second factor given in this session',
    classes: ['phi'],
    code: /gate\.second_factor/,
    apply: (s) =>
      t.db.update(sessions).set({ secondFactorAt: null }).where(eq(sessions.id, s.reader.actor.sessionId)),
  },
  {
    name: 'evidence out of date',
    classes: DATA_CLASSES,
    code: /gate\.evidence_expired/,
    apply: (s) =>
      t.db.update(datasets).set({ evidenceExpiresOn: '2020-01-01' }).where(eq(datasets.id, s.dataset.id)),
  },
  {
    name: 'country not allowed',
    classes: DATA_CLASSES,
    code: /gate\.location/,
    apply: (s) =>
      t.db
        .update(projects)
        .set({
          locationPolicy: { allowedCountries: ['NZ'], onshoreShareBasisPoints: 0, onshoreCountry: null },
        })
        .where(eq(projects.id, s.project.id)),
  },
  {
    name: 'left the vendor',
    classes: DATA_CLASSES,
    code: /gate\.not_a_member/,
    apply: (s) =>
      t.db
        .update(memberships)
        .set({ status: 'ended' })
        .where(eq(memberships.personId, s.reader.actor.personId)),
  },
  {
    name: 'vendor suspended',
    classes: DATA_CLASSES,
    code: /gate\.organisation_unverified/,
    apply: (s) =>
      t.db.update(organisations).set({ status: 'suspended' }).where(eq(organisations.id, s.vendor.id)),
  },
  {
    name: 'file quarantined',
    classes: DATA_CLASSES,
    code: /gate\.quarantined/,
    apply: (s) =>
      t.db.update(assets).set({ quarantinedAt: s.reader.clock.now() }).where(eq(assets.id, s.assetId)),
  },
  {
    name: 'lease over',
    classes: DATA_CLASSES,
    code: /gate\.no_lease/,
    apply: (s) =>
      t.db
        .update(slots)
        .set({ leaseUntil: plus(s.reader.clock.now(), -1000) })
        .where(and(eq(slots.batchId, s.lease.batchId), eq(slots.leaseId, s.lease.leaseId))),
  },
];

const refusalOf = (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: unknown) => error,
  );
/** What the access log says of an asset, the newest first, each with the words that it was decided with. */
const openingsOf = (assetId: string) =>
  t.db
    .select({
      allowed: assetOpenings.allowed,
      batchId: assetOpenings.batchId,
      personId: assetOpenings.personId,
      words: openingGrounds.words,
    })
    .from(assetOpenings)
    .innerJoin(openingGrounds, eq(openingGrounds.id, assetOpenings.groundId))
    .where(eq(assetOpenings.assetId, assetId))
    .orderBy(desc(assetOpenings.at));
const lastOpening = async (assetId: string) => (await openingsOf(assetId))[0];

describe.each(DATA_CLASSES)('%s', (dataClass) => {
  test('every door opens when all is in order, and each opening is logged with its basis', async () => {
    const scene = await makeScene(dataClass);
    for (const open of Object.values(DOORS)) await open(scene);
    const rows = await openingsOf(scene.assetId);
    // A link is counted when it is fetched, not when it is made.
    expect(rows).toHaveLength(Object.keys(DOORS).length - 1);
    expect(rows.every((row) => row.allowed && row.batchId === scene.lease.batchId)).toBe(true);
    expect(new Set(rows.map((row) => row.words))).toEqual(new Set([expect.stringMatching(/^[a-z]/)]));
  });

  const breaks = BREAKS.filter((one) => one.classes.includes(dataClass));
  test.each(breaks.map((one) => [one.name, one] as const))(
    'no door opens with: %s; the refusal is logged and says why',
    async (_name, { code, apply }) => {
      const scene = await makeScene(dataClass);
      await apply(scene);
      for (const [door, open] of Object.entries(DOORS)) {
        const error = await refusalOf(open(scene));
        expect(error, door).toBeInstanceOf(AppError);
        const { kind, reason, details } = error as AppError;
        expect([kind, reason], door).toEqual(['forbidden', 'gate_refused']);
        expect(details.map((detail) => detail.code).join(' '), door).toMatch(code);
        expect(await lastOpening(scene.assetId), door).toMatchObject({
          allowed: false,
          words: expect.stringMatching(code),
        });
      }
      const logged = await t.db.$count(
        assetOpenings,
        and(eq(assetOpenings.assetId, scene.assetId), eq(assetOpenings.allowed, false)),
      );
      expect(logged).toBe(Object.keys(DOORS).length);
    },
  );
});

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
    expect(await lastOpening(assetId)).toMatchObject({ allowed: true, personId: owner.actor.personId });
    expect(await refusalOf(openOwnCase(reader, at))).toMatchObject({ reason: 'gate_refused' });
    expect(await lastOpening(assetId)).toMatchObject({ allowed: false, personId: reader.actor.personId });
    // With the ground gone nothing comes, whatever the class.
    await t.db.update(assets).set({ quarantinedAt: owner.clock.now() }).where(eq(assets.id, assetId));
    expect(await refusalOf(openOwnCase(owner, at))).toMatchObject({ reason: 'gate_refused' });
    await t.db.update(assets).set({ quarantinedAt: null }).where(eq(assets.id, assetId));
    if ((WORKFORCE as readonly DataClass[]).includes(dataClass)) {
      await endAgreements((s) => s.sponsor.id, 'partyAOrgId')(scene);
      expect(await refusalOf(openOwnCase(owner, at))).toMatchObject({ reason: 'gate_refused' });
    }
    expect(await lastOpening(assetId)).toMatchObject({ allowed: false, personId: owner.actor.personId });
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
    expect(await lastOpening(scene.assetId)).toMatchObject({ allowed: true });
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
