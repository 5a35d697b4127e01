import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { pilotAnnexes } from '#db/schema/pilots.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { decideMadePilot, makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeEvidence } from '#db/seed/factories/vendors.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { ensureTemplates } from '#server/agreements/ensure-templates.ts';
import { verifySafeguards } from '#server/agreements/verify-safeguards.ts';
import { proposeAmendment } from '#server/contracts/propose-amendment.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import { addDocument } from '#server/credentials/add-document.ts';
import { listDocuments } from '#server/datasets/document-queries.ts';
import { renewEvidence } from '#server/datasets/renew-evidence.ts';
import type { RenewEvidenceInput } from '#server/datasets/schemas.ts';
import { computeScorecard } from '#server/pilots/compute-scorecard.ts';
import { addSample } from '#server/vendors/add-sample.ts';
import type { SampleMeta } from '#server/vendors/schemas.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { ACTORS, askAs, dropSettings, get, post, type Row, stubSettings } from './handler-rows.ts';

describe('the handlers of documents', () => {
  let t: TestDatabase;
  const rows: Row[] = [];
  const now = () => manualClock(new Date().toISOString());

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    stubSettings(t.url);
    rows.push(
      ...(await credentialRows()),
      await evidenceRow(),
      await evidenceUploadRow(),
      ...(await datasetEvidenceRows()),
      await verificationRow(),
      ...(await sampleRows()),
      await contractRow(),
      await annexRow(),
    );
  }, 60_000);
  afterAll(async () => {
    await dropSettings();
    await t.drop();
  });

  const pdf = () => new TextEncoder().encode('%PDF-1.7\na certificate');
  const vendorPeople = async (org: Awaited<ReturnType<typeof makeOrganisation>>) => ({
    right: await makeMember(t.db, { org, roles: ['vendor_owner'] }),
    wrong: await makeMember(t.db, { org, roles: ['vendor_annotator'] }),
    other: await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor' }),
      roles: ['vendor_owner'],
    }),
  });
  /** Whoever may not see a document does not learn that there is one. */
  const hidden = (reason: string): Row['expected'] => ({
    anonymous: [401, 'sign_in_required'],
    other: [404, reason],
    wrong: [404, reason],
    right: [200],
  });

  async function credentialRows(): Promise<Row[]> {
    const upload = await import('./documents/credentials/[credentialId]/route.ts');
    const file = await import('./documents/credentials/[credentialId]/[fileId]/route.ts');
    const org = await makeOrganisation(t.db, { kind: 'vendor' });
    const { wrong, ...rest } = await vendorPeople(org);
    // The wallet is its holder's; not even the owner of the vendor opens it.
    const people = { right: wrong, wrong: rest.right, other: rest.other };
    const credentialId = await makeCredential(t.db, {
      personId: people.right.actor.personId,
      status: 'claimed',
      level: 'self_claimed',
    });
    const { fileId } = await addDocument(people.right, { credentialId, fileName: 'a.pdf', bytes: pdf() });
    const route = `/api/documents/credentials/${credentialId}`;
    return [
      {
        file: 'documents/credentials/[credentialId]',
        people,
        ask: (headers) => {
          const form = new FormData();
          form.set('file', new File([pdf()], 'certificate.pdf'));
          return upload.POST(post(route, headers, form), { params: Promise.resolve({ credentialId }) });
        },
        expected: hidden('credential_not_found'),
      },
      {
        file: 'documents/credentials/[credentialId]/[fileId]',
        people,
        ask: (headers) =>
          file.GET(get(`${route}/${fileId}`, headers), { params: Promise.resolve({ credentialId, fileId }) }),
        expected: hidden('credential_not_found'),
      },
    ];
  }

  async function evidenceRow(): Promise<Row> {
    const { GET } = await import('./documents/vendor-evidence/[evidenceId]/route.ts');
    const org = await makeOrganisation(t.db, { kind: 'vendor' });
    const people = await vendorPeople(org);
    const evidenceId = await makeEvidence(t.db, { orgId: org.id, personId: people.right.actor.personId });
    return {
      file: 'documents/vendor-evidence/[evidenceId]',
      people,
      ask: (headers) =>
        GET(get(`/api/documents/vendor-evidence/${evidenceId}`, headers), {
          params: Promise.resolve({ evidenceId }),
        }),
      expected: hidden('evidence_not_found'),
    };
  }

  async function evidenceUploadRow(): Promise<Row> {
    const { POST } = await import('./uploads/vendor-evidence/route.ts');
    const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    const meta = {
      kind: 'soc2_type2',
      issuer: 'Example Assurance LLC',
      scope: 'The annotation platform',
      periodFrom: day(-420),
      periodTo: day(-60),
      expiresOn: day(300),
      gaps: '',
      isOpenToSponsors: false,
    };
    return {
      file: 'uploads/vendor-evidence',
      people: await vendorPeople(await makeOrganisation(t.db, { kind: 'vendor' })),
      ask: (headers) => {
        const form = new FormData();
        form.set('meta', JSON.stringify(meta));
        form.set('file', new File([pdf()], 'report.pdf'));
        return POST(post('/api/uploads/vendor-evidence', headers, form));
      },
      // What another vendor sends becomes its own.
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [200],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function datasetEvidenceRows(): Promise<Row[]> {
    const { POST } = await import('./uploads/dataset-evidence/route.ts');
    const { GET } = await import('./documents/dataset-evidence/[documentId]/route.ts');
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const roles = ['sponsor_owner' as const];
    const right = await makeMember(t.db, { org, roles });
    const people = {
      right,
      wrong: await makeMember(t.db, { org, roles: ['sponsor_finance'] }),
      other: await makeMember(t.db, { org: await makeOrganisation(t.db, { kind: 'sponsor' }), roles }),
    };
    const by = { orgId: org.id, createdBy: right.actor.personId, dataClass: 'deidentified_expert' as const };
    const project = await makeProject(t.db, by);
    const { id: datasetId } = await makeDataset(t.db, { ...by, projectId: project.id, cases: 1 });
    const meta: RenewEvidenceInput = {
      datasetId,
      evidence: {
        kind: 'expert_determination',
        issuer: 'Dr Ada Expert',
        reference: 'ED-8',
        issuedOn: '2026-01-05',
        expiresOn: '2099-01-01',
        sha256: null,
      },
      noActualKnowledge: false,
      documentScope: 'Reports of one site',
    };
    const file = { bytes: pdf(), fileName: 'opinion.pdf', scope: 'Reports of one site' };
    await renewEvidence(right, meta, file);
    const documentId = (await listDocuments(t.db, [datasetId])).get(datasetId)?.[0]?.id ?? '';
    return [
      {
        file: 'uploads/dataset-evidence',
        people,
        ask: (headers) => {
          const form = new FormData();
          form.set('meta', JSON.stringify(meta));
          form.set('file', new File([pdf()], 'opinion.pdf'));
          return POST(post('/api/uploads/dataset-evidence', headers, form));
        },
        expected: {
          anonymous: [401, 'sign_in_required'],
          other: [404, 'project_not_found'],
          wrong: [403, 'capability_missing'],
          right: [200],
        },
      },
      {
        file: 'documents/dataset-evidence/[documentId]',
        people: { ...people, wrong: await makeMember(t.db, { org, roles: ['panel_reader'] }) },
        ask: (headers) =>
          GET(get(`/api/documents/dataset-evidence/${documentId}`, headers), {
            params: Promise.resolve({ documentId }),
          }),
        expected: hidden('document_not_found'),
      },
    ];
  }

  async function verificationRow(): Promise<Row> {
    const { GET } = await import('./documents/verifications/[verificationId]/[copy]/route.ts');
    await ensureTemplates(t.db, new Date());
    const org = await makeOrganisation(t.db, { kind: 'vendor' });
    const people = await vendorPeople(org);
    await nameSignatory(t.db, people.right);
    const agreementId = await makeAgreement(t.db, { kind: 'subcontractor_baa', org });
    const { id } = await verifySafeguards(people.right, {
      agreementId,
      expertName: 'Ada Expert',
      expertTitle: 'Security officer',
      analysis: 'Looked at the risk analysis, the access lists and the last restore test.',
      inPlace: ['encryption'],
    });
    return {
      file: 'documents/verifications/[verificationId]/[copy]',
      people: { ...people, wrong: await makeMember(t.db, { org, roles: ['vendor_finance'] }) },
      ask: (headers) =>
        GET(get(`/api/documents/verifications/${id}/sealed`, headers), {
          params: Promise.resolve({ verificationId: id, copy: 'sealed' }),
        }),
      expected: {
        anonymous: [401, 'sign_in_required'],
        other: [404, 'verification_not_found'],
        wrong: [403, 'capability_missing'],
        right: [200],
      },
    };
  }

  async function sampleRows(): Promise<Row[]> {
    const { POST } = await import('./uploads/vendor-samples/route.ts');
    const { GET } = await import('./documents/vendor-samples/[sampleId]/route.ts');
    const people = await vendorPeople(await makeOrganisation(t.db, { kind: 'vendor' }));
    const meta: SampleMeta = {
      kind: 'sample_output',
      title: 'Boxes on public radiographs',
      body: 'Ten reads of a public set.',
      attestation: { noProtectedData: true, rightToShow: true, noClientSecret: true, sourceIsSafe: true },
      findingsAnswer: null,
    };
    const file = { bytes: pdf(), fileName: 'reads.pdf' };
    const { sampleId } = await addSample(people.right, { meta, file });
    return [
      {
        file: 'uploads/vendor-samples',
        people,
        ask: (headers) => {
          const form = new FormData();
          form.set('meta', JSON.stringify(meta));
          form.set('file', new File([pdf()], 'reads.pdf'));
          return POST(post('/api/uploads/vendor-samples', headers, form));
        },
        // What another vendor sends becomes its own.
        expected: {
          anonymous: [401, 'sign_in_required'],
          other: [200],
          wrong: [403, 'capability_missing'],
          right: [200],
        },
      },
      {
        file: 'documents/vendor-samples/[sampleId]',
        people,
        ask: (headers) =>
          GET(get(`/api/documents/vendor-samples/${sampleId}`, headers), {
            params: Promise.resolve({ sampleId }),
          }),
        expected: hidden('sample_not_found'),
      },
    ];
  }

  async function contractRow(): Promise<Row> {
    const { GET } = await import('./documents/contracts/[versionId]/[copy]/route.ts');
    const scene = await makeWorkScene(t.db, { cases: 2, clock: now() });
    const { clock } = scene;
    const people = await vendorPeople(scene.vendorOrg);
    await nameSignatory(t.db, scene.sponsor);
    await nameSignatory(t.db, people.right);
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock });
    const vendor = { orgId: scene.vendorOrg.id, owner: people.right, annotators: [] };
    const bidId = await makeBid(t.db, { callId, project: scene.project, vendor, status: 'piloting', clock });
    const contractId = await makeContract(t.db, { bidId, clock });
    const { versionId } = await proposeAmendment(people.right, {
      contractId,
      terms: {
        rateCard: [{ tier: 'standard', definition: 'Every case of the project.', pricePerReadMinor: 140n }],
        ceilingMinor: null,
        volume: null,
        serviceLevels: null,
        substitution: { perMonth: null },
        nonSolicitation: null,
      },
      effectiveOn: clock.now().toISOString().slice(0, 10),
      reason: 'As agreed',
    });
    return {
      file: 'documents/contracts/[versionId]/[copy]',
      people,
      ask: (headers) =>
        GET(get(`/api/documents/contracts/${versionId}/original`, headers), {
          params: Promise.resolve({ versionId, copy: 'original' }),
        }),
      expected: { ...hidden('contract_not_found'), wrong: [403, 'capability_missing'] },
    };
  }

  async function annexRow(): Promise<Row> {
    const { GET } = await import('./documents/annexes/[signatureId]/[copy]/route.ts');
    const scene = await makeWorkScene(t.db, {
      cases: 6,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [at, { grade: ['1'] }])),
      clock: now(),
    });
    const accuracy = { field: 'grade', threshold: 0.5 };
    const criteria = { reliability: null, accuracy, perClass: [], throughput: null };
    const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded', criteria });
    const callId = await makeCall(t.db, { projectId: scene.project.id, terms, clock: scene.clock });
    const pilot = await makePilot(scene, callId);
    await readPilotBatch(pilot.batchId, pilot.people, { grade: '1' });
    await closeBatch(scene.sponsor, { batchId: pilot.batchId, reason: 'Every case is read.' });
    await computeScorecard(scene.sponsor, { pilotId: pilot.pilotId });
    await decideMadePilot(pilot, { shareBasisPoints: 6000 });
    const [annex] = await t.db.select().from(pilotAnnexes).where(eq(pilotAnnexes.pilotId, pilot.pilotId));
    const signatureId = annex?.signatureId ?? '';
    const ofSponsor = async (role: 'project_manager' | 'sponsor_finance', org = scene.sponsorOrg) =>
      makeMember(t.db, { org, roles: [role] });
    return {
      file: 'documents/annexes/[signatureId]/[copy]',
      people: {
        right: await ofSponsor('project_manager'),
        wrong: await ofSponsor('sponsor_finance'),
        other: await ofSponsor('project_manager', await makeOrganisation(t.db, { kind: 'sponsor' })),
      },
      ask: (headers) =>
        GET(get(`/api/documents/annexes/${signatureId}/pdf`, headers), {
          params: Promise.resolve({ signatureId, copy: 'pdf' }),
        }),
      expected: hidden('annex_not_found'),
    };
  }

  test('nobody gets more than is theirs: anonymous, another organisation, another role; the right one is served', async () => {
    expect(rows).toHaveLength(11);
    for (const row of rows) {
      for (const actor of ACTORS) {
        const answer = await askAs(row, actor);
        const [status, reason] = row.expected[actor];
        expect([row.file, actor, answer.status, answer.reason]).toEqual([row.file, actor, status, reason]);
        // What is one person's must not be kept by what stands between.
        expect(answer.headers.get('cache-control')).toMatch(/no-store/);
      }
    }
  });
});
