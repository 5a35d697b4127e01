import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements, workforceAttestations } from '#db/schema/agreements.ts';
import { assetOpenings, assets, datasets } from '#db/schema/datasets.ts';
import { memberships, organisations, sessions } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import { slots } from '#db/schema/work.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type DoorScene, lastOpening, makeDoorScene, openingsOf, refusalOf } from '#db/testing/door-scene.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { DATA_CLASSES, type DataClass } from '#server/projects/schemas.ts';
import { assessTransfer } from './assess-transfer.ts';
import { sealAssetToken } from './asset-token.ts';
import { mintAssetLink, openAsset, openAssetByToken } from './open-asset.ts';
import { openCase } from './open-case.ts';
import { caseTokenKey } from './sealed-token.ts';

const key = caseTokenKey('a secret for the doors of this test');
let t: TestDatabase;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  await makePlatform(t.db);
});
afterAll(() => t.drop());

const makeScene = (dataClass: DataClass) => makeDoorScene(t.db, dataClass);

/** Every way to the bytes of a case. A new one belongs here. */
const DOORS: Record<string, (scene: DoorScene) => Promise<unknown>> = {
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
  apply: (scene: DoorScene) => Promise<unknown>;
};

const endAgreements =
  (orgOf: (scene: DoorScene) => string, side: 'partyAOrgId' | 'partyBOrgId') => (scene: DoorScene) =>
    t.db
      .update(agreements)
      .set({ status: 'terminated' })
      .where(eq(agreements[side], orgOf(scene)));
const WORKFORCE = ['phi', 'limited_data_set', 'eu_personal'] as const;
const DEIDENTIFIED = ['deidentified_safe_harbor', 'deidentified_expert'] as const;

const allowIndia = (s: DoorScene) =>
  t.db
    .update(projects)
    .set({
      locationPolicy: { allowedCountries: ['IN'], onshoreShareBasisPoints: 0, onshoreCountry: null },
    })
    .where(eq(projects.id, s.project.id));

/** The sponsor's own word on the transfer, by the command. */
const assess = (s: DoorScene, outcome: 'permitted' | 'not_permitted') =>
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

describe.each(DATA_CLASSES)('%s', (dataClass) => {
  test('every door opens when all is in order, and each opening is logged with its basis', async () => {
    const scene = await makeScene(dataClass);
    for (const open of Object.values(DOORS)) await open(scene);
    const rows = await openingsOf(t.db, scene.assetId);
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
        expect(await lastOpening(t.db, scene.assetId), door).toMatchObject({
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
