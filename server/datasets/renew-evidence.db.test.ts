import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { datasetDocuments, datasets } from '#db/schema/datasets.ts';
import { makeAccessChain } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { reasonOf } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { openAsset } from '#server/agreements/open-asset.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { openDatasetDocument, viewDocuments } from './open-document.ts';
import { renewEvidence } from './renew-evidence.ts';
import { SAFE_HARBOR_ITEMS } from './schemas.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

async function makeScene(dataClass: 'deidentified_safe_harbor' | 'deidentified_expert') {
  const sponsor = await makeOrganisation(t.db, { kind: 'sponsor' });
  const vendor = await makeOrganisation(t.db, { kind: 'vendor' });
  const owner = await makeMember(t.db, { org: sponsor, roles: ['sponsor_owner'] });
  const reader = await makeMember(t.db, { org: vendor, roles: ['vendor_annotator'] });
  const at = { orgId: sponsor.id, createdBy: owner.actor.personId, dataClass };
  const project = await makeProject(t.db, at);
  const dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 1 });
  const { personId } = reader.actor;
  await makeAccessChain(t.db, { sponsor, via: vendor, personIds: [personId], dataClass });
  const [one] = dataset.cases;
  const lease = await makeLease(t.db, {
    projectId: project.id,
    datasetId: dataset.id,
    dataClass,
    caseId: one!.id,
    personId,
    viaOrgId: vendor.id,
    createdBy: owner.actor.personId,
  });
  const open = () => reasonOf(openAsset(reader, { assetId: one!.assetId, leaseId: lease.leaseId }));
  return { owner, datasetId: dataset.id, open };
}

const evidence = {
  kind: 'expert_determination' as const,
  issuer: 'Dr Ada Expert',
  reference: 'ED-8',
  issuedOn: '2026-01-05',
  expiresOn: '2099-01-01',
  sha256: null,
};

const document = {
  bytes: new TextEncoder().encode('%PDF-1.7\nan opinion'),
  fileName: 'opinion of Dr Expert.pdf',
  scope: 'Chest reports of two sites, for training models, seen by readers under contract',
};

test('a determination that runs out in the middle of a batch shuts it; renewed, the same lease opens again', async () => {
  const { owner, datasetId, open } = await makeScene('deidentified_expert');
  expect(await open()).toHaveProperty('basis');
  await t.db.update(datasets).set({ evidenceExpiresOn: '2020-01-01' }).where(eq(datasets.id, datasetId));
  expect(await open()).toBe('forbidden gate_refused');
  const input = { datasetId, evidence, noActualKnowledge: false };
  expect(await renewEvidence(owner, input, document)).toEqual({ expiresOn: '2099-01-01' });
  expect(await open()).toMatchObject({ basis: expect.stringContaining('ED-8') });
  const events = await t.db.select().from(auditEvents).where(eq(auditEvents.subjectId, datasetId));
  expect(events.map((event) => event.action)).toContain('datasets.evidence_renewed');
});

test('not with evidence that has run out, of another kind or without a date, and not by another sponsor', async () => {
  const { owner, datasetId } = await makeScene('deidentified_expert');
  const renew = (change: object, by: OrgContext = owner) =>
    reasonOf(
      renewEvidence(
        by,
        { datasetId, evidence: { ...evidence, ...change }, noActualKnowledge: true },
        document,
      ),
    );
  expect(await renew({ expiresOn: '2020-01-01' })).toBe('invalid evidence_invalid');
  expect(await renew({ expiresOn: null })).toBe('invalid evidence_invalid');
  expect(await renew({ kind: 'licence' })).toBe('invalid evidence_invalid');
  const other = await makeScene('deidentified_expert');
  expect(await renew({}, other.owner)).toMatch(/^not_found /);
});

test('a Safe Harbor checklist is whole: all eighteen items, and no actual knowledge', async () => {
  const { owner, datasetId } = await makeScene('deidentified_safe_harbor');
  expect(SAFE_HARBOR_ITEMS).toHaveLength(18);
  const renew = (checklist: readonly (typeof SAFE_HARBOR_ITEMS)[number][], noActualKnowledge: boolean) =>
    reasonOf(
      renewEvidence(owner, {
        datasetId,
        evidence: { ...evidence, kind: 'safe_harbor_checklist', checklist: [...checklist] },
        noActualKnowledge,
      }),
    );
  expect(await renew([], true)).toBe('invalid evidence_invalid');
  expect(await renew(SAFE_HARBOR_ITEMS.slice(1), true)).toBe('invalid evidence_invalid');
  expect(await renew(SAFE_HARBOR_ITEMS, false)).toBe('invalid evidence_invalid');
  expect(await renew(SAFE_HARBOR_ITEMS, true)).toEqual({ expiresOn: '2099-01-01' });
});

test('a determination is its document: none, none that is a PDF, none without its scope or day is taken', async () => {
  const { owner, datasetId } = await makeScene('deidentified_expert');
  const faultsOf = async (change: object, given: typeof document | null) => {
    const input = { datasetId, evidence: { ...evidence, ...change }, noActualKnowledge: true };
    const error: unknown = await renewEvidence(owner, input, given).catch((thrown: unknown) => thrown);
    return error instanceof AppError ? error.details?.map((one) => one.path) : error;
  };
  expect(await faultsOf({}, null)).toEqual(['document']);
  const words = new TextEncoder().encode('a letter');
  expect(await faultsOf({}, { ...document, bytes: words, scope: '' })).toEqual(['document', 'documentScope']);
  expect(await faultsOf({ issuedOn: null }, document)).toEqual(['evidence.issuedOn']);
  const large = new Uint8Array(20 * 1024 * 1024 + 1);
  large.set(document.bytes);
  expect(await faultsOf({}, { ...document, bytes: large })).toEqual(['document']);
  expect(await t.db.$count(datasetDocuments, eq(datasetDocuments.datasetId, datasetId))).toBe(0);
});

test('the document opens byte for byte for its sponsor and an operator, whose look is audited, and for nobody else', async () => {
  const { owner, datasetId } = await makeScene('deidentified_expert');
  await renewEvidence(owner, { datasetId, evidence, noActualKnowledge: true }, document);
  const platform = await t.admin`select id from organisations where kind = 'platform'`;
  const operator = await makeMember(t.db, {
    org: { id: String(platform[0]?.id), kind: 'platform', verified: true },
    roles: ['operator'],
  });
  const { items } = await viewDocuments(operator, { limit: 50 });
  const [line] = items.filter((one) => one.reference === 'ED-8' && one.isCurrent).slice(0, 1);
  const [row] = await t.db.select().from(datasetDocuments).where(eq(datasetDocuments.datasetId, datasetId));
  expect(line).toMatchObject({ id: row?.id, scope: document.scope, dataClass: 'deidentified_expert' });
  const input = { documentId: row!.id };
  expect(Buffer.from((await openDatasetDocument(owner, input)).bytes)).toEqual(Buffer.from(document.bytes));
  const looks = () =>
    t.db.$count(
      auditEvents,
      and(eq(auditEvents.subjectId, datasetId), eq(auditEvents.action, 'datasets.document_opened')),
    );
  expect(await looks()).toBe(0);
  const opened = await openDatasetDocument(operator, input);
  expect(opened).toMatchObject({ sha256: line?.sha256, fileName: 'opinion-of-Dr-Expert.pdf' });
  expect(await looks()).toBe(1);
  const other = await makeScene('deidentified_expert');
  expect(await reasonOf(openDatasetDocument(other.owner, input))).toBe('not_found document_not_found');
});
