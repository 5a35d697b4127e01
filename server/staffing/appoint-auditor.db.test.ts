import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { calls } from '#db/schema/bids.ts';
import { memberships, users } from '#db/schema/identity.ts';
import { ownStaffOrders } from '#db/schema/own-staff.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeUnit } from '#db/seed/factories/own-staff.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { untilWaiting } from '#db/testing/until-waiting.ts';
import { endCalls } from '#server/bids/end-calls.ts';
import { submitBid } from '#server/bids/submit-bid.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { appointAuditor, dismissAuditor } from './appoint-auditor.ts';
import { endEngagement } from './engage-person.ts';
import { findEngagements } from './reads.ts';

describe('appointing an auditor (R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 2 });
  });
  afterAll(() => t.drop());

  const addressOf = async (who: OrgContext) => {
    const [row] = await t.db.select().from(users).where(eq(users.personId, who.actor.personId));
    return row!.email;
  };
  const appoint = async (who: OrgContext | string) =>
    appointAuditor(scene.sponsor, {
      projectId: scene.project.id,
      email: typeof who === 'string' ? who : await addressOf(who),
    });
  /** Somebody of an organisation that has nothing to do with the project. */
  async function outsider(over: { verified?: boolean; kind?: 'vendor' | 'independent' | 'sponsor' } = {}) {
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock, ...over });
    if (over.verified !== false) await ensureAgreement(t.db, { kind: 'services', org, clock: scene.clock });
    const roles = [over.kind === 'sponsor' ? ('project_manager' as const) : ('vendor_annotator' as const)];
    return { org, who: await makeMember(t.db, { org, roles, clock: scene.clock }) };
  }
  /** Belongs to one more organisation from now on. */
  const joins = (who: OrgContext, orgId: string) =>
    t.db.insert(memberships).values({
      id: newId(),
      orgId,
      personId: who.actor.personId,
      role: 'vendor_annotator',
      createdAt: scene.clock.now(),
    });
  const auditorsOf = () => findEngagements(t.db, { projectId: scene.project.id, roles: ['auditor'] });

  test('somebody of another organisation is engaged through it, told, and can audit; then not any more', async () => {
    const { org, who } = await outsider();
    const { engagementId } = await appoint(` ${(await addressOf(who)).toUpperCase()} `);
    expect(await auditorsOf()).toMatchObject([
      { id: engagementId, personId: who.actor.personId, viaOrgId: org.id },
    ]);
    const told = await t.sql`select kind from notifications where person_id = ${who.actor.personId}`;
    expect(told.map((row) => row.kind)).toContain('staffing.auditor_appointed');
    // Asked twice it is one appointment.
    expect(await appoint(who)).toEqual({ engagementId });
    const batchId = await makeBatch(scene, {
      overlap: 1,
      audit: { maxErrorRate: 0.2, confidence: 0.8, expectedErrorRate: 0 },
    });
    expect(await joinBatch(who, { batchId, tier: 'audit' })).toMatchObject({ alias: expect.any(String) });
    // The appointment is for audits: it opens no other tier.
    for (const tier of ['label', 'review', 'adjudicate'] as const)
      await expect(joinBatch(who, { batchId, tier })).rejects.toMatchObject({ reason: 'not_eligible' });
    await dismissAuditor(scene.sponsor, { projectId: scene.project.id, engagementId });
    expect(await auditorsOf()).toEqual([]);
    const later = await makeBatch(scene, { overlap: 1 });
    await expect(joinBatch(who, { batchId: later, tier: 'audit' })).rejects.toMatchObject({
      reason: 'not_eligible',
    });
    const again = { projectId: scene.project.id, engagementId };
    await expect(dismissAuditor(scene.sponsor, again)).rejects.toMatchObject({
      reason: 'engagement_not_live',
    });
  });

  test('who reads or reviews here, or belongs to a bidder, is refused; who is of neither is not', async () => {
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const reviewer = await makeWorker(scene, { role: 'reviewer' });
    for (const who of [reader!, reviewer])
      await expect(appoint(who)).rejects.toMatchObject({ reason: 'auditor_conflict' });
    const { org, who } = await outsider();
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock: scene.clock });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'], clock: scene.clock });
    await makeBid(t.db, {
      callId,
      project: scene.project,
      vendor: { orgId: org.id, owner, annotators: [] },
      clock: scene.clock,
    });
    await expect(appoint(who)).rejects.toMatchObject({ reason: 'auditor_conflict' });
    const { who: free } = await outsider();
    await expect(appoint(free)).resolves.toMatchObject({ engagementId: expect.any(String) });
  });

  test('while bids are sealed, who has bid gets the same answer as who has not; independents can be appointed', async () => {
    const other = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
    const [bidder, quiet] = [await outsider(), await outsider()];
    const { who: alone } = await outsider({ kind: 'independent' });
    const callId = await makeCall(t.db, { projectId: other.project.id, isSealed: true, clock: scene.clock });
    const owner = await makeMember(t.db, { org: bidder.org, roles: ['vendor_owner'], clock: scene.clock });
    await makeBid(t.db, {
      callId,
      project: other.project,
      vendor: { orgId: bidder.org.id, owner, annotators: [] },
      clock: scene.clock,
    });
    const answerOf = async (who: OrgContext) => {
      const input = { projectId: other.project.id, email: await addressOf(who) };
      return appointAuditor(other.sponsor, input).then(
        () => 'appointed',
        (error: Error) => error.message,
      );
    };
    const sealed = [await answerOf(bidder.who), await answerOf(quiet.who)];
    expect(sealed[0]).toMatch(/While bids are sealed/);
    expect(sealed[1]).toBe(sealed[0]);
    expect(await answerOf(alone)).toBe('appointed');
    // Once the call has ended the answer is each one's own.
    await t.db.update(calls).set({ status: 'closed' }).where(eq(calls.id, callId));
    expect(await answerOf(bidder.who)).toMatch(/belongs to a bidder/);
    expect(await answerOf(quiet.who)).toBe('appointed');
  });

  describe('whose vendor bids later', () => {
    /** An auditor of a project of its own, and a vendor of theirs that can bid on its call. */
    async function appointed(isSealed: boolean) {
      const at = await makeWorkScene(t.db, { cases: 1, clock: scene.clock, project: { status: 'open' } });
      const projectId = at.project.id;
      const callId = await makeCall(t.db, { projectId, isSealed, clock: scene.clock });
      const [ours, theirs] = [
        await outsider({ kind: 'independent' }),
        await outsider({ kind: 'independent' }),
      ];
      for (const { who } of [ours, theirs])
        await appointAuditor(at.sponsor, { projectId, email: await addressOf(who) });
      const vendor = await makeVendor(t.db, { people: 3, clock: scene.clock });
      const org = { id: vendor.orgId, kind: 'vendor' as const, verified: true };
      await joins(ours.who, org.id);
      const bid = () =>
        submitBid(vendor.owner, {
          callId,
          pricePerReadMinor: 150n,
          currency: at.project.currency,
          readsPerDay: 100,
          startOn: scene.clock.now().toISOString().slice(0, 10),
          locationMix: { US: 10_000 },
          seats: vendor.annotators.map((one) => ({
            ...{ personId: one.actor.personId, role: 'annotator' as const, hoursPerWeek: 10 },
          })),
          note: '',
        });
      const auditors = async () =>
        (await findEngagements(t.db, { projectId, roles: ['auditor'] })).map((one) => one.personId).sort();
      const titlesTo = async ({ actor }: OrgContext) =>
        (
          await t.sql`select title from notifications where person_id = ${actor.personId}
            and kind = 'staffing.auditor_withdrawn'`
        ).map((row) => row.title as string);
      const toldTo = async (who: OrgContext) => (await titlesTo(who)).length;
      return { at, callId, ours: ours.who, theirs: theirs.who, bid, auditors, titlesTo, toldTo };
    }
    const both = (one: { ours: OrgContext; theirs: OrgContext }) =>
      [one.ours.actor.personId, one.theirs.actor.personId].sort();

    test('audits no more from the bid on, and both sides are told', async () => {
      const one = await appointed(false);
      expect(await one.auditors()).toEqual(both(one));
      await one.bid();
      expect(await one.auditors()).toEqual([one.theirs.actor.personId]);
      expect([await one.toldTo(one.ours), await one.toldTo(one.theirs)]).toEqual([1, 0]);
      expect(await one.toldTo(one.at.sponsor)).toBe(1);
    });

    test('of the sponsor those who run its projects are told, also when who made this one has left', async () => {
      const one = await appointed(false);
      const roles = ['project_manager' as const];
      const manager = await makeMember(t.db, { org: one.at.sponsorOrg, roles, clock: scene.clock });
      await t.db
        .update(memberships)
        .set({ status: 'ended' })
        .where(eq(memberships.personId, one.at.sponsor.actor.personId));
      await one.bid();
      expect([await one.toldTo(manager), await one.toldTo(one.at.sponsor)]).toEqual([1, 0]);
    });

    test('who is of the sponsor’s own staff by now goes too, told so and not that they bid', async () => {
      const one = await appointed(false);
      const unit = await makeUnit(t.db, one.at.sponsor);
      await joins(one.theirs, unit.orgId);
      await t.db.insert(ownStaffOrders).values({
        id: newId(),
        projectId: one.at.project.id,
        orgId: unit.orgId,
        status: 'agreed',
        pricePerReadMinor: 0n,
        currency: one.at.project.currency,
        hoursPerWeek: 10,
        proposedBy: one.at.sponsor.actor.personId,
        proposedAt: scene.clock.now(),
      });
      await one.bid();
      expect(await one.auditors()).toEqual([]);
      expect(await one.titlesTo(one.theirs)).toEqual([expect.stringMatching(/sponsor’s own staff/)]);
      expect(await one.titlesTo(one.ours)).toEqual([expect.stringMatching(/organisation of yours bids/)]);
      expect((await one.titlesTo(one.at.sponsor)).sort()).toEqual([
        expect.stringMatching(/belongs to a bidder/),
        expect.stringMatching(/belongs to your own staff/),
      ]);
    });

    test('whom the sponsor dismisses at the same moment is passed over, and the bid stands', async () => {
      const one = await appointed(false);
      const projectId = one.at.project.id;
      const engaged = await findEngagements(t.db, { projectId, roles: ['auditor'] });
      const { id } = engaged.find((each) => each.personId === one.ours.actor.personId)!;
      const dismissed = Promise.withResolvers<void>();
      const commit = Promise.withResolvers<void>();
      const dismissal = transact(one.at.sponsor, async (tx) => {
        await endEngagement(tx, { engagementId: id, reason: 'audits no more' });
        dismissed.resolve();
        await commit.promise;
      });
      await dismissed.promise;
      const bid = one.bid();
      await untilWaiting(t);
      commit.resolve();
      await dismissal;
      await expect(bid).resolves.toMatchObject({ bidId: expect.any(String) });
      expect(await one.toldTo(one.ours)).toBe(0);
    });

    test('under seal stays until the call ends, so that nobody is told who bids, and goes with its end', async () => {
      const one = await appointed(true);
      await one.bid();
      expect(await one.auditors()).toEqual(both(one));
      expect(await one.toldTo(one.at.sponsor)).toBe(0);
      await t.db
        .update(calls)
        .set({ closesAt: plus(scene.clock.now(), -1) })
        .where(eq(calls.id, one.callId));
      await endCalls(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: newId() }));
      expect(await one.auditors()).toEqual([one.theirs.actor.personId]);
      expect(await one.toldTo(one.at.sponsor)).toBe(1);
    });
  });

  describe('who joins a bidder after the award', () => {
    async function auditing(isSealed: boolean) {
      const at = await makeWorkScene(t.db, { cases: 2, clock: scene.clock });
      const projectId = at.project.id;
      const batchId = await makeBatch(at, {
        overlap: 1,
        audit: { maxErrorRate: 0.2, confidence: 0.8, expectedErrorRate: 0 },
      });
      const callId = await makeCall(t.db, { projectId, isSealed, clock: scene.clock });
      const bidder = await outsider();
      const owner = await makeMember(t.db, { org: bidder.org, roles: ['vendor_owner'], clock: scene.clock });
      await makeBid(t.db, {
        callId,
        project: at.project,
        vendor: { orgId: bidder.org.id, owner, annotators: [] },
        clock: scene.clock,
      });
      const { who } = await outsider({ kind: 'independent' });
      await appointAuditor(at.sponsor, { projectId, email: await addressOf(who) });
      await joinBatch(who, { batchId, tier: 'audit' });
      await joins(who, bidder.org.id);
      scene.clock.advance(2 * MINUTE);
      const claimed = await claimNextTasks(who, { batchId, tier: 'audit', limit: 1 });
      const joined = await joinBatch(who, { batchId, tier: 'audit' }).then(
        () => [],
        (error: { details: { code: string }[] }) => error.details.map((one) => one.code),
      );
      return { claimed: claimed.reasons, joined };
    }

    test('audits no more: the next claim is refused in words, and so is joining again', async () => {
      const { claimed, joined } = await auditing(false);
      expect(claimed).toEqual([
        {
          code: 'audit.stake',
          message: expect.stringMatching(/^An organisation of yours bids .* \(R25\)/),
          change: expect.objectContaining({ by: 'other' }),
        },
      ]);
      expect(joined).toEqual(['audit.stake']);
    });

    test('goes on while bids are sealed: a refusal would tell who has bid', async () => {
      const { claimed, joined } = await auditing(true);
      expect([...claimed.map((one) => one.code), ...joined]).not.toContain('audit.stake');
    });
  });

  test('every address that cannot gets the same answer, so that addresses tell nothing', async () => {
    const unverified = await outsider({ verified: false });
    const sponsors = await outsider({ kind: 'sponsor' });
    const alone = await makePerson(t.db, { email: 'nobodys-member@example.test', clock: scene.clock });
    const addresses = [
      'nobody@nowhere.example',
      await addressOf(unverified.who),
      await addressOf(sponsors.who),
      'nobodys-member@example.test',
    ];
    expect(alone.personId).toBeTruthy();
    const answers = await Promise.all(
      addresses.map((email) =>
        appoint(email).then(
          () => null,
          (error: Error) => `${error.message}`,
        ),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^Nobody with this address can audit/);
  });

  test('another sponsor can neither appoint nor dismiss here', async () => {
    const { who } = await outsider();
    const { engagementId } = await appoint(who);
    const other = (await makeWorkScene(t.db, { cases: 1, clock: scene.clock })).sponsor;
    const projectId = scene.project.id;
    const email = await addressOf((await outsider()).who);
    await expect(appointAuditor(other, { projectId, email })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(dismissAuditor(other, { projectId, engagementId })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});
