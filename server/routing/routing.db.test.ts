import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids } from '#db/schema/bids.ts';
import { contractCallOffs } from '#db/schema/contracts.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeUnit } from '#db/seed/factories/own-staff.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { storedPricing } from '#server/bids/pricing-schemas.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { answerOrder, proposeOrder } from '#server/own-staff/propose-order.ts';
import { seatOwnStaff } from '#server/own-staff/seat-own-staff.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { viewBatch } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { cloneBatch } from '#server/work/clone-batch.ts';
import { discardBatch } from '#server/work/discard-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { poolList } from '#server/work/pool-rules.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { handOverOverdue } from './overflow.ts';
import { previewRoute, routeBatch } from './route-batch.ts';
import type { RoutingRule } from './schemas.ts';
import { setRule } from './set-rule.ts';
import { viewRouting } from './views.ts';

describe('routing between own staff and vendors', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let unit: { orgId: string; owner: OrgContext; reader: OrgContext };
  let bought: OrgContext;
  const rule: RoutingRule = {
    keepInside: { dataClasses: [], filters: [{ sites: ['North'] }] },
    overflow: { whenLate: true, whenBeyondHours: true },
  };
  const input = (over = {}) => ({
    projectId: scene.project.id,
    datasetId: scene.dataset.id,
    name: 'Autumn',
    dueAt: new Date(scene.clock.now().getTime() + 7 * DAY),
    overlap: 1,
    seed: 3,
    ...over,
  });
  const read = async (who: OrgContext, batchId: string) => {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const leaseId = leases[0]?.leaseId;
    if (leaseId === undefined) return false;
    await submitLabel(who, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      answers: { grade: '1' },
      shown: { prelabel: null },
      activeMs: 60_000,
    });
    return true;
  };
  const system = () =>
    systemContext({ db: t.db, clock: scene.clock, name: 'routing.hand-over-overdue', requestId: 'test' });
  const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
    promise.then(
      () => Promise.reject(new Error('was not refused')),
      (error: AppError) => error,
    );

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, {
      cases: 40,
      project: { status: 'active' },
      caseAt: (i: number) => ({ site: i < 8 ? 'North' : 'South' }),
    });
    const { sponsor, project, vendorOrg, clock } = scene;
    unit = await makeUnit(t.db, sponsor);
    await ensureAgreement(t.db, {
      kind: 'services',
      org: { id: unit.orgId, kind: 'vendor' },
      clock,
    });
    const owner = await makeMember(t.db, { org: vendorOrg, roles: ['vendor_owner'], clock });
    bought = await makeMember(t.db, { org: vendorOrg, roles: ['vendor_annotator'], clock });
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const vendor = { orgId: vendorOrg.id, owner, annotators: [bought] };
    const bidId = await makeBid(t.db, { callId, project, vendor, priceMinor: 120n, clock });
    await makeContract(t.db, { bidId, shareBasisPoints: 10_000, clock });
    await transact(system(), (tx) =>
      engagePerson(tx, {
        projectId: project.id,
        personId: bought.actor.personId,
        viaOrgId: vendorOrg.id,
        role: 'annotator',
      }),
    );
  });
  afterAll(() => t.drop());

  test('without an order or a rule nothing is routed, and it says what is missing', async () => {
    const { faults } = await previewRoute(scene.sponsor, input());
    expect(faults.map((one) => one.code)).toEqual(['routing.no_order', 'routing.no_rule']);
    expect((await refusalOf(routeBatch(scene.sponsor, input()))).reason).toBe('route_refused');
  });

  let restId: string;
  let insideId: string;
  test('what the rule keeps is a batch of own staff alone; the rest is shared, and begins with own staff', async () => {
    const { sponsor, project } = scene;
    const terms = { pricePerReadMinor: 0n, hoursPerWeek: 10, needsExam: false, note: '' };
    const { orderId } = await proposeOrder(sponsor, { projectId: project.id, ...terms });
    await answerOrder(unit.owner, { orderId, isAccepted: true });
    await seatOwnStaff(sponsor, {
      projectId: project.id,
      personId: unit.reader.actor.personId,
      role: 'annotator',
    });
    await setRule(sponsor, { projectId: project.id, rule });
    expect(await previewRoute(sponsor, input())).toMatchObject({
      insideCases: 8,
      restCases: 32,
      ownReads: 32,
      vendorReads: 0,
      faults: [],
    });
    // A review rule of the policy that can meet none of the cases is said, and keeps nothing from being routed.
    const idle = [{ kind: 'subgroup', column: 'no such', value: 'x', sampleRateBasisPoints: 10_000 }];
    const putRules = (rules: unknown[]) =>
      t.sql`update projects set quality_policy = jsonb_set(quality_policy, '{reviewRules}', ${JSON.stringify(rules)}::text::jsonb)
        where id = ${project.id}`;
    await putRules(idle);
    expect(await previewRoute(sponsor, input())).toMatchObject({
      faults: [],
      warnings: [{ code: 'batch.review_rule_idle' }],
    });
    await putRules([]);
    const made = await routeBatch(sponsor, input());
    insideId = made.insideBatchId ?? '';
    restId = made.restBatchId ?? '';
    const inside = await getBatch(t.db, insideId);
    expect([inside.taskCount, inside.vendorOrgId, inside.pools, inside.pricePerReadMinor]).toEqual([
      8,
      unit.orgId,
      null,
      0n,
    ]);
    const rest = await getBatch(t.db, restId);
    expect(poolList.parse(rest.pools)?.map((one) => [one.orgId, one.slots, one.pricePerReadMinor])).toEqual([
      [unit.orgId, 32, '0'],
      [scene.vendorOrg.id, 0, '120'],
    ]);
    for (const batchId of [insideId, restId]) await openBatch(sponsor, { batchId });
  });

  test('a batch that own staff and vendors share is not cloned: it says why and leads to routing; own staff’s own is', async () => {
    const clone = (batchId: string) => cloneBatch(scene.sponsor, { batchId, name: 'Again', cases: 'same' });
    const href = `/sponsor/projects/${scene.project.id}/batches/routing`;
    expect(await refusalOf(clone(restId))).toMatchObject({
      reason: 'batch_not_cloned',
      message: expect.stringContaining('own staff and vendors share this batch'),
      details: [{ href }],
    });
    expect((await viewBatch(scene.sponsor, { batchId: restId })).cloneRefusal).toMatchObject({ href });
    const { batchId } = await clone(insideId);
    const [was, made] = [await getBatch(t.db, insideId), await getBatch(t.db, batchId)];
    expect([made.vendorOrgId, made.taskCount]).toEqual([unit.orgId, was.taskCount]);
    await discardBatch(scene.sponsor, { batchId });
  });

  test('own staff reads for its price and without a fee; the vendor has nothing yet', async () => {
    expect(await joinBatch(unit.reader, { batchId: restId, tier: 'label' })).toMatchObject({
      priceMinor: 0n,
    });
    await joinBatch(bought, { batchId: restId, tier: 'label' });
    expect(await read(bought, restId)).toBe(false);
    for (let n = 0; n < 4; n += 1) expect(await read(unit.reader, restId)).toBe(true);
  });

  test('at four reads in four days the rest is late, goes to the vendor, and is decided once', async () => {
    scene.clock.advance(4 * DAY);
    const ctx = system();
    // A bid that caps the whole work at ten reads is given none of 25.
    const cap = (capMinor: bigint) =>
      t.db.update(bids).set({
        pricing: storedPricing({ model: 'hourly', ratePerHourMinor: 1200n, readsPerHour: 10, capMinor }),
      });
    await cap(1200n);
    expect(await handOverOverdue(ctx)).toEqual({ handedOver: 0 });
    await cap(120n * 40n);
    // One a day, three days left: 3 of 28 stay.
    expect(await handOverOverdue(ctx)).toEqual({ handedOver: 25 });
    expect(await handOverOverdue(ctx)).toEqual({ handedOver: 0 });
    const view = await viewRouting(scene.sponsor, { projectId: scene.project.id });
    const called = await t.db.select().from(contractCallOffs);
    expect(called.map((one) => [one.batchId, one.reads])).toEqual([[restId, 25]]);
    expect(view.handOffs).toMatchObject([{ batchId: restId, reason: 'late', reads: 25, firstReadAt: null }]);
    expect(view.handOffTime).toEqual({ medianSeconds: null, p90Seconds: null, n: 0, waiting: 1 });
    expect(await handOverOverdue(ctx)).toEqual({ handedOver: 0 });
  });

  test('the time from the decision to the other side’s first read is measured', async () => {
    scene.clock.advance(2 * HOUR);
    expect(await read(bought, restId)).toBe(true);
    await handOverOverdue(system());
    const view = await viewRouting(scene.sponsor, { projectId: scene.project.id });
    expect(view.handOffTime).toEqual({ medianSeconds: 7200, p90Seconds: 7200, n: 1, waiting: 0 });
  });

  test('once the due date has passed everything left goes out but what stays inside', async () => {
    scene.clock.advance(4 * DAY);
    await handOverOverdue(system());
    expect(await read(unit.reader, restId)).toBe(false);
    while (await read(bought, restId));
    const [done] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${restId} and submitted_at is not null`;
    expect(done?.n).toBe(32);
    const [kept] =
      await t.sql`select count(*)::int as n from slots where batch_id = ${insideId} and annotator_id is null`;
    expect(kept?.n).toBe(8);
    expect((await refusalOf(joinBatch(bought, { batchId: insideId, tier: 'label' }))).reason).toBe(
      'not_eligible',
    );
  });
});
