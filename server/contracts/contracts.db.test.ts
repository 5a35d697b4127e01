import { createHash, randomUUID } from 'node:crypto';
import { PDFDocument } from '@cantoo/pdf-lib';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids, contracts } from '#db/schema/bids.ts';
import { contractCallOffs, contractVersions, creditPostings, slaResults } from '#db/schema/contracts.ts';
import { notifications } from '#db/schema/notifications.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { scores } from '#db/schema/scores.ts';
import { batches } from '#db/schema/work-batches.ts';
import { ensureAgreement, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { pdfText } from '#db/testing/pdf-text.ts';
import { CONSENT } from '#server/agreements/consent.ts';
import { storedPricing } from '#server/bids/pricing-schemas.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { inviteMember } from '#server/identity/invite-member.ts';
import { contactOf, namesOfPeople } from '#server/identity/reads.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { startPayoutRun } from '#server/payouts/start-payout-run.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { askRepricing } from './ask-repricing.ts';
import { callOffsOf } from './call-off.ts';
import { closeProposal, lapseProposals } from './close-proposal.ts';
import { decideCredit, disputeCredit, waiveCredit } from './decide-credit.ts';
import { measureSettled } from './measure-sla.ts';
import { proposeAmendment } from './propose-amendment.ts';
import { findVersion, listSignatures } from './queries.ts';
import type { ContractTerms, ProposeAmendmentInput } from './schemas.ts';
import { lockCreditsToTake } from './service-level-queries.ts';
import { signVersion } from './sign-version.ts';
import { takeCredits } from './take-credits.ts';
import { contractsOfProject, contractsOfVendor, viewContract } from './views.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error,
  );

const reasonOf = async (promise: Promise<unknown>) => (await refusalOf(promise)).reason;

type Offered = ProposeAmendmentInput['terms'];
const terms = (over: Partial<ContractTerms> = {}): Offered => ({
  rateCard: [{ tier: 'standard', definition: 'Every case of the project.', pricePerReadMinor: 120n }],
  ceilingMinor: null,
  volume: null,
  serviceLevels: null,
  substitution: { perMonth: null },
  nonSolicitation: null,
  ...over,
});

