import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bidSeats, bids, bidVersions } from '#db/schema/bids.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { shortlistBid } from './decide-bid.ts';
import { orderPilot } from './order-pilot.ts';
import type { Pricing } from './pricing-schemas.ts';
import { reviseBid } from './revise-bid.ts';
import { submitBid } from './submit-bid.ts';
import { compareBids } from './view-comparison.ts';
import { bidHistory, ownBidHistory } from './view-history.ts';
import { withdrawBid } from './withdraw-bid.ts';

describe('versions of a bid, price models, withdrawal', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  });
  afterAll(() => t.drop());

  const scene = async (over: { isSealed?: boolean } = {}) => {
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    const project = await makeProject(t.db, { ...by, status: 'open' });
    const callId = await makeCall(t.db, { projectId: project.id, cases: 100, ...over });
    return { by, project, callId, vendor: await makeVendor(t.db) };
  };
  const offer = (people: readonly OrgContext[], pricing: Pricing) => ({
    pricing,
    currency: 'USD',
    readsPerDay: 100,
    startOn: plus(new Date(), 20 * DAY)
      .toISOString()
      .slice(0, 10),
    locationMix: { US: 10_000 },
    seats: people.map((one) => ({
      personId: one.actor.personId,
      role: 'annotator' as const,
      hoursPerWeek: 10,
    })),
    note: '',
  });
  const flat = (priceMinor: bigint): Pricing => ({
    model: 'per_label',
    rates: [{ tier: 'label', taskType: 'all', priceMinor }],
  });

  test('each revision is a version that stays; the latest counts, with its people and price; both sides read them all', async () => {
    const { project, callId, vendor } = await scene();
    const { owner, annotators } = vendor;
    const { bidId } = await submitBid(owner, { callId, ...offer(annotators, flat(150n)) });
    await shortlistBid(sponsor, { bidId, seenVersion: 1 });
    const hourly: Pricing = {
      model: 'hourly',
      ratePerHourMinor: 5600n,
      readsPerHour: 40,
      capMinor: 10_000_000n,
    };
    const fewer = await makeMember(t.db, {
      org: { id: vendor.orgId, kind: 'vendor', verified: true },
      roles: ['vendor_annotator'],
    });
    const second = offer([...annotators, fewer], hourly);
    const { version } = await reviseBid(owner, {
      bidId,
      seenVersion: 1,
      changeNote: 'By the hour.',
      ...second,
    });
    expect(version).toBe(2);
    const [row] = await t.db.select().from(bids).where(eq(bids.id, bidId));
    expect(row).toMatchObject({ status: 'submitted', version: 2, pricePerReadMinor: 140n });
    expect(await t.db.select().from(bidSeats).where(eq(bidSeats.bidId, bidId))).toHaveLength(4);
    const mine = await ownBidHistory(owner, { bidId });
    expect(mine.versions.map((one) => [one.version, one.pricePerReadMinor, one.seats.length])).toEqual([
      [2, 140n, 4],
      [1, 150n, 3],
    ]);
    expect(mine.versions[0]).toMatchObject({ pricing: hourly, changeNote: 'By the hour.' });
    expect(await bidHistory(sponsor, { bidId })).toEqual(mine);
    const { bids: compared } = await compareBids(sponsor, { projectId: project.id });
    expect(compared).toEqual([expect.objectContaining({ version: 2, priceModel: 'hourly' })]);
    await expect(
      t.db.update(bidVersions).set({ changeNote: 'rewritten' }).where(eq(bidVersions.bidId, bidId)),
    ).rejects.toThrow();
  });

  test('of several revisions at once of the same version one is taken; what is decided by an old one is refused', async () => {
    const { callId, vendor } = await scene();
    const { owner, annotators } = vendor;
    const { bidId } = await submitBid(owner, { callId, ...offer(annotators, flat(150n)) });
    const results = await Promise.allSettled(
      [140n, 141n, 142n, 143n].map((price) =>
        reviseBid(owner, { bidId, seenVersion: 1, changeNote: '', ...offer(annotators, flat(price)) }),
      ),
    );
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of results)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ reason: 'bid_revised' });
    await expect(shortlistBid(sponsor, { bidId, seenVersion: 1 })).rejects.toMatchObject({
      reason: 'bid_revised',
    });
    expect((await t.db.select().from(bids).where(eq(bids.id, bidId)))[0]?.status).toBe('submitted');
  });

  test('R13: the pilot is ordered at the version that counts; one revised meanwhile is looked at first', async () => {
    const { by, project, callId, vendor } = await scene();
    await makeSignedProtocol(t.db, { projectId: project.id, ...by });
    const dataset = await makeDataset(t.db, { projectId: project.id, ...by, cases: 12 });
    const { owner, annotators } = vendor;
    const { bidId } = await submitBid(owner, { callId, ...offer(annotators, flat(150n)) });
    await reviseBid(owner, { bidId, seenVersion: 1, changeNote: '', ...offer(annotators, flat(130n)) });
    await shortlistBid(sponsor, { bidId });
    const order = { bidId, datasetId: dataset.id };
    await expect(orderPilot(sponsor, { ...order, seenVersion: 1 })).rejects.toMatchObject({
      reason: 'bid_revised',
    });
    const { contractId } = await orderPilot(sponsor, { ...order, seenVersion: 2 });
    const [contract] = await t.admin`select price_per_read_minor from contracts where id = ${contractId}`;
    expect(String(contract?.price_per_read_minor)).toBe('130');
    await expect(
      reviseBid(owner, { bidId, seenVersion: 2, changeNote: '', ...offer(annotators, flat(900n)) }),
    ).rejects.toMatchObject({ reason: 'bid_state', message: expect.stringMatching(/piloting/) });
  });

  test('everything wrong with a price is said together with everything else; nothing is stored', async () => {
    const { project, callId, vendor } = await scene();
    await t.admin`update calls set ceiling_minor = 30000 where id = ${callId}`;
    const { owner, annotators } = vendor;
    const wrong = {
      callId,
      ...offer(annotators, { model: 'hourly', ratePerHourMinor: 0n, readsPerHour: 0, capMinor: 0n }),
      currency: 'EUR',
    };
    await expect(submitBid(owner, wrong)).rejects.toMatchObject({
      reason: 'bid_refused',
      details: ['currency_mismatch', 'price_zero', 'pace_zero', 'cap_below_hour'].map((code) =>
        expect.objectContaining({ code }),
      ),
    });
    await expect(submitBid(owner, { callId, ...offer(annotators, flat(150n)) })).rejects.toMatchObject({
      details: [expect.objectContaining({ code: 'above_ceiling' })],
    });
    expect(await t.db.select().from(bids).where(eq(bids.projectId, project.id))).toEqual([]);
  });

  test('neither another vendor, nor another sponsor, nor the sponsor of a sealed call reads the versions', async () => {
    const { callId, vendor } = await scene({ isSealed: true });
    const { bidId } = await submitBid(vendor.owner, { callId, ...offer(vendor.annotators, flat(150n)) });
    const rival = await makeVendor(t.db);
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const other = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    const gone = { kind: 'not_found' };
    await expect(ownBidHistory(rival.owner, { bidId })).rejects.toMatchObject(gone);
    await expect(bidHistory(other, { bidId })).rejects.toMatchObject(gone);
    await expect(bidHistory(sponsor, { bidId })).rejects.toMatchObject(gone);
    await expect(
      reviseBid(rival.owner, { bidId, seenVersion: 1, changeNote: '', ...offer(rival.annotators, flat(1n)) }),
    ).rejects.toMatchObject(gone);
  });

  test('R13: a bid is taken back freely while the call is open, with a reason after it, never under a pilot or an award', async () => {
    const { project, callId, vendor } = await scene();
    const { owner, annotators } = vendor;
    const { bidId } = await submitBid(owner, { callId, ...offer(annotators, flat(150n)) });
    await withdrawBid(owner, { bidId });
    const again = await submitBid(owner, { callId, ...offer(annotators, flat(140n)) });
    const later: OrgContext = { ...owner, clock: manualClock(plus(new Date(), 8 * DAY)) };
    await expect(withdrawBid(later, { bidId: again.bidId })).rejects.toMatchObject({
      reason: 'reason_missing',
    });
    await withdrawBid(later, { bidId: again.bidId, reason: 'Two people have left us.' });
    const [row] = await t.db.select().from(bids).where(eq(bids.id, again.bidId));
    expect(row).toMatchObject({ status: 'withdrawn', statusReason: 'Two people have left us.' });
    const piloting = await makeBid(t.db, { callId, project, vendor, status: 'piloting' });
    await expect(withdrawBid(owner, { bidId: piloting })).rejects.toMatchObject({
      reason: 'bid_binding',
      message: expect.stringMatching(/30 days after its verdict/),
    });
    await t.admin`update bids set status = 'awarded' where id = ${piloting}`;
    await expect(withdrawBid(owner, { bidId: piloting })).rejects.toMatchObject({
      reason: 'bid_awarded',
      message: expect.stringMatching(/contract/),
    });
  });
});
