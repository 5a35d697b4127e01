import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { calls } from '#db/schema/bids.ts';
import { memberships, users } from '#db/schema/identity.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { endCalls } from '#server/bids/end-calls.ts';
import { submitBid } from '#server/bids/submit-bid.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { appointAuditor, dismissAuditor } from './appoint-auditor.ts';
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
      await t.db.insert(memberships).values({
        id: newId(),
        orgId: org.id,
        personId: ours.who.actor.personId,
        role: 'vendor_annotator',
        createdAt: scene.clock.now(),
      });
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
      const toldTo = async ({ actor }: OrgContext) =>
        (
          await t.sql`select title from notifications where person_id = ${actor.personId}
            and kind = 'staffing.auditor_withdrawn'`
        ).length;
      return { at, callId, ours: ours.who, theirs: theirs.who, bid, auditors, toldTo };
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