describe('contracts between a sponsor and a vendor', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  type Deal = { scene: WorkScene; contractId: string; vendor: OrgContext; agree: Agree };
  type Agree = (offer: Offered, effectiveOn?: string) => Promise<{ versionId: string; version: number }>;

  /** A sponsor with an award to a vendor at USD 1.20, and signatories on both sides. */
  async function makeDeal(cases = 4): Promise<Deal> {
    const scene = await makeWorkScene(t.db, { cases });
    const { clock } = scene;
    await nameSignatory(t.db, scene.sponsor);
    const vendor = await makeMember(t.db, { org: scene.vendorOrg, roles: ['vendor_owner'], clock });
    await nameSignatory(t.db, vendor);
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock });
    const bidder = { orgId: scene.vendorOrg.id, owner: vendor, annotators: [] };
    const bidId = await makeBid(t.db, {
      callId,
      project: scene.project,
      vendor: bidder,
      status: 'piloting',
      clock,
    });
    const contractId = await makeContract(t.db, { bidId, clock });
    const agree: Agree = async (offer, effectiveOn = today(scene)) => {
      const made = await proposeAmendment(vendor, {
        contractId,
        terms: offer,
        effectiveOn,
        reason: 'As agreed',
      });
      await sign(vendor, made.versionId, scene);
      await sign(scene.sponsor, made.versionId, scene);
      return made;
    };
    return { scene, contractId, vendor, agree };
  }
  const today = (scene: WorkScene) => scene.clock.now().toISOString().slice(0, 10);

  async function sign(
    who: OrgContext,
    versionId: string,
    scene: WorkScene,
    over: { documentSha256?: string } = {},
  ) {
    const version = (await findVersion(t.db, versionId))!;
    const name = (await namesOfPeople(t.db, [who.actor.personId])).get(who.actor.personId)!.name;
    const fresh = { ...who, actor: { ...who.actor, reauthenticatedAt: scene.clock.now() } };
    return signVersion(fresh, {
      versionId,
      typedName: name,
      title: 'Owner',
      authority: true,
      consentVersion: CONSENT.version,
      documentSha256: version.documentSha256,
      ...over,
    });
  }

  /** A batch under the deal's contract, read by three people and settled. */
  async function readAndSettle(deal: Deal, batchId: string, afterDays: number): Promise<void> {
    const { scene } = deal;
    const readers = await makeReaders(scene, batchId, 3);
    scene.clock.advance(afterDays * DAY);
    for (const reader of readers)
      for (;;) {
        const { leases } = await claimNextTasks(reader, { batchId, tier: 'label', limit: 5 });
        if (leases.length === 0) break;
        for (const { leaseId } of leases)
          await submitLabel(reader, {
            batchId,
            leaseId,
            labelId: randomUUID(),
            answers: { grade: '1' },
            activeMs: 1000,
          });
      }
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(job, { batchId });
    const [batch] = await t.db.select().from(batches).where(eq(batches.id, batchId));
    if (batch?.status === 'open') await closeBatch(scene.sponsor, { batchId, reason: 'Done' });
    expect(await settleBatch(job, { batchId })).toBe(true);
  }
  const jobOf = (scene: WorkScene) =>
    systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const payable = (deal: Deal) =>
    balanceOf(t.db, { code: 'payable', ownerId: deal.scene.vendorOrg.id, currency: 'USD' });
  const funds = (deal: Deal) =>
    balanceOf(t.db, { code: 'project_funds', ownerId: deal.scene.project.id, currency: 'USD' });
  const resultOf = async (batchId: string) =>
    (await t.db.select().from(slaResults).where(eq(slaResults.batchId, batchId)))[0]!;

  test('a version is signed by both sides over the same bytes, sealed, and holds from its day; the batch before keeps its price', async () => {
    const deal = await makeDeal();
    const { scene, contractId, vendor } = deal;
    const before = await makeBatch(scene, { contractId });
    const { versionId, version } = await proposeAmendment(vendor, {
      contractId,
      terms: terms({ rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }] }),
      effectiveOn: '2026-11-10',
      reason: 'More fields to read',
    });
    expect(version).toBe(2);
    expect(await sign(scene.sponsor, versionId, scene)).toEqual({ status: 'proposed', inForceFrom: null });
    // Each side's list says whose signature it waits for.
    expect(await contractsOfVendor(vendor)).toMatchObject([{ isToSign: true }]);
    expect(await contractsOfProject(scene.sponsor, { projectId: scene.project.id })).toMatchObject([
      { isToSign: false, waits: 'Version 2 waits for the other side' },
    ]);
    expect(await reasonOf(sign(scene.sponsor, versionId, scene))).toBe('already_signed');
    expect(await sign({ ...vendor, address: '203.0.113.7' }, versionId, scene)).toEqual({
      status: 'agreed',
      inForceFrom: new Date('2026-11-10T00:00:00Z'),
    });
    const row = (await findVersion(t.db, versionId))!;
    const original = await readStoredFile(t.db, row.fileId);
    expect(createHash('sha256').update(original.bytes).digest('hex')).toBe(row.documentSha256);
    const sealedFile = await readStoredFile(t.db, row.sealedFileId!);
    const sealed = await PDFDocument.load(sealedFile.bytes);
    // Where each signature came from is kept and printed, as of agreements; a call within the server has no address.
    expect((await listSignatures(t.db, [versionId])).map((one) => one.ipAddress)).toEqual([
      null,
      '203.0.113.7',
    ]);
    const printed = pdfText(sealedFile.bytes).replaceAll(' ', '');
    expect(printed).toContain('203.0.113.7');
    const pages = (await PDFDocument.load(original.bytes)).getPageCount();
    expect(sealed.getPageCount()).toBeGreaterThan(pages);

    // Until its day the award's price holds, from then on the new one alone.
    const draft = await makeBatch(scene, { contractId, isDraft: true, name: 'Made before the day' });
    scene.clock.set(new Date('2026-11-10T00:00:00Z'));
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: draft }));
    expect(refused.message).toContain(
      'USD 1.50 (standard). It changes by an amendment only (R13); this batch has USD 1.20',
    );
    expect((await refusalOf(makeBatch(scene, { contractId }))).details?.[0]?.code).toBe(
      'batch.price_of_contract',
    );
    const after = await makeBatch(scene, { contractId, pricePerReadMinor: 150n });
    const called = await t.db
      .select()
      .from(contractCallOffs)
      .where(eq(contractCallOffs.contractId, contractId));
    expect(called.map(({ batchId, version: v, tier, reads }) => ({ batchId, v, tier, reads }))).toEqual(
      expect.arrayContaining([
        { batchId: before, v: 1, tier: 'standard', reads: 12 },
        { batchId: after, v: 2, tier: 'standard', reads: 12 },
      ]),
    );
    const [old] = await t.db.select().from(batches).where(eq(batches.id, before));
    expect(old?.pricePerReadMinor).toBe(120n);
  });

  test('nobody signs without authority, another document, a closed version, or too late; others see no contract', async () => {
    const deal = await makeDeal(1);
    const { scene, contractId, vendor } = deal;
    const offer = { contractId, effectiveOn: today(scene), reason: 'Another price' };
    const dearer = terms({ rateCard: [{ tier: 'standard', definition: 'All.', pricePerReadMinor: 200n }] });
    const { versionId } = await proposeAmendment(scene.sponsor, { ...offer, terms: dearer });
    const unnamed = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(sign(unnamed, versionId, scene))).toBe('signer_without_authority');
    expect(await reasonOf(sign(vendor, versionId, scene, { documentSha256: '0'.repeat(64) }))).toBe(
      'document_mismatch',
    );
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock }),
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(sign(other, versionId, scene))).toBe('version_not_found');
    expect(await reasonOf(proposeAmendment(other, { ...offer, terms: dearer }))).toBe('contract_not_found');
    expect(await reasonOf(proposeAmendment(vendor, { ...offer, terms: dearer }))).toBe('proposal_open');
    expect(await closeProposal(vendor, { versionId, reason: 'Too dear' })).toEqual({ status: 'declined' });
    expect(await reasonOf(sign(vendor, versionId, scene))).toBe('version_closed');
    const again = await proposeAmendment(vendor, { ...offer, terms: dearer });
    expect(again.version).toBe(3);
    scene.clock.advance(31 * DAY);
    expect(await reasonOf(sign(vendor, again.versionId, scene))).toBe('signing_lapsed');
    expect(await lapseProposals(jobOf(scene))).toBe(1);
    expect((await findVersion(t.db, again.versionId))?.status).toBe('lapsed');
    expect(
      await reasonOf(proposeAmendment(vendor, { ...offer, effectiveOn: today(scene), terms: terms() })),
    ).toBe('nothing_changes');
  });

  test('two proposals at once: one waits, the other is refused', async () => {
    const { scene, contractId, vendor } = await makeDeal(1);
    const offer = { contractId, effectiveOn: today(scene), reason: 'At once' };
    const price = (minor: bigint) =>
      terms({ rateCard: [{ tier: 'standard', definition: 'All.', pricePerReadMinor: minor }] });
    const both = await Promise.allSettled([
      proposeAmendment(scene.sponsor, { ...offer, terms: price(130n) }),
      proposeAmendment(vendor, { ...offer, terms: price(140n) }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const open = await t.db
      .select()
      .from(contractVersions)
      .where(and(eq(contractVersions.contractId, contractId), eq(contractVersions.status, 'proposed')));
    expect(open).toHaveLength(1);
  });

  test('batches call off a month’s volume to the last read; two opened at once cannot both have the rest', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    await agree(terms({ volume: { readsPerMonth: 30, firstMonth: '2026-11', months: 2 } }));
    await makeBatch(scene, { contractId });
    const drafts = await Promise.all(
      ['a', 'b'].map((name) => makeBatch(scene, { contractId, isDraft: true, name })),
    );
    const opened = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(opened.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const late = drafts[opened.findIndex((one) => one.status === 'rejected')]!;
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: late }));
    expect(refused.details).toEqual([
      expect.objectContaining({
        code: 'volume_exceeded',
        message: expect.stringContaining(
          '24 of 2026-11 are called off, and this asks for 12. Call off at most 6 now',
        ),
      }),
    ]);
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await openBatch(scene.sponsor, { batchId: late });
    scene.clock.set(new Date('2027-01-01T00:00:00Z'));
    const outside = await makeBatch(scene, { contractId, isDraft: true });
    expect((await refusalOf(openBatch(scene.sponsor, { batchId: outside }))).details?.[0]?.code).toBe(
      'volume_month',
    );
  });

  test('a bid by the hour or by milestones caps the whole work, share by share, until both agree on another limit', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    const [contract] = await t.db.select().from(contracts).where(eq(contracts.id, contractId));
    const priceMinor = contract!.pricePerReadMinor;
    // A cap of 20 reads for the whole work, of which the contract has its share.
    const capMinor = (20n * priceMinor * 10_000n) / BigInt(contract!.shareBasisPoints);
    await t.db
      .update(bids)
      .set({
        pricing: storedPricing({ model: 'hourly', ratePerHourMinor: 1000n, readsPerHour: 10, capMinor }),
      })
      .where(eq(bids.id, contract!.bidId));
    await makeBatch(scene, { contractId });
    const drafts = await Promise.all(
      ['a', 'b'].map((name) => makeBatch(scene, { contractId, isDraft: true, name })),
    );
    const opened = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(opened.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: drafts[0]! }));
    expect(refused.details).toEqual([
      expect.objectContaining({
        code: 'ceiling_exceeded',
        message: expect.stringContaining('Call off at most 8 reads'),
      }),
    ]);
    await agree(
      terms({
        rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: priceMinor }],
        ceilingMinor: 24n * priceMinor,
      }),
    );
    const again = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(again.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  /** What the contract's page says was called off, oldest first, and of this month. */
  const calledOf = async ({ scene, contractId }: Deal) => {
    const { callOffs, month } = await viewContract(scene.sponsor, { contractId });
    return { reads: callOffs.map((one) => one.reads).toReversed(), inMonth: month?.calledOff };
  };

  test('R13: cases added to a batch are called off too: never beyond the month’s volume, in the month in which they are added', async () => {
    const deal = await makeDeal(20);
    const { scene, contractId, agree } = deal;
    await agree(terms({ volume: { readsPerMonth: 30, firstMonth: '2026-11', months: 2 } }));
    const batchId = await makeBatch(scene, { contractId, caseLimit: 4 });
    const had = await funds(deal);
    const refused = await refusalOf(addTasks(scene.sponsor, { batchId }));
    expect(refused).toMatchObject({
      reason: 'award_refuses',
      message: expect.stringContaining('16 more cases cannot be added'),
      details: [
        {
          code: 'volume_exceeded',
          message: expect.stringContaining(
            '12 of 2026-11 are called off, and this asks for 48. Call off at most 18 now',
          ),
          href: `/sponsor/projects/${scene.project.id}/contracts/${contractId}`,
        },
      ],
    });
    expect((await getBatch(t.db, batchId)).taskCount).toBe(4);
    expect(await funds(deal)).toBe(had);
    // Two at once cannot both have the rest.
    const both = await Promise.allSettled(
      [
        [5, 6, 7, 8],
        [9, 10, 11, 12],
      ].map((ids) => addTasks(scene.sponsor, { batchId, filter: { externalIds: ids.map(String) } })),
    );
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await addTasks(scene.sponsor, { batchId, limit: 2 })).toMatchObject({ added: 2 });
    expect(await calledOf(deal)).toEqual({ reads: [12, 12, 6], inMonth: 30 });
    expect(await reasonOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).toBe('award_refuses');
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await addTasks(scene.sponsor, { batchId, limit: 10 });
    expect(await calledOf(deal)).toEqual({ reads: [12, 12, 6, 30], inMonth: 30 });
  });

  test('R13: what all reads cost at most holds for added cases, and for every read that a varying overlap can ask for', async () => {
    const deal = await makeDeal(20);
    const { scene, contractId, agree } = deal;
    await agree(terms({ ceilingMinor: 30n * 120n }));
    const varying = { mode: 'on_disagreement', agreementThreshold: 1, maxAdditionalAnnotators: 2 } as const;
    const input = { contractId, caseLimit: 8, overlap: 2, overlapRule: varying };
    const large = await makeBatch(scene, { ...input, isDraft: true });
    // Sixteen reads to begin with, thirty-two if every reader disagrees.
    expect((await refusalOf(openBatch(scene.sponsor, { batchId: large }))).details).toMatchObject([
      { code: 'ceiling_exceeded', message: expect.stringContaining('Call off at most 30 reads') },
    ]);
    const batchId = await makeBatch(scene, { ...input, caseLimit: 4 });
    expect((await calledOf(deal)).reads).toEqual([16]);
    expect(await refusalOf(addTasks(scene.sponsor, { batchId, limit: 4 }))).toMatchObject({
      reason: 'award_refuses',
      details: [{ code: 'ceiling_exceeded', message: expect.stringContaining('Call off at most 14 reads') }],
    });
    await addTasks(scene.sponsor, { batchId, limit: 3 });
    expect((await calledOf(deal)).reads).toEqual([16, 12]);
    expect(await reasonOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).toBe('award_refuses');
    // All agree, so none of the extra reads is asked for; they go back once the batch reads no more.
    const fixed = await makeBatch(scene, { contractId, caseLimit: 8, overlap: 2, isDraft: true });
    expect(await reasonOf(openBatch(scene.sponsor, { batchId: fixed }))).toBe('batch_not_ready');
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough' });
    expect((await calledOf(deal)).reads).toEqual([14, 0]);
    await openBatch(scene.sponsor, { batchId: fixed });
    expect((await calledOf(deal)).reads).toEqual([14, 0, 16]);
    expect(await reasonOf(addTasks(scene.sponsor, { batchId: fixed, limit: 1 }))).toBe('award_refuses');
  });

  test('R13, R23: repeats asked of one reader are not called off, and keep no reads that doubt never asked for', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId } = deal;
    const overlapRule = {
      mode: 'on_disagreement',
      agreementThreshold: 1,
      maxAdditionalAnnotators: 2,
    } as const;
    const batchId = await makeBatch(scene, { contractId, caseLimit: 4, overlap: 2, overlapRule });
    const [who] = await makeReaders(scene, batchId, 1);
    const { personId: annotatorId } = who!.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 3, afterDays: 14 });
    expect((await calledOf(deal)).reads).toEqual([16]);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough' });
    expect((await calledOf(deal)).reads).toEqual([8]);
  });

  test('R13: cases are added at a price that is still agreed alone; who asks is sent to a batch at the price of today', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    const batchId = await makeBatch(scene, { contractId, caseLimit: 2 });
    await agree(
      terms({ rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }] }),
    );
    expect((await refusalOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).details).toMatchObject([
      { code: 'price_of_contract', message: expect.stringContaining('Clone the batch for more cases') },
    ]);
  });

  test('a breaking protocol version stops new batches on it until both have agreed its prices, and tells both once', async () => {
    const { scene, contractId, vendor, agree } = await makeDeal(2);
    scene.clock.advance(HOUR);
    const next = await makeSignedProtocol(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy: scene.sponsor.actor.personId,
      version: 2,
      clock: scene.clock,
    });
    await t.db
      .update(protocolVersions)
      .set({ changeClass: 'breaking' })
      .where(eq(protocolVersions.id, next.id));
    for (let i = 0; i < 2; i += 1)
      expect(await askRepricing(jobOf(scene), { protocolVersionId: next.id })).toBe(1);
    const told = await t.db
      .select()
      .from(notifications)
      .where(
        and(eq(notifications.personId, vendor.actor.personId), eq(notifications.kind, 'contract.repricing')),
      );
    expect(told).toHaveLength(1);
    const refused = await refusalOf(makeBatch(scene, { contractId, protocolVersionId: next.id }));
    expect(refused.message).toContain('Protocol version 2 changes what a label means');
    // Work on the version that is priced goes on.
    await t.db
      .update(protocolVersions)
      .set({ status: 'signed' })
      .where(eq(protocolVersions.id, scene.protocol.id));
    await makeBatch(scene, { contractId, protocolVersionId: scene.protocol.id });
    // The same prices are an answer too.
    await agree(terms());
    await makeBatch(scene, { contractId, protocolVersionId: next.id });
  });

  const levels: ContractTerms['serviceLevels'] = {
    turnaroundDays: 5,
    accuracy: { field: 'grade', atLeast: 0.9 },
    readsPerDay: null,
    creditBasisPoints: 1000,
    capBasisPoints: 2000,
  };

  test('a missed service level is credited once, after 7 days, from the vendor’s balance to the project, before a payout', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId, agree } = deal;
    await agree(terms({ serviceLevels: levels }));
    const batchId = await makeBatch(scene, { contractId });
    await readAndSettle(deal, batchId, 6);
    const earned = await payable(deal);
    expect(earned).toBe(12n * 120n);
    for (let i = 0; i < 2; i += 1) await measureSettled(jobOf(scene));
    expect(await resultOf(batchId)).toMatchObject({
      status: 'proposed',
      workMinor: 1440n,
      creditMinor: 144n,
      targets: [
        expect.objectContaining({ target: 'turnaround', verdict: 'missed', value: 6 }),
        expect.objectContaining({ target: 'accuracy', verdict: 'undecided' }),
      ],
    });
    expect(await takeCredits(jobOf(scene))).toBe(0);
    scene.clock.advance(7 * DAY);
    const had = await funds(deal);
    await Promise.all([startPayoutRun(jobOf(scene)), takeCredits(jobOf(scene))]);
    expect(await payable(deal)).toBe(earned - 144n);
    expect(await funds(deal)).toBe(had + 144n);
    expect(await resultOf(batchId)).toMatchObject({ status: 'posted', postedMinor: 144n });
    expect(await takeCredits(jobOf(scene))).toBe(0);
    expect(await t.db.select().from(creditPostings)).toHaveLength(1);
  });

  test('accuracy counts with its interval; both targets missed give back the cap and no more', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId, agree } = deal;
    await agree(terms({ serviceLevels: { ...levels, capBasisPoints: 1500 } }));
    const batchId = await makeBatch(scene, { contractId });
    await readAndSettle(deal, batchId, 6);
    await t.db.insert(scores).values({
      id: randomUUID(),
      projectId: scene.project.id,
      batchId,
      subjectKind: 'batch',
      subjectId: batchId,
      field: 'grade',
      metric: 'accuracy',
      value: 0.8,
      lower: 0.75,
      upper: 0.85,
      n: 300,
      method: 'test',
      methodVersion: '1',
      computedAt: new Date(scene.clock.now().getTime() + DAY),
    });
    await measureSettled(jobOf(scene));
    expect(await resultOf(batchId)).toMatchObject({ creditMinor: 216n, status: 'proposed' });
    expect((await resultOf(batchId)).targets).toEqual([
      expect.anything(),
      expect.objectContaining({ verdict: 'missed', interval: [0.75, 0.85], n: 300 }),
    ]);
  });

  test('a disputed credit waits for an operator; given up it is never taken, upheld it is; the sponsor may give it up', async () => {
    const deal = await makeDeal(2);
    const { scene, contractId, vendor, agree } = deal;
    const platform = await makePlatform(t.db, scene.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
    await agree(terms({ serviceLevels: levels }));
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const batchId = await makeBatch(scene, { contractId, name: `Late ${i}` });
      await readAndSettle(deal, batchId, 6);
      ids.push(batchId);
    }
    await measureSettled(jobOf(scene));
    const [one, two, three] = await Promise.all(ids.map(resultOf));
    const reason = 'The images of eleven cases could not be opened for two days.';
    await disputeCredit(vendor, { resultId: one!.id, reason });
    await disputeCredit(vendor, { resultId: two!.id, reason });
    expect(await reasonOf(waiveCredit(vendor, { resultId: three!.id, reason }))).toBe('credit_not_found');
    await waiveCredit(scene.sponsor, { resultId: three!.id, reason: 'A goodwill' });
    expect(
      await reasonOf(decideCredit(scene.sponsor, { resultId: one!.id, decision: 'uphold', reason })),
    ).toBe('credit_not_found');
    const before = await payable(deal);
    scene.clock.advance(8 * DAY);
    await takeCredits(jobOf(scene));
    expect(await payable(deal)).toBe(before);
    await decideCredit(operator, { resultId: one!.id, decision: 'waive', reason: 'The log agrees.' });
    await decideCredit(operator, {
      resultId: two!.id,
      decision: 'uphold',
      reason: 'The log says otherwise.',
    });
    expect(await takeCredits(jobOf(scene))).toBe(1);
    expect(await payable(deal)).toBe(before - two!.creditMinor);
    expect(await reasonOf(disputeCredit(vendor, { resultId: two!.id, reason }))).toBe('credit_state');
  });

  test('a balance is never taken below zero: the rest waits for what is earned next', async () => {
    const deal = await makeDeal(2);
    const { scene, contractId, agree } = deal;
    await agree(
      terms({ serviceLevels: { ...levels, accuracy: null, creditBasisPoints: 5000, capBasisPoints: 5000 } }),
    );
    const first = await makeBatch(scene, { contractId });
    await readAndSettle(deal, first, 6);
    await measureSettled(jobOf(scene));
    scene.clock.advance(8 * DAY);
    // Most of it was paid out before the credit fell due.
    const all = await payable(deal);
    await transact(jobOf(scene), (tx) =>
      postTransfer(tx, {
        id: randomUUID(),
        kind: 'payout',
        ref: { kind: 'payout', id: randomUUID() },
        legs: [
          {
            code: 'payable',
            ownerId: scene.vendorOrg.id,
            currency: 'USD',
            direction: 'debit',
            amountMinor: all - 100n,
          },
          {
            code: 'payout_in_transit',
            ownerId: scene.vendorOrg.id,
            currency: 'USD',
            direction: 'credit',
            amountMinor: all - 100n,
          },
        ],
      }),
    );
    await takeCredits(jobOf(scene));
    expect(await payable(deal)).toBe(0n);
    expect(await resultOf(first)).toMatchObject({ status: 'due', postedMinor: 100n, creditMinor: 360n });
    const second = await makeBatch(scene, { contractId });
    await readAndSettle(deal, second, 1);
    await takeCredits(jobOf(scene));
    expect(await resultOf(first)).toMatchObject({ status: 'posted', postedMinor: 360n });
    expect(await payable(deal)).toBe(720n - 260n);
  });

  test('a vendor with two awards on one project: its part of a shared batch is called off once, from the award of its price', async () => {
    const { scene, contractId, vendor } = await makeDeal(1);
    const { project, clock } = scene;
    const bidder = { orgId: scene.vendorOrg.id, owner: vendor, annotators: [] };
    await t.sql`update calls set status = 'decided' where project_id = ${project.id}`;
    clock.advance(HOUR);
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const bidId = await makeBid(t.db, {
      callId,
      project,
      vendor: bidder,
      status: 'piloting',
      priceMinor: 200n,
      clock,
    });
    const second = await makeContract(t.db, { bidId, clock });
    const batch = {
      id: randomUUID(),
      projectId: project.id,
      kind: 'production',
      contractId: null,
      pricePerReadMinor: 120n,
      reads: 30,
    };
    const calledAt = (price: string) =>
      transact(scene.sponsor, (tx) =>
        callOffsOf(tx, batch, [
          { orgId: scene.vendorOrg.id, slots: 20, pricePerReadMinor: price },
          { orgId: null, slots: 10, pricePerReadMinor: null },
        ]),
      );
    expect(await calledAt('120')).toEqual([{ contractId, reads: 20, pricePerReadMinor: 120n }]);
    expect(await calledAt('200')).toEqual([{ contractId: second, reads: 20, pricePerReadMinor: 200n }]);
  });

  test('a batch that two vendors share: each is measured over its own reads and credited by its own contract, once', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId: first, agree } = deal;
    const { clock, project } = scene;
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    await ensureAgreement(t.db, { kind: 'services', org, clock });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    await nameSignatory(t.db, owner);
    await t.sql`update calls set status = 'decided' where project_id = ${project.id}`;
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const vendor = { orgId: org.id, owner, annotators: [] };
    const bidId = await makeBid(t.db, {
      callId,
      project,
      vendor,
      status: 'piloting',
      priceMinor: 150n,
      clock,
    });
    const second = await makeContract(t.db, { bidId, clock });
    await agree(terms({ serviceLevels: { ...levels, accuracy: null } }));
    const rateCard = [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }];
    const made = await proposeAmendment(owner, {
      contractId: second,
      terms: terms({ rateCard, serviceLevels: levels }),
      effectiveOn: today(scene),
      reason: 'As agreed',
    });
    await sign(owner, made.versionId, scene);
    await sign(scene.sponsor, made.versionId, scene);
    const batchId = await makeBatch(scene, {
      vendorOrgId: null,
      overlap: 2,
      pricePerReadMinor: 150n,
      claimRules: { contractIds: [first, second] },
    });
    const readAs = async (of: WorkScene['vendorOrg']) => {
      const who = await makeWorker(scene, { org: of });
      await joinBatch(who, { batchId, tier: 'label' });
      for (let read = 0; read < 4; ) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 4 });
        if (leases.length === 0) break;
        for (const { leaseId } of leases) {
          const on = { batchId, leaseId, labelId: randomUUID() };
          await submitLabel(who, { ...on, answers: { grade: '1' }, activeMs: 1000 });
          read += 1;
        }
      }
    };
    clock.advance(DAY);
    await readAs(scene.vendorOrg);
    clock.advance(5 * DAY);
    await readAs(org);
    await settleTasks(jobOf(scene), { batchId });
    const [batch] = await t.db.select().from(batches).where(eq(batches.id, batchId));
    if (batch?.status === 'open') await closeBatch(scene.sponsor, { batchId, reason: 'Done' });
    expect(await settleBatch(jobOf(scene), { batchId })).toBe(true);
    const results = () => t.db.select().from(slaResults).where(eq(slaResults.batchId, batchId));
    // Whose people were how right is counted to the end first.
    await measureSettled(jobOf(scene));
    expect(await results()).toEqual([]);
    clock.advance(HOUR);
    await tallyLabels(jobOf(scene), { batchId });
    await t.sql`insert into running_scores (batch_id, subject_kind, subject_id, field, day, metric, class_name, value, lower, upper,
      n, excluded, exclusions, reason, method, method_version, computed_at)
      values (${batchId}, 'team', ${org.id}, 'grade', 'all', 'accuracy', '', 0.8, 0.75, 0.85, 300, 0, '{}', null, 'test', '1', now())
      on conflict (batch_id, subject_kind, subject_id, field, day, metric, class_name) do update
        set value = 0.8, lower = 0.75, upper = 0.85, n = 300, reason = null`;
    for (let i = 0; i < 2; i += 1) await measureSettled(jobOf(scene));
    const found = new Map((await results()).map((row) => [row.contractId, row]));
    expect(found.size).toBe(2);
    // Read on the first day, and the other's lateness is not its own.
    expect(found.get(first)).toMatchObject({
      status: 'met',
      workMinor: 4n * 120n,
      creditMinor: 0n,
      targets: [expect.objectContaining({ target: 'turnaround', verdict: 'met', value: 1, n: 4 })],
    });
    expect(found.get(second)).toMatchObject({
      status: 'proposed',
      workMinor: 4n * 150n,
      creditMinor: 120n,
      targets: [
        expect.objectContaining({ target: 'turnaround', verdict: 'missed', value: 6, n: 4 }),
        expect.objectContaining({ target: 'accuracy', verdict: 'missed', interval: [0.75, 0.85], n: 300 }),
      ],
    });
    clock.advance(7 * DAY);
    const owed = (ownerId: string) => balanceOf(t.db, { code: 'payable', ownerId, currency: 'USD' });
    const [before, had] = [await owed(scene.vendorOrg.id), await owed(org.id)];
    await takeCredits(jobOf(scene));
    expect(await owed(scene.vendorOrg.id)).toBe(before);
    expect(await owed(org.id)).toBe(had - 120n);
  });

  test('credits of a vendor that is owed nothing keep no younger one waiting, and a part ends at no credit', async () => {
    const offer = terms({
      serviceLevels: { ...levels, accuracy: null, creditBasisPoints: 5000, capBasisPoints: 5000 },
    });
    const late = async (deal: Deal) => {
      const batchId = await makeBatch(deal.scene, { contractId: deal.contractId });
      await readAndSettle(deal, batchId, 6);
      await measureSettled(jobOf(deal.scene));
      return batchId;
    };
    const poor = await makeDeal(2);
    await poor.agree(offer);
    const waiting = await late(poor);
    poor.scene.clock.advance(8 * DAY);
    const vendorOrgId = poor.scene.vendorOrg.id;
    const all = { ownerId: vendorOrgId, currency: 'USD', amountMinor: await payable(poor) };
    await transact(jobOf(poor.scene), (tx) =>
      postTransfer(tx, {
        id: randomUUID(),
        kind: 'payout',
        ref: { kind: 'payout', id: randomUUID() },
        legs: [
          { code: 'payable', direction: 'debit', ...all },
          { code: 'payout_in_transit', direction: 'credit', ...all },
        ],
      }),
    );
    await takeCredits(jobOf(poor.scene));
    expect(await resultOf(waiting)).toMatchObject({ status: 'due', postedMinor: 0n });
    const rich = await makeDeal(2);
    rich.scene.clock.set(poor.scene.clock.now());
    await rich.agree(offer);
    const younger = [await late(rich), await late(rich)];
    rich.scene.clock.advance(8 * DAY);
    const [next] = await transact(jobOf(rich.scene), (tx) =>
      lockCreditsToTake(tx.db, { now: tx.now, limit: 1 }),
    );
    expect(younger).toContain(next?.batchId);
    expect(await takeCredits(jobOf(rich.scene), 1)).toBe(2);
    for (const batchId of younger) expect(await resultOf(batchId)).toMatchObject({ status: 'posted' });
    expect(await resultOf(waiting)).toMatchObject({ status: 'due', postedMinor: 0n });
  });

  test('a sponsor engages a vendor’s reader only after the agreed months; who worked for it before is free', async () => {
    const deal = await makeDeal(1);
    const { scene, contractId, agree } = deal;
    const org = scene.vendorOrg;
    const reader = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock: scene.clock });
    const known = await makePerson(t.db, { clock: scene.clock });
    await t.sql`insert into memberships (id, org_id, person_id, role, status, created_at) values
      (${randomUUID()}, ${scene.sponsorOrg.id}, ${known.personId}, 'panel_reader', 'ended', ${'2025-01-01T00:00:00Z'})`;
    const work = (personId: string, viaOrgId: string, role: 'annotator' | 'panel' = 'annotator') =>
      transact(scene.sponsor, (tx) =>
        engagePerson(tx, {
          projectId: scene.project.id,
          contractId: role === 'annotator' ? contractId : null,
          personId,
          viaOrgId,
          role,
        }),
      );
    await work(reader.actor.personId, org.id);
    await work(known.personId, org.id);
    const email = await contactOf(t.db, reader.actor.personId);
    await agree(terms({ nonSolicitation: { months: 6, protects: 'vendor_people' } }));
    const invite = (to: string) => inviteMember(scene.sponsor, { email: to, role: 'panel_reader' });
    expect(await reasonOf(invite(email))).toBe('engaging_not_yet');
    expect(await reasonOf(work(reader.actor.personId, scene.sponsorOrg.id, 'panel'))).toBe(
      'engaging_not_yet',
    );
    await invite(await contactOf(t.db, known.personId));
    const [engaged] = await findEngagements(t.db, {
      projectId: scene.project.id,
      personId: reader.actor.personId,
    });
    await transact(scene.sponsor, (tx) => endEngagement(tx, { engagementId: engaged!.id, reason: 'left' }));
    scene.clock.advance(100 * DAY);
    expect((await refusalOf(invite(email))).message).toContain('from 2 May 2027 on');
    scene.clock.advance(100 * DAY);
    await invite(email);
  });

  test('people who were not named in the bid join as many a month as was agreed, also when two join at once', async () => {
    const { scene, contractId, agree } = await makeDeal(1);
    await agree(terms({ substitution: { perMonth: 1 } }));
    const join = async () => {
      const member = await makeMember(t.db, {
        org: scene.vendorOrg,
        roles: ['vendor_annotator'],
        clock: scene.clock,
      });
      return transact(scene.sponsor, (tx) =>
        engagePerson(tx, {
          projectId: scene.project.id,
          contractId,
          personId: member.actor.personId,
          viaOrgId: scene.vendorOrg.id,
          role: 'annotator',
        }),
      );
    };
    const both = await Promise.allSettled([join(), join()]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await refusalOf(join())).message).toContain(
      '1 have joined in 2026-11. The next can join in 2026-12',
    );
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await join();
  });
});
