import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids, contracts } from '#db/schema/bids.ts';
import { pilots } from '#db/schema/pilots.ts';
import { engagements } from '#db/schema/staffing.ts';
import { tasks } from '#db/schema/work.ts';
import {
  DECLINE,
  decideMadePilot,
  type GoldCall,
  makeGoldPilot,
  makePilotReturn,
  RETRY,
  scorePilot,
  vendorOf,
} from '#db/seed/factories/pilots.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { getBatch } from '#server/work/reads.ts';
import { certifyReturn } from './certify-return.ts';
import { lapseRetries } from './lapse-retries.ts';
import { orderRetry } from './order-retry.ts';
import { listPilotBatches } from './reads.ts';
import { pilotDetail, scorecardsOfVendor } from './views.ts';

describe('how pilots that fail end (R16)', () => {
  const ownPilotsOf = async (vendor: OrgContext) =>
    (await scorecardsOfVendor(vendor, { after: null, limit: 20 })).items;

  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  const ordered = (input?: GoldCall) => makeGoldPilot(t.db, input);
  const casesOf = async (batchId: string) =>
    (await t.db.select().from(tasks).where(eq(tasks.batchId, batchId))).map((task) => task.caseId).sort();
  const reasonOf = (run: Promise<unknown>) =>
    run.then(
      () => null,
      (error: { reason: string }) => error.reason,
    );

  test('one retry after seven days, on other cases, scored alone; there is no second', async () => {
    const pilot = await ordered();
    const { sponsor, clock } = pilot.scene;
    await scorePilot(pilot, pilot.batchId, '4');
    expect(await pilotDetail(sponsor, pilot.pilotId)).toMatchObject({ scorecard: { verdict: 'fail' } });
    await decideMadePilot(pilot, RETRY);
    expect((await t.db.select().from(bids).where(eq(bids.id, pilot.bidId)))[0]).toMatchObject({
      status: 'piloting',
      validUntil: plus(clock.now(), 37 * DAY),
    });
    // The vendor sees the card and why; the time to learn from it is the rule's.
    expect(await ownPilotsOf(vendorOf(pilot))).toMatchObject([
      { decision: 'retry', decisionReason: RETRY.reason, scorecard: { verdict: 'fail' } },
    ]);
    clock.advance(7 * DAY - 1);
    expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_too_early');
    clock.advance(1);
    const twice = await Promise.allSettled([
      orderRetry(sponsor, { pilotId: pilot.pilotId }),
      orderRetry(sponsor, { pilotId: pilot.pilotId }),
    ]);
    expect(twice.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);

    const batches = await listPilotBatches(t.db, pilot.pilotId);
    expect(batches.map((one) => one.attempt)).toEqual([1, 2]);
    const { batchId } = batches[1]!;
    const met = new Set(await casesOf(pilot.batchId));
    expect((await casesOf(batchId)).filter((id) => met.has(id))).toEqual([]);
    expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'open', taskCount: 6, overlap: 2 });

    await scorePilot(pilot, batchId, '1');
    const after = await pilotDetail(sponsor, pilot.pilotId);
    expect(after).toMatchObject({ attempt: 2, scorecard: { verdict: 'pass' } });
    expect(after.scorecard?.results).toMatchObject({
      batchIds: [batchId],
      measures: { cases: 6, reads: 12 },
    });
    expect((await decideMadePilot(pilot, { reason: '' })).contractId).not.toBeNull();
    expect((await pilotDetail(sponsor, pilot.pilotId)).annexes).toHaveLength(2);
  });

  test('a retry that nobody orders lapses after its due time: access closes, the bid ends, both sides are told once', async () => {
    const pilot = await ordered();
    const { sponsor, clock, project } = pilot.scene;
    const ctx = { ...sponsor, clock };
    await scorePilot(pilot, pilot.batchId, '4');
    await decideMadePilot(pilot, RETRY);
    const { retry } = await pilotDetail(sponsor, pilot.pilotId);
    expect(retry?.until).toEqual(plus(clock.now(), 21 * DAY));
    expect((await ownPilotsOf(vendorOf(pilot)))[0]?.retry?.until).toEqual(retry?.until);
    clock.advance(21 * DAY - 1);
    expect(await lapseRetries(ctx)).toBe(0);
    clock.advance(1);
    expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_lapsed');
    expect(await Promise.all([lapseRetries(ctx), lapseRetries(ctx)]).then((n) => n[0] + n[1])).toBe(1);
    expect(await lapseRetries(ctx)).toBe(0);
    const [bid] = await t.db.select().from(bids).where(eq(bids.id, pilot.bidId));
    expect(bid).toMatchObject({ status: 'expired', statusReason: expect.stringContaining('14 days') });
    const live = await t.db.select().from(engagements).where(eq(engagements.projectId, project.id));
    expect(live.map((one) => [one.status, one.statusReason])).toEqual([
      ['ended', 'The retry that was granted was not ordered in time.'],
      ['ended', 'The retry that was granted was not ordered in time.'],
    ]);
    const told = await t.sql`select count(*)::int as n from notifications where kind = 'pilot_retry_lapsed'`;
    expect(told[0]?.n).toBe(2);
  });

  test('of an order and the lapse of a retry at once one counts, whichever comes first', async () => {
    const pilot = await ordered();
    const { sponsor, clock } = pilot.scene;
    await scorePilot(pilot, pilot.batchId, '4');
    await decideMadePilot(pilot, RETRY);
    clock.advance(20 * DAY);
    const late = { ...sponsor, clock: manualClock(plus(clock.now(), DAY)) };
    const [order, lapsed] = await Promise.allSettled([
      orderRetry(sponsor, { pilotId: pilot.pilotId }),
      lapseRetries(late),
    ]);
    const isOrdered = order.status === 'fulfilled';
    expect(lapsed).toMatchObject({ status: 'fulfilled', value: isOrdered ? 0 : 1 });
    const [bid] = await t.db.select().from(bids).where(eq(bids.id, pilot.bidId));
    expect(bid?.status).toBe(isOrdered ? 'piloting' : 'expired');
    expect(await listPilotBatches(t.db, pilot.pilotId)).toHaveLength(isOrdered ? 2 : 1);
  });

  test('a retry that fails is not retried again', async () => {
    const pilot = await ordered();
    const { sponsor, clock } = pilot.scene;
    await scorePilot(pilot, pilot.batchId, '4');
    await decideMadePilot(pilot, RETRY);
    clock.advance(7 * DAY);
    const { batchId } = await orderRetry(sponsor, { pilotId: pilot.pilotId });
    await scorePilot(pilot, batchId, '4');
    expect(await reasonOf(decideMadePilot(pilot, RETRY))).toBe('retry_used');
    await decideMadePilot(pilot, DECLINE);
    expect(await reasonOf(orderRetry(sponsor, { pilotId: pilot.pilotId }))).toBe('retry_not_granted');
  });

  test('a retry needs other cases: where the dataset has none left it is refused', async () => {
    const pilot = await ordered({ cases: 6 });
    await scorePilot(pilot, pilot.batchId, '4');
    await decideMadePilot(pilot, RETRY);
    pilot.scene.clock.advance(8 * DAY);
    await expect(orderRetry(pilot.scene.sponsor, { pilotId: pilot.pilotId })).rejects.toThrow(/case/);
    expect(await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).toMatchObject({ status: 'decided' });
  });

  test('declined: nobody is engaged any more, the order ends, and what was held is certified once', async () => {
    const pilot = await ordered();
    const { clock, dataset, project } = pilot.scene;
    await scorePilot(pilot, pilot.batchId, '4');
    await t.db.execute(sql`update datasets set data_class = 'deidentified_expert' where id = ${dataset.id}`);
    await decideMadePilot(pilot, DECLINE);
    const live = await t.db.select().from(engagements).where(eq(engagements.projectId, project.id));
    expect(live.map((one) => one.status)).toEqual(['ended', 'ended']);
    const [{ contractId } = { contractId: '' }] = await t.db
      .select()
      .from(pilots)
      .where(eq(pilots.id, pilot.pilotId));
    expect((await t.db.select().from(contracts).where(eq(contracts.id, contractId)))[0]?.status).toBe(
      'completed',
    );
    const vendor = vendorOf(pilot);
    expect(await ownPilotsOf(vendor)).toMatchObject([
      {
        returnDuty: {
          dueOn: plus(clock.now(), 30 * DAY)
            .toISOString()
            .slice(0, 10),
          certifiedAt: null,
        },
      },
    ]);
    const certificate = {
      method: 'destroy' as const,
      systems: 'Two workstations',
      backupsExpireOn: null,
      infeasibleReason: null,
      continuesProtections: false,
    };
    const input = { pilotId: pilot.pilotId, certificate };
    expect(await reasonOf(certifyReturn(vendor, input))).toBe('signer_without_authority');
    await nameSignatory(t.db, vendor);
    await certifyReturn(vendor, input);
    expect(await reasonOf(certifyReturn(vendor, input))).toBe('return_certified');
    expect((await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).returnDuty).toMatchObject({
      method: 'destroy',
      certifiedAt: clock.now(),
      certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('of data that is anybody’s nothing is to be returned; another vendor certifies nothing', async () => {
    const pilot = await ordered();
    await scorePilot(pilot, pilot.batchId, '4');
    await decideMadePilot(pilot, DECLINE);
    expect((await pilotDetail(pilot.scene.sponsor, pilot.pilotId)).returnDuty).toBeNull();
    await makePilotReturn(t.db, { pilotId: pilot.pilotId, orgId: pilot.vendor.orgId });
    const other = await ordered();
    const certificate = {
      method: 'nothing_held' as const,
      systems: 'None',
      backupsExpireOn: null,
      infeasibleReason: null,
      continuesProtections: false,
    };
    expect(await reasonOf(certifyReturn(vendorOf(other), { pilotId: pilot.pilotId, certificate }))).toBe(
      'pilot_not_found',
    );
  });
});
