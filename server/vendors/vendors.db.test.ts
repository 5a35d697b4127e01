import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { vendorEvidence } from '#db/schema/vendors.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeEvidence } from '#db/seed/factories/vendors.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { addSample } from './add-sample.ts';
import { reviewEvidence, withdrawEvidence } from './decide-evidence.ts';
import {
  addReference,
  saveProfile,
  showScorecard,
  withdrawReference,
  withdrawSample,
} from './edit-profile.ts';
import { expireEvidence } from './expire-evidence.ts';
import { openEvidence } from './open-evidence.ts';
import { openSample } from './open-sample.ts';
import { evidenceOfVendors, referencesOfVendors } from './reads.ts';
import { uploadEvidence } from './upload-evidence.ts';
import { evidenceToReview, ownProfile, profileForSponsor } from './views.ts';

const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error,
  );
const pdf = { bytes: new TextEncoder().encode('%PDF-1.7 a report'), fileName: 'SOC 2 "report".pdf' };
const meta = {
  kind: 'soc2_type2' as const,
  issuer: 'Prescient Assurance LLC',
  scope: 'The annotation platform',
  periodFrom: '2025-10-01',
  periodTo: '2026-09-30',
  expiresOn: '2027-09-30',
  gaps: '',
  isOpenToSponsors: false,
};
const checked = { issuer: true, scope: true, dates: true };

