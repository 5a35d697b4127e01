import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { contracts } from '#db/schema/bids.ts';
import { notifications } from '#db/schema/notifications.ts';
import { batches } from '#db/schema/work-batches.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { compareBids } from '#server/bids/view-comparison.ts';
import { systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { endContract } from './end-contract.ts';
import { proposeAmendment } from './propose-amendment.ts';
import { findVersion } from './queries.ts';
import { viewContract } from './views.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error.reason,
  );

describe('the end of an award', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  /** An award with a signatory on each side, and an open batch of it with two readers engaged under it. */
  async function makeDeal() {
    const scene = await makeWorkScene(t.db, { cases: 3 });
    const { clock } = scene;
    await nameSignatory(t.db, scene.sponsor);
    const vendor = await makeMember(t.db, { org: scene.vendorOrg, roles: ['vendor_owner'], clock });
    await nameSignatory(t.db, vendor);
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock });
    const bidder = { orgId: scene.vendorOrg.id, owner: vendor, annotators: [] };
    const bidId = await makeBid(t.db, {
      callId,
      project: scene.project,
      vendor: bidder,
      status: 'piloting',
      clock,
    });
    const contractId = await makeContract(t.db, { bidId, clock });
    const batchId = await makeBatch(scene, { contractId, overlap: 2 });
    const readers = await makeReaders(scene, batchId, 2);
    await t.sql`update engagements set contract_id = ${contractId} where project_id = ${scene.project.id}
      and via_org_id = ${scene.vendorOrg.id}`;
    return { scene, vendor, contractId, batchId, readers };
  }
  const live = ({ scene }: Pick<Deal, 'scene'>) =>
    findEngagements(t.db, { projectId: scene.project.id, viaOrgId: scene.vendorOrg.id, status: 'active' });
  const given = async ({ scene }: Pick<Deal, 'scene'>) =>
    (await compareBids(scene.sponsor, { projectId: scene.project.id })).awardedBasisPoints;
  type Deal = Awaited<ReturnType<typeof makeDeal>>;

  test('R27: no batch of it goes on, however many there are', async () => {
    const deal = await makeDeal();
    // Drafts, so that they are rows alone.
    const columns =
      await t.sql`select column_name as name from information_schema.columns where table_name = 'batches'
      and column_name not in ('id', 'status', 'task_count', 'slot_count', 'opened_at', 'reserved_minor')`;
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    await t.sql.unsafe(`insert into batches (id, status, task_count, slot_count, reserved_minor, ${names})
      select gen_random_uuid(), 'draft', 0, 0, 0, ${names} from batches, generate_series(1, 1010) n
      where id = '${deal.batchId}'`);
    expect(await end(deal, 'terminated')).toEqual({ status: 'terminated', batchesClosed: 1011 });
    const left = await t.sql`select 1 from batches where contract_id = ${deal.contractId}
      and status not in ('closing', 'settled')`;
    expect(left).toEqual([]);
  });

  const reason = 'We cannot staff this work any more.';
  const end = ({ vendor, contractId }: Deal, ending: 'completed' | 'terminated', by = vendor) =>
    endContract(by, { contractId, ending, reason });
  const claim = (deal: Deal, at = 0) =>
    claimNextTasks(deal.readers[at]!, { batchId: deal.batchId, tier: 'label', limit: 1 });
  const submit = (deal: Deal, leaseId: string, at = 0) =>
    submitLabel(deal.readers[at]!, {
      batchId: deal.batchId,
      leaseId,
      labelId: randomUUID(),
      answers: { grade: '1' },
      activeMs: 1000,
    });

  test('R27: ended early, no new case is given, a lease that is out is finished and paid, and the share is free again', async () => {
    const deal = await makeDeal();
    const { scene, vendor, contractId, batchId } = deal;
    const draft = await makeBatch(scene, { contractId, isDraft: true, name: 'Never opened' });
    const { versionId } = await proposeAmendment(vendor, {
      contractId,
      terms: {
        rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }],
        ceilingMinor: null,
        volume: null,
        serviceLevels: null,
        substitution: { perMonth: null },
        nonSolicitation: null,
      },
      effectiveOn: scene.clock.now().toISOString().slice(0, 10),
      reason: 'Another price',
    });
    const { leases } = await claim(deal);
    expect(await given(deal)).toBeGreaterThan(0);
    expect(await live(deal)).toHaveLength(2);

    expect(await end(deal, 'terminated')).toEqual({ status: 'terminated', batchesClosed: 2 });

    expect((await claim(deal, 1)).leases).toEqual([]);
    await submit(deal, leases[0]!.leaseId);
    const states = await t.db.select().from(batches).where(eq(batches.contractId, contractId));
    expect(new Map(states.map((one) => [one.id, one.status]))).toEqual(
      new Map([
        [batchId, 'closing'],
        [draft, 'settled'],
      ]),
    );
    expect((await findVersion(t.db, versionId))?.status).toBe('lapsed');
    expect(await live(deal)).toEqual([]);
    expect(await given(deal)).toBe(0);
    const seen = await viewContract(scene.sponsor, { contractId });
    expect(seen).toMatchObject({ status: 'terminated', ended: { side: 'vendor', reason } });
    const told = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, scene.sponsor.actor.personId));
    expect(told.map((one) => one.kind)).toContain('contract.ended');
    expect(await reasonOf(end(deal, 'terminated'))).toBe('contract_ended');
  });

  test('an award is completed once everything under it is settled; until then the refusal names what is not', async () => {
    const deal = await makeDeal();
    const { scene, batchId, contractId } = deal;
    await expect(end(deal, 'completed')).rejects.toMatchObject({
      reason: 'work_unsettled',
      details: [{ path: 'ending' }],
    });
    for (const at of [0, 1])
      for (let left = 3; left > 0; left -= 1) {
        scene.clock.advance(HOUR / 10);
        const { leases } = await claim(deal, at);
        await submit(deal, leases[0]!.leaseId, at);
      }
    const job = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(job, { batchId });
    const [batch] = await t.db.select().from(batches).where(eq(batches.id, batchId));
    if (batch?.status === 'open') await closeBatch(scene.sponsor, { batchId, reason: 'Done' });
    await settleBatch(job, { batchId });
    await end(deal, 'completed', scene.sponsor);
    const [row] = await t.db.select().from(contracts).where(eq(contracts.id, contractId));
    expect(row).toMatchObject({ status: 'completed', endedSide: 'sponsor', endReason: reason });
    // What was done under it stays given.
    expect(await given(deal)).toBeGreaterThan(0);
  });

  test('two ends at once: one counts; nobody ends without authority, or a contract that is not theirs', async () => {
    const deal = await makeDeal();
    const { scene } = deal;
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock }),
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(end(deal, 'terminated', other))).toBe('contract_not_found');
    const unnamed = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    expect(await reasonOf(end(deal, 'terminated', unnamed))).toBe('signer_without_authority');
    const both = await Promise.allSettled([end(deal, 'terminated'), end(deal, 'terminated', scene.sponsor)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
