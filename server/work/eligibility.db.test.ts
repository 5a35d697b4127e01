import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProtocol } from '#db/seed/factories/protocols.ts';
import { fundForTest, makeBatch, makeReaders, makeWorker, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { decideProject } from '#server/projects/decide-project.ts';
import { getProject } from '#server/projects/reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { createBatch } from './create-batch.ts';
import { extendLease } from './extend-lease.ts';
import { joinBatch } from './join-batch.ts';
import { openBatch } from './open-batch.ts';
import { resumeBatch } from './pause-batch.ts';
import { listMyWork } from './reading-views.ts';
import { getBatch, listTerms } from './reads.ts';
import { releaseLeases } from './release-leases.ts';
import { submitLabel } from './submit-label.ts';

const licensed = {
  anyOf: [{ allOf: [{ kind: 'medical_licence' as const, minLevel: 'primary_source' as const }] }],
};

describe('who may take work, and when it may start', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(() => t.drop());
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const claim = (who: OrgContext, batchId: string) =>
    claimNextTasks(who, { batchId, tier: 'label', limit: 1 });

  const codesOf = (run: Promise<unknown>): Promise<string[]> =>
    run.then(
      () => [],
      (error: { details: { code: string }[] }) => error.details.map((detail) => detail.code),
    );

  test('opening lists everything that is missing, of the project and of the batch, and changes nothing', async () => {
    const scene = await makeWorkScene(t.db, {
      cases: 4,
      fundsMinor: 0n,
      project: { status: 'completed', dataClass: 'deidentified_expert', deadline: '2026-10-01' },
    });
    await t.sql`update datasets set data_class = 'deidentified_expert', evidence_expires_on = '2026-11-01'
      where id = ${scene.dataset.id}`;
    const draft = await makeProtocol(t.db, {
      projectId: scene.project.id,
      createdBy: scene.sponsor.actor.personId,
      version: 2,
    });
    const batchId = await makeBatch(scene, {
      isDraft: true,
      goldMode: 'embedded',
      protocolVersionId: draft.id,
    });
    await t.sql`update organisations set status = 'suspended'
      where id in (${scene.sponsorOrg.id}, ${scene.vendorOrg.id})`;
    await t.sql`update agreements set status = 'suspended'
      where kind = 'services' and (party_a_org_id = ${scene.sponsorOrg.id} or party_b_org_id = ${scene.vendorOrg.id})`;
    await expect(openBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
      kind: 'precondition',
      reason: 'batch_not_ready',
      message: expect.stringMatching(/the services agreement with the platform is suspended/i),
      details: [
        { code: 'project_state' },
        { code: 'org_unverified' },
        { code: 'evidence_expired' },
        { code: 'services_missing', href: '/sponsor/agreements' },
        { code: 'protocol_unsigned' },
        { code: 'vendor_unverified' },
        { code: 'vendor_services_missing' },
        { code: 'gold_missing' },
        { code: 'funds_missing' },
      ],
    });
    expect((await getBatch(t.db, batchId)).status).toBe('draft');
    expect((await getProject(t.db, scene.project.id)).status).toBe('completed');
  });

  test('R18: a batch of protected data opens only once the sponsor’s agreement on it is active', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1, project: { dataClass: 'phi' } });
    await t.sql`update datasets set data_class = 'phi' where id = ${scene.dataset.id}`;
    const batchId = await makeBatch(scene, { isDraft: true });
    expect(await codesOf(openBatch(scene.sponsor, { batchId }))).toEqual(['agreement_missing']);
    await ensureAgreement(t.db, { kind: 'baa', org: scene.sponsorOrg, clock: scene.clock });
    await openBatch(scene.sponsor, { batchId });
  });

  test('a contract that has ended opens no batch, and a late project still finishes its work', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1, project: { deadline: '2026-10-01' } });
    const batchId = await makeBatch(scene, { isDraft: true });
    const vendor = { orgId: scene.vendorOrg.id, owner: scene.sponsor, annotators: [] };
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock: scene.clock });
    const bidId = await makeBid(t.db, { callId, project: scene.project, vendor, clock: scene.clock });
    const contractId = await makeContract(t.db, { bidId, status: 'terminated', clock: scene.clock });
    await t.sql`update batches set contract_id = ${contractId} where id = ${batchId}`;
    expect(await codesOf(openBatch(scene.sponsor, { batchId }))).toEqual(['contract_ended']);
    await t.sql`update contracts set status = 'active' where id = ${contractId}`;
    await openBatch(scene.sponsor, { batchId });
  });

  test('R27: while its project is paused a batch neither opens nor resumes nor gives cases; who holds one finishes it', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, project: { status: 'active' } });
    const batchId = await makeBatch(scene);
    const waiting = await makeBatch(scene, { isDraft: true });
    const [reader] = await makeReaders(scene, batchId, 1);
    const { leases } = await claim(reader!, batchId);
    await decideProject(scene.sponsor, { projectId: scene.project.id, decision: 'paused' });
    expect(await codesOf(openBatch(scene.sponsor, { batchId: waiting }))).toEqual(['project_state']);
    await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({ reason: 'project_paused' });
    expect(await claim(reader!, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'batch.paused' }] });
    await submitLabel(reader!, {
      batchId,
      leaseId: leases[0]!.leaseId,
      labelId: randomUUID(),
      answers: { grade: '1' },
      activeMs: 1000,
    });
    await decideProject(scene.sponsor, { projectId: scene.project.id, decision: 'resumed' });
    expect((await claim(reader!, batchId)).leases).toHaveLength(1);
  });

  test('opening production takes a project of own readers past its call, and a pause that comes at the same time holds', async () => {
    const own = await makeWorkScene(t.db, { cases: 1 });
    await makeBatch(own);
    expect((await getProject(t.db, own.project.id)).status).toBe('active');
    const scene = await makeWorkScene(t.db, { cases: 1, project: { status: 'active' } });
    for (let round = 0; round < 4; round += 1) {
      const batchId = await makeBatch(scene, { isDraft: true });
      await Promise.allSettled([
        openBatch(scene.sponsor, { batchId }),
        decideProject(scene.sponsor, { projectId: scene.project.id, decision: 'paused' }),
      ]);
      expect((await getBatch(t.db, batchId)).status).not.toBe('open');
      await decideProject(scene.sponsor, { projectId: scene.project.id, decision: 'resumed' });
    }
  });

  test('R32: who joined through one organisation neither joins nor claims here through another; the first is paid', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4 });
    const other = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org: other, clock: scene.clock });
    const batchId = await makeBatch(scene, { overlap: 1, vendorOrgId: null });
    const first = await makeWorker(scene);
    const { personId, userId } = first.actor;
    const second = await makeMember(t.db, {
      org: other,
      roles: ['vendor_annotator'],
      person: { personId, userId: userId ?? '', country: 'US' },
      clock: scene.clock,
    });
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, { projectId: scene.project.id, personId, viaOrgId: other.id, role: 'annotator' }),
    );
    await join(first, batchId);
    const refusal = {
      code: 'engagement.other_payee',
      message: expect.stringMatching(/You joined this batch through vendor \d+, which is paid/),
    };
    await expect(join(second, batchId)).rejects.toMatchObject({ reason: 'not_eligible', details: [refusal] });
    scene.clock.advance(2 * MINUTE);
    expect(await claim(second, batchId)).toMatchObject({ leases: [], reasons: [refusal] });
    expect(await listMyWork(second)).toMatchObject([{ batchId, isAllowed: false, reasons: [refusal] }]);
    const [lease] = (await claim(first, batchId)).leases;
    expect(lease).toBeDefined();
    expect((await listTerms(t.db, batchId)).map((terms) => terms.payeeOrgId)).toEqual([scene.vendorOrg.id]);
    // Where they have not joined yet, the other organisation is as good as the first.
    await join(second, await makeBatch(scene, { overlap: 1, vendorOrgId: null }));
  });

  test('R29: two openings at once cannot spend the same money; what is reserved is the whole ceiling', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, fundsMinor: 0n });
    const [one, two] = [await makeBatch(scene, { isDraft: true }), await makeBatch(scene, { isDraft: true })];
    await fundForTest(t.db, { projectId: scene.project.id, amountMinor: 2000n, clock: scene.clock });
    const results = await Promise.allSettled([
      openBatch(scene.sponsor, { batchId: one }),
      openBatch(scene.sponsor, { batchId: two }),
    ]);
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    // 12 reads × 1.20 and 15 % on each.
    const left = await balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
    expect(left).toBe(2000n - 1656n);
  });

  test('making a batch refuses no cases, foreign cases, no price, and assisted reading of a test reference', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2, project: { intendedUse: 'test_reference' } });
    const of = {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'x',
      kind: 'production' as const,
    };
    const codes = async (more: object) =>
      createBatch(scene.sponsor, { ...of, goldMode: 'none', pricePerReadMinor: 100n, ...more }).then(
        () => [],
        (error: { details: { code: string }[] }) => error.details.map((d) => d.code),
      );
    expect(await codes({ caseIds: [] })).toContain('batch.no_cases');
    expect(await codes({ caseIds: [scene.project.id] })).toEqual(['batch.cases_unknown']);
    expect(await codes({ pricePerReadMinor: 0n })).toEqual(['batch.price']);
    expect(await codes({ assisted: true, overlap: 1 })).toEqual(['batch.assisted', 'batch.overlap']);
    const stranger = await makeWorkScene(t.db, { cases: 1 });
    await expect(
      createBatch(stranger.sponsor, { ...of, goldMode: 'none', pricePerReadMinor: 1n }),
    ).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('a claim without engagement, credential or verified organisation is refused with every reason', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, project: { credentialRule: licensed } });
    const batchId = await makeBatch(scene);
    const outsider = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_annotator'],
      clock: scene.clock,
    });
    await expect(join(outsider, batchId)).rejects.toMatchObject({
      reason: 'not_eligible',
      details: [{ code: 'engagement.missing' }, { code: 'credential.missing' }],
    });
    const worker = await makeWorker(scene);
    const unverified = { ...worker, actor: { ...worker.actor, orgVerified: false } };
    await expect(join(unverified, batchId)).rejects.toMatchObject({
      details: [{ code: 'organisation.unverified' }, { code: 'credential.missing' }],
    });
    await expect(claim(worker, batchId)).rejects.toMatchObject({ reason: 'not_joined' });
  });

  test('a credential that would expire before the lease ends stops claims within a minute; new facts make new terms', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, project: { credentialRule: licensed } });
    const batchId = await makeBatch(scene);
    const worker = await makeWorker(scene);
    const expiresOn = new Date(scene.clock.now().getTime() + DAY).toISOString().slice(0, 10);
    await makeCredential(t.db, {
      personId: worker.actor.personId,
      kind: 'medical_licence',
      level: 'primary_source',
      status: 'verified',
      expiresOn,
    });
    await join(worker, batchId);
    expect((await claim(worker, batchId)).leases).toHaveLength(1);
    await makeCredential(t.db, { personId: worker.actor.personId, kind: 'degree' });
    scene.clock.advance(2 * MINUTE);
    expect((await claim(worker, batchId)).leases).toHaveLength(1);
    expect((await listTerms(t.db, batchId)).map((one) => one.termsNo)).toEqual([1, 2]);
    // Ten minutes before the last day ends, a lease of a quarter of an hour would outlive the licence.
    scene.clock.set(new Date(`${expiresOn}T23:50:00Z`));
    const refused = await claim(worker, batchId);
    expect(refused).toMatchObject({ leases: [], reasons: [{ code: 'credential.expired' }] });
  });

  test('R27: the heartbeat carries a lease to the last day of the credential that it needs and not beyond', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, project: { credentialRule: licensed } });
    const batchId = await makeBatch(scene);
    const worker = await makeWorker(scene);
    const { personId } = worker.actor;
    const day = scene.clock.now().toISOString().slice(0, 10);
    const midnight = new Date(new Date(`${day}T00:00:00Z`).getTime() + DAY);
    const licence = {
      personId,
      kind: 'medical_licence',
      level: 'primary_source',
      status: 'verified',
    } as const;
    await makeCredential(t.db, { ...licence, expiresOn: day });
    // What the rule does not ask for may run out.
    await makeCredential(t.db, { personId, kind: 'degree', expiresOn: '2020-01-01' });
    scene.clock.set(new Date(midnight.getTime() - 40 * MINUTE));
    await join(worker, batchId);
    const [lease] = (await claim(worker, batchId)).leases;
    const beat = async () => {
      const [one] = await extendLease(worker, { batchId, leaseIds: [lease!.leaseId] });
      return one!.leaseUntil!.getTime() - midnight.getTime();
    };
    scene.clock.advance(10 * MINUTE);
    expect(await beat()).toBe(-15 * MINUTE);
    scene.clock.advance(14 * MINUTE);
    expect(await beat()).toBe(-1 * MINUTE);
    scene.clock.advance(14 * MINUTE);
    expect(await beat()).toBe(0);
    // Renewed, and seen by a claim: the terms say so from then on.
    await makeCredential(t.db, { ...licence, expiresOn: '2030-01-01' });
    expect((await claim(worker, batchId)).leases).toHaveLength(1);
    expect(await beat()).toBe(13 * MINUTE);
  });

  test('R27, R29: when every read is held it is said so, and that one may come back, not that the money is spent', async () => {
    const scene = await makeWorkScene(t.db, { cases: 3 });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [first, second] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const { leases } = await claimNextTasks(first, { batchId, tier: 'label', limit: 3 });
    scene.clock.advance(2 * MINUTE);
    expect(await claim(second, batchId)).toMatchObject({
      leases: [],
      reasons: [{ code: 'work.all_taken' }],
      retryAfterMs: expect.any(Number),
    });
    await releaseLeases(first, { batchId, leaseIds: [leases[0]!.leaseId] });
    expect((await claim(second, batchId)).leases).toHaveLength(1);
  });

  test('R27: once what was reserved is spoken for nobody claims more; who holds a case finishes it', async () => {
    const scene = await makeWorkScene(t.db, { cases: 6 });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const { leases } = await claim(reader!, batchId);
    await t.sql`update batches set reserved_minor = 138 where id = ${batchId}`;
    scene.clock.advance(2 * MINUTE);
    expect(await claim(reader!, batchId)).toMatchObject({ leases: [], reasons: [{ code: 'budget.spent' }] });
    const labelId = randomUUID();
    const answers = { grade: '1' };
    // Who holds a case goes on with it; the list of who does not says what the claim would say.
    const waiting = { isAllowed: false, reasons: [{ code: 'budget.spent', change: { by: 'other' } }] };
    const [other] = await makeReaders(scene, batchId, 1);
    expect(await listMyWork(reader!)).toMatchObject([{ isAllowed: true }]);
    expect(await listMyWork(other!)).toMatchObject([waiting]);
    await submitLabel(reader!, { batchId, leaseId: leases[0]!.leaseId, labelId, answers, activeMs: 1000 });
    expect(await listMyWork(reader!)).toMatchObject([waiting]);
  });

  test('PHI without a chain of agreements: no join, and the list of work says which hop fails', async () => {
    const scene = await makeWorkScene(t.db, { cases: 4, project: { dataClass: 'phi' } });
    await t.sql`update datasets set data_class = 'phi' where id = ${scene.dataset.id}`;
    await ensureAgreement(t.db, { kind: 'baa', org: scene.sponsorOrg, clock: scene.clock });
    const batchId = await makeBatch(scene);
    const worker = await makeWorker(scene);
    await expect(join(worker, batchId)).rejects.toMatchObject({ reason: 'not_eligible' });
    const [line] = await listMyWork(worker);
    expect(line).toMatchObject({ batchId, isAllowed: false, openCount: 12, joined: null });
    // The reader of a vendor is not sent to a page of agreements that are not theirs to sign.
    const hop = line!.reasons.find((one) => one.href === '/vendor/agreements');
    expect(hop).toMatchObject({
      change: { by: 'other', says: expect.stringContaining('Your organisation') },
    });
    expect(hop!.change).not.toHaveProperty('href');
    expect(line!.reasons.every((one) => one.change !== undefined)).toBe(true);
    expect(line!.reasons.length).toBeGreaterThan(0);
  });

  test('R23: whoever reads in one pilot of a call cannot read in another', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const group = { kind: 'pilot' as const, ofCall: '1' };
    const [one, two] = [await makeBatch(scene, group), await makeBatch(scene, group)];
    const [who] = await makeReaders(scene, one, 1);
    await expect(join(who!, two)).rejects.toMatchObject({ details: [{ code: 'independence.taken' }] });
  });

  test('a batch of one vendor is not read by another, and its panel work not by its vendor', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const batchId = await makeBatch(scene);
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock });
    const other = await makeWorker(scene, { org });
    await expect(join(other, batchId)).rejects.toMatchObject({ details: [{ code: 'engagement.missing' }] });
    const expert = await makeWorker(scene, { role: 'adjudicator', org: scene.vendorOrg });
    await expect(joinBatch(expert, { batchId, tier: 'adjudicate' })).rejects.toMatchObject({
      reason: 'not_eligible',
    });
  });
});
