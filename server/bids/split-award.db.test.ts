import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids, calls, contracts } from '#db/schema/bids.ts';
import { notifications } from '#db/schema/notifications.ts';
import { makeBid, makeCall, makeContract, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { awardContract } from './award-contract.ts';
import { bidComparison } from './comparison-schemas.ts';
import { lossWords } from './comparison-words.ts';
import { decideCall, setDirectShare } from './split-award.ts';
import { compareBids } from './view-comparison.ts';

describe('splitting the award, and telling who was not chosen', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  });
  afterAll(() => t.drop());

  const scene = async () => {
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    const project = await makeProject(t.db, { ...by, status: 'open' });
    return { project, callId: await makeCall(t.db, { projectId: project.id }) };
  };
  const order = async (at: Awaited<ReturnType<typeof scene>>) => {
    const vendor = await makeVendor(t.db);
    const bidId = await makeBid(t.db, { ...at, vendor, status: 'piloting' });
    return { vendor, bidId, orderId: await makeContract(t.db, { bidId, kind: 'pilot_order' }) };
  };
  const award = (pilotContractId: string, shareBasisPoints: number) =>
    transact(sponsor, (tx) =>
      awardContract(tx, { pilotContractId, shareBasisPoints, personId: sponsor.actor.personId }),
    );

  test('R13, R17: vendors’ and direct shares together never pass 100 %, whoever comes first', async () => {
    const at = await scene();
    const orders = await Promise.all([order(at), order(at), order(at)]);
    const results = await Promise.allSettled([
      ...orders.map(({ orderId }) => award(orderId, 4000)),
      setDirectShare(sponsor, { callId: at.callId, shareBasisPoints: 3000, pricePerReadMinor: 90n }),
    ]);
    for (const one of results)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ reason: 'award_exceeds_100' });
    const { awardedBasisPoints, awards, direct } = await compareBids(sponsor, { projectId: at.project.id });
    const given =
      awards.reduce((sum, one) => sum + one.shareBasisPoints, 0) + (direct?.shareBasisPoints ?? 0);
    expect(awardedBasisPoints).toBe(given);
    expect([7000, 8000]).toContain(given);
    await setDirectShare(sponsor, { callId: at.callId, shareBasisPoints: 0, pricePerReadMinor: 90n });
    await expect(
      setDirectShare(sponsor, { callId: at.callId, shareBasisPoints: 9000, pricePerReadMinor: 90n }),
    ).rejects.toMatchObject({ reason: 'award_exceeds_100' });
  });

  test('a call is decided once it has ended, every pilot has its decision and every loser a reason; each is told', async () => {
    const at = await scene();
    const [winner, loser] = [await order(at), await makeVendor(t.db)];
    const lost = await makeBid(t.db, { ...at, vendor: loser });
    const decide = (reason: string) =>
      decideCall(sponsor, { callId: at.callId, reasons: [{ bidId: lost, reason }] });
    const refused = (codes: string[]) => ({
      reason: 'call_undecidable',
      details: codes.map((code) => expect.objectContaining({ code })),
    });
    await expect(decide('Another fits better.')).rejects.toMatchObject(refused(['call_open']));
    await t.db.update(calls).set({ status: 'closed' }).where(eq(calls.id, at.callId));
    const problems = await decide('').catch((error: { details: { code: string }[] }) => error);
    expect((problems as { details: { code: string }[] }).details.map((one) => one.code).toSorted()).toEqual([
      'pilot_undecided',
      'reason_missing',
    ]);
    await award(winner.orderId, 6000);
    const compared = bidComparison.parse(await compareBids(sponsor, { projectId: at.project.id }));
    const words = lossWords(compared, compared.bids.find((bid) => bid.bidId === lost)!);
    expect(words).toMatch(/On delivery it was \w+ of 2/);
    expect(words).not.toContain('Reads');
    expect(await decide(words)).toEqual({ declined: 1 });
    const [row] = await t.db.select().from(bids).where(eq(bids.id, lost));
    expect(row).toMatchObject({ status: 'declined', statusReason: words });
    const notesOf = async (personId: string) =>
      (await t.db.select().from(notifications).where(eq(notifications.personId, personId))).map(
        (note) => note.kind,
      );
    expect(await notesOf(loser.owner.actor.personId)).toContain('bids.declined');
    expect(await notesOf(winner.vendor.owner.actor.personId)).toContain('bids.awarded');
    const [call] = await t.db.select().from(calls).where(eq(calls.id, at.callId));
    expect(call).toMatchObject({ status: 'decided', decidedAt: expect.any(Date) });
    await expect(decide(words)).rejects.toMatchObject({ reason: 'call_decided' });
    expect(await t.db.select().from(contracts).where(eq(contracts.callId, at.callId))).toHaveLength(2);
  });

  test('the whole work awarded decides a call with nobody left; others’ bids keep it for the sponsor to end with reasons', async () => {
    const at = await scene();
    const [winner, loser] = [await order(at), await makeVendor(t.db)];
    const lost = await makeBid(t.db, { ...at, vendor: loser });
    await t.db.update(calls).set({ status: 'closed' }).where(eq(calls.id, at.callId));
    await award(winner.orderId, 10_000);
    const stateOf = async (callId: string) => {
      const [call] = await t.db.select().from(calls).where(eq(calls.id, callId));
      return call?.status;
    };
    expect(await stateOf(at.callId)).toBe('closed');
    const reasons = [{ bidId: lost, reason: 'All of it went to a vendor with more night readers.' }];
    expect(await decideCall(sponsor, { callId: at.callId, reasons })).toEqual({ declined: 1 });
    expect(await stateOf(at.callId)).toBe('decided');

    const alone = await scene();
    const only = await order(alone);
    await award(only.orderId, 10_000);
    expect(await stateOf(alone.callId)).toBe('decided');
  });
});
