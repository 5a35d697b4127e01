import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bids } from '#db/schema/bids.ts';
import { pilots } from '#db/schema/pilots.ts';
import { makeBid, makeCall, makeContract, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { listPilotsOfProject } from './list-pilots.ts';
import { scorecardsOfVendor } from './views.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

test('of many pilots a project lists the open ones and the newest, and their vendor reads all by pages', async () => {
  const org = await makeOrganisation(t.db, { kind: 'sponsor' });
  const owner = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  const project = await makeProject(t.db, { orgId: org.id, createdBy: owner.actor.personId, status: 'open' });
  const callId = await makeCall(t.db, { projectId: project.id });
  const vendor = await makeVendor(t.db);
  const made: { id: string; bidId: string; contractId: string }[] = [];
  for (let n = 0; n < 52; n += 1) {
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'piloting' });
    // A vendor has one live bid on a call.
    await t.db.update(bids).set({ status: 'declined' }).where(eq(bids.id, bidId));
    const contractId = await makeContract(t.db, { bidId, kind: 'pilot_order' });
    made.push({ id: newId(), bidId, contractId });
  }
  const start = systemClock.now();
  await t.db.insert(pilots).values(
    made.map((one, n) => ({
      ...one,
      projectId: project.id,
      callId,
      status: n === 0 ? ('reading' as const) : ('decided' as const),
      terms: pilotTermsOf(),
      createdAt: plus(start, n * DAY),
    })),
  );
  const open = made[0]?.id;
  const listed = await listPilotsOfProject(t.db, project.id);
  expect(listed.map(({ pilot }) => pilot.id)).toEqual([open, ...made.slice(3).map((one) => one.id)]);
  // Its vendor reads all of them, by pages: what is not decided first, then the newest.
  const newestFirst = [
    open,
    ...made
      .slice(1)
      .map((one) => one.id)
      .toReversed(),
  ];
  for (const limit of [7, 50]) {
    const seen: string[] = [];
    for (let after: string | null = null, isMore = true; isMore; ) {
      const page = await scorecardsOfVendor(vendor.owner, { after, limit });
      expect(page.total).toBe(52);
      seen.push(...page.items.map((one) => one.pilotId));
      after = page.next;
      isMore = after !== null;
    }
    expect(seen).toEqual(newestFirst);
  }
  const other = await makeVendor(t.db);
  expect(await scorecardsOfVendor(other.owner, { after: null, limit: 20 })).toEqual({
    items: [],
    total: 0,
    next: null,
  });
});