describe('what a vendor shows of itself', () => {
  const clock = manualClock('2026-11-22T09:00:00Z');
  let t: TestDatabase;
  let operator: OrgContext;
  let sponsor: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    operator = await makeMember(t.db, { org: await makePlatform(t.db, clock), roles: ['operator'], clock });
    sponsor = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor', clock }),
      roles: ['sponsor_owner'],
      clock,
    });
  });
  afterAll(() => t.drop());

  const makeOwner = async () =>
    makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock }),
      roles: ['vendor_owner'],
      clock,
    });
  async function bidWith(owner: OrgContext, by = sponsor, call: { sealedUntil?: Date } = {}): Promise<void> {
    const project = await makeProject(t.db, {
      orgId: by.actor.orgId,
      createdBy: by.actor.personId,
      status: 'open',
      clock,
    });
    const { sealedUntil } = call;
    const callId = await makeCall(t.db, {
      projectId: project.id,
      ...(sealedUntil === undefined ? {} : { isSealed: true, closesAt: sealedUntil }),
      clock,
    });
    await makeBid(t.db, {
      callId,
      project,
      vendor: { orgId: owner.actor.orgId, owner, annotators: [] },
      clock,
    });
  }
  const standingOf = async (owner: OrgContext) =>
    (await evidenceOfVendors(t.db, { vendorOrgIds: [owner.actor.orgId], now: clock.now() }))
      .get(owner.actor.orgId)
      ?.map((one) => `${one.kind} ${one.standing}`);

  test('a document is not reviewed until an operator has compared it, who is then named beside it; one decision each', async () => {
    const owner = await makeOwner();
    const { evidenceId } = await uploadEvidence(owner, { meta, file: pdf });
    expect(await standingOf(owner)).toEqual(['soc2_type2 not_reviewed']);
    expect((await evidenceToReview(operator)).items.map((one) => one.id)).toContain(evidenceId);
    expect(
      (await refusalOf(reviewEvidence(owner, { evidenceId, decision: 'review', note: '', checked }))).reason,
    ).toBe('evidence_not_found');
    const both = await Promise.allSettled([
      reviewEvidence(operator, { evidenceId, decision: 'review', note: '', checked }),
      reviewEvidence(operator, { evidenceId, decision: 'refuse', note: 'Another issuer', checked }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const [row] = await t.db.select().from(vendorEvidence).where(eq(vendorEvidence.id, evidenceId));
    expect(row).toMatchObject({ reviewedBy: operator.actor.personId, reviewedAt: clock.now() });
  });

  test('what is no PDF, or has dates that do not fit, is refused with everything that is wrong', async () => {
    const owner = await makeOwner();
    const refused = await refusalOf(
      uploadEvidence(owner, {
        meta: { ...meta, periodFrom: '2026-10-01', expiresOn: '2026-01-01' },
        file: { bytes: new TextEncoder().encode('<html>'), fileName: 'x.pdf' },
      }),
    );
    expect(refused.details?.map((one) => one.code)).toEqual(
      expect.arrayContaining(['evidence.period_reversed', 'evidence.expired', 'evidence.no_pdf']),
    );
    expect((await ownProfile(owner)).evidence).toEqual([]);
  });

  test('the document itself is for the vendor, operators, and bidders’ sponsors where the vendor opened it', async () => {
    const [owner, other] = [await makeOwner(), await makeOwner()];
    const { orgId, personId } = owner.actor;
    const [shut, open] = [
      await makeEvidence(t.db, { orgId, personId, clock }),
      await makeEvidence(t.db, { orgId, personId, isOpenToSponsors: true, clock }),
    ];
    const mayOpen = (who: OrgContext, evidenceId: string) =>
      openEvidence(who, { evidenceId }).then(
        () => true,
        () => false,
      );
    expect(await mayOpen(sponsor, open)).toBe(false);
    await bidWith(owner);
    expect(await Promise.all([owner, operator, sponsor, other].map((who) => mayOpen(who, open)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(await Promise.all([owner, sponsor].map((who) => mayOpen(who, shut)))).toEqual([true, false]);
    await withdrawEvidence(owner, { evidenceId: open });
    expect(await mayOpen(sponsor, open)).toBe(false);
  });

  test('a sponsor sees the page of its own bidders alone, without what was refused or withdrawn', async () => {
    const owner = await makeOwner();
    const { vendorOrgId } = { vendorOrgId: owner.actor.orgId };
    expect((await refusalOf(profileForSponsor(sponsor, { vendorOrgId }))).reason).toBe('vendor_not_found');
    await bidWith(owner);
    await saveProfile(owner, { about: 'We read chest CT.', regions: ['US', 'IN'], focus: ['chest CT'] });
    const { evidenceId } = await uploadEvidence(owner, { meta, file: pdf });
    await reviewEvidence(operator, {
      evidenceId,
      decision: 'refuse',
      note: 'The scope is another.',
      checked,
    });
    const { referenceId } = await addReference(owner, {
      client: 'General Hospital',
      work: 'Nodules',
      yearFrom: 2024,
      yearTo: null,
      mayShow: true,
    });
    const seen = await profileForSponsor(sponsor, { vendorOrgId });
    expect(seen.profile?.regions.map((one) => one.code)).toEqual(['IN', 'US']);
    expect(seen.evidence).toEqual([]);
    expect(seen.references).toHaveLength(1);
    await withdrawReference(owner, { referenceId });
    expect((await profileForSponsor(sponsor, { vendorOrgId })).references).toEqual([]);
    expect((await ownProfile(owner)).evidence[0]).toMatchObject({
      status: 'refused',
      reviewNote: 'The scope is another.',
    });
    expect((await refusalOf(saveProfile(owner, { about: 'x', regions: ['QQ'], focus: [] }))).reason).toBe(
      'region_unknown',
    );
  });

  test('a vendor is reminded 90, 30 and 0 days before the end, once each, and the document expires on its day', async () => {
    const owner = await makeOwner();
    const evidenceId = await makeEvidence(t.db, {
      orgId: owner.actor.orgId,
      personId: owner.actor.personId,
      status: 'reviewed',
      expiresOn: '2027-03-01',
      clock,
    });
    const job = () => systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
    const told = async () =>
      (await t.db.select().from(notifications).where(eq(notifications.personId, owner.actor.personId))).map(
        (one) => one.title,
      );
    const counts: number[] = [];
    for (const day of [
      '2026-11-22',
      '2026-12-01',
      '2026-12-02',
      '2027-01-30',
      '2027-02-28',
      '2027-03-01',
      '2027-03-02',
    ]) {
      clock.set(new Date(`${day}T10:00:00Z`));
      await expireEvidence(job());
      await expireEvidence(job());
      counts.push((await told()).length);
    }
    expect(counts).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect((await told()).at(-1)).toContain('has expired');
    const [row] = await t.db.select().from(vendorEvidence).where(eq(vendorEvidence.id, evidenceId));
    expect(row?.status).toBe('expired');
    expect(await standingOf(owner)).toEqual(['soc2_type2 expired']);
    clock.set(new Date(clock.now().getTime() + DAY));
  });

  test('a sample that looks like it holds an identifier needs an answer, and nothing of it is repeated', async () => {
    const owner = await makeOwner();
    const attestation = {
      noProtectedData: true,
      rightToShow: true,
      noClientSecret: true,
      sourceIsSafe: true,
    } as const;
    const sample = {
      kind: 'case_study' as const,
      title: 'A follow-up',
      body: 'Seen on 2024-03-05, MRN 12345678.',
      attestation,
      findingsAnswer: null,
    };
    const refused = await refusalOf(addSample(owner, { meta: sample, file: null }));
    expect(refused.details).toHaveLength(2);
    expect(refused.message).not.toContain('12345678');
    await addSample(owner, {
      meta: { ...sample, findingsAnswer: 'Both are made up for the example.' },
      file: null,
    });
    const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
    const file = { bytes: new Uint8Array([...png, 1, 2, 3]), fileName: 'view.png' };
    await addSample(owner, { meta: { ...sample, body: 'A public image.' }, file });
    const { samples } = await ownProfile(owner);
    expect(samples.map((one) => one.findings.seen.length).sort()).toEqual([0, 2]);
    expect(samples.find((one) => one.hasFile)?.findings.notLookedInto).toHaveLength(1);
    const program = { bytes: new Uint8Array([0x4d, 0x5a, 0, 1]), fileName: 'view.png' };
    expect(
      await refusalOf(addSample(owner, { meta: { ...sample, body: 'A program.' }, file: program })),
    ).toMatchObject({ reason: 'sample_file_type', details: [{ path: 'file' }] });
    await expect(
      addSample(owner, {
        meta: { ...sample, attestation: { ...attestation, rightToShow: false as never } },
        file: null,
      }),
    ).rejects.toThrow();
  });

  test('R16: the file of a sample is for its vendor and, while it is shown, for sponsors with its live bid', async () => {
    const owner = await makeOwner();
    const { sampleId } = await addSample(owner, {
      meta: {
        kind: 'sample_output',
        title: 'Boxes on public radiographs',
        body: 'Ten reads of a public set.',
        attestation: { noProtectedData: true, rightToShow: true, noClientSecret: true, sourceIsSafe: true },
        findingsAnswer: null,
      },
      file: { bytes: new TextEncoder().encode('case,answer\n1,acute\n'), fileName: 'reads of ours.csv' },
    });
    const none = async (who: OrgContext) =>
      expect((await refusalOf(openSample(who, { sampleId }))).reason).toBe('sample_not_found');
    expect(await openSample(owner, { sampleId })).toMatchObject({
      mediaType: 'text/csv',
      fileName: 'reads-of-ours.csv',
    });
    await none(sponsor);
    await bidWith(owner);
    expect((await openSample(sponsor, { sampleId })).bytes).toHaveLength(20);
    await none(await makeOwner());
    await withdrawSample(owner, { sampleId });
    await none(sponsor);
    expect((await openSample(owner, { sampleId })).bytes).toHaveLength(20);
  });

  test('a sealed bid opens nothing before its end: page, document and sample do not tell who has bid', async () => {
    const owner = await makeOwner();
    const { orgId, personId } = owner.actor;
    const evidenceId = await makeEvidence(t.db, { orgId, personId, isOpenToSponsors: true, clock });
    const { sampleId } = await addSample(owner, {
      meta: {
        kind: 'sample_output',
        title: 'Boxes',
        body: 'A public set.',
        attestation: { noProtectedData: true, rightToShow: true, noClientSecret: true, sourceIsSafe: true },
        findingsAnswer: null,
      },
      file: { bytes: new TextEncoder().encode('case,answer\n1,acute\n'), fileName: 'reads.csv' },
    });
    const buyer = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor', clock }),
      roles: ['sponsor_owner'],
      clock,
    });
    const end = new Date(clock.now().getTime() + DAY);
    await bidWith(owner, buyer, { sealedUntil: end });
    const refused = async () => [
      (await refusalOf(profileForSponsor(buyer, { vendorOrgId: orgId }))).reason,
      (await refusalOf(openEvidence(buyer, { evidenceId }))).reason,
      (await refusalOf(openSample(buyer, { sampleId }))).reason,
    ];
    expect(await refused()).toEqual(['vendor_not_found', 'evidence_not_found', 'sample_not_found']);
    const before = clock.now();
    clock.set(end);
    expect((await profileForSponsor(buyer, { vendorOrgId: orgId })).evidence).toHaveLength(1);
    expect((await openEvidence(buyer, { evidenceId })).mediaType).toBe('application/pdf');
    expect((await openSample(buyer, { sampleId })).mediaType).toBe('text/csv');
    clock.set(before);
  });

  test('a vendor who shows hundreds of documents and references pushes out nobody else’s', async () => {
    const [first, second] = [await makeOwner(), await makeOwner()];
    // The bounds go by vendor, so whoever comes first in the order is the one that could crowd.
    const [loud, quiet] = first.actor.orgId < second.actor.orgId ? [first, second] : [second, first];
    const of = (who: OrgContext) => ({ orgId: who.actor.orgId, personId: who.actor.personId });
    await makeEvidence(t.db, { ...of(quiet), clock });
    await addReference(quiet, { client: 'Quiet', work: 'CT', yearFrom: 2024, yearTo: null, mayShow: true });
    await makeEvidence(t.db, { ...of(loud), clock });
    await t.sql`insert into vendor_evidence (id, org_id, kind, status, issuer, scope, period_from, period_to, expires_on, gaps, file_id, is_open_to_sponsors, uploaded_by, uploaded_at)
      select gen_random_uuid(), org_id, kind, status, issuer, scope, period_from, period_to, expires_on, gaps, file_id, is_open_to_sponsors, uploaded_by, uploaded_at
      from vendor_evidence, generate_series(1, 130) where org_id = ${loud.actor.orgId}`;
    await t.sql`insert into vendor_references (id, org_id, client, work, year_from, attested_by, created_at)
      select gen_random_uuid(), ${loud.actor.orgId}::uuid, 'Client', 'Work', 2024, ${loud.actor.personId}::uuid, now() from generate_series(1, 50)`;
    const vendorOrgIds = [loud.actor.orgId, quiet.actor.orgId];
    const evidence = await evidenceOfVendors(t.db, { vendorOrgIds, now: clock.now() });
    expect(evidence.get(quiet.actor.orgId)).toHaveLength(1);
    expect(evidence.get(loud.actor.orgId)).toHaveLength(1);
    const references = await referencesOfVendors(t.db, vendorOrgIds);
    expect(references.get(quiet.actor.orgId)).toHaveLength(1);
    expect(references.get(loud.actor.orgId)).toHaveLength(20);
  });

  test('R16: a card that was shown is hidden again, however many pilots were decided since', async () => {
    const owner = await makeOwner();
    const vendor = { orgId: owner.actor.orgId, owner, annotators: [] };
    const { orgId, personId } = sponsor.actor;
    const decided = async (at: Date) => {
      const project = await makeProject(t.db, { orgId, createdBy: personId, status: 'open', clock });
      const callId = await makeCall(t.db, { projectId: project.id, clock });
      const bidId = await makeBid(t.db, { callId, project, vendor, clock });
      const contractId = await makeContract(t.db, { bidId, kind: 'pilot_order', status: 'completed', clock });
      const pilotId = newId();
      await t.sql`insert into pilots (id, project_id, call_id, bid_id, contract_id, status, terms, created_at, decided_at, decision, decision_reason)
        values (${pilotId}, ${project.id}, ${callId}, ${bidId}, ${contractId}, 'decided', '{}', ${at.toISOString()}, ${at.toISOString()}, 'decline', 'Too slow for us.')`;
      await t.sql`insert into scorecards (id, pilot_id, batch_id, method_version, verdict, results, content_sha256, computed_at)
        values (${newId()}, ${pilotId}, ${newId()}, '1', 'pass', '{"criteria": []}', ${'0'.repeat(64)}, ${at.toISOString()})`;
      return pilotId;
    };
    const old = await decided(new Date(clock.now().getTime() - 400 * DAY));
    await showScorecard(owner, { pilotId: old, isShown: true });
    for (let n = 0; n < 21; n += 1) await decided(new Date(clock.now().getTime() - n * DAY));
    // It stays on the vendor's own page as well, where it is hidden.
    expect((await ownProfile(owner)).scorecards.find((one) => one.pilotId === old)?.isShown).toBe(true);
    await showScorecard(owner, { pilotId: old, isShown: false });
    const { scorecards } = await profileForSponsor(sponsor, { vendorOrgId: owner.actor.orgId });
    expect(scorecards).toEqual([]);
  });

  test('nobody shows the card of a pilot that is not theirs', async () => {
    const owner = await makeOwner();
    expect((await refusalOf(showScorecard(owner, { pilotId: newId(), isShown: true }))).reason).toBe(
      'pilot_not_found',
    );
  });
});
