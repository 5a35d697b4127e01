import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { calls } from '#db/schema/bids.ts';
import { mails, notifications } from '#db/schema/notifications.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type Clock, DAY, manualClock, plus } from '#server/core/clock.ts';
import { explainForMe, rankForSponsor } from '#server/matching/views.ts';
import type { Project } from '#server/projects/schemas.ts';
import { answerQuestion, askQuestion } from './ask-question.ts';
import { declineBid, shortlistBid } from './decide-bid.ts';
import { endCalls } from './end-calls.ts';
import { extendCall } from './extend-call.ts';
import { askForInvitation, declineInvitation, inviteVendors, withdrawInvitation } from './invite-vendors.ts';
import { closeCall } from './open-call.ts';
import { countUnreadBids } from './reads.ts';
import { submitBid } from './submit-bid.ts';
import { roomForBidder, roomForSponsor } from './view-call-room.ts';
import { compareBids } from './view-comparison.ts';
import { callForBidder, openCalls } from './views.ts';

describe('calls: who sees them, what is asked, when they open', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  let otherSponsor: OrgContext;
  const clock: Clock & { advance(ms: number): void } = manualClock(new Date());
  const at = (ctx: OrgContext): OrgContext => ({ ...ctx, clock });
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const person = async () =>
      at(
        await makeMember(t.db, {
          org: await makeOrganisation(t.db, { kind: 'sponsor' }),
          roles: ['sponsor_owner'],
        }),
      );
    sponsor = await person();
    otherSponsor = await person();
  });
  afterAll(() => t.drop());

  const newCall = async (
    over: { visibility?: 'public' | 'invited' | 'private'; isSealed?: boolean } = {},
  ): Promise<{ project: Project; callId: string; closesAt: Date }> => {
    const project = await makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
      status: 'open',
    });
    const closesAt = plus(clock.now(), 5 * DAY);
    return {
      project,
      closesAt,
      callId: await makeCall(t.db, { projectId: project.id, closesAt, clock, ...over }),
    };
  };
  const newVendor = async () => {
    const vendor = await makeVendor(t.db);
    return { ...vendor, owner: at(vendor.owner) };
  };
  const offer = (callId: string, people: readonly OrgContext[]) => ({
    callId,
    pricePerReadMinor: 150n,
    currency: 'USD',
    readsPerDay: 100,
    startOn: plus(clock.now(), 10 * DAY)
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
  const listed = async (ctx: OrgContext) =>
    (await openCalls(ctx, { after: null, limit: 100 })).map((one) => one.callId);

  test('a private call is known to the invited alone: others find it in no list, page, room or match, and cannot bid', async () => {
    const { callId } = await newCall({ visibility: 'private' });
    const [guest, stranger] = [await newVendor(), await newVendor()];
    await inviteVendors(sponsor, { callId, vendorOrgIds: [guest.orgId] });
    expect(await listed(guest.owner)).toContain(callId);
    expect(await listed(stranger.owner)).not.toContain(callId);
    await expect(callForBidder(guest.owner, callId)).resolves.toMatchObject({ visibility: 'private' });
    for (const run of [
      () => callForBidder(stranger.owner, callId),
      () => roomForBidder(stranger.owner, { callId }),
      () => askQuestion(stranger.owner, { callId, question: 'Is there a call?' }),
      () => askForInvitation(stranger.owner, { callId, note: '' }),
      () => submitBid(stranger.owner, offer(callId, stranger.annotators)),
      () => explainForMe(stranger.owner, { callId }),
    ])
      await expect(run()).rejects.toMatchObject({ kind: 'not_found', reason: 'call_not_found' });
    await withdrawInvitation(sponsor, { callId, vendorOrgId: guest.orgId });
    await expect(callForBidder(guest.owner, callId)).rejects.toMatchObject({ reason: 'call_not_found' });
  });

  test('a call for the invited is seen by all; who is not invited asks, is let in, and may then bid or decline', async () => {
    const { callId } = await newCall({ visibility: 'invited' });
    const vendor = await newVendor();
    expect(await listed(vendor.owner)).toContain(callId);
    await expect(submitBid(vendor.owner, offer(callId, vendor.annotators))).rejects.toMatchObject({
      reason: 'bid_refused',
      details: [expect.objectContaining({ code: 'not_invited' })],
    });
    await askForInvitation(vendor.owner, { callId, note: 'We read such films daily.' });
    await expect(askForInvitation(vendor.owner, { callId, note: '' })).rejects.toMatchObject({
      reason: 'invitation_state',
    });
    expect((await roomForSponsor(sponsor, { callId })).invitations).toEqual([
      expect.objectContaining({
        vendorOrgId: vendor.orgId,
        status: 'asked',
        note: 'We read such films daily.',
      }),
    ]);
    await inviteVendors(sponsor, { callId, vendorOrgIds: [vendor.orgId] });
    expect((await roomForBidder(vendor.owner, { callId })).mayBid).toBe(true);
    await declineInvitation(vendor.owner, { callId, note: 'No capacity after all.' });
    expect((await roomForBidder(vendor.owner, { callId })).mayBid).toBe(false);
    await inviteVendors(sponsor, { callId, vendorOrgIds: [vendor.orgId] });
    await submitBid(vendor.owner, offer(callId, vendor.annotators));
  });

  test('only verified vendors are invited; one of them being none refuses all', async () => {
    const { callId } = await newCall({ visibility: 'invited' });
    const vendor = await newVendor();
    const unverified = await makeOrganisation(t.db, { kind: 'vendor', verified: false });
    await expect(
      inviteVendors(sponsor, { callId, vendorOrgIds: [vendor.orgId, unverified.id] }),
    ).rejects.toMatchObject({ reason: 'vendor_not_verified' });
    expect((await roomForSponsor(sponsor, { callId })).invitations).toEqual([]);
  });

  test('while bids are sealed the sponsor learns their number only; from the end on it sees them all', async () => {
    const { project, callId, closesAt } = await newCall({ isSealed: true });
    const vendor = await newVendor();
    const bidId = await makeBid(t.db, { callId, project, vendor, priceMinor: 77n });
    expect((await compareBids(sponsor, { projectId: project.id })).bids).toEqual([]);
    expect(await roomForSponsor(sponsor, { callId })).toMatchObject({
      isSealed: true,
      bids: { handedIn: 1, withdrawn: 0 },
    });
    // Nobody is asked to look at what cannot be looked at.
    const unread = (now: Date) => countUnreadBids(t.db, { projectIds: [project.id], now });
    expect([...(await unread(clock.now()))]).toEqual([]);
    expect([...(await unread(closesAt))]).toEqual([[project.id, 1]]);
    for (const run of [
      () => shortlistBid(sponsor, { bidId }),
      () => declineBid(sponsor, { bidId, reason: 'guessing' }),
    ])
      await expect(run()).rejects.toMatchObject({ kind: 'not_found' });
    const ranked = await rankForSponsor(sponsor, { projectId: project.id, limit: 1000 });
    const part = ranked.find((one) => one.orgId === vendor.orgId)?.parts.find((one) => one.key === 'price');
    expect(part?.value).toBeNull();
    await expect(closeCall(sponsor, { callId })).rejects.toMatchObject({ reason: 'call_sealed' });
    const later: OrgContext = { ...sponsor, clock: manualClock(closesAt) };
    expect((await compareBids(later, { projectId: project.id })).bids).toHaveLength(1);
    await shortlistBid(later, { bidId });
  });

  test('a question and its answer are for all bidders, who asked is told to none; each follower gets a note', async () => {
    const { callId } = await newCall();
    const [asker, reader] = [await newVendor(), await newVendor()];
    await submitBid(reader.owner, offer(callId, reader.annotators));
    const { questionId } = await askQuestion(asker.owner, { callId, question: 'Are priors shown?' });
    await expect(answerQuestion(otherSponsor, { questionId, answer: 'No.' })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await answerQuestion(sponsor, { questionId, answer: 'Yes, two of them.' });
    await expect(answerQuestion(sponsor, { questionId, answer: 'Or three.' })).rejects.toMatchObject({
      reason: 'question_answered',
    });
    const expected = { question: 'Are priors shown?', answer: 'Yes, two of them.' };
    const rooms = [
      await roomForBidder(reader.owner, { callId }),
      await roomForBidder(asker.owner, { callId }),
      await roomForSponsor(sponsor, { callId }),
    ];
    for (const room of rooms) {
      expect(room.questions).toEqual([expect.objectContaining(expected)]);
      expect(JSON.stringify(room.questions)).not.toContain(asker.orgId);
    }
    expect(rooms.slice(0, 2).map((room) => (room.questions[0] as { isMine?: boolean }).isMine)).toEqual([
      false,
      true,
    ]);
    for (const who of [asker, reader]) {
      const notes = await t.db
        .select()
        .from(notifications)
        .where(eq(notifications.personId, who.owner.actor.personId));
      expect(notes.map((note) => note.kind)).toContain('bids.question_answered');
    }
  });

  test('a moved end is kept with its reason, told by note and mail, and takes bids until then', async () => {
    const { callId, closesAt } = await newCall();
    const vendor = await newVendor();
    await submitBid(vendor.owner, offer(callId, vendor.annotators));
    const sent = (await t.db.select().from(mails)).length;
    const to = plus(closesAt, 2 * DAY);
    await extendCall(sponsor, { callId, closesAt: to, reason: 'The dataset came a day late.' });
    const room = await roomForBidder(vendor.owner, { callId });
    expect(room.extensions).toEqual([
      expect.objectContaining({ fromAt: closesAt, toAt: to, reason: 'The dataset came a day late.' }),
    ]);
    expect((await t.db.select().from(mails)).length).toBe(sent + 1);
    const late = await makeVendor(t.db);
    const afterFirstEnd: OrgContext = { ...late.owner, clock: manualClock(plus(closesAt, 1)) };
    await submitBid(afterFirstEnd, offer(callId, late.annotators));
    await expect(
      extendCall(
        { ...sponsor, clock: manualClock(to) },
        { callId, closesAt: plus(to, DAY), reason: 'again' },
      ),
    ).rejects.toMatchObject({ details: [expect.objectContaining({ code: 'call_not_open' })] });
    await expect(
      extendCall(otherSponsor, { callId, closesAt: plus(to, DAY), reason: 'not mine' }),
    ).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('ended calls are written down once, with a note to the sponsor, whoever runs the job', async () => {
    const { callId, closesAt } = await newCall();
    const ctx = { ...sponsor, clock: manualClock(plus(closesAt, 1000)) };
    await Promise.all([endCalls(ctx), endCalls(ctx)]);
    const [row] = await t.db.select().from(calls).where(eq(calls.id, callId));
    expect(row).toMatchObject({ status: 'closed', endedAt: closesAt });
    const notes = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, sponsor.actor.personId));
    const ended = notes.filter((note) => note.kind === 'bids.call_ended');
    expect(new Set(ended.map((note) => note.href)).size).toBe(ended.length);
  });
});
