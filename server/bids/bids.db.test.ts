import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids, calls, contracts } from '#db/schema/bids.ts';
import { organisations } from '#db/schema/identity.ts';
import { engagements } from '#db/schema/staffing.ts';
import { batches } from '#db/schema/work-batches.ts';
import { makeBid, makeCall, makeContract, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { plus, systemClock } from '#server/core/clock.ts';
import type { Project } from '#server/projects/schemas.ts';
import { awardContract } from './award-contract.ts';
import { declineBid, shortlistBid } from './decide-bid.ts';
import { openCall } from './open-call.ts';
import { orderPilot } from './order-pilot.ts';
import { type SubmitBidInput, submitBidInput } from './schemas.ts';
import { submitBid } from './submit-bid.ts';
import { compareBids } from './view-comparison.ts';
import { withdrawBid } from './withdraw-bid.ts';

describe('bids and contracts', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  });
  afterAll(() => t.drop());

  const newProject = (over: Partial<Project> = {}) =>
    makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
      status: 'open',
      ...over,
    });
  const bidInput = (
    callId: string,
    people: readonly OrgContext[],
    over: Partial<SubmitBidInput> = {},
  ): SubmitBidInput => ({
    callId,
    pricePerReadMinor: 150n,
    currency: 'USD',
    readsPerDay: 100,
    startOn: systemClock.now().toISOString().slice(0, 10),
    locationMix: { US: 10_000 },
    seats: people.map((person) => ({ personId: person.actor.personId, role: 'annotator', hoursPerWeek: 10 })),
    note: '',
    ...over,
  });
  const reasons = async (run: Promise<unknown>): Promise<string[]> => {
    const error = (await run.then(
      () => null,
      (e: unknown) => e,
    )) as { details?: { code: string }[]; reason?: string } | null;
    return error === null
      ? ['accepted']
      : error.details?.length
        ? error.details.map((d) => d.code)
        : [error.reason ?? 'unknown'];
  };

  test('a bid with everything right is accepted once; a second live bid of the vendor is a conflict', async () => {
    const project = await newProject();
    const callId = await makeCall(t.db, { projectId: project.id });
    const vendor = await makeVendor(t.db);
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => submitBid(vendor.owner, bidInput(callId, vendor.annotators))),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    expect(
      results
        .filter((r) => r.status === 'rejected')
        .every((r) => (r as PromiseRejectedResult).reason.reason === 'bid_exists'),
    ).toBe(true);
  });

  test('everything wrong with a bid is said at once, and nothing is stored', async () => {
    const project = await newProject({
      credentialRule: {
        anyOf: [
          { allOf: [{ kind: 'board_certification', specialty: 'Radiology', minLevel: 'primary_source' }] },
        ],
      },
      locationPolicy: { allowedCountries: ['US'], onshoreShareBasisPoints: 0, onshoreCountry: null },
    });
    const callId = await makeCall(t.db, { projectId: project.id });
    const vendor = await makeVendor(t.db, { people: 2 });
    await makeCredential(t.db, { personId: vendor.annotators[0]!.actor.personId });
    const stranger = (await makeVendor(t.db, { people: 1 })).annotators[0]!;
    const codes = await reasons(
      submitBid(
        vendor.owner,
        bidInput(callId, [...vendor.annotators, stranger], {
          currency: 'EUR',
          startOn: '2020-01-01',
          locationMix: { US: 5000, IN: 4000 },
        }),
      ),
    );
    expect(codes.sort()).toEqual([
      'currency_mismatch',
      'location_mix_sum',
      'location_not_allowed',
      'seat_credential_missing',
      'seat_not_on_team',
      'start_past',
    ]);
    expect(await t.db.select().from(bids).where(eq(bids.callId, callId))).toEqual([]);
  });

  test.each([
    ['a price of zero', { pricePerReadMinor: 0n }, ['pricePerReadMinor']],
    ['a negative price', { pricePerReadMinor: -150n }, ['pricePerReadMinor']],
    ['a price with decimals of the smallest unit', { pricePerReadMinor: 1.5 }, ['pricePerReadMinor']],
    ['no pace and nobody named', { readsPerDay: 0, seats: [] }, ['readsPerDay', 'seats']],
  ])('%s is refused where it comes in, before anything is asked of the database', (_name, over, paths) => {
    const result = submitBidInput.safeParse({ ...bidInput(crypto.randomUUID(), [sponsor]), ...over });
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual(paths);
  });

  test('a call that would close in the past, or after its project’s deadline, is not opened', async () => {
    const day = 86_400_000;
    const project = await newProject({
      status: 'draft',
      deadline: plus(systemClock.now(), 10 * day)
        .toISOString()
        .slice(0, 10),
    });
    const codes = async (closesAt: Date) =>
      reasons(
        openCall(sponsor, {
          projectId: project.id,
          closesAt,
          visibility: 'public',
          pilotTerms: pilotTermsOf(),
        }),
      );
    expect(await codes(plus(systemClock.now(), -day))).toContain('closes_past');
    expect(await codes(plus(systemClock.now(), 11 * day))).toContain('closes_after_deadline');
    expect(await t.db.select().from(calls).where(eq(calls.projectId, project.id))).toEqual([]);
  });

  test('a bid after the close is refused, whoever is faster', async () => {
    const project = await newProject();
    const callId = await makeCall(t.db, { projectId: project.id, closesAt: plus(systemClock.now(), -1000) });
    const vendor = await makeVendor(t.db);
    expect(await reasons(submitBid(vendor.owner, bidInput(callId, vendor.annotators)))).toEqual([
      'call_closed',
    ]);
  });

  test('R0: an unverified vendor may not bid', async () => {
    const project = await newProject();
    const callId = await makeCall(t.db, { projectId: project.id });
    const org = await makeOrganisation(t.db, { kind: 'vendor', verified: false });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'] });
    expect(await reasons(submitBid(owner, bidInput(callId, [owner])))).toEqual(['organisation_unverified']);
  });

  test("another sponsor sees, shortlists and declines nothing of this sponsor's call", async () => {
    const project = await newProject();
    const callId = await makeCall(t.db, { projectId: project.id });
    const bidId = await makeBid(t.db, { callId, project, vendor: await makeVendor(t.db) });
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['sponsor_owner'],
    });
    for (const run of [
      () => shortlistBid(other, { bidId }),
      () => declineBid(other, { bidId, reason: 'no reason' }),
      () => compareBids(other, { projectId: project.id }),
    ]) {
      await expect(run()).rejects.toMatchObject({ kind: 'not_found' });
    }
    await shortlistBid(sponsor, { bidId });
    await expect(shortlistBid(sponsor, { bidId })).rejects.toMatchObject({ reason: 'bid_state' });
  });

  test('R13: a bid under a pilot cannot be withdrawn', async () => {
    const project = await newProject();
    const vendor = await makeVendor(t.db);
    const bidId = await makeBid(t.db, {
      callId: await makeCall(t.db, { projectId: project.id }),
      project,
      vendor,
      status: 'piloting',
    });
    await expect(withdrawBid(vendor.owner, { bidId })).rejects.toMatchObject({ reason: 'bid_binding' });
  });

  test('R16: a bid under a pilot is not declined past the pilot, however the two meet', async () => {
    const project = await newProject();
    const { orgId, personId } = sponsor.actor;
    await makeSignedProtocol(t.db, { projectId: project.id, orgId, createdBy: personId });
    const dataset = await makeDataset(t.db, { orgId, projectId: project.id, createdBy: personId, cases: 12 });
    const callId = await makeCall(t.db, { projectId: project.id });
    const statusOf = async (bidId: string) =>
      (await t.db.select().from(bids).where(eq(bids.id, bidId)))[0]?.status;
    const ordered = await makeBid(t.db, {
      callId,
      project,
      vendor: await makeVendor(t.db),
      status: 'shortlisted',
    });
    await orderPilot(sponsor, { bidId: ordered, datasetId: dataset.id });
    await expect(declineBid(sponsor, { bidId: ordered, reason: 'Too slow for us.' })).rejects.toMatchObject({
      reason: 'pilot_undecided',
      message: expect.stringContaining('Decide on the pilot'),
    });
    expect(await statusOf(ordered)).toBe('piloting');
    const raced = await makeBid(t.db, {
      callId,
      project,
      vendor: await makeVendor(t.db),
      status: 'shortlisted',
    });
    await Promise.allSettled([
      orderPilot(sponsor, { bidId: raced, datasetId: dataset.id }),
      declineBid(sponsor, { bidId: raced, reason: 'Too slow for us.' }),
    ]);
    // One or the other: never a declined bid with a pilot that nobody can decide.
    const orders = await t.db.select().from(contracts).where(eq(contracts.bidId, raced));
    expect([await statusOf(raced), orders.length]).toEqual(
      orders.length === 1 ? ['piloting', 1] : ['declined', 0],
    );
  });

  test('no pilot is ordered under a call whose work is all given away', async () => {
    const project = await newProject();
    const { orgId, personId } = sponsor.actor;
    await makeSignedProtocol(t.db, { projectId: project.id, orgId, createdBy: personId });
    const dataset = await makeDataset(t.db, { orgId, projectId: project.id, createdBy: personId, cases: 12 });
    const callId = await makeCall(t.db, { projectId: project.id });
    const bidId = await makeBid(t.db, {
      callId,
      project,
      vendor: await makeVendor(t.db),
      status: 'shortlisted',
    });
    await t.db.update(calls).set({ status: 'decided' }).where(eq(calls.id, callId));
    await expect(orderPilot(sponsor, { bidId, datasetId: dataset.id })).rejects.toMatchObject({
      reason: 'call_decided',
    });
    expect(await t.db.select().from(contracts).where(eq(contracts.bidId, bidId))).toEqual([]);
  });

  test('ordering a pilot makes the order at the bid’s price, engages the named people and drafts the batch, or nothing', async () => {
    const project = await newProject();
    await makeSignedProtocol(t.db, {
      projectId: project.id,
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
    });
    const dataset = await makeDataset(t.db, {
      orgId: sponsor.actor.orgId,
      projectId: project.id,
      createdBy: sponsor.actor.personId,
      cases: 12,
    });
    const callId = await makeCall(t.db, { projectId: project.id });
    const vendor = await makeVendor(t.db);
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', priceMinor: 175n });
    const { contractId, batchId } = await orderPilot(sponsor, { bidId, datasetId: dataset.id });
    const [contract] = await t.db.select().from(contracts).where(eq(contracts.id, contractId));
    expect(contract).toMatchObject({ kind: 'pilot_order', pricePerReadMinor: 175n });
    const [batch] = await t.db.select().from(batches).where(eq(batches.id, batchId));
    expect(batch).toMatchObject({
      kind: 'pilot',
      status: 'draft',
      overlap: 3,
      taskCount: 10,
      slotCount: 30,
      pricePerReadMinor: 175n,
    });
    expect(await t.db.select().from(engagements).where(eq(engagements.contractId, contractId))).toHaveLength(
      3,
    );
    await expect(orderPilot(sponsor, { bidId, datasetId: dataset.id })).rejects.toMatchObject({
      reason: 'bid_state',
    });
  });

  test('R15: the same person in two bidders’ pilots of a call is refused, and that order leaves nothing behind', async () => {
    const project = await newProject();
    await makeSignedProtocol(t.db, {
      projectId: project.id,
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
    });
    const dataset = await makeDataset(t.db, {
      orgId: sponsor.actor.orgId,
      projectId: project.id,
      createdBy: sponsor.actor.personId,
      cases: 12,
    });
    const callId = await makeCall(t.db, { projectId: project.id });
    const [first, second] = [await makeVendor(t.db), await makeVendor(t.db, { people: 2 })];
    const ordered = await makeBid(t.db, { callId, project, vendor: first, status: 'shortlisted' });
    const shared = await makeBid(t.db, {
      callId,
      project,
      vendor: { ...second, annotators: [...second.annotators, first.annotators[0]!] },
      status: 'shortlisted',
    });
    await orderPilot(sponsor, { bidId: ordered, datasetId: dataset.id });
    await expect(orderPilot(sponsor, { bidId: shared, datasetId: dataset.id })).rejects.toMatchObject({
      reason: 'independence_group_taken',
    });
    expect(await t.db.select().from(contracts).where(eq(contracts.bidId, shared))).toEqual([]);
    expect((await t.db.select().from(bids).where(eq(bids.id, shared)))[0]?.status).toBe('shortlisted');
  });

  test('R0: a bidder that was suspended since is ordered no pilot from and awarded nothing', async () => {
    const project = await newProject();
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId, projectId: project.id };
    await makeSignedProtocol(t.db, by);
    const dataset = await makeDataset(t.db, { ...by, cases: 12 });
    const callId = await makeCall(t.db, { projectId: project.id });
    const [vendor, piloted] = [await makeVendor(t.db), await makeVendor(t.db)];
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted' });
    const pilotedId = await makeBid(t.db, { callId, project, vendor: piloted, status: 'piloting' });
    const pilotContractId = await makeContract(t.db, { bidId: pilotedId, kind: 'pilot_order' });
    await t.db
      .update(organisations)
      .set({ status: 'suspended' })
      .where(inArray(organisations.id, [vendor.orgId, piloted.orgId]));
    const award = () =>
      transact(sponsor, (tx) =>
        awardContract(tx, { pilotContractId, shareBasisPoints: 4000, personId: sponsor.actor.personId }),
      );
    for (const run of [() => orderPilot(sponsor, { bidId, datasetId: dataset.id }), award])
      await expect(run()).rejects.toMatchObject({ reason: 'vendor_unverified' });
    expect((await t.db.select().from(bids).where(eq(bids.id, bidId)))[0]?.status).toBe('shortlisted');
  });

  test('awards of a call never pass 100 %, however many come at once', async () => {
    const project = await newProject();
    await makeSignedProtocol(t.db, {
      projectId: project.id,
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
    });
    const callId = await makeCall(t.db, { projectId: project.id, terms: pilotTermsOf() });
    const orders: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const vendor = await makeVendor(t.db);
      const bidId = await makeBid(t.db, { callId, project, vendor, status: 'piloting' });
      const id = crypto.randomUUID();
      await t.db.insert(contracts).values({
        id,
        projectId: project.id,
        callId,
        bidId,
        vendorOrgId: vendor.orgId,
        kind: 'pilot_order',
        shareBasisPoints: 0,
        pricePerReadMinor: 100n,
        currency: 'USD',
        feeBasisPoints: 1500,
        terms: {},
        signedBy: sponsor.actor.personId,
        createdAt: systemClock.now(),
      });
      orders.push(id);
    }
    const results = await Promise.allSettled(
      orders.map((pilotContractId) =>
        transact(sponsor, (tx) =>
          awardContract(tx, { pilotContractId, shareBasisPoints: 4000, personId: sponsor.actor.personId }),
        ),
      ),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(2);
    for (const r of results)
      if (r.status === 'rejected')
        expect(r.reason).toMatchObject({ kind: 'conflict', reason: 'award_exceeds_100' });
    const awards = (await t.db.select().from(contracts).where(eq(contracts.callId, callId))).filter(
      (c) => c.kind === 'award',
    );
    expect(awards.reduce((sum, c) => sum + c.shareBasisPoints, 0)).toBe(8000);
    expect((await t.db.select().from(calls).where(eq(calls.id, callId)))[0]?.status).toBe('open');
  });
});
