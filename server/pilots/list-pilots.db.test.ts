import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bids } from '#db/schema/bids.ts';
import { pilots } from '#db/schema/pilots.ts';
import { makeBid, makeCall, makeContract, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { listPilots } from './compute-scorecard.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

test('of a vendor with many pilots the open ones and the newest are listed, in the order they were made', async () => {
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
      terms: {},
      createdAt: plus(start, n * DAY),
    })),
  );
  const listed = await listPilots(t.db, { contractIds: made.map((one) => one.contractId) });
  const open = made[0]?.id;
  expect(listed.map(({ pilot }) => pilot.id)).toEqual([open, ...made.slice(3).map((one) => one.id)]);
});
